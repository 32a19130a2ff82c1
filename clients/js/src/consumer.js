import { EventHubError } from "./errors.js";
import { withPayloadTexts } from "./json.js";
import { orNull } from "./pages.js";
import { wait } from "./wait.js";

const INSTANCE = "x-consumer-instance";
const LONGEST_WAIT_FOR_LEASE_MS = 5_000;
/** What an answer may take longer than the hub was asked to wait. */
const ANSWER_MS = 10_000;

/** A cursor into the log that the hub keeps. */
export class Consumer {
  #transport;
  #path;

  /**
   * @param {import("./transport.js").Transport} transport
   * @param {string} name
   * @param {string} instance
   */
  constructor(transport, name, instance) {
    this.#transport = transport;
    this.#path = `consumers/${encodeURIComponent(name)}`;
    /** The consumer's name. */
    this.name = name;
    /** This client's own name: for 30 s after each poll no other gets the consumer's events. */
    this.instance = instance;
  }

  /** Creates it; of one that exists only `events` changes. @param {any} settings @param {any} [options] */
  async create(settings, { signal } = {}) {
    return (await this.#transport.request("PUT", this.#path, { body: settings, signal })).json;
  }

  /** How it stands; null when there is none. @param {any} [options] */
  async get({ signal } = {}) {
    return (await orNull(this.#transport.request("GET", this.#path, { signal })))?.json ?? null;
  }

  /** @param {any} [options] */
  async delete({ signal } = {}) {
    return (await orNull(this.#transport.request("DELETE", this.#path, { signal }))) !== null;
  }

  /** The next events after the cursor; waits for one. @param {any} [options] */
  async poll({ max, waitMs = 30_000, signal } = {}) {
    const { json, text } = await this.#transport.request("GET", `${this.#path}/events`, {
      query: { max, wait_ms: waitMs },
      headers: { [INSTANCE]: this.instance },
      timeoutMs: waitMs + ANSWER_MS,
      signal,
    });
    withPayloadTexts(json.events, text);
    return json;
  }

  /** Every event up to this one is done with; durable when this resolves. @param {number} sequence @param {any} [options] */
  async ack(sequence, { signal } = {}) {
    return (await this.#transport.request("POST", `${this.#path}/ack`, { body: { sequence }, headers: { [INSTANCE]: this.instance }, signal })).json;
  }

  /** Moves the cursor anywhere. @param {number | string | Date} to @param {any} [options] */
  async seek(to, { signal } = {}) {
    return (await this.#transport.request("POST", `${this.#path}/seek`, { body: { to }, headers: { [INSTANCE]: this.instance }, signal })).json;
  }

  /**
   * The events one by one, for ever: those of a page are acknowledged when the loop asks for the one after it, so that an event whose handling throws
   * comes again. While another client has the consumer this one waits for its turn.
   * @param {any} [options]
   * @returns {AsyncGenerator<import("../index.js").HubEvent, undefined, undefined>}
   */
  async *events({ max, onReset, signal } = {}) {
    let done = 0;
    try {
      while (true) {
        const page = await this.#pollInTurn({ max, signal });
        if (page.reset) {
          if (!onReset) throw new EventHubError(`consumer ${this.name}: events were removed by retention before they were acknowledged; pass onReset to go on with those left`);
          onReset({ reason: page.reset });
        }

        for (const event of page.events) {
          yield event;
          done = event.sequence;
        }

        if (done > page.cursor) await this.ack(done, { signal });
        done = 0;
      }
    } finally {
      // Left in the middle of a page: what was handled is not to come again.
      if (done > 0) await this.ack(done).catch(() => {});
    }
  }

  /** @param {any} options */
  async #pollInTurn(options) {
    while (true) {
      try {
        return await this.poll(options);
      } catch (/** @type {any} */ error) {
        if (error?.code !== "CONSUMER_IS_HELD") throw error;
        const heldFor = Date.parse(error.problem.held_until) - Date.now();
        await wait(Math.min(Math.max(heldFor, 250), LONGEST_WAIT_FOR_LEASE_MS), options.signal);
      }
    }
  }
}
