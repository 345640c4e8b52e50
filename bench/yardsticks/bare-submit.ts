/**
 * A bare Fastify route that seals one value of its body in the vault and then appends one event, both
 * durable before it answers, through the same group commits: no framework, no token, no rule.
 * Argument: the folder of its files.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fastify from 'fastify';
import { openSqliteEventStore } from '#infra/event-store/sqlite/sqlite-event-store';
import { KeyEncryptionKeys } from '#infra/vault/keys';
import { Sealer } from '#infra/vault/sealer';
import { openSqliteVault } from '#infra/vault/sqlite/sqlite-vault';
import { systemClock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import { eventOf } from '../sample-events.ts';

/** As the server's have: their keys are there before the clock runs. */
const SUBJECTS = 160;

const folder = process.argv[2]!;
mkdirSync(folder, { recursive: true });
const store = await openSqliteEventStore({ file: join(folder, 'events.sqlite') });
const keys = KeyEncryptionKeys.random();
const vault = openSqliteVault({ folder, keys, clock: systemClock, ids: randomIds });
const app = fastify();
let written = 0;

async function seal(subject: number, value: string): Promise<void> {
  const whose = { platform: 'bench', subjectId: `subject-${subject}` };
  const sealer = new Sealer(vault, whose, randomUUID());
  await sealer.seal('phone', 'phone', value);
  await sealer.store();
}

for (let subject = 0; subject < SUBJECTS; subject++) await seal(subject, 'first');

app.post<{ Body: { fields: { number: string } } }>('/submit', async ({ body }) => {
  await seal(written % SUBJECTS, body.fields.number);
  const { revision } = await store.append(`case-${randomUUID()}`, 'no-stream', [
    eventOf(written++),
  ]);
  return { revision };
});

process.once('SIGTERM', () => {
  void app.close().then(async () => {
    await vault.close();
    await store.close();
  });
});
console.log(await app.listen({ port: 0, host: '127.0.0.1' }));
