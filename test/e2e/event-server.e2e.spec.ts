/**
 * The events on a server of their own, which goes away and comes back: whoever asks meanwhile is told
 * to come again, and everything goes on by itself, without a restart. The server here is one in memory.
 */
import { Secret } from '#infra/config/secret';
import { FakeEventStoreDb, REFUSALS } from '../stores/fake-eventstoredb.ts';
import { FaultProxy } from '../stores/fault-proxy.ts';
import { type Answer, Server } from './server.testkit.ts';
import { done, draft, eventsAfter, submit, until } from './world.testkit.ts';

let events: FakeEventStoreDb;
let proxy: FaultProxy;
let server: Server;

beforeAll(async () => {
  events = await FakeEventStoreDb.start();
  proxy = await FaultProxy.to('127.0.0.1', events.port);
  const address = `esdb://user:SECRET@127.0.0.1:${proxy.port}?tls=false`;
  server = new Server(undefined, { kind: 'eventstoredb', connectionString: new Secret(address) });
  await server.start();
});
afterAll(async () => {
  await server.dispose();
  await proxy.close();
  await events.close();
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

/** How the server goes away, and how it comes back. */
const OUTAGES: readonly (readonly [name: string, away: () => void, back: () => void])[] = [
  ['is gone', () => proxy.refuse(), () => proxy.admit()],
  ['takes connections and answers nothing', () => proxy.hold(), () => proxy.release()],
  [
    'has become a follower',
    () => (events.refusing = REFUSALS.notLeader),
    () => (events.refusing = undefined),
  ],
];

describe.each(OUTAGES)('while the server of the events %s', (name, away, back) => {
  const applicant = `cai-${OUTAGES.findIndex(([one]) => one === name)}`;
  let caseId: string;
  let position: string;

  beforeAll(async () => {
    caseId = await draft(server, applicant);
    position = done(await server.get('/v1/events?limit=100', { as: 'otto' })).body.position;
    away();
  });

  it('everybody is told to come again, in time and by the same code', async () => {
    for (const { status, body, headers } of await askedOf(caseId)) {
      expect([status, headers.get('content-type')]).toEqual([503, 'application/problem+json']);
      expect(['store-unavailable', 'deadline']).toContain(body.code);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  it('and when it is back, all goes on: commands, views, processes and the feed', async () => {
    back();
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

describe('through all of it', () => {
  it('nothing was done twice, and no secret was logged', async () => {
    const stored = await eventsAfter(server);
    expect(stored.filter(({ type }) => type === 'NoteAdded')).toHaveLength(OUTAGES.length);
    expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length);
    expect(server.log.join('')).toContain('store-unavailable');
    expect(server.log.join('')).not.toContain('SECRET');
  });

  it('a position that another store gave is refused, not waited for', async () => {
    const other = await new Server().start();
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
