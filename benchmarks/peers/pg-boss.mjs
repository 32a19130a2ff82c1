// pg-boss on PostgreSQL: pg-boss.mjs api CONNECTION URL… | pg-boss.mjs worker CONNECTION CONCURRENCY
import PgBoss from 'pg-boss';
import { endWithStdin, serveEvents } from './http-in.mjs';
import { deliver } from './webhook.mjs';

const [role, connectionString, ...rest] = process.argv.slice(2);
const name = 'webhooks';

endWithStdin();
const boss = new PgBoss({ connectionString, max: 20 });
boss.on('error', error => console.error(error));
await boss.start();
await boss.createQueue(name, { name, retryLimit: 3, retryDelay: 5, retryBackoff: true });
if (role === 'api') {
  serveEvents(event => boss.insert(rest.map(url => ({ name, data: { url, event } }))));
} else {
  // Workers that each take a batch, poll at the shortest interval there is, and at once again after a batch that was not empty.
  const batchSize = 16;
  const concurrency = Number(rest[0]);
  for (let i = 0; i < concurrency / batchSize; i++) {
    const id = await boss.work(name, { batchSize, pollingIntervalSeconds: 0.5 }, async jobs => {
      await Promise.all(jobs.map(job => deliver(job.id, 1, job.data, concurrency)));
      boss.notifyWorker(id);
    });
  }
  console.log('ready');
}
