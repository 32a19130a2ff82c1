import { WebhookVerificationError } from "./errors.js";

const TOLERANCE_SECONDS = 300;
const HMAC = { name: "HMAC", hash: "SHA-256" };

/**
 * Checks that a request was sent by the hub and not changed, and gives its parsed body. Signatures are compared by WebCrypto, in constant time.
 *
 * The Standard Webhooks signature covers id and time of the request as well, so that an old request cannot be sent again; `X-Signature` covers the
 * body alone, which is why it counts only when asked for by `scheme: "x-signature"`.
 * @param {string | Uint8Array | ArrayBuffer} body Exactly as received.
 * @param {import("../index.js").WebhookHeaders} headers
 * @param {string | readonly string[]} secrets Several during a rotation: one of them must have signed.
 * @param {import("../index.js").VerifyOptions} [options]
 * @returns {Promise<any>}
 * @throws {WebhookVerificationError}
 */
export async function verifyWebhook(body, headers, secrets, { toleranceSeconds = TOLERANCE_SECONDS, now = new Date(), scheme = "standard" } = {}) {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body);
  const keys = await Promise.all((typeof secrets === "string" ? [secrets] : secrets).map(importKey));
  if (keys.length === 0) throw new TypeError("at least one secret is needed");
  const { signed, signatures } = scheme === "standard" ? standard(bytes, headers, toleranceSeconds, now) : simple(bytes, headers);
  for (const key of keys) {
    for (const signature of signatures) {
      if (await crypto.subtle.verify("HMAC", key, signature, signed)) return parse(bytes);
    }
  }

  throw new WebhookVerificationError("no signature of the request was made with the secret");
}

/** @param {Uint8Array<ArrayBuffer>} body @param {import("../index.js").WebhookHeaders} headers @param {number} toleranceSeconds @param {Date} now */
function standard(body, headers, toleranceSeconds, now) {
  const id = header(headers, "webhook-id");
  const timestamp = header(headers, "webhook-timestamp");
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookVerificationError("webhook-timestamp is not a time");
  const age = now.getTime() / 1000 - Number(timestamp);
  if (!(Math.abs(age) <= toleranceSeconds)) {
    throw new WebhookVerificationError(`the request is from ${Math.abs(Math.round(age))} s ${age > 0 ? "ago" : "ahead"}; ${toleranceSeconds} s are tolerated`);
  }

  const prefix = new TextEncoder().encode(`${id}.${timestamp}.`);
  const signed = new Uint8Array(prefix.length + body.length);
  signed.set(prefix);
  signed.set(body, prefix.length);
  // Versions that are not known are passed over: those that are must do.
  const signatures = header(headers, "webhook-signature")
    .split(" ")
    .filter((part) => part.startsWith("v1,"))
    .map((part) => fromBase64(part.slice(3)));
  return { signed, signatures: signatures.filter((signature) => signature !== null) };
}

/** @param {Uint8Array<ArrayBuffer>} body @param {import("../index.js").WebhookHeaders} headers */
function simple(body, headers) {
  const hex = /^sha256=([0-9a-f]{64})$/.exec(header(headers, "x-signature"))?.[1];
  if (!hex) throw new WebhookVerificationError("x-signature is not sha256= and 64 hexadecimal digits");
  return { signed: body, signatures: [Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16))] };
}

/** @param {string} secret */
async function importKey(secret) {
  if (typeof secret !== "string" || secret === "") throw new TypeError("a secret must be a string that is not empty");
  const key = secret.startsWith("whsec_") ? fromBase64(secret.slice(6)) : new TextEncoder().encode(secret);
  if (key === null || key.length === 0) throw new TypeError("what follows whsec_ in the secret is not base64");
  return await crypto.subtle.importKey("raw", key, HMAC, false, ["verify"]);
}

/** @param {string} text */
function fromBase64(text) {
  try {
    return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  } catch {
    return null;
  }
}

/** @param {Uint8Array} bytes */
function parse(bytes) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new WebhookVerificationError("the body is signed, but it is not JSON");
  }
}

/**
 * A header's value, whatever kind of headers it is: those of fetch, or an object as Node's with names in any case.
 * @param {import("../index.js").WebhookHeaders} headers
 * @param {string} name In lower case.
 */
function header(headers, name) {
  /** @type {unknown} */
  let value;
  if (typeof headers.get === "function") {
    value = headers.get(name);
  } else {
    const key = Object.keys(headers).find((key) => key.toLowerCase() === name);
    value = key === undefined ? undefined : /** @type {Record<string, unknown>} */ (headers)[key];
  }

  if (Array.isArray(value)) value = value.length === 1 ? value[0] : undefined;
  if (typeof value !== "string" || value === "") throw new WebhookVerificationError(`the request has no ${name}`);
  return value;
}
