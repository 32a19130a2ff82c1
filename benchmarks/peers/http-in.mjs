// The way in: POST /events, answered 202 once the queue has the event's jobs.
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';

/** Serves on a free port of the loopback and prints its URL; enqueue(event) resolves when the event is as durable as the queue makes it. */
export function serveEvents(enqueue) {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => accept(Buffer.concat(chunks), enqueue).then(
      answer => reply(response, 202, answer),
      error => reply(response, error instanceof SyntaxError || error instanceof TypeError ? 400 : 500, { error: String(error) })));
  });
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1', 1024, () => console.log(`http://127.0.0.1:${server.address().port}`));
}

/** The benchmark's own end closes standard input; nothing here outlives it. */
export function endWithStdin() {
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}

async function accept(body, enqueue) {
  const item = JSON.parse(body.toString('utf8'));
  if (typeof item.type !== 'string' || item.payload === undefined) throw new TypeError('type and payload are required');
  const event = { id: randomUUID(), version: 'v1', subject: null, metadata: {}, session_id: null, ...item, created_at: new Date().toISOString() };
  await enqueue(event);
  return { event_id: event.id, message: 'Event accepted for processing' };
}

function reply(response, status, content) {
  const body = Buffer.from(JSON.stringify(content));
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': body.length });
  response.end(body);
}
