import assert from "node:assert/strict";
import { test } from "node:test";
import { HubConnectionBuilder, LogLevel } from "@microsoft/signalr";
import { EventHub, EventHubError, StreamResetError } from "@eventhub/client";
import { openPage, servePage } from "./support/browser.js";
import { HubProcess } from "./support/hub-process.js";

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const PATIENT = { attempts: 1000, initialDelayMs: 20, maxDelayMs: 200 };

/** A client whose connections end with the test. */
function client(t, options) {
  const hub = new EventHub(options);
  t.after(() => hub.rpc.close());
  return hub;
}

const subscribeTo = (server, name, delivery = {}) =>
  new EventHub(server.url).subscriptions.create({ name, events: ["*"], destination: { type: "rpc", name }, delivery });

async function statuses(hub) {
  const all = [];
  for await (const page of hub.dispatches.list({ order: "asc" })) all.push(...page.dispatches.map((d) => d.status));
  return all;
}

async function until(ask, isIt) {
  for (const deadline = Date.now() + 180_000; ; ) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    assert.ok(Date.now() < deadline, `still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("events are emitted, once, and what makes no sense is refused by name", async (t) => {
  const server = await HubProcess.start(t);
  const hub = client(t, server.url);
  const published = await hub.rpc.emit({ type: "a", payload: 1 }, { idempotencyKey: "k" });
  assert.deepEqual([published.sequence, published.duplicate], [1, false]);
  assert.equal((await hub.rpc.emit({ type: "a", payload: 1, idempotency_key: "k" })).duplicate, true);
  await assert.rejects(hub.rpc.emit({ type: "a", payload: 2 }, { idempotencyKey: "k" }), (error) => error instanceof EventHubError && error.code === "IDEMPOTENCY_CONFLICT");
  await assert.rejects(hub.rpc.emit({ type: "a", payload: 1, organisation_id: "x" }), (error) => error.code === "INVALID_REQUEST" && error.message.includes("organisation_id"));
  await assert.rejects(hub.rpc.emit({ type: "a", payloadText: "1" }), TypeError);
});

test("emits and subscriptions go on across kill -9 and clean stops: every event once, in order", async (t) => {
  const server = await HubProcess.start(t);
  const hub = client(t, { url: server.url, retry: PATIENT });
  const read = async (options) => {
    const seen = [];
    for await (const event of hub.rpc.subscribe(options)) {
      seen.push(event.sequence);
      if (event.payload === "end") return seen;
    }
  };
  const readers = Promise.all([read({ since: 1 }), read({ since: 1, type: ["odd", "end"] })]);
  let last;
  const publish = async (count) => {
    for (let i = 0; i < count; i++) ({ sequence: last } = await hub.rpc.emit({ type: (last ?? 0) % 2 ? "even" : "odd", payload: i }));
  };
  await publish(50);
  for (const end of ["kill", "stop"]) {
    const during = publish(50);
    await server[end]();
    await server.start();
    await during;
  }

  const { sequence } = await hub.rpc.emit({ type: "end", payload: "end" });
  assert.equal(sequence, 151);
  const [all, odd] = await readers;
  assert.deepEqual(all, range(1, 151));
  assert.deepEqual(odd, range(1, 151).filter((n) => n % 2 === 1));
});

test("a slow reader gets everything, and holds little", async (t) => {
  const server = await HubProcess.start(t);
  const hub = client(t, server.url);
  for (let i = 0; i < 5; i++) await hub.publishBatch(Array.from({ length: 1000 }, () => ({ type: "a", payload: i })));
  const seen = [];
  for await (const event of hub.rpc.subscribe({ since: 1 })) {
    if (event.sequence % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 30));
    if (seen.push(event.sequence) === 5000) break;
  }

  assert.deepEqual(seen, range(1, 5000));
});

test("resets, bad filters and signals end a subscription as they do over HTTP", async (t) => {
  const server = await HubProcess.start(t);
  const hub = client(t, server.url);
  await hub.publish({ type: "a", payload: 1 });
  await assert.rejects(hub.rpc.subscribe({ lastEventId: "0123456789abcdef:2" }).next(), (error) => error instanceof StreamResetError && error.reason === "epoch");
  await assert.rejects(hub.rpc.subscribe({ type: "user*" }).next(), (error) => error.code === "INVALID_REQUEST" && error.message.includes("type"));
  const abort = new AbortController();
  const waiting = hub.rpc.subscribe({ signal: abort.signal }).next();
  setTimeout(() => abort.abort(new Error("enough")), 100);
  await assert.rejects(waiting, /enough/);
  const subscription = hub.rpc.subscribe({ since: 0 });
  await subscription.next();
  const next = subscription.next();
  await subscription.close();
  assert.deepEqual(await next, { done: true, value: undefined });
});

test("a served name handles events: complete, ignored, failed and thrown, tried again", async (t) => {
  const server = await HubProcess.start(t);
  const hub = client(t, server.url);
  await subscribeTo(server, "billing", { retry: { limit: 1, constant_seconds: 0 } });
  const handled = [];
  const served = await hub.serve("billing", async (event) => {
    handled.push([event.payload, event.dispatch.attempt]);
    if (event.payload === "throws" && event.dispatch.attempt === 1) throw new Error("not today");
    return { ignored: "ignored", failed: "failed" }[event.payload];
  });
  t.after(() => served.close());
  for (const payload of ["fine", "ignored", "throws", "failed"]) await hub.publish({ type: "a", payload });
  const ended = await until(() => statuses(hub), (all) => all.length === 4 && !all.includes("ongoing"));
  assert.deepEqual(ended, ["complete", "ignored", "complete", "failed"]);
  assert.deepEqual(handled.filter(([payload]) => payload === "throws"), [["throws", 1], ["throws", 2]]);
  const [letter] = (await hub.deadLetters.list().next()).value.dead_letters;
  assert.match(letter.last_error, /failed/);
  await assert.rejects(hub.serve("", () => {}), (error) => error instanceof EventHubError && error.code === "INVALID_REQUEST");
});

test("serving goes on after the hub was killed, and ends when it is closed", async (t) => {
  const server = await HubProcess.start(t);
  const hub = client(t, { url: server.url, retry: PATIENT });
  await subscribeTo(server, "billing", { retry: { limit: 20, constant_seconds: 0.2 }, ordering_key: "type" });
  const order = [];
  const served = await hub.serve("billing", (event) => void order.push(event.sequence));
  for (let i = 0; i < 10; i++) await hub.publish({ type: "a", payload: i });
  await server.kill();
  await server.start();
  for (let i = 0; i < 10; i++) await hub.publish({ type: "a", payload: i });
  await until(() => statuses(hub), (all) => all.length === 20 && all.every((s) => s === "complete"));
  // What the hub had not written down when it was killed came again: in order, from where it was.
  assert.deepEqual([...new Set(order)], range(1, 20));
  await served.close();
  const count = order.length;
  await hub.publish({ type: "a", payload: "after" });
  await until(() => statuses(hub), (all) => all.length === 21);
  assert.equal(order.length, count);
});

test("@microsoft/signalr by itself, as anyone would use it", async (t) => {
  const server = await HubProcess.start(t);
  const connection = new HubConnectionBuilder().withUrl(`${server.url}/rpc`).configureLogging(LogLevel.None).build();
  t.after(() => connection.stop());
  await connection.start();
  const items = [];
  const ended = new Promise((resolve, reject) => {
    const stream = connection.stream("Subscribe", { type: "user.*" }).subscribe({
      next(item) {
        items.push(item);
        if (item.type !== "event") return;
        stream.dispose();
        resolve();
      },
      error: reject,
      complete: reject,
    });
  });
  await until(async () => items.length, (length) => length >= 2);
  assert.equal((await connection.invoke("Emit", { type: "user.created", payload: { name: "Ada" } })).sequence, 1);
  await ended;
  assert.equal(items.at(-1).event.payload.name, "Ada");
  assert.deepEqual((await connection.invoke("GetEvents", {})).events.map((e) => e.type), ["user.created"]);
  await assert.rejects(connection.invoke("Emit", {}), /INVALID_REQUEST/);
});

test("RPC in Chromium: the package and @microsoft/signalr, from another origin that is allowed", async (t) => {
  const origin = await servePage(t);
  const server = await HubProcess.start(t, "--cors-origins", origin);
  await subscribeTo(server, "page");
  const { page, problems } = await openPage(t, origin);
  await page.addScriptTag({ url: "/node_modules/@microsoft/signalr/dist/browser/signalr.js" });
  const handled = await page.evaluate(async (url) => {
    const { EventHub } = await import("@eventhub/client");
    const hub = (window.hub = new EventHub({ url, signalR: window.signalR, retry: { initialDelayMs: 20, maxDelayMs: 200 } }));
    window.seen = [];
    (async () => {
      for await (const event of hub.rpc.subscribe({ since: 1 })) window.seen.push(event.sequence);
    })();
    const handled = Promise.withResolvers();
    await hub.serve("page", (event) => handled.resolve([event.payload, event.dispatch.attempt]));
    await hub.rpc.emit({ type: "a", payload: "hello" }); // Its answer comes after the event may have been handled: the hub must not be killed before.
    return await handled.promise;
  }, server.url);
  assert.deepEqual(handled, ["hello", 1]);
  await server.kill();
  await server.start();
  await page.evaluate(() => window.hub.rpc.emit({ type: "a", payload: "again" }));
  await page.waitForFunction(() => window.seen.length >= 2);
  assert.deepEqual(await page.evaluate(() => window.seen), [1, 2]);
  const answer = await page.evaluate(async (url) => {
    const connection = new window.signalR.HubConnectionBuilder().withUrl(`${url}/rpc`).build();
    await connection.start();
    return await connection.invoke("GetEvents", { order: "asc" });
  }, server.url);
  assert.deepEqual(answer.events.map((e) => e.payload), ["hello", "again"]);
  assert.deepEqual(problems, []);
});
