import { EventHubError, StreamResetError } from "./errors.js";
import { withPayloadText, rawMember } from "./json.js";
import { SseParser } from "./sse.js";
import { backoff, wait } from "./wait.js";

/** The hub sends something every 15 s at least: one that is silent for longer than this is gone, whatever TCP says. */
const SILENCE_MS = 45_000;

/** Answers that will not get better by asking again. */
const isFinal = (/** @type {number} */ status) => status >= 400 && status < 500 && status !== 408 && status !== 425 && status !== 429;

/**
 * A live stream that outlives its connections: an async iterator of events. Reads as fast as its consumer takes them, and no faster.
 * @implements {AsyncIterableIterator<import("../index.js").HubEvent>}
 */
export class Subscription {
  #transport;
  #path;
  #options;
  #closed = new AbortController();
  #signal;
  #events;

  /**
   * @param {import("./transport.js").Transport} transport
   * @param {string} path
   * @param {import("../index.js").SubscribeOptions} options
   */
  constructor(transport, path, options) {
    this.#transport = transport;
    this.#path = path;
    this.#options = options;
    this.#signal = options.signal ? AbortSignal.any([options.signal, this.#closed.signal]) : this.#closed.signal;
    /** Everything up to here was handed out: pass it as `lastEventId` to go on after it, in this process or another. Empty before the first. */
    this.lastEventId = options.lastEventId ?? "";
    this.#events = this.#run();
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  /** The next event; waits for it. Rejects with the signal's reason when that is aborted. */
  next() {
    return this.#events.next();
  }

  /** Ends it, from anywhere: a `next()` that waits answers that it is done. */
  async return() {
    this.#closed.abort();
    await this.#events.return(undefined);
    return { done: /** @type {const} */ (true), value: undefined };
  }

  /** The same as `return()`, for use outside of iteration. */
  async close() {
    await this.return();
  }

  /** @returns {AsyncGenerator<import("../index.js").HubEvent, undefined, undefined>} */
  async *#run() {
    let failures = 0;
    while (true) {
      if (this.#isOver()) return;
      const parser = new SseParser(this.lastEventId);
      /** @type {EventHubError} */
      let failure;
      try {
        const reader = await this.#open();
        try {
          for await (const message of this.#messages(reader, parser)) {
            failures = 0;
            const event = this.#event(message);
            this.lastEventId = message.id;
            if (event) yield event;
          }
        } finally {
          reader.cancel().catch(() => {});
        }

        failure = new EventHubError("the hub ended the stream");
      } catch (error) {
        if (this.#isOver()) return;
        if (!(error instanceof EventHubError) || error instanceof StreamResetError) throw error;
        if (error.status !== undefined && isFinal(error.status)) throw error;
        failure = error;
      }

      failures++;
      const delayMs = parser.retry ?? backoff(failures, this.#transport.retry, failure.retryAfterMs);
      this.#transport.onRetry?.({ attempt: failures, delayMs, error: failure });
      try {
        await wait(delayMs, this.#signal);
      } catch (error) {
        if (this.#isOver()) return;
        throw error;
      }
    }
  }

  /** Closed by its user; throws when the user's signal was aborted. */
  #isOver() {
    this.#options.signal?.throwIfAborted();
    return this.#closed.signal.aborted;
  }

  async #open() {
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
      response = await this.#transport.fetch("GET", url, { headers, signal: AbortSignal.any([this.#signal, opening.signal]) });
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

  /**
   * @param {ReadableStreamDefaultReader<Uint8Array>} reader
   * @param {SseParser} parser
   */
  async *#messages(reader, parser) {
    const { silenceMs = SILENCE_MS } = this.#options;
    while (true) {
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      let timer;
      const silence = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new EventHubError(`nothing came from the hub for ${silenceMs} ms`)), silenceMs);
      });
      let chunk;
      try {
        chunk = /** @type {ReadableStreamReadResult<Uint8Array>} */ (await Promise.race([reader.read(), silence]));
      } catch (cause) {
        throw cause instanceof EventHubError ? cause : new EventHubError("the connection to the hub was lost", { cause });
      } finally {
        clearTimeout(timer);
      }

      if (chunk.done) return;
      yield* parser.push(chunk.value);
    }
  }

  /**
   * The event of a message, if it is one.
   * @param {import("./sse.js").SseMessage} message
   */
  #event({ id, event: name, data }) {
    // A block without data moves the resume point; a named one is of a later version.
    if (data === null || name !== null) return;
    const message = JSON.parse(data);
    if (message.type === "event") return withPayloadText(message.event, () => rawMember(data, "event"));
    if (message.type !== "reset") return;
    const reset = { reason: message.reason, id };
    if (!this.#options.onReset) throw new StreamResetError(reset);
    this.#options.onReset(reset);
  }
}
