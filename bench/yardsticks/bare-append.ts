/**
 * A bare Fastify route that appends one event, durable before it answers, through the same group commit:
 * no framework, no token, no validation, no rule. Argument: the file of its log.
 */
import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import { openSqliteEventStore } from '#infra/event-store/sqlite/sqlite-event-store';
import { eventOf } from '../sample-events.ts';

const store = await openSqliteEventStore({ file: process.argv[2]! });
const app = fastify();
let appended = 0;

app.post('/append', async () => {
  const { revision } = await store.append(`case-${randomUUID()}`, 'no-stream', [
    eventOf(appended++),
  ]);
  return { revision };
});

process.once('SIGTERM', () => void app.close().then(() => store.close()));
console.log(await app.listen({ port: 0, host: '127.0.0.1' }));
