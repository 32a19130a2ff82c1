import { EventHubError, StreamResetError } from "./errors.js";
import { withPayloadText, rawMember } from "./json.js";
import { backoff, wait } from "./wait.js";

/** Answers that will not get better by asking again. */
const isFinal = (/** @type {number} */ status) => status >= 400 && status < 500 && status !== 408 && status !== 425 && status !== 429;

/**
 * What comes over a connection: a message with its place, or a place alone. The first message of a connection has no place of its own.
 * @typedef {{ id: string, message?: any, text?: string }} SourceMessage
 */

/**
 * One connection; a new one is made to go on.
 * @typedef {{ messages(signal: AbortSignal): AsyncGenerator<SourceMessage, void, undefined>, readonly retry?: number }} Source
 */

/**
 * A live stream that outlives its connections: an async iterator of events.
 * @implements {AsyncIterableIterator<import("../index.js").HubEvent>}
 */
export class Subscription {
  #transport;
  #connect;
  #options;
  #closed = new AbortController();
  #signal;
  #events;

  /**
   * @param {import("./transport.js").Transport} transport
   * @param {import("../index.js").SubscribeOptions} options
   * @param {(lastEventId: string) => Source} connect
   */
  constructor(transport, options, connect) {
    this.#transport = transport;
    this.#connect = connect;
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
      const source = this.#connect(this.lastEventId);
      let failure = new EventHubError("the hub ended the stream");
      try {
        for await (const message of source.messages(this.#signal)) {
          failures = 0;
          const event = this.#event(message);
          this.lastEventId = message.id;
          if (event) yield event;
        }
      } catch (error) {
        if (this.#isOver()) return;
        if (!(error instanceof EventHubError) || error instanceof StreamResetError) throw error;
        if (error.status !== undefined && isFinal(error.status)) throw error;
        failure = error;
      }

      if (this.#isOver()) return;
      failures++;
      const delayMs = source.retry ?? backoff(failures, this.#transport.retry, failure.retryAfterMs);
      if (delayMs > 0) this.#transport.onRetry?.({ attempt: failures, delayMs, error: failure });
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

  /**
   * The event of a message, if it is one.
   * @param {SourceMessage} message
   */
  #event({ id, message, text }) {
    if (message?.type === "event") return text === undefined ? message.event : withPayloadText(message.event, () => rawMember(text, "event"));
    if (message?.type !== "reset") return;
    const reset = { reason: message.reason, id };
    if (!this.#options.onReset) throw new StreamResetError(reset);
    this.#options.onReset(reset);
  }
}
