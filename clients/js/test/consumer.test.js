import assert from "node:assert/strict";
import { test } from "node:test";
import { EventHub, EventHubError } from "@eventhub/client";
import { HubProcess } from "./support/hub-process.js";

const publish = (hub, count, type = "a") => hub.publishBatch(Array.from({ length: count }, (_, i) => ({ type, payload: i })));
const sequences = (page) => page.events.map((e) => e.sequence);

test("stopped at five of ten it goes on at six, after a kill -9", async (t) => {
  const server = await HubProcess.start(t);
  const hub = new EventHub({ url: server.url, retry: { attempts: 100, initialDelayMs: 20, maxDelayMs: 100 } });
  const consumer = hub.consumer("billing", { instance: "one" });
  assert.equal(await consumer.get(), null);
  await assert.rejects(consumer.poll(), (error) => error.status === 404);
  assert.equal((await consumer.create({ events: ["a"], start: "beginning" })).cursor, 0);
  await publish(hub, 10);
  assert.deepEqual(sequences(await consumer.poll({ max: 3 })), [1, 2, 3]);
  assert.deepEqual(sequences(await consumer.poll({ max: 5 })), [1, 2, 3, 4, 5]);
  assert.equal((await consumer.ack(5)).lag, 5);
  await server.kill();
  await server.start();
  assert.deepEqual(sequences(await consumer.poll()), [6, 7, 8, 9, 10]);
  await assert.rejects(consumer.ack(3), (error) => error instanceof EventHubError && error.status === 409 && error.code === "CURSOR_IS_AHEAD");
  assert.equal((await consumer.seek(2)).cursor, 1);
  assert.equal((await consumer.seek("now")).cursor, 10);
  assert.equal((await consumer.seek(new Date(0))).cursor, 0);
  assert.equal(await consumer.delete(), true);
  assert.equal(await consumer.delete(), false);
});

test("a poll waits for the next event, and no longer than told", async (t) => {
  const hub = new EventHub((await HubProcess.start(t)).url);
  const consumer = hub.consumer("ü?&#");
  assert.equal((await consumer.create({ events: ["*"] })).name, "ü?&#");
  assert.deepEqual((await consumer.poll({ waitMs: 50 })).events, []);
  const waiting = consumer.poll();
  await hub.publish({ type: "a", payloadText: "9007199254740993" });
  assert.equal((await waiting).events[0].payloadText, "9007199254740993");
});

test("a second client is told who has it, and takes its turn when that one is gone", async (t) => {
  const hub = new EventHub((await HubProcess.start(t)).url);
  const first = hub.consumer("c", { instance: "first" });
  await first.create({ events: ["*"], start: "beginning" });
  await publish(hub, 3);
  await first.poll();
  const second = hub.consumer("c", { instance: "second" });
  await assert.rejects(second.poll(), (error) => error.code === "CONSUMER_IS_HELD" && error.problem.held_by === "first" && Date.parse(error.problem.held_until) > Date.now());
  const abort = new AbortController();
  const waiting = second.events({ signal: abort.signal }).next();
  abort.abort(new Error("enough"));
  await assert.rejects(waiting, /enough/);
});

test("iterating acknowledges what the loop has come back from, and nothing else", async (t) => {
  const hub = new EventHub((await HubProcess.start(t)).url);
  const consumer = hub.consumer("c");
  await consumer.create({ events: ["*"], start: "beginning" });
  await publish(hub, 25);
  const seen = [];
  await assert.rejects(async () => {
    for await (const event of consumer.events({ max: 10 })) {
      if (event.sequence === 13) throw new Error("13");
      seen.push(event.sequence);
    }
  }, /13/);
  assert.equal((await consumer.get()).cursor, 12);
  for await (const event of consumer.events({ max: 10 })) {
    seen.push(event.sequence);
    if (event.sequence === 25) break;
  }

  assert.deepEqual(seen, Array.from({ length: 25 }, (_, i) => i + 1));
  assert.equal((await consumer.get()).cursor, 24); // the one it broke off at
  await consumer.ack(25);
  const next = consumer.events().next();
  await publish(hub, 1);
  assert.equal((await next).value.sequence, 26);
});
