import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort, HubProcess } from "./support/hub-process.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const programs = [...(await readFile(`${ROOT}/README.md`, "utf8")).matchAll(/```js\n(.*?)```/gs)].map((match) => match[1]);

test("the README's programs print what it says, one after the other on one hub", async (t) => {
  assert.ok(programs.length >= 5, `${programs.length} programs`);
  const server = await HubProcess.start(t);
  const port = String(await freePort());
  for (const program of programs) {
    const expected = [...program.matchAll(/\/\/ → (.*)/g)].map((match) => match[1]);
    assert.ok(expected.length > 0, `says nothing of what it prints:\n${program}`);
    const code = program.replaceAll("http://127.0.0.1:3000", server.url).replaceAll("4000", port);
    // In the package's own directory, where it finds itself by its name.
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    t.after(() => child.kill());
    let errors = "";
    child.stderr.on("data", (chunk) => (errors += chunk));
    const printed = [];
    for await (const line of createInterface({ input: child.stdout })) if (printed.push(line) === expected.length) break;
    assert.deepEqual(printed, expected, `${program}\n${errors}`);
    child.kill();
  }
});
