/**
 * A process to be looked on at: opens the stores of a folder as the server does, writes to them, and tells
 * of each answer that it gets, at once. Argument: a Life, as JSON.
 */
import { writeSync } from 'node:fs';
import { EventCatalogue } from '#kernel/event-definition';
import { randomIds } from '#kernel/ids';
import { Projector } from '#infra/projector/projector';
import { pause } from '../../apps/server/src/pause.ts';
import {
  closeStores,
  createDataFolder,
  isEmptyFolder,
  openStores,
} from '../../apps/server/src/stores.ts';
import {
  CLOCK,
  eventOf,
  identityOf,
  lengths,
  type Life,
  namesRecord,
  placesIn,
  PLATFORM,
  recordOf,
  streamOf,
  subjectOf,
  type Told,
} from './lives.testkit.ts';

/** Rounds that a stream lasts, and events of an append: at the most. */
const ROUNDS_A_STREAM = 12;
const EVENTS_MAX = 3;

const life = JSON.parse(process.argv[2]!) as Life;
const tell = (told: Told) => writeSync(1, JSON.stringify(told));

const places = placesIn(life.folder);
if (isEmptyFolder(places.dataFolder)) {
  createDataFolder(places);
  tell({ told: 'made' });
}
const stores = await openStores({ ...places, clock: CLOCK, ids: randomIds });
const { eventStore, readStore, vault } = stores;
const catalogue = new EventCatalogue([]);
const projector = new Projector({
  ...{ eventStore, readStore, catalogue, pause },
  views: [lengths],
  clock: CLOCK,
});
if (life.work === 'all') await projector.start();
tell({ told: 'opened' });

async function store(stream: string, revision: number): Promise<void> {
  await vault.put([recordOf(stream, revision)]);
  tell({ told: 'stored', stream, revision });
}

async function append(stream: string, first: number, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, at) => eventOf(stream, first + at));
  await eventStore.append(stream, first === 0 ? 'no-stream' : first - 1, events);
  tell({ told: 'appended', stream, first, count });
}

/** What a stream's account comes to at its end: its identity is taken, and every third is erased. */
async function end(stream: string, isErased: boolean): Promise<void> {
  await vault.reserveIdentity(identityOf(stream), { accountId: stream, caseId: stream });
  tell({ told: 'reserved', stream });
  if (!isErased) return;
  tell({ told: 'erasing', stream });
  await vault.eraseSubject(PLATFORM, subjectOf(stream));
  tell({ told: 'erased', stream });
}

async function write(writer: number): Promise<void> {
  let next = 0;
  for (let round = 0; round < life.rounds; round++) {
    const nth = Math.floor(round / ROUNDS_A_STREAM);
    const stream = streamOf(life, writer, nth);
    if (round % ROUNDS_A_STREAM === 0) next = 0;
    const count = 1 + ((round + writer) % EVENTS_MAX);
    for (let at = next; at < next + count; at++) {
      if (life.work === 'vault' || namesRecord(stream, at)) await store(stream, at);
    }
    if (life.work !== 'vault') await append(stream, next, count);
    next += count;
    const isLast = round % ROUNDS_A_STREAM === ROUNDS_A_STREAM - 1;
    if (isLast && life.work === 'all') await end(stream, nth % 3 === 0);
  }
}

await Promise.all(Array.from({ length: life.writers }, (_, writer) => write(writer)));
if (life.killed) process.kill(process.pid, 'SIGKILL');
tell({ told: 'closed' });
await projector.stop();
await closeStores(stores);
