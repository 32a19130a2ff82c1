import assert from "node:assert/strict";
import { test } from "node:test";
import { EventHub, EventHubError } from "@eventhub/client";
import { HubProcess } from "./support/hub-process.js";
import { bodyOf, serveHttp } from "./support/http-server.js";

const firstPage = async (list) => (await list.next()).value;

async function until(ask, isIt) {
  for (const deadline = Date.now() + 180_000; ; ) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    assert.ok(Date.now() < deadline, `still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("webhooks are created, read, changed, tried, and deleted", async (t) => {
  const hub = new EventHub((await HubProcess.start(t)).url);
  const received = [];
  const url = await serveHttp(t, async (request, response) => {
    received.push(JSON.parse(await bodyOf(request)));
    response.end();
  });
  const created = await hub.webhooks.create({ url, events: ["user.*"], name: "crm", secret: "s3cret", retry: { limit: 0, constant_seconds: 0 } });
  assert.deepEqual([created.name, created.secret, created.delivery.retry.limit], ["crm", "s3cret", 0]);
  assert.equal((await hub.webhooks.get(created.id)).secret, undefined);
  assert.deepEqual((await hub.webhooks.list()).map((w) => w.id), [created.id]);
  assert.deepEqual((await hub.webhooks.update(created.id, { events: ["order.*"] })).events, ["order.*"]);
  const { event_id } = await hub.webhooks.test(created.id);
  await until(() => hub.get(event_id), (found) => found.dispatches[0]?.status === "complete");
  assert.equal(received[0].event.type, "webhook.triggered");
  const rotated = await hub.webhooks.rotateSecret(created.id, { grace_seconds: 0 });
  assert.match(rotated.secret, /^whsec_/);
  await assert.rejects(hub.webhooks.create({ url: "ftp://x", events: [] }), (error) => error instanceof EventHubError && "url" in error.errors && "events" in error.errors);
  assert.equal(await hub.webhooks.delete(created.id), true);
  assert.equal(await hub.webhooks.delete(created.id), false);
  assert.equal(await hub.webhooks.get(created.id), null);
  await assert.rejects(hub.webhooks.update(created.id, { active: false }), (error) => error.status === 404);
});

test("subscriptions are created, read, changed and deleted", async (t) => {
  const hub = new EventHub((await HubProcess.start(t)).url);
  const { id } = await hub.subscriptions.create({ name: "mailer", events: ["user.*"], destination: { type: "rpc", name: "mailer" } });
  assert.deepEqual((await hub.subscriptions.get(id)).destination, { type: "rpc", name: "mailer" });
  assert.equal((await hub.subscriptions.update(id, { paused: true })).paused, true);
  assert.deepEqual((await hub.subscriptions.list()).map((s) => [s.id, s.paused]), [[id, true]]);
  assert.equal(await hub.subscriptions.delete(id), true);
  assert.equal(await hub.subscriptions.delete(id), false);
  assert.equal(await hub.subscriptions.get(id), null);
  await assert.rejects(hub.subscriptions.create({ events: ["*"], destination: { type: "carrier-pigeon" } }), (error) => error.status === 400);
});

test("dispatches and dead letters are read, delivered again, and put away", async (t) => {
  const hub = new EventHub((await HubProcess.start(t)).url);
  let status = 400;
  const url = await serveHttp(t, (_, response) => response.writeHead(status).end("no such user"));
  const { id: subscription_id } = await hub.webhooks.create({ url, events: ["*"], name: "crm" });
  const ids = [];
  for (let i = 0; i < 3; i++) ids.push((await hub.publish({ type: "a", payload: i })).event_id);
  await until(() => firstPage(hub.deadLetters.list()), (page) => page.dead_letters.length === 3);

  const [letter] = (await firstPage(hub.deadLetters.list({ order: "asc", subscription_id, limit: 1 }))).dead_letters;
  assert.deepEqual([letter.event.id, letter.subscription.name, letter.attempts[0].response_body], [ids[0], "crm", "no such user"]);
  assert.deepEqual((await hub.deadLetters.get(letter.id)).reason, letter.reason);
  const sizes = [];
  for await (const page of hub.dispatches.list({ status: "failed", limit: 2 })) sizes.push(page.dispatches.length);
  assert.deepEqual(sizes, [2, 1]);
  assert.equal((await hub.dispatches.get(letter.id)).attempts.length, 1);

  status = 200;
  const { dispatch_id } = await hub.deadLetters.redrive(letter.id);
  await until(() => hub.dispatches.get(dispatch_id), (dispatch) => dispatch.status === "complete");
  const retried = await hub.dispatches.retry(dispatch_id, { max_retries: 0 });
  assert.notEqual(retried.dispatch_id, dispatch_id);
  const [other] = (await firstPage(hub.deadLetters.list())).dead_letters;
  assert.equal(await hub.deadLetters.delete(other.id), true);
  assert.equal(await hub.deadLetters.delete(other.id), false);
  assert.deepEqual(await hub.deadLetters.redriveAll({ type: "a" }), { redriven: 1 });
  assert.equal(await hub.deadLetters.get("dsp_none"), null);
  assert.equal(await hub.dispatches.get("dsp_none"), null);
});
