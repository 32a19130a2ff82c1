import { EventHubError } from "./errors.js";
import { backoff, wait } from "./wait.js";

/** Statuses after which the same request may well be answered otherwise. */
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Of these the hub says that nothing was done, so that a request that must not be made twice may be made again.
 */
const NOTHING_DONE = new Set([429]);

/** A client that is told to come back later than this tells its caller instead. */
const LONGEST_RETRY_AFTER_MS = 120_000;

/**
 * @typedef {object} RequestOptions
 * @property {Record<string, string | number | boolean | readonly string[] | Date | null | undefined>} [query] Empty ones are left out.
 * @property {unknown} [body] Sent as JSON.
 * @property {string} [text] Sent as it is, as JSON.
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {boolean} [isRepeatable] May be sent again when nobody knows what became of it. Default true.
 * @property {number} [timeoutMs] In place of the client's.
 */

/** Sends requests, again where that makes sense. */
export class Transport {
  #url;
  #headers;
  #fetch;

  /** @param {import("../index.js").EventHubOptions} options */
  constructor({ url, headers = {}, fetch = globalThis.fetch, retry = {}, timeoutMs = 30_000, onRetry }) {
    this.#url = new URL(url);
    if (!this.#url.pathname.endsWith("/")) this.#url.pathname += "/";
    this.#headers = headers;
    this.#fetch = fetch;
    this.retry = { attempts: 6, initialDelayMs: 250, maxDelayMs: 15_000, ...retry };
    this.timeoutMs = timeoutMs;
    this.onRetry = onRetry;
  }

  /**
   * The absolute URL of a path of the hub.
   * @param {string} path Without a slash at its beginning.
   * @param {RequestOptions["query"]} [query]
   */
  url(path, query = {}) {
    const url = new URL(path, this.#url);
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined || value === null) continue;
      if (Array.isArray(value)) for (const item of value) url.searchParams.append(name, item);
      else url.searchParams.append(name, value instanceof Date ? value.toISOString() : String(value));
    }

    return url;
  }

  /** The headers of every request: those given, or what the function given makes of it each time. */
  async headers() {
    return new Headers(typeof this.#headers === "function" ? await this.#headers() : this.#headers);
  }

  /**
   * One try, with no interpretation of its answer.
   * @param {string} method
   * @param {URL} url
   * @param {{ headers?: Record<string, string>, body?: string, signal?: AbortSignal }} [init]
   */
  async fetch(method, url, { headers = {}, body, signal } = {}) {
    const all = await this.headers();
    for (const [name, value] of Object.entries(headers)) all.set(name, value);
    // Called as a function of nothing: browsers refuse fetch as a method.
    const fetch = this.#fetch;
    return await fetch(url, { method, headers: all, body, signal, cache: "no-store" });
  }

  /**
   * Sends a request and reads its whole answer, again after failures that may pass.
   * @param {string} method
   * @param {string} path
   * @param {RequestOptions} [options]
   * @returns {Promise<{ status: number, headers: Headers, text: string, json: any }>}
   * @throws {EventHubError} Refused, or failed for good.
   */
  async request(method, path, { query, body, text, headers = {}, signal, isRepeatable = true, timeoutMs = this.timeoutMs } = {}) {
    const url = this.url(path, query);
    const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
    if (content !== undefined) headers = { "content-type": "application/json", ...headers };
    for (let failures = 1; ; failures++) {
      signal?.throwIfAborted();
      const failure = await this.#try(method, url, { headers, body: content, signal, timeoutMs });
      if (!(failure instanceof EventHubError)) return failure;
      signal?.throwIfAborted();
      const { status, retryAfterMs = 0 } = failure;
      const mayPass = status === undefined || TRANSIENT.has(status);
      const mayRepeat = isRepeatable || (status !== undefined && NOTHING_DONE.has(status));
      if (!mayPass || !mayRepeat || failures >= this.retry.attempts || retryAfterMs > LONGEST_RETRY_AFTER_MS) throw failure;
      const delayMs = backoff(failures, this.retry, retryAfterMs);
      this.onRetry?.({ attempt: failures, delayMs, error: failure });
      await wait(delayMs, signal);
    }
  }

  /**
   * @param {string} method
   * @param {URL} url
   * @param {{ headers: Record<string, string>, body?: string, signal?: AbortSignal, timeoutMs: number }} init
   */
  async #try(method, url, { timeoutMs, signal, ...init }) {
    const name = `${method} ${url.pathname}`;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await this.fetch(method, url, { ...init, signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
      if (!response.ok) return await EventHubError.from(name, response);
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: text === "" ? undefined : JSON.parse(text) };
    } catch (cause) {
      if (timeout.aborted) return new EventHubError(`${name}: no answer from ${url.origin} within ${timeoutMs} ms`, { cause });
      if (cause instanceof SyntaxError) return new EventHubError(`${name}: the answer of ${url.origin} is not JSON`, { cause, status: 502 });
      return new EventHubError(`${name}: ${url.origin} could not be reached (${reason(cause)})`, { cause });
    }
  }
}

/** What fetch says is often just "fetch failed"; the system's word is in its cause. @param {any} error */
function reason(error) {
  return error?.cause?.code ?? error?.cause?.message ?? error?.message ?? String(error);
}
