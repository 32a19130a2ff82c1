import assert from "node:assert/strict";
import { test } from "node:test";
import { EventHub, EventHubError } from "@eventhub/client";
import { flakyProxy } from "./support/flaky-proxy.js";
import { freePort, HubProcess } from "./support/hub-process.js";
import { serveHttp } from "./support/http-server.js";

const EXACT = '{"z":1,"big":9007199254740993,"decimal":1.0,"small":1e-400,"text":"\\u00e9 🎉","list":[ 1 ]}';
const FAST = { attempts: 6, initialDelayMs: 5, maxDelayMs: 20 };

const all = async (hub, query) => {
  const events = [];
  for await (const page of hub.query({ order: "asc", ...query })) events.push(...page.events);
  return events;
};

test("an event goes in, is found, and is the same", async (t) => {
  const hub = new EventHub((await HubProcess.start(t)).url);
  const published = await hub.publish({ type: "user.created", payload: { name: "Ada" }, user_id: "u", metadata: { a: 1 } });
  assert.equal(published.sequence, 1);
  assert.equal(published.duplicate, false);
  const { event, dispatches } = await hub.get(published.event_id);
  assert.deepEqual([event.id, event.type, event.payload, event.user_id, event.metadata, event.entity], [published.event_id, "user.created", { name: "Ada" }, "u", { a: 1 }, null]);
  assert.deepEqual(dispatches, []);
  assert.equal(await hub.get("01990000-0000-7000-8000-000000000000"), null);
  await assert.rejects(hub.get("no id"), (error) => error instanceof EventHubError && error.status === 400 && error.errors.id?.length === 1);

  // What JSON.parse cannot hold goes in and comes out as text, on every way to read.
  await hub.publish({ type: "exact", payloadText: EXACT });
  await hub.publishBatch([{ type: "exact", payloadText: "9007199254740993" }, { type: "exact", payload: [1] }]);
  const exact = await all(hub, { type: "exact" });
  assert.deepEqual(exact.map((e) => e.payloadText), [EXACT, "9007199254740993", "[1]"]);
  assert.equal((await hub.get(exact[0].id)).event.payloadText, EXACT);
  assert.ok(!JSON.stringify(exact[0]).includes("payloadText"));
  const streamed = [];
  for await (const item of hub.subscribe({ since: 0, type: "exact" })) if (streamed.push(item.payloadText) === 3) break;
  assert.deepEqual(streamed, [EXACT, "9007199254740993", "[1]"]);
});

test("what makes no sense is refused, at once and by name", async (t) => {
  const retries = [];
  const hub = new EventHub({ url: (await HubProcess.start(t)).url, onRetry: (retry) => retries.push(retry) });
  await assert.rejects(hub.publish({ type: "a..b", payload: 1, organisation_id: "x" }), (error) => {
    assert.ok(error instanceof EventHubError);
    assert.equal(error.status, 400);
    assert.deepEqual(Object.keys(error.errors).sort(), ["organisation_id", "type"]);
    return true;
  });
  await assert.rejects(hub.publish({ type: "a" }), (error) => error.status === 400 && "payload" in error.errors);
  await assert.rejects(hub.publish({ type: "a", payload: 1, payloadText: "1" }), TypeError);
  await assert.rejects(hub.publish({ type: "a", payloadText: '1,"type":"b"' }), SyntaxError);
  await assert.rejects(hub.publishBatch([{ type: "a", payload: 1 }, { type: "b" }]), (error) => error.status === 400 && "[1].payload" in error.errors);
  await hub.publish({ type: "a", payload: 1 }, { idempotencyKey: "schlüssel 1" });
  assert.equal((await hub.publish({ type: "a", payload: 1, idempotency_key: "schlüssel 1" })).duplicate, true);
  await assert.rejects(hub.publish({ type: "a", payload: 2 }, { idempotencyKey: "schlüssel 1" }), (error) => error.status === 409 && error.code === "IDEMPOTENCY_CONFLICT");
  assert.equal((await all(hub)).length, 1);
  assert.deepEqual(retries, []);
});

test("pages are followed to the end, by filter and order", async (t) => {
  const hub = new EventHub((await HubProcess.start(t)).url);
  await hub.publishBatch(Array.from({ length: 25 }, (_, i) => ({ type: i % 5 === 0 ? "a.x" : "b.y", payload: i, source: `s${i % 2}` })));
  const sizes = [];
  for await (const page of hub.query({ limit: 10 })) sizes.push([page.count, page.events[0].sequence]);
  assert.deepEqual(sizes, [[10, 25], [10, 15], [5, 5]]);
  assert.deepEqual((await all(hub, { limit: 2, type: ["a.*", "c"] })).map((e) => e.payload), [0, 5, 10, 15, 20]);
  assert.deepEqual((await all(hub, { type: "a.*", source: "s1" })).map((e) => e.payload), [5, 15]);
  assert.equal((await all(hub, { until: new Date(0) })).length, 0);
  assert.equal((await all(hub, { since: new Date(0) })).length, 25);
});

test("a publish whose answers are lost is in the log once", async (t) => {
  const server = await HubProcess.start(t);
  const fates = ["drop", "lose", { status: 502 }, { status: 429 }, "lose", "pass", "lose", "lose", { status: 503, headers: { "retry-after": "0" } }, "drop", "pass"];
  const retries = [];
  const hub = new EventHub({ url: await flakyProxy(t, server.url, () => fates.shift() ?? "pass"), retry: FAST, onRetry: (retry) => retries.push(retry) });
  assert.equal((await hub.publish({ type: "a", payload: 1 })).sequence, 1);
  assert.deepEqual(retries.map((r) => [r.attempt, r.error.status]), [[1, undefined], [2, undefined], [3, 502], [4, 429], [5, undefined]]);
  const batch = await hub.publishBatch([{ type: "b", payload: 1 }, { type: "b", payload: 2 }]);
  assert.deepEqual(batch.events.map((e) => e.sequence), [2, 3]);
  assert.equal((await all(hub)).length, 3);
});

test("publishers go on across a kill -9: everything answered is there, once", async (t) => {
  const server = await HubProcess.start(t);
  const hub = new EventHub({ url: server.url, retry: { attempts: 60, initialDelayMs: 20, maxDelayMs: 200 } });
  const publishing = Promise.all(
    Array.from({ length: 4 }, async (_, p) => {
      const sequences = [];
      for (let i = 0; i < 100; i++) sequences.push((await hub.publish({ type: "a", payload: `${p}-${i}` })).sequence);
      return sequences;
    }),
  );
  for (let kills = 0; kills < 2; kills++) {
    let seen = 0;
    for await (const _ of hub.subscribe({ since: 1 })) if (++seen === 50 + kills * 100) break;
    await server.kill();
    await server.start();
  }

  const answered = (await publishing).flat();
  const events = await all(hub, { limit: 1000 });
  assert.deepEqual(answered.toSorted((a, b) => a - b), events.map((e) => e.sequence));
  assert.equal(new Set(events.map((e) => e.payload)).size, 400);
});

test("Retry-After is a floor, as seconds and as a date, and one beyond reason is the caller's to know", async (t) => {
  const answers = [
    { status: 503, headers: { "retry-after": "1" } },
    { status: 429, headers: { "retry-after": new Date(Date.now() + 3000).toUTCString() } },
    { status: 503, headers: { "retry-after": "3600" } },
  ];
  const hub = new EventHub({ url: await flakyProxy(t, "http://127.0.0.1:1", () => answers.shift()), retry: FAST });
  const started = performance.now();
  await assert.rejects(hub.publish({ type: "a", payload: 1 }), (error) => error.status === 503 && error.retryAfterMs === 3_600_000);
  assert.ok(performance.now() - started >= 2000, "waited for one second and for the date"); // a date has whole seconds
});

test("tries end after so many, with what was wrong", async (t) => {
  const delays = [];
  const hub = new EventHub({ url: `http://127.0.0.1:${await freePort()}`, retry: { ...FAST, attempts: 4 }, onRetry: ({ delayMs }) => delays.push(delayMs) });
  await assert.rejects(hub.publish({ type: "a", payload: 1 }), (error) => error instanceof EventHubError && error.status === undefined && /ECONNREFUSED/.test(error.message));
  assert.equal(delays.length, 3);
  delays.forEach((delay, i) => assert.ok(delay <= Math.min(20, 5 * 2 ** i) && delay >= Math.min(20, 5 * 2 ** i) / 2, `${delays}`));
});

test("what must not be done twice is not sent twice", async (t) => {
  const server = await HubProcess.start(t);
  const hub = new EventHub({ url: await flakyProxy(t, server.url, (request) => (request.method === "POST" ? "lose" : "pass")), retry: FAST });
  await assert.rejects(hub.webhooks.create({ url: "http://127.0.0.1:1", events: ["*"] }), EventHubError);
  assert.equal((await hub.webhooks.list()).length, 1);
});

test("a hub that does not answer is given up on after the timeout, a call when its signal says so", async (t) => {
  const url = await serveHttp(t, () => {});
  const silent = new EventHub({ url, timeoutMs: 50, retry: { ...FAST, attempts: 2 } });
  await assert.rejects(silent.publish({ type: "a", payload: 1 }), /no answer from .* within 50 ms/);
  const abort = new AbortController();
  const call = new EventHub(url).publish({ type: "a", payload: 1 }, { signal: abort.signal });
  abort.abort(new Error("enough"));
  await assert.rejects(call, /enough/);
  await assert.rejects(new EventHub(url).get("x", { signal: AbortSignal.abort(new Error("before")) }), /before/);
});

test("a page that is no answer of a hub is told as such", async (t) => {
  const url = await serveHttp(t, (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>"));
  const hub = new EventHub({ url, retry: { ...FAST, attempts: 1 } });
  await assert.rejects(hub.webhooks.list(), /is not JSON/);
  await assert.rejects(hub.subscribe().next(), /'text\/html', not a stream of events/);
});

test("headers and a path before the hub go with every request", async (t) => {
  const server = await HubProcess.start(t);
  const seen = [];
  const proxy = await flakyProxy(t, server.url, (request) => {
    seen.push([request.method, request.url, request.headers.authorization]);
    request.url = request.url.replace("/hub/", "/");
    return "pass";
  });
  let count = 0;
  const hub = new EventHub({ url: `${proxy}/hub`, headers: async () => ({ authorization: `token ${++count}` }) });
  await hub.publish({ type: "a", payload: 1 });
  for await (const _ of hub.subscribe({ since: 0 })) break;
  assert.deepEqual(seen, [["POST", "/hub/events", "token 1"], ["GET", "/hub/events/stream?since=0", "token 2"]]);
  const calls = [];
  const own = new EventHub({ url: server.url, headers: { x: "1" }, fetch: (url, init) => (calls.push([String(url), init.headers.get("x")]), fetch(url, init)) });
  await own.get("01990000-0000-7000-8000-000000000000");
  assert.deepEqual(calls, [[`${server.url}/events/01990000-0000-7000-8000-000000000000`, "1"]]);
});
