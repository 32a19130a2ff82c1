import { Consumer } from "./consumer.js";
import { rawMember, withPayloadText, withPayloadTexts } from "./json.js";
import { orNull, pages } from "./pages.js";
import { DeadLetters, Dispatches, Subscriptions, Webhooks } from "./resources.js";
import { Rpc } from "./rpc.js";
import { SseSource } from "./sse-source.js";
import { Subscription } from "./subscription.js";
import { Transport } from "./transport.js";

/** A hub. Holds no connection of its own: those of streams and RPC are opened when asked for. */
export class EventHub {
  #transport;

  /** @param {import("../index.js").EventHubOptions | string} options */
  constructor(options) {
    const given = typeof options === "string" ? { url: options } : options;
    this.#transport = new Transport(given);
    /** Webhooks. */
    this.webhooks = new Webhooks(this.#transport);
    /** Subscriptions: webhooks and those with another destination. */
    this.subscriptions = new Subscriptions(this.#transport);
    /** Dispatches. */
    this.dispatches = new Dispatches(this.#transport);
    /** Dead letters. */
    this.deadLetters = new DeadLetters(this.#transport);
    /** The same over one WebSocket. */
    this.rpc = new Rpc(this.#transport, given.signalR);
  }

  /**
   * Publishes an event; it is durable when this resolves. Sent again after failures that may pass, under one idempotency key, so that it is in the log
   * once however often it was sent.
   * @param {import("../index.js").NewEvent} event
   * @param {import("../index.js").PublishOptions} [options]
   * @returns {Promise<import("../index.js").Published>}
   */
  async publish(event, { idempotencyKey = event.idempotency_key ?? newKey(), signal } = {}) {
    const { json, status } = await this.#transport.request("POST", "events", { text: eventText({ ...event, idempotency_key: idempotencyKey }), signal });
    return { ...json, duplicate: status === 200 };
  }

  /**
   * Publishes up to 1000 events, all or none, as `publish` does.
   * @param {readonly import("../index.js").NewEvent[]} events
   * @param {import("../index.js").PublishOptions} [options]
   * @returns {Promise<import("../index.js").PublishedBatch>}
   */
  async publishBatch(events, { idempotencyKey = newKey(), signal } = {}) {
    const text = `[${events.map(eventText).join(",")}]`;
    return (await this.#transport.request("POST", "events/batch", { text, headers: { "idempotency-key": idempotencyKey }, signal })).json;
  }

  /**
   * Events that are in the log, page by page.
   * @param {import("../index.js").EventQuery} [query]
   * @returns {AsyncGenerator<import("../index.js").EventPage, void, undefined>}
   */
  query(query = {}) {
    return pages(this.#transport, "events", query, (page, text) => {
      withPayloadTexts(page.events, text);
      return page;
    });
  }

  /**
   * An event and what became of it; null when there is none.
   * @param {string} id
   * @param {import("../index.js").CallOptions} [options]
   * @returns {Promise<import("../index.js").EventWithDispatches | null>}
   */
  async get(id, { signal } = {}) {
    const answer = await orNull(this.#transport.request("GET", `events/${encodeURIComponent(id)}`, { signal }));
    if (answer) withPayloadText(answer.json.event, () => rawMember(answer.text, "event"));
    return answer?.json ?? null;
  }

  /**
   * Events as they come, across lost connections and restarts of the hub, with no gap and no duplicate.
   * @param {import("../index.js").SubscribeOptions} [options]
   * @returns {Subscription}
   */
  subscribe(options = {}) {
    return new Subscription(this.#transport, options, (lastEventId) => new SseSource(this.#transport, "events/stream", options, lastEventId));
  }

  /**
   * A consumer: a cursor the hub keeps. Whether there is one of this name shows when it is used.
   * @param {string} name
   * @param {{ instance?: string }} [options]
   * @returns {Consumer}
   */
  consumer(name, { instance = `js-${newKey()}` } = {}) {
    return new Consumer(this.#transport, name, instance);
  }

  /**
   * Handles the events of every subscription whose destination is `{"type":"rpc","name":name}`, until it is closed; resolves once the hub knows.
   * @param {string} name
   * @param {import("../index.js").RpcHandler} handler
   * @param {import("../index.js").CallOptions} [options]
   */
  serve(name, handler, options = {}) {
    return this.rpc.serve(name, handler, options);
  }
}

/** 128 random bits; `crypto.randomUUID` is missing on pages without https. */
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * An event as JSON, with `payloadText` in place of `payload` when it has one.
 * @param {import("../index.js").NewEvent} event
 */
function eventText({ payloadText, ...event }) {
  if (payloadText === undefined) return JSON.stringify(event);
  if (event.payload !== undefined) throw new TypeError("an event has either payload or payloadText");
  JSON.parse(payloadText); // what is not JSON must not be able to close the object and write further fields
  const rest = JSON.stringify({ ...event, payload: undefined }).slice(1);
  return `{"payload":${payloadText}${rest === "}" ? "" : ","}${rest}`;
}
