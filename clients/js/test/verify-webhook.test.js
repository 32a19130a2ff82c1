import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { EventHub, verifyWebhook, WebhookVerificationError } from "@eventhub/client";
import { HubProcess } from "./support/hub-process.js";
import { bodyOf, serveHttp } from "./support/http-server.js";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const KEY = Buffer.from(SECRET.slice(6), "base64");
// The example of the Standard Webhooks specification's reference libraries.
const BODY = '{"test": 2432232314}';
const HEADERS = {
  "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
  "webhook-timestamp": "1614265330",
  "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};
const NOW = new Date(1614265330 * 1000);

const at = (seconds, more = {}) => ({ now: new Date(NOW.getTime() + seconds * 1000), ...more });

test("the reference example is verified, and its body given", async () => {
  assert.deepEqual(await verifyWebhook(BODY, HEADERS, SECRET, at(0)), { test: 2432232314 });
  assert.deepEqual(await verifyWebhook(new TextEncoder().encode(BODY), new Headers(HEADERS), [SECRET], at(0)), { test: 2432232314 });
  assert.deepEqual(await verifyWebhook(new TextEncoder().encode(BODY).buffer, { "Webhook-Id": [HEADERS["webhook-id"]], "WEBHOOK-TIMESTAMP": HEADERS["webhook-timestamp"], "webhook-signature": HEADERS["webhook-signature"] }, SECRET, at(0)), { test: 2432232314 });
});

const signed = (body, key = KEY, time = HEADERS["webhook-timestamp"]) => ({
  ...HEADERS,
  "webhook-timestamp": time,
  "webhook-signature": `v1,${createHmac("sha256", key).update(`${HEADERS["webhook-id"]}.${time}.`).update(body).digest("base64")}`,
});

test("a secret that is not whsec_ is used as its UTF-8 bytes", async () => {
  await verifyWebhook(BODY, signed(BODY, Buffer.from("schlüssel")), "schlüssel", at(0));
});

test("during a rotation one of the secrets and one of the signatures must do", async () => {
  const two = { ...HEADERS, "webhook-signature": `v1a,AAAA v1,AAAA ${signed(BODY, "other")["webhook-signature"]} ${HEADERS["webhook-signature"]}` };
  await verifyWebhook(BODY, two, SECRET, at(0));
  await verifyWebhook(BODY, two, "other", at(0));
  await verifyWebhook(BODY, two, ["neither", "other"], at(0));
  await assert.rejects(verifyWebhook(BODY, two, "neither", at(0)), WebhookVerificationError);
});

for (const [what, body, headers, options = at(0)] of [
  ["changed body", `${BODY} `, HEADERS],
  ["changed id", BODY, { ...HEADERS, "webhook-id": "msg_other" }],
  ["changed time", BODY, { ...HEADERS, "webhook-timestamp": "1614265331" }],
  ["time that is none", BODY, { ...HEADERS, "webhook-timestamp": "1614265330abc" }],
  ["time beyond numbers", BODY, { ...HEADERS, "webhook-timestamp": "9".repeat(400) }],
  ["other version alone", BODY, { ...HEADERS, "webhook-signature": HEADERS["webhook-signature"].replace("v1", "v2") }],
  ["signature that is not base64", BODY, { ...HEADERS, "webhook-signature": "v1,!!" }],
  ["cut signature", BODY, { ...HEADERS, "webhook-signature": "v1,g0hM9SsE" }],
  ["empty signature", BODY, { ...HEADERS, "webhook-signature": "v1," }],
  ["no id", BODY, { ...HEADERS, "webhook-id": undefined }],
  ["no signature", BODY, { ...HEADERS, "webhook-signature": "" }],
  ["two ids", BODY, { ...HEADERS, "webhook-id": ["a", "b"] }],
  ["old request", BODY, HEADERS, at(301)],
  ["request from the future", BODY, HEADERS, at(-301)],
  ["clock that is none", BODY, HEADERS, { now: new Date(NaN) }],
  ["X-Signature where it was not asked for", BODY, { "x-signature": `sha256=${createHmac("sha256", KEY).update(BODY).digest("hex")}` }],
]) {
  test(`refused: ${what}`, () => assert.rejects(verifyWebhook(body, headers, SECRET, options), WebhookVerificationError));
}

test("the tolerance is what it was set to", async () => {
  await verifyWebhook(BODY, HEADERS, SECRET, at(300));
  await verifyWebhook(BODY, HEADERS, SECRET, at(600, { toleranceSeconds: 600 }));
  await assert.rejects(verifyWebhook(BODY, HEADERS, SECRET, at(2, { toleranceSeconds: 1 })), WebhookVerificationError);
});

test("a body that is signed and not JSON is refused", async () => {
  await assert.rejects(verifyWebhook("{", signed("{"), SECRET, at(0)), WebhookVerificationError);
});

test("secrets that can be none are the caller's mistake", async () => {
  for (const secret of ["", [], [""], undefined, "whsec_", "whsec_!!"]) await assert.rejects(verifyWebhook(BODY, HEADERS, secret, at(0)), TypeError);
});

test("X-Signature is verified when asked for", async () => {
  const headers = { "X-Signature": `sha256=${createHmac("sha256", KEY).update(BODY).digest("hex")}` };
  const options = { scheme: "x-signature" };
  assert.deepEqual(await verifyWebhook(BODY, headers, SECRET, options), { test: 2432232314 });
  await assert.rejects(verifyWebhook(`${BODY} `, headers, SECRET, options), WebhookVerificationError);
  await assert.rejects(verifyWebhook(BODY, { "X-Signature": headers["X-Signature"].toUpperCase() }, SECRET, options), WebhookVerificationError);
});

test("what the hub sends is verified, by both schemes and through a rotation", async (t) => {
  const server = await HubProcess.start(t);
  const hub = new EventHub(server.url);
  const requests = [];
  let arrived = withResolvers();
  const url = await serveHttp(t, async (request, response) => {
    requests.push({ headers: request.headers, body: await bodyOf(request) });
    response.end();
    arrived.resolve();
  });
  const { id, secret } = await hub.webhooks.create({ url, events: ["*"] });
  await hub.publish({ type: "a", payload: { text: "grüße 🎉" } });
  await arrived.promise;
  arrived = withResolvers();
  const rotated = await hub.webhooks.rotateSecret(id);
  await hub.publish({ type: "b", payload: 1 });
  await arrived.promise;
  const [first, second] = requests;
  assert.equal((await verifyWebhook(first.body, first.headers, secret)).event.payload.text, "grüße 🎉");
  await verifyWebhook(first.body, first.headers, secret, { scheme: "x-signature" });
  await assert.rejects(verifyWebhook(first.body, first.headers, rotated.secret), WebhookVerificationError);
  for (const known of [secret, rotated.secret]) assert.equal((await verifyWebhook(second.body, second.headers, known)).event.type, "b");
});

function withResolvers() {
  let resolve;
  const promise = new Promise((r) => (resolve = r));
  return { promise, resolve };
}
