/** Our embedded store and views against Emmett's, which is a package of its own (bench/emmett). */
import { randomUUID } from 'node:crypto';
import { openSqliteEventStore } from '#infra/event-store/sqlite/sqlite-event-store';
import { EventCatalogue } from '#kernel/event-definition';
import { type Instant } from '#kernel/instants';
import { type View } from '#kernel/view';
import { type AppendOne, appendRate, MEASURED_MS, STREAM_LENGTH } from '../appends.ts';
import { type Contest, msOf, type Part } from '../contest.ts';
import { Emmett, missingEmmett, type ReadMessage } from '../emmett/emmett.ts';
import { benchFolder } from '../folder.ts';
import { foldedMs } from '../fold-views.ts';
import { eventOf } from '../sample-events.ts';

const STREAMS = 1_000;
const EVENTS = STREAMS * STREAM_LENGTH;

function appendPart(writers: number): Part {
  return {
    name: `emmett-append-${writers}`,
    ours: `durable appends of 600-byte events through the port, ${writers} at a time`,
    yardstick: 'the same to Emmett’s SQLite store, one connection and one append after the other',
    unit: 'events/s',
    goal: { atLeast: 5 },
    missing: missingEmmett,
    open: async (): Promise<Contest> => {
      const folder = benchFolder();
      return {
        ours: async () => {
          const store = await openSqliteEventStore({ file: folder.file('log.sqlite') });
          const append: AppendOne = (stream, expected, event) =>
            store.append(stream, expected, [event]);
          const rate = await appendRate(append, writers, MEASURED_MS);
          await store.close();
          return rate;
        },
        yardstick: async () => {
          const store = await Emmett.open(folder.file('emmett.sqlite'));
          const rate = await appendRate(store.append, writers, MEASURED_MS);
          store.close();
          return rate;
        },
        close: async () => folder.remove(),
      };
    },
  };
}

/** One document a stream: how many notes, and of the last one by whom and when. */
interface Noted {
  readonly notes: number;
  readonly lastBy: string;
  readonly lastAt: Instant;
}

const notedView: View<Noted> = {
  name: 'noted',
  version: 1,
  handles: [eventOf(0).type],
  readsAnyVersion: true,
  keys: ({ stream }) => [stream],
  evolve: (document, { metadata }) => ({
    notes: (document?.notes ?? 0) + 1,
    lastBy: metadata.actor.id,
    lastAt: metadata.occurredAt,
  }),
  indexes: [],
};

const rebuildPart: Part = {
  name: 'emmett-rebuild',
  ours: `one view folded anew from ${EVENTS.toLocaleString('en-US')} events, ${STREAM_LENGTH} to a document`,
  yardstick: 'an equal view by Emmett’s consumer, in batches of 1,000 without a pause between them',
  unit: 'events/s',
  goal: { atLeast: 3 },
  missing: missingEmmett,
  open: async (): Promise<Contest> => {
    const folder = benchFolder();
    const eventStore = await openSqliteEventStore({ file: folder.file('log.sqlite') });
    const emmett = await Emmett.open(folder.file('emmett.sqlite'));
    // As the read store has it: what a power cut takes is folded again.
    await emmett.connection.command('PRAGMA synchronous = NORMAL');
    for (let n = 0; n < STREAMS; n++) {
      const stream = `case-${randomUUID()}`;
      const events = Array.from({ length: STREAM_LENGTH }, (_, at) => eventOf(n + at));
      await eventStore.append(stream, 'no-stream', events);
      await emmett.appendAll(stream, 'no-stream', events);
    }
    const folding = { eventStore, views: [notedView], catalogue: new EventCatalogue([]) };
    const perSecond = (ms: number) => (EVENTS * 1_000) / ms;
    return {
      ours: async () => perSecond(await foldedMs(folding, folder.file('views.sqlite'))),
      yardstick: async () => perSecond(await consumedMs(emmett)),
      close: async () => {
        emmett.close();
        await eventStore.close();
        folder.remove();
      },
    };
  },
};

/** Each time into a table of its own, by a processor of its own. */
async function consumedMs(emmett: Emmett): Promise<number> {
  const { connection } = emmett;
  const table = `noted_${randomUUID().replaceAll('-', '')}`;
  await connection.command(`CREATE TABLE ${table} (key TEXT PRIMARY KEY, doc TEXT NOT NULL)`);
  // One statement a message, which takes less of its connection than to read and then to write.
  const upsert =
    `INSERT INTO ${table} (key, doc) VALUES (?1, json_object('notes', 1, 'lastBy', ?2, 'lastAt', ?3)) ` +
    `ON CONFLICT (key) DO UPDATE SET doc = json_object('notes', doc ->> 'notes' + 1, 'lastBy', ?2, 'lastAt', ?3)`;
  const fold = ({ metadata }: ReadMessage) =>
    connection.command(upsert, [metadata.streamName, metadata.actor.id, metadata.occurredAt]);
  return msOf(() => emmett.consume(EVENTS, table, fold));
}

export const emmettParts: readonly Part[] = [appendPart(1), appendPart(32), rebuildPart];
