import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { EventHub, EventHubError, StreamResetError } from "@eventhub/client";
import { flakyProxy } from "./support/flaky-proxy.js";
import { HubProcess } from "./support/hub-process.js";
import { serveHttp } from "./support/http-server.js";

const FAST = { initialDelayMs: 10, maxDelayMs: 100 };
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

async function take(subscription, count) {
  const events = [];
  while (events.length < count) events.push((await subscription.next()).value);
  return events;
}

const sequences = async (subscription, count) => (await take(subscription, count)).map((e) => e.sequence);

const publish = (hub, count, type = "a") => hub.publishBatch(Array.from({ length: count }, (_, i) => ({ type, payload: i })));

test("events come as they are published, those asked for and no others", async (t) => {
  const hub = new EventHub((await HubProcess.start(t)).url);
  await publish(hub, 3);
  const past = hub.subscribe({ since: 2 });
  assert.deepEqual(await sequences(past, 2), [2, 3]);
  const some = hub.subscribe({ since: 0, type: ["b.*", "c"], source: "s" });
  const first = past.next();
  await hub.publishBatch([{ type: "b.x", payload: { n: 1 }, source: "s" }, { type: "b.x", payload: 2 }, { type: "c", payload: 3, source: "s" }, { type: "d", payload: 4, source: "s" }]);
  assert.deepEqual((await first).value.payload, { n: 1 });
  assert.deepEqual(await sequences(some, 2), [4, 6]);
  await past.close();
  await some.close();
});

test("it ends when it is closed, also from outside while it waits, and the connection with it", async (t) => {
  const server = await HubProcess.start(t);
  let closed;
  const url = await flakyProxy(t, server.url, (request) => {
    closed = once(request.socket, "close");
    return "pass";
  });
  const hub = new EventHub(url);
  const subscription = hub.subscribe({ since: 0 });
  await publish(new EventHub(server.url), 1);
  assert.deepEqual(await sequences(subscription, 1), [1]);
  const waiting = subscription.next();
  await subscription.close();
  assert.deepEqual(await waiting, { done: true, value: undefined });
  assert.deepEqual(await subscription.next(), { done: true, value: undefined });
  await closed;
  for await (const event of hub.subscribe({ since: 0 })) {
    assert.equal(event.sequence, 1);
    break;
  }
  await closed;
});

test("a signal ends it with its reason, before and while it reads, and while it waits to reconnect", async (t) => {
  const server = await HubProcess.start(t);
  const hub = new EventHub({ url: server.url, retry: { initialDelayMs: 60_000, maxDelayMs: 60_000 } });
  await assert.rejects(hub.subscribe({ signal: AbortSignal.abort(new Error("early")) }).next(), /early/);
  for (const isDown of [false, true]) {
    const abort = new AbortController();
    if (isDown) await server.kill();
    const waiting = hub.subscribe({ signal: abort.signal }).next();
    if (isDown) await new Promise((resolve) => (new EventHub({ url: server.url, onRetry: resolve }).subscribe({ signal: abort.signal }).next().catch(() => {})));
    abort.abort(new Error("enough"));
    await assert.rejects(waiting, /enough/);
  }
});

test("it goes on in another process where it was left", async (t) => {
  const server = await HubProcess.start(t);
  const hub = new EventHub(server.url);
  await publish(hub, 10);
  const first = hub.subscribe({ since: 1 });
  assert.equal(first.lastEventId, "");
  assert.deepEqual(await sequences(first, 4), range(1, 4));
  const { lastEventId } = first;
  assert.match(lastEventId, /^[0-9a-f]+:4$/);
  await first.close();
  const second = hub.subscribe({ lastEventId, since: 1 });
  assert.deepEqual(await sequences(second, 6), range(5, 10));
  await second.close();
});

test("across kill -9, clean stops and cut connections: every event once, in order", async (t) => {
  const server = await HubProcess.start(t);
  let connections = 0;
  const proxy = await flakyProxy(t, server.url, (request) => {
    // Each third connection is cut within moments, wherever it is.
    if (++connections % 3 === 0) setTimeout(() => request.socket.destroy(), 40);
    return connections % 7 === 0 ? { status: 503 } : "pass";
  });
  const retry = { ...FAST, attempts: 1000 };
  const publisher = new EventHub({ url: server.url, retry });
  const hub = new EventHub({ url: proxy, retry });
  const head = hub.subscribe(); // from now on, which is before the first event
  const seenByHead = [];
  const fromHead = (async () => {
    for await (const event of head) if (seenByHead.push(event.sequence) === 1500) return;
  })();
  while (head.lastEventId === "") await new Promise((resolve) => setTimeout(resolve, 10)); // until it knows its place
  const published = (async () => {
    for (let i = 0; i < 300; i++) await publish(publisher, 5, `t${i % 3}`);
  })();
  const read = async (options, count) => {
    const seen = [];
    for await (const event of hub.subscribe({ since: 1, ...options })) {
      assert.ok(!options.type || event.type === options.type);
      if (seen.push(event.sequence) === count) return seen;
    }
  };
  const all = Promise.all([read({}, 1500), read({}, 1500), read({ type: "t1" }, 500)]);
  for (const end of ["kill", "stop", "kill"]) {
    await sequences(publisher.subscribe(), 20);
    await server[end]();
    await server.start();
  }

  await published;
  const [one, two, some] = await all;
  assert.deepEqual(one, range(1, 1500));
  assert.deepEqual(two, one);
  const expected = [];
  for await (const page of publisher.query({ type: "t1", order: "asc", limit: 1000 })) expected.push(...page.events.map((e) => e.sequence));
  assert.deepEqual(some, expected);
  await fromHead;
  assert.deepEqual(seenByHead, range(1, 1500));
});

test("a gap is an error, or told to the one who asked for it", async (t) => {
  const server = await HubProcess.start(t);
  const hub = new EventHub({ url: server.url, retry: FAST });
  await publish(hub, 3);
  const strict = hub.subscribe({ lastEventId: "0123456789abcdef:2" });
  await assert.rejects(strict.next(), (error) => error instanceof StreamResetError && error instanceof EventHubError && error.reason === "epoch" && /:3$/.test(error.resumeId));
  assert.deepEqual(await strict.next(), { done: true, value: undefined });
  for (const [lastEventId, reason] of [["nonsense", "invalid"], ["EPOCH:99", "future"]]) {
    const epoch = hub.subscribe({ since: 3 });
    await epoch.next();
    const order = [];
    const subscription = hub.subscribe({ lastEventId: lastEventId.replace("EPOCH", epoch.lastEventId.split(":")[0]), onReset: (reset) => order.push(reset) });
    const next = subscription.next();
    while (order.length === 0) await epoch.next.call(hub.subscribe({ since: 1 }));
    const { sequence } = await hub.publish({ type: "a", payload: 1 });
    order.push((await next).value.sequence);
    assert.deepEqual(order, [{ reason, id: `${epoch.lastEventId.split(":")[0]}:${sequence - 1}` }, sequence]);
    await epoch.close();
    await subscription.close();
  }
});

test("what will not get better ends it, what may is tried again", async (t) => {
  const statuses = [503, 429, 500, 404];
  const retries = [];
  const url = await serveHttp(t, (_, response) => response.writeHead(statuses.shift(), { "retry-after": "0" }).end());
  const hub = new EventHub({ url, retry: FAST, onRetry: ({ attempt, error }) => retries.push([attempt, error.status]) });
  await assert.rejects(hub.subscribe().next(), (error) => error.status === 404);
  assert.deepEqual(retries, [[1, 503], [2, 429], [3, 500]]);
  const real = new EventHub((await HubProcess.start(t)).url);
  await assert.rejects(real.subscribe({ type: "user*" }).next(), (error) => error.status === 400 && "type" in error.errors);
});

test("a connection that has gone silent is opened anew, one that was never answered too", async (t) => {
  const ids = [];
  const url = await serveHttp(t, (request, response) => {
    ids.push(request.headers["last-event-id"]);
    if (ids.length === 1) return;
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: {"type":"connected"}\n\nid: e:${ids.length}\ndata: {"type":"event","event":{"sequence":${ids.length}}}\n\n`);
  });
  const retries = [];
  const hub = new EventHub({ url, timeoutMs: 100, retry: FAST, onRetry: ({ error }) => retries.push(error.message) });
  assert.deepEqual(await sequences(hub.subscribe({ silenceMs: 100 }), 3), [2, 3, 4]);
  assert.deepEqual(ids, [undefined, undefined, "e:2", "e:3"]);
  assert.match(retries[0], /did not answer within 100 ms/);
  assert.match(retries[1], /nothing came from the hub for 100 ms/);
});

test("the hub says when to come back", async (t) => {
  const times = [];
  const url = await serveHttp(t, (_, response) => {
    times.push(performance.now());
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`retry: 300\nid: e:${times.length}\ndata: {"type":"event","event":{"sequence":${times.length}}}\n\n`);
  });
  await sequences(new EventHub({ url, retry: { initialDelayMs: 60_000, maxDelayMs: 60_000 } }).subscribe(), 3);
  assert.ok(times[1] - times[0] >= 295 && times[2] - times[1] >= 295, `${times}`);
});

test("one that does not take its events reads no further than the next one", async (t) => {
  const server = await HubProcess.start(t);
  let read = 0;
  const counting = async (url, init) => {
    const response = await fetch(url, init);
    const count = new TransformStream({ transform: (chunk, controller) => ((read += chunk.length), controller.enqueue(chunk)) }, undefined, { highWaterMark: 0 });
    return new Response(response.body.pipeThrough(count), response);
  };
  const publisher = new EventHub(server.url);
  const subscription = new EventHub({ url: server.url, fetch: counting }).subscribe({ since: 0 });
  await publisher.publish({ type: "a", payload: 0 });
  await subscription.next();
  const text = "x".repeat(500_000);
  for (let i = 0; i < 20; i++) await publisher.publish({ type: "a", payload: text });
  assert.ok(read < 10_000, `read ${read} bytes`);
  await subscription.next();
  assert.ok(read < 700_000, `read ${read} bytes`);
  assert.deepEqual(await sequences(subscription, 19), range(3, 21));
  await subscription.close();
});
