import { EventHubError } from "./errors.js";
import { SseParser } from "./sse.js";

/** The hub sends something every 15 s at least: one that is silent for longer than this is gone, whatever TCP says. */
const SILENCE_MS = 45_000;

/** One connection to a stream of server-sent events, read as fast as its messages are taken and no faster. */
export class SseSource {
  #transport;
  #path;
  #options;
  #parser;

  /**
   * @param {import("./transport.js").Transport} transport
   * @param {string} path
   * @param {import("../index.js").SubscribeOptions} options
   * @param {string} lastEventId
   */
  constructor(transport, path, options, lastEventId) {
    this.#transport = transport;
    this.#path = path;
    this.#options = options;
    this.#parser = new SseParser(lastEventId);
    this.lastEventId = lastEventId;
  }

  /** When the hub said to come back, in milliseconds. */
  get retry() {
    return this.#parser.retry;
  }

  /**
   * @param {AbortSignal} signal
   * @returns {AsyncGenerator<import("./subscription.js").SourceMessage, void, undefined>}
   */
  async *messages(signal) {
    const reader = await this.#open(signal);
    try {
      while (true) {
        const chunk = await this.#read(reader);
        if (chunk.done) return;
        for (const { id, event, data } of this.#parser.push(chunk.value)) {
          // A block without data moves the resume point; a named one is of a later version.
          yield data === null || event !== null ? { id } : { id, message: JSON.parse(data), text: data };
        }
      }
    } finally {
      reader.cancel().catch(() => {});
    }
  }

  /** @param {AbortSignal} signal */
  async #open(signal) {
    const { type, source, since } = this.#options;
    const url = this.#transport.url(this.#path, { type, source, since });
    /** @type {Record<string, string>} */
    const headers = { accept: "text/event-stream" };
    if (this.lastEventId !== "") headers["last-event-id"] = this.lastEventId;
    const name = `GET ${url.pathname}`;
    const opening = new AbortController();
    const timer = setTimeout(() => opening.abort(), this.#transport.timeoutMs);
    let response;
    try {
      response = await this.#transport.fetch("GET", url, { headers, signal: AbortSignal.any([signal, opening.signal]) });
    } catch (cause) {
      const why = opening.signal.aborted ? `did not answer within ${this.#transport.timeoutMs} ms` : "could not be reached";
      throw new EventHubError(`${name}: ${url.origin} ${why}`, { cause });
    } finally {
      clearTimeout(timer);
    }

    if (!response.ok) throw await EventHubError.from(name, response);
    const kind = response.headers.get("content-type") ?? "";
    if (!kind.startsWith("text/event-stream") || !response.body) {
      await response.body?.cancel();
      throw new EventHubError(`${name}: the answer is '${kind}', not a stream of events; is ${url.origin} a hub?`, { status: 400 });
    }

    return response.body.getReader();
  }

  /** @param {ReadableStreamDefaultReader<Uint8Array>} reader */
  async #read(reader) {
    const { silenceMs = SILENCE_MS } = this.#options;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const silence = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new EventHubError(`nothing came from the hub for ${silenceMs} ms`)), silenceMs);
    });
    try {
      return /** @type {ReadableStreamReadResult<Uint8Array>} */ (await Promise.race([reader.read(), silence]));
    } catch (cause) {
      throw cause instanceof EventHubError ? cause : new EventHubError("the connection to the hub was lost", { cause });
    } finally {
      clearTimeout(timer);
    }
  }
}
