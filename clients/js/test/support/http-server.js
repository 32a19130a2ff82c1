import { once } from "node:events";
import { createServer } from "node:http";

/** A web server of the test's own, which ends with it. @param {import("node:test").TestContext} t @param {import("node:http").RequestListener} answer */
export async function serveHttp(t, answer) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** The whole body of a request. @param {import("node:http").IncomingMessage} request */
export async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
