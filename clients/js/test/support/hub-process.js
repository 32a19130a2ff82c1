import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SERVER = process.env.CLIENT_TESTS_SERVER ?? fileURLToPath(new URL("../../../../src/EventHub.Server/bin/Release/net10.0/eventhub-server.dll", import.meta.url));

/** The real server on a data directory and a port of its own, to be killed and started again. */
export class HubProcess {
  #arguments;
  #process;
  #output = "";

  constructor(directory, port, args) {
    this.directory = directory;
    this.url = `http://127.0.0.1:${port}`;
    this.#arguments = ["serve", "--urls", this.url, "--data", directory, ...args];
  }

  /** @param {import("node:test").TestContext | undefined} t Ends it with the test. @param {...string} args */
  static async start(t, ...args) {
    const hub = new HubProcess(await mkdtemp(join(tmpdir(), "eventhub-js-")), await freePort(), args);
    t?.after(() => hub.dispose());
    await hub.start();
    return hub;
  }

  async start() {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("EVENTHUB_")));
    const child = spawn("dotnet", [SERVER, ...this.#arguments], { stdio: ["ignore", "pipe", "pipe"], env, cwd: tmpdir() });
    this.#process = child;
    const ready = new Promise((resolve, reject) => {
      const take = (chunk) => {
        this.#output += chunk;
        if (this.#output.includes("EventHub listening on")) resolve();
      };
      child.stdout.on("data", take);
      child.stderr.on("data", take);
      child.once("exit", (code) => reject(new Error(`the hub ended with ${code}:\n${this.#output}`)));
    });
    this.#output = "";
    await ready;
  }

  async #end(signal) {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  /** kill -9 */
  kill = () => this.#end("SIGKILL");

  stop = () => this.#end("SIGTERM");

  async dispose() {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/**
 * A port where nobody listens: none of those the system itself gives to connections and listeners, of which tests that run meanwhile have thousands, so that it is still
 * free when a hub listens that was killed and starts again.
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 22_000);
    const server = createServer();
    const isFree = await new Promise((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
