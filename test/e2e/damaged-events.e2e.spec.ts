/** Something else than the server wrote into the log: what it concerns is refused by name, all else goes on. */
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { systemClock } from '#kernel/clock';
import { deriveId } from '#kernel/ids';
import { metadataFor } from '#kernel/testing/metadata';
import { DEMO_PLATFORM } from '../../apps/server/src/demo.ts';
import { Server } from './server.testkit.ts';
import { done, draft, until } from './world.testkit.ts';

let server: Server;
let store: EventStore;
let caseId: string;
let untouched: string;

const seen = (id: string) => server.get(`/v1/cases/${id}`, { as: 'rui' });
const note = (id: string, language?: string) =>
  server.post(`/v1/cases/${id}/notes`, { as: 'rui', body: { text: 'seen' }, language });

async function lengthOf(id: string): Promise<number> {
  let length = 0;
  for await (const { revision } of store.readStream(`case-${id}`)) length = revision + 1;
  return length;
}

beforeAll(async () => {
  server = await new Server().start();
  store = server.app.get<EventStore>(EVENT_STORE, { strict: false });
  caseId = await draft(server, 'cai');
  untouched = await draft(server, 'dan');
  await until(
    () => seen(caseId),
    ({ body }) => body?.materials?.length === 4,
  );
  const id = deriveId('damaged', caseId);
  const metadata = metadataFor(id, systemClock.now(), { platform: DEMO_PLATFORM });
  const event = { id, type: 'MaterialProvided', schemaVersion: 1, data: { review: 'x' }, metadata };
  await store.append(`case-${caseId}`, (await lengthOf(caseId)) - 1, [event]);
});
afterAll(() => server.dispose());

describe('an event that is damaged', () => {
  it.each(['en', 'zh-CN'])(
    'lets no command through to its case, and says so in %s',
    async (language) => {
      const length = await lengthOf(caseId);
      const { status, headers, body } = await note(caseId, language);
      expect([status, body.code]).toEqual([503, 'event-damaged']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(body.detail).toMatch(language === 'en' ? /is damaged/ : /已损坏/);
      expect(await lengthOf(caseId)).toBe(length);
    },
  );

  it('is told the operator by its place, with what to do', () => {
    const told = server.log.filter((line) => line.includes('EventDamaged')).join();
    expect(told).toContain(`case-${caseId}@`);
    expect(told).toContain('MaterialProvided is damaged');
    expect(told).toContain('Restore the log from its backup.');
  });

  it('leaves the document of its case as it was, marked, and listed as parked by name', async () => {
    const { body } = await until(
      () => seen(caseId),
      (answer) => answer.body?.degraded === true,
    );
    expect(body.materials).toHaveLength(4);
    const listed = done(await server.get('/v1/operations/parked-documents', { as: 'ada' })).body;
    expect(listed.items).toContainEqual(
      expect.objectContaining({
        view: 'case-detail',
        error: expect.stringMatching(/^EventDamaged: /) as string,
      }),
    );
  });

  it('stops nothing else', async () => {
    expect((await note(untouched)).status).toBeLessThan(300);
    expect((await server.get('/health/ready')).status).toBe(200);
  });
});
