import assert from "node:assert/strict";
import { test } from "node:test";
import { rawItems, rawMember } from "../src/json.js";

test("a member's text is found as it stands", () => {
  const text = ' {"a":"}\\"payload\\":1","p\\u0061yload" : { "n": [9007199254740993, 1.0, "]}" ] } , "z" : -1.50e+3 }';
  assert.equal(rawMember(text, "payload"), '{ "n": [9007199254740993, 1.0, "]}" ] }');
  assert.equal(rawMember(text, "z"), "-1.50e+3");
  assert.equal(rawMember(text, "n"), undefined);
  assert.equal(rawMember("{}", "a"), undefined);
});

test("of several members of one name the last counts, as for JSON.parse", () => {
  const text = '{"a":1,"a":[2]}';
  assert.deepEqual(JSON.parse(rawMember(text, "a")), JSON.parse(text).a);
});

test("an array's items are found as they stand", () => {
  assert.deepEqual(rawItems('[ {"a":[1]} ,"x,]", null,[[]],1.0]'), ['{"a":[1]}', '"x,]"', "null", "[[]]", "1.0"]);
  assert.deepEqual(rawItems(" [ ] "), []);
});

test("every value of a random document is found", () => {
  let seed = 7;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  const value = (depth) => {
    switch (random(depth > 3 ? 4 : 6)) {
      case 0: return random(1000) / 8;
      case 1: return random(2) === 0;
      case 2: return null;
      case 3: return ['"', "\\", "}", "]", ",", " ", "é", "\n"].slice(random(8)).join("");
      case 4: return Array.from({ length: random(4) }, () => value(depth + 1));
      default: return Object.fromEntries(Array.from({ length: random(4) }, (_, i) => [`k"${i}`, value(depth + 1)]));
    }
  };
  for (let i = 0; i < 500; i++) {
    const document = { x: value(0), y: value(0), z: [value(0), value(0)] };
    const text = JSON.stringify(document, null, random(3));
    for (const name of ["x", "y", "z"]) assert.deepEqual(JSON.parse(rawMember(text, name)), document[name]);
    assert.deepEqual(rawItems(rawMember(text, "z")).map((t) => JSON.parse(t)), document.z);
  }
});
