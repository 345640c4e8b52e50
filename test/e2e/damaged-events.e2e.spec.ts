/** Something else than the server wrote into the log: what it concerns is refused by name, all else goes on. */
import { Server } from './server.testkit.ts';
import { done, draft, lengthOf, slipInto, until } from './world.testkit.ts';

let server: Server;
let caseId: string;
let untouched: string;

const seen = (id: string) => server.get(`/v1/cases/${id}`, { as: 'rui' });
const note = (id: string, language?: string) =>
  server.post(`/v1/cases/${id}/notes`, { as: 'rui', body: { text: 'seen' }, language });

beforeAll(async () => {
  server = await new Server().start();
  caseId = await draft(server, 'cai');
  untouched = await draft(server, 'dan');
  await until(
    () => seen(caseId),
    ({ body }) => body?.materials?.length === 4,
  );
  const event = { type: 'MaterialProvided', schemaVersion: 1, data: { review: 'x' } };
  await slipInto(server, caseId, event);
});
afterAll(() => server.dispose());

describe('an event that is damaged', () => {
  it.each(['en', 'zh-CN'])(
    'lets no command through to its case, and says so in %s',
    async (language) => {
      const length = await lengthOf(server, caseId);
      const { status, headers, body } = await note(caseId, language);
      expect([status, body.code]).toEqual([503, 'event-damaged']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(body.detail).toMatch(language === 'en' ? /is damaged/ : /已损坏/);
      expect(await lengthOf(server, caseId)).toBe(length);
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
