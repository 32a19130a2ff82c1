import { EventHubError } from "./errors.js";
import { rpcError } from "./rpc.js";

/** Messages that may wait for their reader. SignalR pushes: past this the stream is dropped, and opened anew once the reader has caught up. */
const MAX_WAITING = 1000;

/** One subscription over RPC. */
export class RpcSource {
  #link;
  #options;
  #lastEventId;
  /** Dropped for being ahead of its reader: nothing is wrong, and nothing to wait for. */
  #isDropped = false;

  /**
   * @param {import("./rpc.js").RpcLink} link
   * @param {import("../index.js").SubscribeOptions} options
   * @param {string} lastEventId
   */
  constructor(link, options, lastEventId) {
    this.#link = link;
    this.#options = options;
    this.#lastEventId = lastEventId;
  }

  get retry() {
    return this.#isDropped ? 0 : undefined;
  }

  /**
   * @param {AbortSignal} signal
   * @returns {AsyncGenerator<import("./subscription.js").SourceMessage, void, undefined>}
   */
  async *messages(signal) {
    const { type, source, since } = this.#options;
    const connection = await this.#link.connected();
    signal.throwIfAborted();
    /** @type {any[]} */
    const waiting = [];
    /** @type {EventHubError | undefined} */
    let failure;
    let isOver = false;
    let wake = () => {};
    const end = (/** @type {EventHubError | undefined} */ error) => {
      failure = error;
      isOver = true;
      wake();
    };
    const filter = { type, source, since: since instanceof Date ? since.toISOString() : since, last_event_id: this.#lastEventId || undefined };
    const stream = connection.stream("Subscribe", filter).subscribe({
      next: (/** @type {any} */ item) => {
        if (isOver) return;
        waiting.push(item);
        wake();
        if (waiting.length < MAX_WAITING) return;
        this.#isDropped = true;
        end(undefined);
        stream.dispose();
      },
      error: (/** @type {unknown} */ error) => end(rpcError("Subscribe", error)),
      complete: () => end(new EventHubError("the hub ended the stream")),
    });
    const onAbort = () => end(undefined);
    signal.addEventListener("abort", onAbort, { once: true });
    let id = this.#lastEventId;
    try {
      while (true) {
        while (waiting.length > 0 && !signal.aborted) {
          const batch = waiting.splice(0);
          for (const message of batch) yield { id: (id = message.id ?? id), message };
        }

        if (signal.aborted) return;
        if (isOver) {
          if (failure) throw failure;
          return;
        }

        await /** @type {Promise<void>} */ (new Promise((resolve) => (wake = resolve)));
      }
    } finally {
      signal.removeEventListener("abort", onAbort);
      if (!isOver) stream.dispose();
    }
  }
}
