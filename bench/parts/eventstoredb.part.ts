/**
 * The events on an EventStoreDB, in the server that the tests use (test/stores/README.md): the adapter
 * against the bare client on the same server, one connection each; and what a command costs on it.
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { type EventStore } from '#infra/event-store/event-store.port';
import { openEventStoreDb } from '#infra/event-store/eventstoredb/eventstoredb-event-store';
import { type Position } from '#kernel/position';
import { type AppendOne, appendRate, MEASURED_MS } from '../appends.ts';
import { Casework, type CaseAt } from '../casework.ts';
import { type Listening, startServer } from '../child.ts';
import { type Contest, msOf, type Part } from '../contest.ts';
import { benchFolder } from '../folder.ts';
import { inParallel } from '../http-client.ts';
import { eventOf } from '../sample-events.ts';
import { BareClient } from '../yardsticks/bare-client.ts';

const { EVENTSTOREDB_URL: ADDRESS = '', EVENTSTOREDB_FRESH: FRESH = '' } = process.env;

const CAUGHT_UP_EVENTS = 50_000;
const BATCH_EVENTS = 500;
const CONNECTIONS = 32;
const NOTES_A_CASE = 23;

const missingServer = (): string | undefined =>
  ADDRESS ? undefined : 'EVENTSTOREDB_URL names no server';

/** A data folder belongs to one log and takes no other: the application needs an empty server. */
const missingEmptyServer = (): string | undefined =>
  missingServer() ?? (FRESH ? undefined : 'EVENTSTOREDB_FRESH starts no empty server');

interface Both {
  readonly store: EventStore;
  readonly bare: BareClient;
  close(): Promise<void>;
}

async function openBoth(): Promise<Both> {
  const store = await openEventStoreDb({ connectionString: ADDRESS });
  const bare = new BareClient(ADDRESS);
  return {
    store,
    bare,
    close: async () => {
      bare.close();
      await store.close();
    },
  };
}

function appendPart(writers: number): Part {
  return {
    name: `eventstoredb-append-${writers}`,
    ours: `appends of 600-byte events through the port on EventStoreDB, ${writers} at a time`,
    yardstick: 'the same appends by the bare client on the same server',
    unit: 'events/s',
    goal: { atLeast: 0.8 },
    missing: missingServer,
    open: async (): Promise<Contest> => {
      const { store, bare, close } = await openBoth();
      const append: AppendOne = (stream, expected, event) =>
        store.append(stream, expected, [event]);
      return {
        ours: () => appendRate(append, writers, MEASURED_MS),
        yardstick: () => appendRate(bare.append, writers, MEASURED_MS),
        close,
      };
    },
  };
}

const catchUpPart: Part = {
  name: 'eventstoredb-catch-up',
  ours: `the port's subscription over ${CAUGHT_UP_EVENTS.toLocaleString('en-US')} events of 600 bytes on EventStoreDB`,
  yardstick: "the bare client's subscription over as many",
  unit: 'events/s',
  goal: { atLeast: 0.8 },
  missing: missingServer,
  open: async (): Promise<Contest> => {
    const { store, bare, close } = await openBoth();
    return {
      ours: async () => {
        const after = await store.head();
        await writeEvents(store);
        return caughtUpRate(() => receive(store, after));
      },
      yardstick: async () => {
        const after = await bare.head();
        await writeEvents(store);
        return caughtUpRate(() => bare.receive(CAUGHT_UP_EVENTS, after));
      },
      close,
    };
  },
};

async function writeEvents(store: EventStore): Promise<void> {
  for (let written = 0; written < CAUGHT_UP_EVENTS; written += BATCH_EVENTS) {
    const events = Array.from({ length: BATCH_EVENTS }, (_, n) => eventOf(written + n));
    await store.append(`case-${randomUUID()}`, 'no-stream', events);
  }
}

async function receive(store: EventStore, after: Position): Promise<void> {
  const ended = new AbortController();
  let left = CAUGHT_UP_EVENTS;
  for await (const { events } of store.subscribe({ after, signal: ended.signal })) {
    left -= events.length;
    if (left <= 0) ended.abort();
  }
}

const caughtUpRate = async (read: () => Promise<void>): Promise<number> =>
  (CAUGHT_UP_EVENTS * 1_000) / (await msOf(read));

const commandPart: Part = {
  name: 'eventstoredb-command',
  ours: `notes over HTTP with the events on EventStoreDB, ${CONNECTIONS} connections, a case each`,
  yardstick: 'the same with the embedded store',
  unit: 'requests/s',
  ofBuild: true,
  missing: missingEmptyServer,
  open: async (): Promise<Contest> => {
    execFileSync('bash', ['-c', FRESH], { stdio: ['ignore', 'ignore', 'inherit'] });
    const [ours, embedded] = [benchFolder(), benchFolder()];
    const servers = [
      await startServer(ours.path, { CASETRAIL_EVENT_STORE: ADDRESS }),
      await startServer(embedded.path),
    ] as const;
    const work = [await Casework.on(servers[0]), await Casework.on(servers[1])] as const;
    let rounds = 0;
    return {
      ours: () => noteRate(servers[0], work[0], `round-${++rounds}`),
      yardstick: () => noteRate(servers[1], work[1], `round-${++rounds}`),
      close: async () => {
        for (const one of work) one.close();
        await Promise.all(servers.map((server) => server.stop()));
        for (const folder of [ours, embedded]) folder.remove();
      },
    };
  },
};

/** On cases as a claim leaves them, of 7 events. @returns requests a second */
async function noteRate(server: Listening, work: Casework, label: string): Promise<number> {
  const cases = await work.claimedCases(CONNECTIONS, 0, label);
  await server.settled();
  const addNotes = async ({ caseId }: CaseAt) => {
    for (let note = 0; note < NOTES_A_CASE; note++) await work.note(caseId);
  };
  const ms = await msOf(() => inParallel(cases, CONNECTIONS, addNotes));
  return (cases.length * NOTES_A_CASE * 1_000) / ms;
}

export const eventStoreDbParts: readonly Part[] = [
  appendPart(1),
  appendPart(32),
  catchUpPart,
  commandPart,
];
