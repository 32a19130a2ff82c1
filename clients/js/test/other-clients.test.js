import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { EventSource } from "eventsource";
import { EventHub } from "@eventhub/client";
import { HubProcess } from "./support/hub-process.js";

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const publish = (hub, count) => hub.publishBatch(Array.from({ length: count }, (_, i) => ({ type: "a", payload: { line: "a\nb", i } })));

test("npm eventsource resumes across a kill -9 and a clean stop", async (t) => {
  const server = await HubProcess.start(t);
  const hub = new EventHub({ url: server.url, retry: { attempts: 1000, initialDelayMs: 20, maxDelayMs: 200 } });
  const source = new EventSource(`${server.url}/events/stream?since=0`);
  t.after(() => source.close());
  const messages = [];
  let arrived = () => {};
  source.onmessage = ({ data }) => {
    messages.push(JSON.parse(data));
    arrived();
  };
  const upTo = (sequence) =>
    new Promise((resolve) => {
      arrived = () => messages.at(-1)?.event?.sequence === sequence && resolve();
      arrived();
    });
  await publish(hub, 10);
  await upTo(10);
  assert.deepEqual(messages[0], { type: "connected" });
  for (const [i, end] of ["kill", "stop"].entries()) {
    const during = publish(hub, 10);
    await server[end]();
    await server.start();
    await during;
    await publish(hub, 10);
    await upTo(30 + 20 * i);
  }

  assert.deepEqual(messages.filter((m) => m.type === "event").map((m) => m.event.sequence), range(1, 50));
  assert.equal(messages.filter((m) => m.type === "reset").length, 0);
});

/** What curl prints, line by line. */
async function* curl(t, ...args) {
  const child = spawn("curl", ["-sN", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill());
  const ended = once(child, "exit");
  yield* createInterface({ input: child.stdout });
  const [code] = await ended;
  assert.equal(code, 0, "curl's exit code");
}

async function untilId(lines, sequence) {
  const read = [];
  for await (const line of lines) {
    read.push(line);
    if (line.startsWith("id: ") && line.endsWith(`:${sequence}`)) break;
  }

  return read;
}

test("curl follows the log, and resumes with the last id", async (t) => {
  const server = await HubProcess.start(t);
  const hub = new EventHub(server.url);
  await publish(hub, 3);
  const lines = curl(t, `${server.url}/events/stream?since=2`);
  assert.deepEqual([(await lines.next()).value, (await lines.next()).value], ['data: {"type":"connected"}', ""]);
  const [id, data, empty] = [(await lines.next()).value, (await lines.next()).value, (await lines.next()).value];
  assert.match(id, /^id: [0-9a-f]+:2$/);
  assert.match(data, /^data: \{"type":"event","event":\{"id":"[0-9a-f-]{36}","sequence":2,"type":"a",.*\}\}$/);
  assert.equal(empty, "");
  await publish(hub, 1);
  await untilId(lines, 4);
  const resumed = await untilId(curl(t, "-H", `Last-Event-ID: ${id.slice(4)}`, `${server.url}/stream`), 4);
  assert.deepEqual(resumed.filter((line) => line.startsWith("id:")).map((line) => Number(line.split(":")[2])), [3, 4]);
});

test("curl is sent the whole goodbye when the hub stops", async (t) => {
  const server = await HubProcess.start(t);
  const lines = [];
  for await (const line of curl(t, `${server.url}/events/stream`)) {
    if (lines.push(line) === 1) server.stop();
  }

  assert.match(lines.at(-2), /^retry: \d+$/);
  assert.equal(lines.at(-1), "");
});
