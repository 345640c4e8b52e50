/** Imported cases on a platform that is alive: seen by everybody who may, and setting nothing off. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { READ_STORE, type ReadStore } from '#infra/read-store/read-store.port';
import { systemClock } from '#kernel/clock';
import { type RecordedEvent } from '#kernel/envelope';
import { loadMapping, LogImporter } from '#modules/exchange/index';
import { logXml } from '#modules/exchange/xes/xes.testkit';
import { LIVES, MAPPING, traceXml } from '../../apps/cli/src/small-log.testkit.ts';
import { pause } from '../../apps/server/src/pause.ts';
import { processes, timerViews } from '../../apps/server/src/catalogue.ts';
import { DEMO_PLATFORM } from '../../apps/server/src/demo.ts';
import { closeStores, createDataFolder, openStores } from '../../apps/server/src/stores.ts';
import { Server } from './server.testkit.ts';

const STATUSES = Object.keys(LIVES);

let server: Server;
/** By what became of it in the log. */
const caseOf: Record<string, string> = {};
let imported: readonly RecordedEvent[];

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'casetrail-e2e-'));
  server = new Server(folder);
  const places = await server.places();
  createDataFolder(places);
  const stores = await openStores(places);
  const log = join(folder, 'old.xes');
  writeFileSync(log, logXml(...STATUSES.map((name) => traceXml(name, LIVES[name]!, 'amy'))));
  const settings = { ...MAPPING.settings, platform: DEMO_PLATFORM, accountFrom: 'applicant' };
  writeFileSync(join(folder, 'old.json'), JSON.stringify({ ...MAPPING, settings }));
  const mapping = await loadMapping(join(folder, 'old.json'));
  const importer = new LogImporter({ ...stores, clock: systemClock, pause });
  await importer.run({ log, mapping });
  imported = await eventsOf(stores.eventStore);
  for (const { stream, data } of imported) {
    const { source } = data as { source?: { trace: string } };
    if (source) caseOf[source.trace] = stream.slice('case-'.length);
  }
  await closeStores(stores);
  await server.start();
  await everythingFollowed();
}, 60_000);
afterAll(() => server.dispose());

async function eventsOf(store: EventStore): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  for await (const event of store.readAll()) all.push(event);
  return all;
}

/** Until every process and every view has looked at all that was there at the start. */
async function everythingFollowed(): Promise<void> {
  const readStore = server.app.get<ReadStore>(READ_STORE);
  const last = imported.at(-1)!.position;
  for (;;) {
    const behind = (await readStore.status()).filter(({ checkpoint }) => checkpoint < last);
    if (behind.length === 0) return;
    await sleep(20);
  }
}

it.each(STATUSES)('the staff see a case that is %s, in both languages', async (status) => {
  for (const language of ['en', 'zh-CN']) {
    const { status: code, body } = await server.get(`/v1/cases/${caseOf[status]}`, {
      as: 'rui',
      language,
    });
    expect({ code, status: body.status }).toEqual({ code: 200, status });
  }
});

it('its applicant sees it, and its timeline, where the log names them as the tokens do', async () => {
  for (const status of STATUSES) {
    const { status: code, body } = await server.get(`/v1/cases/${caseOf[status]}`, { as: 'amy' });
    expect({ code, status: body.status }).toEqual({ code: 200, status });
    const other = await server.get(`/v1/cases/${caseOf[status]}`, { as: 'ben' });
    expect(other.status).toBe(404);
  }
  const { body } = await server.get('/v1/timeline?limit=100', { as: 'amy' });
  const told = (body.items as { caseId: string; type: string }[])
    .filter(({ caseId }) => caseId === caseOf['approved'])
    .map(({ type }) => type);
  expect(told.sort()).toEqual(
    imported
      .filter(({ stream }) => stream === `case-${caseOf['approved']}`)
      .map(({ type }) => type)
      .filter((type) => !['ReviewClaimed', 'HistoryRecorded'].includes(type))
      .sort(),
  );
});

it('lists, counts and queues hold them', async () => {
  const { body: list } = await server.get('/v1/cases?limit=100&policyKey=loan', { as: 'rui' });
  expect((list.items as { caseId: string }[]).map(({ caseId }) => caseId).sort()).toEqual(
    Object.values(caseOf).sort(),
  );
  for (const [state, status] of [
    ['waiting', 'waiting'],
    ['claimed', 'in-review'],
  ] as const) {
    const { body: queue } = await server.get(`/v1/queues?limit=100&state=${state}`, { as: 'lin' });
    const queued = (queue.items as { caseId: string }[]).map(({ caseId }) => caseId);
    expect(queued).toContain(caseOf[status]);
  }
});

it('the audit says who did what when, and that it was imported', async () => {
  const path = `/v1/audit?limit=100&caseId=${caseOf['rejected']}`;
  const { body } = await server.get(path, { as: 'otto' });
  // Who was refused a look at it above has an entry too.
  const entries = (body.items as Record<string, unknown>[]).filter(
    ({ type }) => type !== 'AccessDenied',
  );
  expect(entries).toHaveLength(7);
  expect(entries.filter((entry) => entry['imported'] !== true)).toEqual([]);
  expect(entries.find(({ type }) => type === 'CaseRejected')).toMatchObject({
    actorId: 'ann',
    actorKind: 'person',
    occurredAt: '2026-03-02T09:04:00.000Z',
    policyVersion: 'loan@3',
  });
});

it('nobody decides on an imported review, whose log tells no rules', async () => {
  const { body } = await server.get(`/v1/cases/${caseOf['waiting']}`, { as: 'rui' });
  const claim = await server.post(`/v1/cases/${caseOf['waiting']}/reviews/1/claim`, {
    as: 'rui',
    body: {},
    ifMatch: body.version as number,
  });
  expect(claim.status).toBe(409);
  expect(claim.body.code).toBe('no-rules-recorded');
});

it('a reviewer is told that an imported review cannot be taken, and is never given one', async () => {
  const { body } = await server.get('/v1/queues?limit=100', { as: 'rui' });
  const items = body.items as { caseId: string; obstacles: { code: string }[] }[];
  const row = items.find(({ caseId }) => caseId === caseOf['waiting'])!;
  expect(row.obstacles.map(({ code }) => code)).toEqual(['no-rules-recorded']);
  const next = await server.post('/v1/queues/next', { as: 'rui', body: {} });
  expect(next).toMatchObject({ status: 409, body: { code: 'no-review-to-take' } });
  const here = await eventsOf(server.app.get<EventStore>(EVENT_STORE));
  expect(here.filter(({ type }) => type === 'ReviewSelected')).toEqual([]);
});

it('sets no process off and arms no timer', async () => {
  const here = await eventsOf(server.app.get<EventStore>(EVENT_STORE));
  const streams = new Set(imported.map(({ stream }) => stream));
  expect(here.filter(({ stream }) => streams.has(stream))).toEqual(imported);
  const setOff = new Set(imported.map(({ id }) => id));
  expect(
    here.filter(({ id, metadata }) => !setOff.has(id) && setOff.has(metadata.causationId)),
  ).toEqual([]);

  const readStore = server.app.get<ReadStore>(READ_STORE);
  const handled = new Set(processes.flatMap(({ handles }) => handles as readonly string[]));
  expect(imported.some(({ type }) => handled.has(type))).toBe(true);
  const ours = new Set(Object.values(caseOf));
  for (const view of timerViews) {
    const store = await readStore.serving<{ action: { id: string } }>(view);
    const { documents } = await store!.find({ limit: 1_000 });
    expect(documents.filter(({ document }) => ours.has(document.action.id))).toEqual([]);
  }
});
