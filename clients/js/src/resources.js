import { orNull, pages } from "./pages.js";

const id = encodeURIComponent;

/** What can be done with webhooks. */
export class Webhooks {
  #transport;

  /** @param {import("./transport.js").Transport} transport */
  constructor(transport) {
    this.#transport = transport;
  }

  /** Registers one; its secret is in this answer and in no other. @param {any} webhook @param {any} [options] */
  async create(webhook, { signal } = {}) {
    const { json } = await this.#transport.request("POST", "webhooks", { body: webhook, signal, isRepeatable: false });
    return json.webhook;
  }

  /** @param {any} [options] */
  async list({ signal } = {}) {
    return (await this.#transport.request("GET", "webhooks", { signal })).json.webhooks;
  }

  /** @param {string} webhookId @param {any} [options] */
  async get(webhookId, { signal } = {}) {
    return (await orNull(this.#transport.request("GET", `webhooks/${id(webhookId)}`, { signal })))?.json.webhook ?? null;
  }

  /** @param {string} webhookId @param {any} changes @param {any} [options] */
  async update(webhookId, changes, { signal } = {}) {
    return (await this.#transport.request("PATCH", `webhooks/${id(webhookId)}`, { body: changes, signal })).json.webhook;
  }

  /** @param {string} webhookId @param {any} [options] */
  async delete(webhookId, { signal } = {}) {
    return (await orNull(this.#transport.request("DELETE", `webhooks/${id(webhookId)}`, { signal }))) !== null;
  }

  /** @param {string} webhookId @param {any} [rotation] @param {any} [options] */
  async rotateSecret(webhookId, rotation = {}, { signal } = {}) {
    return (await this.#transport.request("POST", `webhooks/${id(webhookId)}/rotate-secret`, { body: rotation, signal, isRepeatable: false })).json;
  }

  /** @param {string} webhookId @param {any} [options] */
  async test(webhookId, { signal } = {}) {
    return (await this.#transport.request("POST", `webhooks/${id(webhookId)}/test`, { signal, isRepeatable: false })).json;
  }
}

/** What can be done with subscriptions, whatever their destination. */
export class Subscriptions {
  #transport;

  /** @param {import("./transport.js").Transport} transport */
  constructor(transport) {
    this.#transport = transport;
  }

  /** @param {any} subscription @param {any} [options] */
  async create(subscription, { signal } = {}) {
    return (await this.#transport.request("POST", "subscriptions", { body: subscription, signal, isRepeatable: false })).json;
  }

  /** @param {any} [options] */
  async list({ signal } = {}) {
    return (await this.#transport.request("GET", "subscriptions", { signal })).json.subscriptions;
  }

  /** @param {string} subscriptionId @param {any} [options] */
  async get(subscriptionId, { signal } = {}) {
    return (await orNull(this.#transport.request("GET", `subscriptions/${id(subscriptionId)}`, { signal })))?.json ?? null;
  }

  /** @param {string} subscriptionId @param {any} changes @param {any} [options] */
  async update(subscriptionId, changes, { signal } = {}) {
    return (await this.#transport.request("PATCH", `subscriptions/${id(subscriptionId)}`, { body: changes, signal })).json;
  }

  /** @param {string} subscriptionId @param {any} [options] */
  async delete(subscriptionId, { signal } = {}) {
    return (await orNull(this.#transport.request("DELETE", `subscriptions/${id(subscriptionId)}`, { signal }))) !== null;
  }
}

/** What can be done with dispatches. */
export class Dispatches {
  #transport;

  /** @param {import("./transport.js").Transport} transport */
  constructor(transport) {
    this.#transport = transport;
  }

  /** @param {any} [query] */
  list(query = {}) {
    return pages(this.#transport, "dispatches", query);
  }

  /** @param {string} dispatchId @param {any} [options] */
  async get(dispatchId, { signal } = {}) {
    return (await orNull(this.#transport.request("GET", `dispatches/${id(dispatchId)}`, { signal })))?.json ?? null;
  }

  /** @param {string} dispatchId @param {any} [settings] @param {any} [options] */
  async retry(dispatchId, settings = {}, { signal } = {}) {
    return (await this.#transport.request("POST", `dispatches/${id(dispatchId)}/retry`, { body: settings, signal, isRepeatable: false })).json;
  }
}

/** What can be done with dead letters. */
export class DeadLetters {
  #transport;

  /** @param {import("./transport.js").Transport} transport */
  constructor(transport) {
    this.#transport = transport;
  }

  /** @param {any} [query] */
  list(query = {}) {
    return pages(this.#transport, "dead-letters", query);
  }

  /** @param {string} deadLetterId @param {any} [options] */
  async get(deadLetterId, { signal } = {}) {
    return (await orNull(this.#transport.request("GET", `dead-letters/${id(deadLetterId)}`, { signal })))?.json ?? null;
  }

  /** @param {string} deadLetterId @param {any} [options] */
  async redrive(deadLetterId, { signal } = {}) {
    return (await this.#transport.request("POST", `dead-letters/${id(deadLetterId)}/redrive`, { signal, isRepeatable: false })).json;
  }

  /** @param {any} [which] @param {any} [options] */
  async redriveAll(which = {}, { signal } = {}) {
    return (await this.#transport.request("POST", "dead-letters/redrive", { body: which, signal, isRepeatable: false })).json;
  }

  /** @param {string} deadLetterId @param {any} [options] */
  async delete(deadLetterId, { signal } = {}) {
    return (await orNull(this.#transport.request("DELETE", `dead-letters/${id(deadLetterId)}`, { signal }))) !== null;
  }
}
