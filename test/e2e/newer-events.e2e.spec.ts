/** A server that was put back to an older build meets an event that only the newer one can read. */
import { type Answer, Server } from './server.testkit.ts';
import { done, draft, lengthOf, slipInto, until } from './world.testkit.ts';

let server: Server;
let caseId: string;
let untouched: string;

const seen = (id: string) => server.get(`/v1/cases/${id}`, { as: 'rui' });
const note = (id: string, key?: string): Promise<Answer> =>
  server.post(`/v1/cases/${id}/notes`, { as: 'rui', body: { text: 'seen' }, key });

/** The next event of the case, as no build writes it yet. */
const appendNewer = (of: string, type: string, schemaVersion: number): Promise<void> =>
  slipInto(server, of, { type, schemaVersion, data: { to: 'come' } });

beforeAll(async () => {
  server = await new Server().start();
  caseId = await draft(server, 'cai');
  untouched = await draft(server, 'dan');
  await until(
    () => seen(caseId),
    ({ body }) => body?.materials?.length === 4,
  );
  await appendNewer(caseId, 'NoteAdded', 99);
  await until(
    () => seen(caseId),
    ({ body }) => body?.degraded === true,
  );
});
afterAll(() => server.dispose());

describe('an event of a newer schema version', () => {
  it('lets no command through to its case, by a stable code in both languages, and does nothing', async () => {
    const length = await lengthOf(server, caseId);
    for (const language of ['en', 'zh-CN']) {
      const { status, headers, body } = await server.post(`/v1/cases/${caseId}/notes`, {
        as: 'rui',
        body: { text: 'seen' },
        language,
      });
      expect([status, body.code]).toEqual([503, 'event-of-newer-build']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(body.detail).toMatch(language === 'en' ? /newer version/ : /更新版本/);
    }
    expect(await lengthOf(server, caseId)).toBe(length);
    expect((await note(untouched)).status).toBeLessThan(300);
  });

  it('is told the operator by its place and versions', () => {
    const told = server.log.filter((line) => line.includes('EventOfNewerBuild')).join();
    expect(told).toContain(`case-${caseId}@`);
    expect(told).toContain('NoteAdded has schema version 99, this build knows 1. Run the build');
  });

  it('leaves the document of its case as it was, marked, and listed as parked', async () => {
    expect((await seen(caseId)).body).toMatchObject({ caseId, degraded: true });
    const { body } = done(await server.get('/v1/operations/parked-documents', { as: 'ada' }));
    expect(body.items).toContainEqual(
      expect.objectContaining({ view: 'case-detail', eventType: 'NoteAdded' }),
    );
  });

  it('is in the feed and in the audit trail as it is written', async () => {
    const { body } = done(await server.get('/v1/events?type=NoteAdded', { as: 'otto' }));
    const fed = body.items.find(
      ({ schemaVersion }: { schemaVersion: number }) => schemaVersion > 1,
    );
    expect(fed).toMatchObject({ stream: `case-${caseId}`, data: { to: 'come' } });
    const trail = await until(
      () => server.get(`/v1/audit?caseId=${caseId}&type=NoteAdded`, { as: 'otto' }),
      (answer) => answer.body.items?.length === 1,
    );
    const { entryId } = trail.body.items[0];
    const entry = done(await server.get(`/v1/audit/${entryId}`, { as: 'otto' }));
    expect(entry.body).toMatchObject({ data: { to: 'come' } });
  });
});

describe('an event of a type that only a newer build knows', () => {
  it('is passed over by commands and views, and is in the feed', async () => {
    await appendNewer(untouched, 'CasePainted', 1);
    expect((await note(untouched)).status).toBeLessThan(300);
    expect((await seen(untouched)).body.degraded).toBeFalsy();
    const { body } = done(await server.get('/v1/events?type=CasePainted', { as: 'otto' }));
    expect(body.items).toMatchObject([{ type: 'CasePainted', data: { to: 'come' } }]);
  });
});
