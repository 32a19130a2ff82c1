// One signed webhook request, as the hub sends it, over keep-alive connections.
import { createHmac } from 'node:crypto';
import { Pool } from 'undici';

const secret = Buffer.from('a secret of the benchmark, 32 by');
const pools = new Map();

/** Posts the event; throws when the receiver did not answer 2xx, so that the queue repeats it. */
export async function deliver(id, attempt, { url, event }, connections) {
  const { origin, pathname } = new URL(url);
  if (!pools.has(origin)) pools.set(origin, new Pool(origin, { connections }));
  const body = JSON.stringify({ event, deliveredAt: new Date().toISOString() });
  const timestamp = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  const answer = await pools.get(origin).request({
    method: 'POST',
    path: pathname,
    body,
    headers: {
      'content-type': 'application/json',
      'x-message-id': id,
      'x-event-id': event.id,
      'x-event-type': event.type,
      'x-delivery-attempt': String(attempt),
      'x-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${signature}`,
    },
    headersTimeout: 10_000,
    bodyTimeout: 10_000,
  });
  await answer.body.dump();
  if (answer.statusCode < 200 || answer.statusCode > 299) throw new Error(`HTTP ${answer.statusCode}`);
}
