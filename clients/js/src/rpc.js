import { EventHubError } from "./errors.js";
import { RpcSource } from "./rpc-source.js";
import { Subscription } from "./subscription.js";
import { backoff, wait } from "./wait.js";

/** Codes of problems that may pass. */
const TRANSIENT = new Set(["UNAVAILABLE", "QUEUE_FULL", "INTERNAL", "TOO_MANY_STREAMS", "TOO_MANY_CONNECTIONS"]);

/** A connection to `/rpc`, made when it is needed and again when it was lost. */
export class RpcLink {
  #transport;
  #signalR;
  #prepare;
  /** @type {Promise<import("@microsoft/signalr").HubConnection> | null} */
  #connection = null;
  #isClosed = false;

  /** Called when the connection was lost. @type {() => void} */
  onLost = () => {};

  /**
   * @param {import("./transport.js").Transport} transport
   * @param {any} signalR The module, where it cannot be imported.
   * @param {(connection: import("@microsoft/signalr").HubConnection) => (() => Promise<void>) | void} [prepare] Before it starts; gives what is to be done first.
   */
  constructor(transport, signalR, prepare = () => {}) {
    this.#transport = transport;
    this.#signalR = signalR;
    this.#prepare = prepare;
  }

  /** The connection; one try to make it where there is none. @throws {EventHubError} */
  connected() {
    if (this.#isClosed) return Promise.reject(new EventHubError("the connection was closed", { status: 400 }));
    if (this.#connection) return this.#connection;
    const starting = this.#start(() => {
      if (this.#connection !== starting) return;
      this.#connection = null;
      if (!this.#isClosed) this.onLost();
    });
    this.#connection = starting;
    starting.catch(() => {
      if (this.#connection === starting) this.#connection = null;
    });
    return starting;
  }

  /** Calls a method, again after failures that may pass. @param {string} method @param {unknown} argument @param {AbortSignal} [signal] */
  async invoke(method, argument, signal) {
    const { retry, onRetry } = this.#transport;
    for (let failures = 1; ; failures++) {
      signal?.throwIfAborted();
      try {
        return await (await this.connected()).invoke(method, argument);
      } catch (cause) {
        const error = rpcError(method, cause);
        if (error.status !== undefined || failures >= retry.attempts) throw error;
        const delayMs = backoff(failures, retry);
        onRetry?.({ attempt: failures, delayMs, error });
        await wait(delayMs, signal);
      }
    }
  }

  async close() {
    this.#isClosed = true;
    const connection = await this.#connection?.catch(() => null);
    await connection?.stop();
  }

  /** @param {() => void} onClose */
  async #start(onClose) {
    const { HubConnectionBuilder, LogLevel } = this.#signalR ?? (await load());
    const headers = Object.fromEntries(await this.#transport.headers());
    const connection = new HubConnectionBuilder().withUrl(this.#transport.url("rpc").href, { headers }).configureLogging(LogLevel.None).build();
    connection.onclose(onClose);
    const begin = this.#prepare(connection);
    try {
      await connection.start();
      await begin?.();
      return connection;
    } catch (cause) {
      await connection.stop();
      throw rpcError("rpc", cause);
    }
  }
}

/** What can be done over one WebSocket. Needs the package `@microsoft/signalr`. */
export class Rpc {
  #transport;
  #signalR;
  #link;

  /** @param {import("./transport.js").Transport} transport @param {any} signalR */
  constructor(transport, signalR) {
    this.#transport = transport;
    this.#signalR = signalR;
    this.#link = new RpcLink(transport, signalR);
  }

  /** @param {import("../index.js").NewEvent} event @param {import("../index.js").PublishOptions} [options] */
  async emit(event, { idempotencyKey = event.idempotency_key ?? crypto.getRandomValues(new BigUint64Array(2)).join("-"), signal } = {}) {
    if (event.payloadText !== undefined) throw new TypeError("payloadText cannot be sent over RPC; use publish()");
    return await this.#link.invoke("Emit", { ...event, idempotency_key: idempotencyKey }, signal);
  }

  /** @param {import("../index.js").SubscribeOptions} [options] */
  subscribe(options = {}) {
    return new Subscription(this.#transport, options, (lastEventId) => new RpcSource(this.#link, options, lastEventId));
  }

  /** @param {string} name @param {import("../index.js").RpcHandler} handler @param {{ signal?: AbortSignal }} [options] */
  async serve(name, handler, { signal } = {}) {
    const closed = new AbortController();
    const over = signal ? AbortSignal.any([signal, closed.signal]) : closed.signal;
    const link = new RpcLink(this.#transport, this.#signalR, (connection) => {
      connection.on("Handle", async (event) => (await handler(event)) ?? "complete");
      return () => connection.invoke("Serve", name);
    });
    const keep = async () => {
      for (let failures = 1; !over.aborted; failures++) {
        try {
          return void (await link.connected());
        } catch (cause) {
          const error = rpcError("Serve", cause);
          if (error.status !== undefined) throw error;
          const delayMs = backoff(failures, this.#transport.retry);
          this.#transport.onRetry?.({ attempt: failures, delayMs, error });
          await wait(delayMs, over).catch(() => {});
        }
      }
    };
    // What was served once is served again; the hub does not change its mind about a name.
    link.onLost = () => void keep().catch(() => {});
    over.addEventListener("abort", () => void link.close(), { once: true });
    try {
      await keep();
    } catch (error) {
      await link.close();
      throw error;
    }

    signal?.throwIfAborted();
    return {
      name,
      async close() {
        closed.abort();
        await link.close();
      },
    };
  }

  async close() {
    await this.#link.close();
  }
}

/**
 * What went wrong, as for HTTP: `status` is set when trying again is of no use.
 * @param {string} method
 * @param {any} cause
 */
export function rpcError(method, cause) {
  if (cause instanceof EventHubError) return cause;
  const said = /HubException: (?:([A-Z_]+): )?([\s\S]*)$/.exec(cause?.message ?? "");
  if (!said) return new EventHubError(`${method}: the hub could not be reached (${cause?.message ?? cause})`, { cause });
  const [, code = "INTERNAL", text] = said;
  return new EventHubError(`${method}: ${text}`, { cause, problem: { code, error: text }, status: TRANSIENT.has(code) ? undefined : 400 });
}

async function load() {
  let module;
  try {
    module = await import("@microsoft/signalr");
  } catch (cause) {
    throw new EventHubError("RPC needs the package @microsoft/signalr (npm install @microsoft/signalr), or the module as the option signalR", { cause, status: 400 });
  }

  return module.HubConnectionBuilder ? module : /** @type {any} */ (module).default;
}
