// BullMQ on Redis: bullmq.mjs api REDIS_PORT URL… | bullmq.mjs worker REDIS_PORT CONCURRENCY
import { Queue, Worker } from 'bullmq';
import { endWithStdin, serveEvents } from './http-in.mjs';
import { deliver } from './webhook.mjs';

const [role, port, ...rest] = process.argv.slice(2);
const connection = { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null };
const name = 'webhooks';

endWithStdin();
if (role === 'api') {
  const queue = new Queue(name, { connection });
  await queue.waitUntilReady();
  // Four attempts and no trace of what went well: the hub's retries, and less than what it keeps.
  const opts = { attempts: 4, backoff: { type: 'exponential', delay: 5000 }, removeOnComplete: true };
  serveEvents(event => queue.addBulk(rest.map(url => ({ name: event.type, data: { url, event }, opts }))));
} else {
  const concurrency = Number(rest[0]);
  const worker = new Worker(name, job => deliver(job.id, job.attemptsMade + 1, job.data, concurrency), { connection, concurrency });
  worker.on('error', error => console.error(error));
  await worker.waitUntilReady();
  console.log('ready');
}
