/** A request was refused, or the hub could not be reached. What the hub said is in `problem` (RFC 9457). */
export class EventHubError extends Error {
  /**
   * @param {string} message
   * @param {{ status?: number, problem?: Record<string, any>, retryAfterMs?: number, cause?: unknown }} [details]
   */
  constructor(message, { status, problem, retryAfterMs, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "EventHubError";
    /** HTTP status; undefined when no answer came. */
    this.status = status;
    /** A word for programs, such as `CONSUMER_IS_HELD`; undefined where the status says enough. @type {string | undefined} */
    this.code = problem?.code;
    /** What is wrong, by field. @type {Record<string, string[]>} */
    this.errors = problem?.errors ?? {};
    /** The body of the answer. */
    this.problem = problem;
    /** How long the hub asked to wait before the next try. */
    this.retryAfterMs = retryAfterMs;
  }

  /**
   * What a bad answer says.
   * @param {string} request For the message.
   * @param {Response} response
   */
  static async from(request, response) {
    const text = await response.text().catch(() => "");
    /** @type {Record<string, any> | undefined} */
    let problem;
    try {
      const parsed = JSON.parse(text);
      if (typeof parsed === "object" && parsed !== null) problem = parsed;
    } catch {
      // Not the hub's own answer: a proxy's page, perhaps.
    }

    const said = problem?.error ?? problem?.title ?? text.slice(0, 200);
    return new EventHubError(`${request}: ${response.status} ${said}`.trimEnd(), { status: response.status, problem, retryAfterMs: retryAfterOf(response) });
  }
}

/** A stream cannot go on where it should: events in between are missing, or may be. */
export class StreamResetError extends EventHubError {
  /** @param {import("../index.js").StreamReset} reset */
  constructor(reset) {
    super(`the stream was reset (${reset.reason}): events may be missing; pass onReset to go on, or read the gap with query()`);
    this.name = "StreamResetError";
    /** Why. */
    this.reason = reset.reason;
    /** Resume here to go on after the gap. */
    this.resumeId = reset.id;
  }
}

/** A request is not one of the hub's webhook requests: not signed, signed with another secret, changed, or too old. */
export class WebhookVerificationError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "WebhookVerificationError";
  }
}

/**
 * `Retry-After` in milliseconds, given as seconds or as a date.
 * @param {Response} response
 * @returns {number | undefined}
 */
function retryAfterOf(response) {
  const value = response.headers.get("retry-after");
  if (value === null) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
