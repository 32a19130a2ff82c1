import { request } from "node:http";
import { bodyOf, serveHttp } from "./http-server.js";

/**
 * A proxy before the hub that breaks as told: for each request `next()` says what to do with it: `pass`, `lose` (done, but the connection breaks before
 * the answer), `drop` (not done, the connection breaks) or an answer of its own.
 * @param {import("node:test").TestContext} t
 * @param {string} target
 * @param {(request: import("node:http").IncomingMessage) => "pass" | "lose" | "drop" | { status: number, headers?: Record<string, string> }} next
 */
export function flakyProxy(t, target, next) {
  return serveHttp(t, async (incoming, outgoing) => {
    const what = next(incoming);
    const body = await bodyOf(incoming);
    if (typeof what === "object") return outgoing.writeHead(what.status, what.headers).end();
    if (what === "drop") return outgoing.destroy();
    const { host, ...headers } = incoming.headers;
    const onward = request(new URL(incoming.url, target), { method: incoming.method, headers, agent: false }, (answer) => {
      if (what === "lose") {
        answer.resume();
        answer.on("end", () => outgoing.destroy());
        return;
      }

      outgoing.writeHead(answer.statusCode, answer.headers);
      outgoing.flushHeaders();
      answer.pipe(outgoing);
      outgoing.on("close", () => onward.destroy());
    });
    onward.on("error", () => outgoing.destroy());
    onward.end(body);
  });
}
