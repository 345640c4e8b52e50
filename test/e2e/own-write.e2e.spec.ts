/** What one has just written is in what one reads next; a position that nobody was given is refused. */
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { positionToken } from '#infra/http/position-token';
import { type Position } from '#kernel/position';
import { Server } from './server.testkit.ts';
import { done } from './world.testkit.ts';

let server: Server;
let store: EventStore;
let written: string;

beforeAll(async () => {
  server = await new Server().start();
  store = server.app.get<EventStore>(EVENT_STORE, { strict: false });
  const account = await server.post('/v1/accounts', { as: 'own', body: { kind: 'individual' } });
  written = done(account).headers.get('x-casetrail-position')!;
});
afterAll(() => server.dispose());

it('a case that was just begun is in the list at once, with the position that its answer carried', async () => {
  const opened = done(
    await server.post('/v1/cases', { as: 'own', body: { policyKey: 'individual' } }),
  );
  const after = opened.headers.get('x-casetrail-position')!;
  const { body } = done(await server.get('/v1/cases', { as: 'own', after }));
  expect(body.items).toMatchObject([{ caseId: opened.body.caseId }]);
});

it('a position of long ago is as good', async () => {
  expect((await server.get('/v1/timeline', { as: 'own', after: written })).status).toBe(200);
});

describe('a position that nobody was given', () => {
  it.each([
    ['/v1/cases', 'position', 'own'],
    ['/v1/timeline', 'position', 'own'],
    ['/v1/policies', 'position', 'own'],
    ['/v1/audit', 'position', 'otto'],
    ['/v1/events', 'after', 'otto'],
  ])('is refused by GET %s as its %s', async (path, name, as) => {
    for (const position of ['ffffffffffffffff', 'no position']) {
      const token = positionToken(store.storeId, position as Position);
      const { status, headers, body } = await server.get(`${path}?${name}=${token}`, { as });
      expect([status, body.code, body.field]).toEqual([400, 'position-unknown', name]);
      expect(headers.get('content-type')).toBe('application/problem+json');
    }
  });
});
