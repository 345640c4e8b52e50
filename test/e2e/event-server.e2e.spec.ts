/**
 * The events on a server of their own, which goes away and comes back: whoever asks meanwhile is told
 * to come again, and everything goes on by itself, without a restart. The server here is one in memory.
 */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '#infra/config/secret';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { openEventStoreDb } from '#infra/event-store/eventstoredb/eventstoredb-event-store';
import { Projector } from '#infra/projector/projector';
import { READ_STORE, type ReadStore } from '#infra/read-store/read-store.port';
import { type Position } from '#kernel/position';
import { rowsOf } from '#infra/projector/projector.testkit';
import { processes, views } from '../../apps/server/src/catalogue.ts';
import { FakeEventStoreDb, REFUSALS } from '../stores/fake-eventstoredb.ts';
import { FaultProxy } from '../stores/fault-proxy.ts';
import { freshServer, relayTo, serverProcess } from '../stores/server-under-test.ts';
import { type Answer, Server, suiteIsOnServer } from './server.testkit.ts';
import { done, draft, eventsAfter, submit, until } from './world.testkit.ts';

let events: FakeEventStoreDb | undefined;
let proxy: FaultProxy;
let server: Server;

/** To the server of the events, through the proxy. */
async function addressOfEvents(): Promise<string> {
  if (suiteIsOnServer) {
    const relay = await relayTo(await freshServer());
    proxy = relay.proxy;
    return relay.url;
  }
  events = await FakeEventStoreDb.start();
  proxy = await FaultProxy.to('127.0.0.1', events.port);
  return `esdb://user:SECRET@127.0.0.1:${proxy.port}?tls=false`;
}

beforeAll(async () => {
  const connectionString = new Secret(await addressOfEvents());
  server = new Server(undefined, { kind: 'eventstoredb', connectionString });
  await server.start();
});
afterAll(async () => {
  await server.dispose();
  await proxy.close();
  await events?.close();
});

const note = (caseId: string, key: string) =>
  server.post(`/v1/cases/${caseId}/notes`, { as: 'rui', key, body: { text: key } });

/** Of every kind: commands, queries, the feed, and whoever watches the server. */
const askedOf = (caseId: string): Promise<Answer[]> =>
  Promise.all([
    note(caseId, 'meanwhile'),
    server.get(`/v1/cases/${caseId}`, { as: 'rui' }),
    server.get('/v1/queues', { as: 'lin' }),
    server.get('/v1/events', { as: 'otto' }),
    server.get('/health/ready'),
  ]);

type Outage = readonly [
  name: string,
  away: () => Promise<unknown> | void,
  back: () => Promise<unknown> | void,
];

/** How the server goes away, and how it comes back. */
const OUTAGES: readonly Outage[] = [
  ['is gone', () => proxy.refuse(), () => proxy.admit()],
  ['takes connections and answers nothing', () => proxy.hold(), () => proxy.release()],
  ...(suiteIsOnServer ? outagesOfAProcess() : outagesInMemory()),
];

function outagesInMemory(): Outage[] {
  return [
    [
      'has become a follower',
      () => void (events!.refusing = REFUSALS.notLeader),
      () => void (events!.refusing = undefined),
    ],
  ];
}

function outagesOfAProcess(): Outage[] {
  const { signal, kill, start } = serverProcess();
  return [
    ['is stopped', () => signal('SIGSTOP'), () => signal('SIGCONT')],
    ['is killed, and starts on its disk', kill, start],
  ];
}

describe.each(OUTAGES)('while the server of the events %s', (name, away, back) => {
  const applicant = `cai-${OUTAGES.findIndex(([one]) => one === name)}`;
  let caseId: string;
  let position: string;

  beforeAll(async () => {
    caseId = await draft(server, applicant);
    position = done(await server.get('/v1/events?limit=100', { as: 'otto' })).body.position;
    await away();
  });

  it('everybody is told to come again, in time and by the same code', async () => {
    for (const { status, body, headers } of await askedOf(caseId)) {
      expect([status, headers.get('content-type')]).toEqual([503, 'application/problem+json']);
      expect(['store-unavailable', 'deadline']).toContain(body.code);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  it('and when it is back, all goes on: commands, views, processes and the feed', async () => {
    await back();
    await until(
      () => server.get('/health/ready'),
      ({ status }) => status === 200,
    );
    const sent = done(await note(caseId, 'meanwhile'));
    const after = sent.headers.get('x-casetrail-position')!;
    const seen = await until(
      () => server.get(`/v1/cases/${caseId}`, { as: 'rui', after }),
      ({ status }) => status === 200,
    );
    expect(seen.body.notes).toHaveLength(1);
    await submit(server, applicant, caseId);
    const fed = await server.get(`/v1/events?limit=100&after=${position}`, { as: 'otto' });
    const types = fed.body.items.map(({ type }: { type: string }) => type);
    expect(types).toEqual(expect.arrayContaining(['NoteAdded', 'CaseSubmitted']));
  });
});

describe('while the server of another log is at the address', () => {
  let other: FakeEventStoreDb;
  let caseId: string;
  let back: () => void;

  beforeAll(async () => {
    caseId = await draft(server, 'cai-other');
    other = await FakeEventStoreDb.start();
    const log = { name: randomUUID(), begin: true };
    const opened = await openEventStoreDb({ connectionString: other.url, log });
    await opened.close();
    const { host, port } = proxy.target;
    back = () => proxy.lead(host, port);
    proxy.lead('127.0.0.1', other.port);
  });
  afterAll(() => other.close());

  it('nothing is done on it, and nothing answered from it', async () => {
    for (const { status, body } of await askedOf(caseId)) {
      expect([status, body.code]).toEqual([503, 'store-unusable']);
    }
    expect(other.streams).toEqual(['$$casetrail']);
  });

  it('and when its own is there again, all goes on', async () => {
    back();
    await until(
      () => server.get('/health/ready'),
      ({ status }) => status === 200,
    );
    done(await note(caseId, 'meanwhile'));
  });
});

describe('through all of it', () => {
  it('nothing was done twice, and no secret was logged', async () => {
    const stored = await eventsAfter(server);
    expect(stored.filter(({ type }) => type === 'NoteAdded')).toHaveLength(OUTAGES.length + 1);
    expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length);
    expect(server.log.join('')).toContain('store-unavailable');
    expect(server.log.join('')).not.toContain('SECRET');
  });

  it('the views came to be what they are when they are folded anew', async () => {
    await everythingFollowed();
    await server.stop();
    const followed = viewRows();
    for (const beside of ['', '-wal', '-shm']) {
      rmSync(join(server.dataFolder, `views.sqlite${beside}`), { force: true });
    }
    await server.start();
    await everythingFollowed();
    await server.stop();
    expect(followed.length).toBeGreaterThan(10);
    expect(viewRows()).toEqual(followed);
    await server.start();
  });

  it('a position that another store gave is refused, not waited for', async () => {
    const other = await new Server(undefined, { kind: 'embedded' }).start();
    const { body } = await other.get('/v1/events?limit=1', { as: 'otto' });
    await other.dispose();
    for (const answer of [
      await server.get(`/v1/events?after=${body.position}`, { as: 'otto' }),
      await server.get('/v1/queues', { as: 'rui', after: body.position }),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([400, 'position-token-of-another-store']);
    }
  });
});

const VIEWS = new Set(views.map(({ name }) => name));

/** Until no view and no process has an event before it that it handles, nor has one followed meanwhile. */
async function everythingFollowed(): Promise<void> {
  const projector = server.app.get(Projector);
  const readStore = server.app.get<ReadStore>(READ_STORE);
  const reached = async (view: string) =>
    (await projector.status()).find(({ name }) => name === view)!.reached;
  const checkpoint = async (process: string) =>
    (await readStore.serving(`process-${process}`))!.checkpoint();
  do {
    for (const { name, handles } of processes) await followed(handles, () => checkpoint(name));
    for (const { name, handles } of views) await followed(handles, () => reached(name));
  } while (await isBehind(processes, checkpoint));
}

/** How far somebody has looked besides is told now and then only. */
async function left(handles: readonly string[], after: Position): Promise<boolean> {
  const eventStore = server.app.get<EventStore>(EVENT_STORE);
  const events = eventStore.readAll({ after, filter: { eventTypes: handles }, limit: 1 });
  return !(await events[Symbol.asyncIterator]().next()).done;
}

async function followed(
  handles: readonly string[],
  reached: () => Promise<Position>,
): Promise<void> {
  while (await left(handles, await reached())) await sleep(20);
}

async function isBehind(
  all: readonly { readonly name: string; readonly handles: readonly string[] }[],
  reached: (name: string) => Promise<Position>,
): Promise<boolean> {
  for (const { name, handles } of all) if (await left(handles, await reached(name))) return true;
  return false;
}

/** What processes keep there too is as they left it, and no view. */
const viewRows = () =>
  rowsOf(server.dataFolder).filter((row) => VIEWS.has(row.slice(0, row.indexOf(' '))));
