/** Whoever hammers what is refused fills neither the log nor the access stream, and is still counted. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { accessEvents } from '#modules/access/index';
import { routesOf } from '#infra/auth/routes';
import { isFullRun } from '#kernel/testing/full-run';
import { type RawAsk, Server } from './server.testkit.ts';
import { eventsAfter, headOf } from './world.testkit.ts';

const BLOWS = isFullRun ? 2_000 : 500;
/** Far below one a request, and room for a sum or two. */
const FEW = 10;
/** How many things are named of one who tries, in ten minutes. */
const THINGS = 20;

let server: Server;

beforeAll(async () => {
  server = await new Server().start();
});

afterAll(() => server.dispose());

const bytesHeld = () =>
  readdirSync(server.dataFolder)
    .map((name) => statSync(join(server.dataFolder, name)).size)
    .reduce((sum, size) => sum + size, 0);

/** What so many requests add to the log, the events and the files. */
async function growthBy(
  method: string,
  asked: RawAsk | ((blow: number) => RawAsk),
  pathOf: (blow: number) => string,
) {
  const askOf = typeof asked === 'function' ? asked : () => asked;
  const ask = askOf(0);
  // Signs in first: what the issuer of tokens logs is not counted.
  await server.raw('GET', '/v1/reasons', ask.as === undefined ? {} : { as: ask.as });
  const before = { lines: server.log.length, position: await headOf(server), bytes: bytesHeld() };
  const statuses = new Map<number, number>();
  let blow = 0;
  const one = async () => {
    while (blow < BLOWS) {
      const at = blow++;
      const { status } = await server.raw(method, pathOf(at), askOf(at));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 16 }, one));
  const events = await eventsAfter(server, before.position);
  return {
    statuses: Object.fromEntries(statuses),
    lines: server.log.length - before.lines,
    events,
    bytes: bytesHeld() - before.bytes,
  };
}

describe('hundreds of requests', () => {
  it('to a denied route leave one record and a few lines', async () => {
    const { statuses, lines, events, bytes } = await growthBy(
      'GET',
      { as: 'amy' },
      () => '/v1/staff',
    );
    expect(statuses).toEqual({ 403: BLOWS });
    expect(lines).toBeLessThan(FEW);
    expect(events.map(({ type }) => type)).toEqual(['AccessDenied']);
    expect(bytes).toBeLessThan(100_000);
  });

  it('to ever other things of a denied route leave no more', async () => {
    const headers = { 'idempotency-key': 'hammer', 'content-type': 'application/json' };
    const ask = { as: 'amy', headers, body: '{"cause":"absence"}' };
    const path = (blow: number) => `/v1/staff/somebody-${blow}/suspension?x=${blow}`;
    const { statuses, lines, events, bytes } = await growthBy('POST', ask, path);
    expect(statuses).toEqual({ 403: BLOWS });
    expect(lines).toBeLessThan(FEW);
    expect(events.map(({ type }) => type)).toEqual(['AccessDenied']);
    expect(bytes).toBeLessThan(100_000);
  });

  it('to things of others leave a record each for some of them, and one for the rest', async () => {
    const body = (blow: number) =>
      JSON.stringify({
        caseId: `0192f0c1-7b1e-7000-8000-${blow.toString(16).padStart(12, '0')}`,
        refs: ['0192f0c1-7b1e-7000-8000-0000000000e1'],
        purpose: 'review',
      });
    const headers = { 'idempotency-key': 'hammer', 'content-type': 'application/json' };
    const { statuses, lines, events, bytes } = await growthBy(
      'POST',
      (blow) => ({ as: 'eve', headers, body: body(blow) }),
      () => '/v1/reveals',
    );
    expect(statuses).toEqual({ 403: BLOWS });
    expect(lines).toBeLessThan(FEW);
    expect(events.filter(({ data }) => 'caseId' in data)).toHaveLength(THINGS);
    expect(events.filter(({ data }) => !('caseId' in data))).toHaveLength(1);
    // A write of each would be a page of 4 KiB each, at the least.
    expect(bytes).toBeLessThan(BLOWS * 2_048);
  });

  it('to a thing that is hidden leave one record and a few lines', async () => {
    const seen = await server.get('/v1/cases', { as: 'amy' });
    const [{ caseId }] = seen.body.items as [{ caseId: string }];
    const { statuses, lines, events, bytes } = await growthBy(
      'GET',
      { as: 'ben' },
      () => `/v1/cases/${caseId}`,
    );
    expect(statuses).toEqual({ 404: BLOWS });
    expect(lines).toBeLessThan(FEW);
    expect(events.map(({ data }) => (data as { caseId?: string }).caseId)).toEqual([caseId]);
    expect(bytes).toBeLessThan(100_000);
  });

  it('to ever other routes leave one record a route', async () => {
    const denied = routesOf(server.app).filter(
      ({ method, policy }) =>
        method === 'GET' && policy && policy !== 'public' && !policy.roles.includes('applicant'),
    );
    const path = (blow: number) =>
      denied[blow % denied.length]!.path.replace(/:\w+/g, String(blow));
    const { statuses, lines, events } = await growthBy('GET', { as: 'ben' }, path);
    expect(statuses).toEqual({ 403: BLOWS });
    expect(lines).toBeLessThan(denied.length + FEW);
    expect(events).toHaveLength(denied.length);
  });

  it.each<[string, RawAsk, (blow: number) => string, number]>([
    ['without a token', {}, () => '/v1/cases', 401],
    ['to paths that no route has', { as: 'amy' }, (blow) => `/v1/nothing-${blow}`, 404],
    ['of wrong form', { as: 'amy' }, (blow) => `/v1/cases?nobody-${blow}=1`, 400],
    ['to cases that nobody has', { as: 'amy' }, (blow) => `/v1/cases/${blow}`, 404],
  ])('%s leave no event and a few lines', async (_, ask, path, status) => {
    const { statuses, lines, events } = await growthBy('GET', ask, path);
    expect(statuses).toEqual({ [status]: BLOWS });
    expect(lines).toBeLessThan(FEW);
    expect(events).toEqual([]);
  });
});

describe('the end of the server', () => {
  it('sums up all that was only counted', async () => {
    const before = await headOf(server);
    const lines = server.log.length;
    await server.stop();
    await server.start();
    const told = (await eventsAfter(server, before)).filter(({ type }) => type === 'AccessDenied');
    for (const { type, data } of told) accessEvents.find(type)!.schema.parse(data);
    const attempts = told.map(({ data }) => data as unknown as { attempts: number; route: string });
    const sums = attempts.filter(({ route }) => /staff$|suspension$/.test(route));
    expect(sums.map((sum) => sum.attempts)).toContain(BLOWS - 1);
    expect(attempts.reduce((sum, each) => sum + each.attempts, 0)).toBeGreaterThan(2.9 * BLOWS);
    const logged = server.log.slice(lines).filter((line) => line.includes('requests like this'));
    const counted = logged.map((line) => (JSON.parse(line) as { count: number }).count);
    expect(counted.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(6.9 * BLOWS);
  });
});
