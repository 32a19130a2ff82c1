import assert from "node:assert/strict";
import { test } from "node:test";
import { SseParser } from "../src/sse.js";

const bytes = (text) => new TextEncoder().encode(text);
const data = (messages) => messages.map((m) => m.data);

/** What a parser makes of a stream that comes in these chunks. */
function parse(...chunks) {
  const parser = new SseParser();
  return chunks.flatMap((chunk) => parser.push(typeof chunk === "string" ? bytes(chunk) : chunk));
}

test("lines end with CR, LF or CRLF, mixed", () => {
  assert.deepEqual(data(parse("data: a\r\rdata: b\n\ndata: c\r\n\r\ndata: d\r\n\ndata: e\n\r\n")), ["a", "b", "c", "d", "e"]);
});

test("a stream means the same however it is cut", () => {
  const stream = bytes("\uFEFFid: x:1\r\ndata: grüße 🎉\r\ndata:\r\ndata: z\r\n\r\n: comment\rid: x:2\n\nevent: named\ndata: b\r\r");
  const whole = parse(stream);
  assert.deepEqual(whole, [
    { id: "x:1", event: null, data: "grüße 🎉\n\nz" },
    { id: "x:2", event: null, data: null },
    { id: "x:2", event: "named", data: "b" },
  ]);
  for (let size = 1; size <= stream.length; size++) {
    const chunks = [];
    for (let at = 0; at < stream.length; at += size) chunks.push(stream.slice(at, at + size), new Uint8Array());
    assert.deepEqual(parse(...chunks), whole, `in chunks of ${size} bytes`);
  }
});

test("a line is over with its CR, before it is known whether an LF follows", () => {
  const parser = new SseParser();
  assert.deepEqual(data(parser.push(bytes("data: a\r\n\r"))), ["a"]);
  assert.deepEqual(data(parser.push(bytes("\ndata: b\n\n"))), ["b"]);
});

test("one BOM at the beginning is dropped, others are text", () => {
  assert.deepEqual(data(parse("\uFEFFdata: a\n\n\uFEFFdata: b\n\ndata: \uFEFFc\n\n")), ["a", "\uFEFFc"]);
});

test("one space after the colon is dropped, a field may have no colon", () => {
  assert.deepEqual(data(parse("data:a\n\ndata:  b\n\ndata\n\ndata\ndata\n\n")), ["a", " b", "", "\n"]);
});

test("unknown fields and comments are passed over", () => {
  assert.deepEqual(data(parse(":x\nfoo: bar\nDATA: no\n data: no\ndata: a\n\n")), ["a"]);
});

test("an id with NUL is ignored, an empty one resets, one holds until the next", () => {
  const ids = parse("id: 1\ndata: a\n\nid: 2\0\ndata: b\n\ndata: c\n\nid\ndata: d\n\n").map((m) => m.id);
  assert.deepEqual(ids, ["1", "1", "1", ""]);
});

test("an id after the data of its block is its block's", () => {
  assert.deepEqual(parse("data: a\nid: 7\n\n"), [{ id: "7", event: null, data: "a" }]);
});

test("retry takes digits and nothing else", () => {
  const parser = new SseParser();
  parser.push(bytes("retry: 1500\nretry: 2s\nretry: -1\nretry:\n\n"));
  assert.equal(parser.retry, 1500);
});

test("what the stream ends in the middle of is dropped", () => {
  assert.deepEqual(parse("data: a\n\ndata: b\nid: 9\n").length, 1);
});

test("bytes that are not UTF-8 become replacement characters", () => {
  assert.deepEqual(data(parse(new Uint8Array([...bytes("data: a"), 0xff, ...bytes("b\n\n")]))), ["a\uFFFDb"]);
});

test("a great line in many chunks takes time in proportion", () => {
  const chunk = "x".repeat(1000);
  const message = parse("data: ", ...Array(5000).fill(chunk), "\n\n");
  assert.equal(message[0].data.length, 5_000_000);
});
