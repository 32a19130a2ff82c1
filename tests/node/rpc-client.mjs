// Uses every part of RPC with SignalR's own client: node rpc-client.mjs URL. Exit code 0 when all is as docs/rpc.md says.
import assert from "node:assert/strict";
import { HubConnectionBuilder, LogLevel } from "@microsoft/signalr";

const hub = new HubConnectionBuilder().withUrl(`${process.argv[2]}/rpc`).configureLogging(LogLevel.Error).build();
const handled = new Promise((resolve) => hub.on("Handle", (event) => { resolve(event); return "complete"; }));
await hub.start();

const items = [];
let wake = () => {};
const subscription = hub.stream("Subscribe", { type: "order.*" }).subscribe({
  next: (item) => { items.push(item); wake(); },
  error: (error) => { throw error; },
  complete: () => {},
});
const until = async (count) => { while (items.length < count) await new Promise((resolve) => { wake = resolve; }); };
await until(2);
assert.deepEqual(items.map((item) => item.type), ["connected", "position"]);

const answer = await hub.invoke("Emit", { type: "order.paid", payload: { amount: 5, text: "é🎉" }, user_id: "u" });
assert.equal(answer.sequence, 1);
await until(3);
assert.equal(items[2].event.id, answer.event_id);
assert.deepEqual(items[2].event.payload, { amount: 5, text: "é🎉" });
subscription.dispose();

const batch = await hub.invoke("PublishEvents", [{ type: "order.sent", payload: 1 }, { type: "other.x", payload: 2 }]);
assert.deepEqual(batch.events.map((event) => event.sequence), [2, 3]);
assert.deepEqual((await hub.invoke("GetEvents", { type: "order.*", order: "asc" })).events.map((event) => event.sequence), [1, 2]);
assert.equal((await hub.invoke("GetEvent", answer.event_id)).event.user_id, "u");

// Goes on where it stood.
const resumed = await new Promise((resolve, reject) => {
  const got = [];
  hub.stream("Subscribe", { last_event_id: items[2].id }).subscribe({
    next: (item) => { if (item.type === "event" && got.push(item.event.sequence) === 2) resolve(got); }, error: reject, complete: () => {},
  });
});
assert.deepEqual(resumed, [2, 3]);

await assert.rejects(hub.invoke("Emit", { type: "a" }), /HubException: INVALID_REQUEST: payload is required/);
await assert.rejects(hub.invoke("GetDispatch", "nonsense"), /HubException: NOT_FOUND: Dispatch not found/);

const webhook = await hub.invoke("RegisterWebhook", { url: "https://example.com/", events: ["never"] });
assert.equal((await hub.invoke("ListWebhooks")).webhooks[0].id, webhook);
assert.equal((await hub.invoke("UpdateWebhook", webhook, { name: "n" })).webhook.name, "n");
assert.deepEqual(await hub.invoke("DeleteWebhook", webhook), { success: true });

await hub.invoke("Serve", "npm");
const response = await fetch(`${process.argv[2]}/subscriptions`, {
  method: "POST", headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ events: ["job.run"], destination: { type: "rpc", name: "npm" } }),
});
assert.equal(response.status, 201);
await hub.invoke("PublishEvent", { type: "job.run", payload: { n: 1 } });
const event = await handled;
assert.deepEqual([event.type, event.payload, event.dispatch.attempt], ["job.run", { n: 1 }, 1]);
for (;;) {
  const { dispatches } = await hub.invoke("ListDispatches", { status: "complete" });
  if (dispatches.length === 1) break;
}

await hub.stop();
