/** Client of EventHub. Fields that come from or go to the hub have the names its HTTP interface gives them. */

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** An event as it is in the log. */
export interface HubEvent<P = any> {
  /** UUIDv7. */
  id: string;
  /** Place in the log: dense, in commit order. */
  sequence: number;
  type: string;
  version: string;
  source: string;
  subject: string | null;
  payload: P;
  /** The payload exactly as it was published, for what numbers of JavaScript cannot hold: `9007199254740993`, `1.0`. Not enumerable. */
  readonly payloadText: string;
  metadata: Record<string, any>;
  organization_id: string | null;
  user_id: string | null;
  session_id: string | null;
  instance_id: string;
  schema: string | null;
  entity: string | null;
  operation: string | null;
  /** Of all its dispatches together; of an event from a stream or a consumer, that of one just published. */
  status: "pending" | "processing" | "completed" | "failed";
  retry_count: number;
  error: string | null;
  created_at: string;
  processed_at: string | null;
  completed_at: string | null;
}

/** An event to publish. */
export interface NewEvent {
  /** Segments separated by dots: `user.created`. */
  type: string;
  /** Any JSON value. */
  payload?: unknown;
  /** The payload as JSON text, in place of `payload`: reaches every consumer as it stands here, numbers of any size included. */
  payloadText?: string;
  version?: string;
  source?: string;
  subject?: string | null;
  metadata?: Record<string, unknown>;
  organization_id?: string | null;
  user_id?: string | null;
  session_id?: string | null;
  schema?: string | null;
  entity?: string | null;
  operation?: string | null;
  idempotency_key?: string;
}

export interface CallOptions {
  /** Gives the call up; what was sent may have been done. */
  signal?: AbortSignal;
}

export interface PublishOptions extends CallOptions {
  /** Of all publishes with this key (for 24 h by default) only the first is stored. Default: a random one, for this call's own retries. */
  idempotencyKey?: string;
}

export interface Published {
  event_id: string;
  sequence: number;
  /** The hub had it already: published before under this key, or by a try of this call whose answer was lost. */
  duplicate: boolean;
  message: string;
  latency_ms: number;
}

export interface PublishedBatch {
  accepted: number;
  events: { event_id: string; sequence: number; duplicate: boolean }[];
}

export interface EventQuery extends CallOptions {
  /** Patterns over types: `user.created`, `user.*`, `audit.**`. */
  type?: string | readonly string[];
  source?: string;
  organization_id?: string;
  user_id?: string;
  /** Created at or after this time. */
  since?: string | Date;
  /** Created before this time. */
  until?: string | Date;
  /** Default `desc`: newest first. */
  order?: "asc" | "desc";
  /** Events per page, 1 to 1000; default 100. */
  limit?: number;
  /** `next_cursor` of a page: begins after it. */
  cursor?: string;
}

export interface EventPage {
  events: HubEvent[];
  count: number;
  next_cursor: string | null;
}

export interface EventWithDispatches {
  event: HubEvent;
  dispatches: Dispatch[];
  /** Subscriptions that were not active when the event came. */
  skipped?: { subscription_id: string; subscription: string }[];
}

/** Why a stream did not go on where it should have. */
export interface StreamReset {
  /**
   * `trimmed`: retention removed what comes next; goes on with the oldest event there is. `epoch`: of a log that was lost or restored. `future`: not
   * reached yet. `invalid`: not an id of the hub. These three go on with the next event.
   */
  reason: "trimmed" | "epoch" | "future" | "invalid";
  /** Where it goes on. */
  id: string;
}

export interface SubscribeOptions {
  /** Patterns over types; default all. */
  type?: string | readonly string[];
  source?: string;
  /** Begins with the event of this sequence (0: with the oldest) or of this time, then goes live. Default: with the next event. */
  since?: number | string | Date;
  /** `lastEventId` of an earlier subscription: goes on after it; before `since`. */
  lastEventId?: string;
  /** Called where events are missing, before the first after the gap. Without it the iteration throws a `StreamResetError` there. */
  onReset?: (reset: StreamReset) => void;
  /** A connection on which nothing comes for so long is opened anew. Default 45 000 ms; the hub sends something every 15 s at least. */
  silenceMs?: number;
  /** Ends the iteration with an error, the signal's reason; to end it without one, `break` or call `close()`. */
  signal?: AbortSignal;
}

/** A live stream that outlives its connections. For one `for await` loop. */
export interface Subscription<E = HubEvent> extends AsyncIterableIterator<E, undefined, undefined> {
  /** Everything up to here was handed out: keep it to go on after it in another process. */
  readonly lastEventId: string;
  next(): Promise<IteratorResult<E, undefined>>;
  return(): Promise<{ done: true; value: undefined }>;
  /** Ends it from outside of the loop. */
  close(): Promise<void>;
  [Symbol.asyncIterator](): Subscription<E>;
}

export interface ConsumerInfo {
  name: string;
  events: string[];
  start: string;
  /** Every event up to it is acknowledged, or not the consumer's. */
  cursor: number;
  /** Sequence of the newest event of the log. */
  head: number;
  /** Events of the log after the cursor, the consumer's or not. */
  lag: number;
  held_by: string | null;
  held_until: string | null;
  created_at: string;
  updated_at: string;
}

export interface ConsumerPage {
  events: HubEvent[];
  count: number;
  cursor: number;
  head: number;
  lag: number;
  /** `trimmed` when retention removed events before they were acknowledged. */
  reset: "trimmed" | null;
}

/** A cursor into the log that the hub keeps: ordered, one client at a time. */
export interface Consumer {
  readonly name: string;
  /** This client's own name. */
  readonly instance: string;
  /** Creates it, or changes which events it gets. `start` is for a new one: `now` (default), `beginning`, a sequence or a time. */
  create(settings: { events: readonly string[]; start?: string | number | Date }, options?: CallOptions): Promise<ConsumerInfo>;
  get(options?: CallOptions): Promise<ConsumerInfo | null>;
  /** False when there was none. */
  delete(options?: CallOptions): Promise<boolean>;
  /** The next events after the cursor, the same until they are acknowledged. Waits up to `waitMs` (30 000; at most 60 000) for the first. */
  poll(options?: CallOptions & { max?: number; waitMs?: number }): Promise<ConsumerPage>;
  /** Every event up to and including this sequence is done with. Forward only. */
  ack(sequence: number, options?: CallOptions): Promise<ConsumerInfo>;
  /** `now`, `beginning`, the sequence of the event to come next, or a time. */
  seek(to: number | string | Date, options?: CallOptions): Promise<ConsumerInfo>;
  /**
   * The events one after the other, for ever; acknowledged a page at a time, and only when the loop came back for the next one: an event whose handling
   * throws, or `break`s, comes again. Waits for its turn while another client has the consumer.
   */
  events(options?: CallOptions & { max?: number; onReset?: (reset: { reason: "trimmed" }) => void }): AsyncGenerator<HubEvent, undefined, undefined>;
}

/** Settings of a webhook; see the hub's /docs for all of them. */
export interface NewWebhook {
  url: string;
  events: readonly string[];
  name?: string;
  /** Left out: one is made. `null`: requests are not signed. */
  secret?: string | null;
  format?: "envelope" | "payload" | "cloudevents" | "cloudevents-binary";
  headers?: Record<string, string>;
  active?: boolean;
  paused?: boolean;
  ordering_key?: string | null;
  retry?: Record<string, unknown>;
  [setting: string]: unknown;
}

export interface Webhook {
  id: string;
  name: string;
  url: string;
  events: string[];
  active: boolean;
  paused: boolean;
  has_secret: boolean;
  /** Only in the answer that set it. */
  secret?: string;
  delivery: Record<string, any>;
  created_at: string;
  updated_at: string;
  [setting: string]: any;
}

export interface Webhooks {
  /** The answer is the only one with the secret. Not sent again when its answer is lost: it would be there twice. */
  create(webhook: NewWebhook, options?: CallOptions): Promise<Webhook>;
  list(options?: CallOptions): Promise<Webhook[]>;
  get(id: string, options?: CallOptions): Promise<Webhook | null>;
  /** Fields that are named change; `null` resets one. */
  update(id: string, changes: Partial<NewWebhook>, options?: CallOptions): Promise<Webhook>;
  /** False when there was none. */
  delete(id: string, options?: CallOptions): Promise<boolean>;
  rotateSecret(
    id: string,
    rotation?: { secret?: string; grace_seconds?: number },
    options?: CallOptions,
  ): Promise<{ secret: string; previous_secret_expires_at: string | null; webhook: Webhook }>;
  /** Sends it an event of type `webhook.triggered`. */
  test(id: string, options?: CallOptions): Promise<{ event_id: string }>;
}

/** Which events go where, and how; see the hub's /docs for all settings. */
export interface NewSubscription {
  name?: string;
  events: readonly string[];
  destination: { type: "rpc"; name: string } | { type: "webhook"; url: string; [setting: string]: unknown } | { type: string; [setting: string]: unknown };
  source?: string | null;
  condition?: unknown;
  delivery?: Record<string, unknown>;
  /** `now` (default), `beginning`, a sequence or a time. */
  start?: string | number;
  active?: boolean;
  paused?: boolean;
}

export interface SubscriptionInfo {
  id: string;
  name: string;
  events: string[];
  destination: Record<string, any>;
  delivery: Record<string, any>;
  active: boolean;
  paused: boolean;
  created_at: string;
  updated_at: string;
  [setting: string]: any;
}

export interface Subscriptions {
  /** Not sent again when its answer is lost: it would be there twice. */
  create(subscription: NewSubscription, options?: CallOptions): Promise<SubscriptionInfo>;
  list(options?: CallOptions): Promise<SubscriptionInfo[]>;
  get(id: string, options?: CallOptions): Promise<SubscriptionInfo | null>;
  /** Fields that are named change; `null` resets one. */
  update(id: string, changes: Partial<NewSubscription>, options?: CallOptions): Promise<SubscriptionInfo>;
  /** False when there was none. */
  delete(id: string, options?: CallOptions): Promise<boolean>;
}

/** One event for one subscription. */
export interface Dispatch {
  id: string;
  event_id: string;
  sequence: number;
  subscription_id: string;
  subscription: string;
  status: "ongoing" | "complete" | "ignored" | "failed" | "misconfigured" | "lost";
  attempt_count: number;
  created_at: string;
  next_attempt_at: string | null;
  resulted_at: string | null;
  last_error: string | null;
}

export interface Attempt {
  number: number;
  started_at: string;
  duration_ms: number;
  result: string;
  http_status: number | null;
  response_body: string | null;
  error: string | null;
}

export interface DispatchQuery extends CallOptions {
  status?: Dispatch["status"];
  subscription_id?: string;
  event_id?: string;
  order?: "asc" | "desc";
  limit?: number;
  cursor?: string;
}

export interface Dispatches {
  /** Page by page. */
  list(query?: DispatchQuery): AsyncGenerator<{ dispatches: Dispatch[]; next_cursor: string | null }, void, undefined>;
  get(id: string, options?: CallOptions): Promise<(Dispatch & { attempts: Attempt[] }) | null>;
  /** Delivers an ended one again, as a new dispatch. */
  retry(id: string, settings?: { delay_seconds?: number; max_retries?: number; retry_delay?: number }, options?: CallOptions): Promise<{ dispatch_id: string }>;
}

export interface DeadLetter extends Omit<Dispatch, "subscription"> {
  subscription: { id: string; name: string; destination: Record<string, any> };
  reason: string;
  dead_at: string;
  event: HubEvent;
  attempts: Attempt[];
}

export interface DeadLetterQuery extends CallOptions {
  subscription_id?: string;
  since?: string | Date;
  until?: string | Date;
  type?: string;
  order?: "asc" | "desc";
  limit?: number;
  cursor?: string;
}

export interface DeadLetters {
  /** Page by page. */
  list(query?: DeadLetterQuery): AsyncGenerator<{ dead_letters: DeadLetter[]; next_cursor: string | null }, void, undefined>;
  get(id: string, options?: CallOptions): Promise<DeadLetter | null>;
  redrive(id: string, options?: CallOptions): Promise<{ dispatch_id: string }>;
  redriveAll(which?: { subscription_id?: string; since?: string; until?: string; type?: string }, options?: CallOptions): Promise<{ redriven: number }>;
  /** Takes it off the list. False when there was none. */
  delete(id: string, options?: CallOptions): Promise<boolean>;
}

/** An event to handle, and which dispatch it is. */
export type HandledEvent<P = any> = RpcEvent<P> & {
  dispatch: { /** The same on every attempt. */ id: string; /** From 1. */ attempt: number; destination: string; subscription_id: string };
};

/** An event that came over RPC, whose exact text is lost on the way. */
export type RpcEvent<P = any> = Omit<HubEvent<P>, "payloadText">;

/** What became of an event; nothing means `complete`. `failed`, a throw and anything else: tried again as the subscription says. */
export type HandlerResult = void | "complete" | "ignored" | "failed";

export type RpcHandler = (event: HandledEvent) => HandlerResult | Promise<HandlerResult>;

/** Over one WebSocket, opened when it is first needed. Needs the package `@microsoft/signalr`. */
export interface Rpc {
  /** As `publish`. */
  emit(event: Omit<NewEvent, "payloadText">, options?: PublishOptions): Promise<Published>;
  /** As `subscribe`. */
  subscribe(options?: SubscribeOptions): Subscription<RpcEvent>;
  /** As `EventHub.serve`. */
  serve(name: string, handler: RpcHandler, options?: CallOptions): Promise<Served>;
  /** Closes the WebSocket of `emit` and `subscribe`. */
  close(): Promise<void>;
}

/** A name that is served. */
export interface Served {
  readonly name: string;
  close(): Promise<void>;
}

export interface RetryOptions {
  /** Tries in all. Default 6; streams try for ever. */
  attempts: number;
  /** Wait after the first failure; doubles. Default 250 ms. */
  initialDelayMs: number;
  /** Default 15 000 ms. A longer `Retry-After` of the hub (up to two minutes) is honoured all the same. */
  maxDelayMs: number;
}

export interface EventHubOptions {
  /** Where the hub is, a path before it included: `http://127.0.0.1:3000`. */
  url: string | URL;
  /** Headers of every request, for a proxy that asks who you are; a function is called for each. */
  headers?: Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>);
  /** In place of the global one. */
  fetch?: typeof globalThis.fetch;
  retry?: Partial<RetryOptions>;
  /** Of one try. Default 30 000 ms. */
  timeoutMs?: number;
  /** The module `@microsoft/signalr`, where it cannot be imported by that name: `window.signalR` of its browser build. */
  signalR?: unknown;
  /** Told before each wait for another try, also of streams. */
  onRetry?: (retry: { attempt: number; delayMs: number; error: EventHubError }) => void;
}

/** A hub. Holds no connection of its own. */
export class EventHub {
  constructor(options: EventHubOptions | string);
  readonly webhooks: Webhooks;
  readonly subscriptions: Subscriptions;
  readonly dispatches: Dispatches;
  readonly deadLetters: DeadLetters;
  readonly rpc: Rpc;
  /** Publishes an event: durable, and in the log once however often it was sent, when this resolves. */
  publish(event: NewEvent, options?: PublishOptions): Promise<Published>;
  /** Publishes up to 1000 events, all or none. */
  publishBatch(events: readonly NewEvent[], options?: PublishOptions): Promise<PublishedBatch>;
  /** Events that are in the log, page by page. */
  query(query?: EventQuery): AsyncGenerator<EventPage, void, undefined>;
  /** An event and its dispatches; null when there is none. */
  get(id: string, options?: CallOptions): Promise<EventWithDispatches | null>;
  /** Events as they come, across lost connections and restarts of the hub, with no gap and no duplicate. */
  subscribe(options?: SubscribeOptions): Subscription;
  /** A consumer; `instance` is this client's own name, a random one by default. */
  consumer(name: string, options?: { instance?: string }): Consumer;
  /**
   * Handles the events of every subscription whose destination is `{"type":"rpc","name":name}`, across lost connections, until it is closed; several
   * processes that serve one name share the work. Resolves once the hub knows.
   */
  serve(name: string, handler: RpcHandler, options?: CallOptions): Promise<Served>;
}

/** A request was refused, or the hub could not be reached. */
export class EventHubError extends Error {
  constructor(message: string, details?: { status?: number; problem?: Record<string, any>; retryAfterMs?: number; cause?: unknown });
  /** HTTP status; undefined when no answer came. */
  status: number | undefined;
  /** A word for programs, such as `CONSUMER_IS_HELD`. */
  code: string | undefined;
  /** What is wrong, by field. */
  errors: Record<string, string[]>;
  /** The body of the answer (RFC 9457). */
  problem: Record<string, any> | undefined;
  retryAfterMs: number | undefined;
}

/** A stream cannot go on where it should: events in between are missing, or may be. */
export class StreamResetError extends EventHubError {
  constructor(reset: StreamReset);
  reason: StreamReset["reason"];
  /** Pass it as `lastEventId` to go on after the gap. */
  resumeId: string;
}

/** A request is not one of the hub's webhook requests. */
export class WebhookVerificationError extends Error {
  constructor(message: string);
}

export type WebhookHeaders = Headers | Record<string, string | readonly string[] | undefined>;

export interface VerifyOptions {
  /** How far the request's time may be from now, either way. Default 300. */
  toleranceSeconds?: number;
  now?: Date;
  /** `standard` (default): Standard Webhooks. `x-signature`: the `X-Signature` header, which does not protect against a request sent again. */
  scheme?: "standard" | "x-signature";
}

/**
 * Checks that a webhook's request was sent by the hub and not changed; gives its parsed body.
 * @param body Exactly as received.
 * @param secrets `whsec_…` or any other text; several during a rotation.
 * @throws {WebhookVerificationError}
 */
export function verifyWebhook(body: string | Uint8Array | ArrayBuffer, headers: WebhookHeaders, secrets: string | readonly string[], options?: VerifyOptions): Promise<any>;
