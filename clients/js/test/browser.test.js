import assert from "node:assert/strict";
import { test } from "node:test";
import { EventHub } from "@eventhub/client";
import { openPage, servePage } from "./support/browser.js";
import { HubProcess } from "./support/hub-process.js";

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/**
 * Publishes one event after the other while `server` is ended and started again, each time after `ready`; resolves with how many there are.
 */
async function publishThrough(server, ends, ready) {
  const hub = new EventHub({ url: server.url, retry: { attempts: 1000, initialDelayMs: 20, maxDelayMs: 200 } });
  let count = 0;
  const some = async (n) => {
    for (let i = 0; i < n; i++) count = (await hub.publish({ type: count % 2 ? "odd" : "even", payload: count })).sequence;
  };
  await some(20);
  for (const [round, end] of ends.entries()) {
    await ready(round);
    const during = some(30);
    await server[end]();
    await server.start();
    await during;
    await some(20);
  }

  return count;
}

test("the package in Chromium: publish, query, stream across restarts, consumer, webhooks", async (t) => {
  const origin = await servePage(t);
  const server = await HubProcess.start(t, "--cors-origins", origin);
  const { page, problems } = await openPage(t, origin);
  await page.evaluate(async (url) => {
    const { EventHub, verifyWebhook } = await import("@eventhub/client");
    window.hub = new EventHub({ url, headers: { "x-from": "a page" }, retry: { initialDelayMs: 20, maxDelayMs: 200 } });
    window.verifyWebhook = verifyWebhook;
    window.seen = [];
    const subscription = (window.subscription = window.hub.subscribe());
    (async () => {
      for await (const event of subscription) window.seen.push([event.sequence, event.payloadText]);
    })();
  }, server.url);
  await page.waitForFunction(() => window.subscription.lastEventId !== "");

  const first = await page.evaluate(async () => await window.hub.publish({ type: "a", payloadText: "9007199254740993" }));
  assert.equal(first.sequence, 1);
  assert.equal((await page.evaluate(async () => await window.hub.publish({ type: "a", payload: 1 }, { idempotencyKey: "k" }))).duplicate, false);
  assert.equal((await page.evaluate(async () => await window.hub.publish({ type: "a", payload: 1 }, { idempotencyKey: "k" }))).duplicate, true);
  const refused = await page.evaluate(async () => await window.hub.publish({ type: "", payload: 1 }).catch((error) => [error.name, error.status, Object.keys(error.errors)]));
  assert.deepEqual(refused, ["EventHubError", 400, ["type"]]);

  const head = await publishThrough(server, ["kill", "stop"], () => page.waitForFunction(() => window.seen.length > 0));
  await page.waitForFunction((n) => window.seen.length >= n, head);
  const seen = await page.evaluate(() => window.seen);
  assert.deepEqual(seen.map(([sequence]) => sequence), range(1, head));
  assert.equal(seen[0][1], "9007199254740993");

  const polled = await page.evaluate(async () => {
    const consumer = window.hub.consumer("page");
    await consumer.create({ events: ["a"], start: "beginning" });
    const { events } = await consumer.poll();
    await consumer.ack(events.at(-1).sequence);
    return [events.map((e) => e.sequence), (await consumer.get()).cursor];
  });
  assert.deepEqual(polled, [[1, 2], 2]);
  const pages = await page.evaluate(async () => {
    const sizes = [];
    for await (const { count } of window.hub.query({ limit: 50 })) sizes.push(count);
    await window.subscription.close();
    return sizes;
  });
  assert.equal(pages.reduce((a, b) => a + b), head);
  const body = await page.evaluate(() =>
    window.verifyWebhook('{"test": 2432232314}', { "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330", "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" }, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", { now: new Date(1614265330000) }),
  );
  assert.deepEqual(body, { test: 2432232314 });
  assert.deepEqual(problems, []);
});

test("Chromium's EventSource resumes by itself across kill -9 and clean stops, with no gap and no duplicate", async (t) => {
  const origin = await servePage(t);
  const server = await HubProcess.start(t, "--cors-origins", origin);
  const { page, problems } = await openPage(t, origin);
  await page.evaluate((url) => {
    window.streams = Object.fromEntries(
      ["/events/stream?since=1", "/events/stream", "/stream?type=odd"].map((path) => {
        const stream = { messages: [], ids: [], opens: 0 };
        const source = new EventSource(url + path);
        source.onopen = () => stream.opens++;
        source.onmessage = ({ data, lastEventId }) => {
          stream.messages.push(JSON.parse(data));
          stream.ids.push(lastEventId);
        };
        return [path, stream];
      }),
    );
  }, server.url);
  // It comes back three seconds after a connection broke, by its own clock: a hub that goes again before that is not noticed.
  const allHave = (opens, sequence) =>
    page.waitForFunction(
      ([o, n]) => Object.values(window.streams).every((s) => s.opens === o && (s.messages.findLast((m) => m.type === "event")?.event.sequence ?? 0) >= n),
      [opens, sequence],
      { timeout: 180_000 },
    );
  await allHave(1, 0);
  const head = await publishThrough(server, ["stop", "kill", "stop"], (round) => allHave(round + 1, 1));
  await allHave(4, head - 1);
  const streams = await page.evaluate(() => window.streams);
  for (const [path, { messages, ids }] of Object.entries(streams)) {
    const events = messages.filter((m) => m.type === "event");
    const connected = messages.filter((m) => m.type === "connected");
    assert.deepEqual(messages[0], { type: "connected" }, path);
    assert.equal(connected.length, 4, path);
    assert.equal(messages.length, events.length + connected.length, `${path}: ${JSON.stringify(messages.find((m) => m.type === "reset"))}`);
    const wanted = range(1, head).filter((n) => !path.includes("odd") || n % 2 === 0);
    assert.deepEqual(events.map((m) => m.event.sequence), wanted, path);
    messages.forEach((m, i) => m.type === "event" && assert.match(ids[i], new RegExp(`^[0-9a-f]+:${m.event.sequence}$`)));
  }

  assert.deepEqual(problems, []);
});

test("a page of an origin that is not allowed can do nothing with the hub", async (t) => {
  const origin = await servePage(t);
  const server = await HubProcess.start(t, "--cors-origins", "https://app.example.com");
  const { page } = await openPage(t, origin);
  const outcomes = await page.evaluate(async (url) => {
    const { EventHub } = await import("@eventhub/client");
    const hub = new EventHub({ url, retry: { attempts: 1 } });
    const failed = (promise) => promise.then(() => "done", (error) => error.name);
    const opened = (target) => new Promise((resolve) => ((target.onopen = () => resolve("open")), (target.onerror = () => resolve("error"))));
    const eventSource = opened(new EventSource(`${url}/events/stream`));
    const webSocket = opened(new WebSocket(url.replace("http", "ws") + "/rpc"));
    return {
      publish: await failed(hub.publish({ type: "a", payload: 1 })),
      query: await failed(hub.query().next()),
      // Browsers ask nobody before these two.
      blind: (await fetch(`${url}/events`, { method: "POST", mode: "no-cors", body: new Blob(['{"type":"a","payload":1}']) })).type,
      form: (await fetch(`${url}/events`, { method: "POST", mode: "no-cors", headers: { "content-type": "text/plain" }, body: '{"type":"a","payload":1}' })).type,
      eventSource: await eventSource,
      webSocket: await webSocket,
    };
  }, server.url);
  assert.deepEqual(outcomes, { publish: "EventHubError", query: "EventHubError", blind: "opaque", form: "opaque", eventSource: "error", webSocket: "error" });
  const { value } = await new EventHub(server.url).query().next();
  assert.equal(value.count, 0);
});

test("a page the hub serves itself needs no permission", async (t) => {
  const server = await HubProcess.start(t);
  const { page } = await openPage(t, `${server.url}/docs/index.html`);
  const status = await page.evaluate(async () => (await fetch("/events", { method: "POST", headers: { "content-type": "application/json" }, body: '{"type":"a","payload":1}' })).status);
  assert.equal(status, 202);
  const message = await page.evaluate(() => new Promise((resolve) => (new EventSource("/events/stream").onmessage = ({ data }) => resolve(data))));
  assert.equal(message, '{"type":"connected"}');
});
