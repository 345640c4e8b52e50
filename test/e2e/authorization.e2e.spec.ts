/**
 * Every route with every role, on one platform and from another. What is denied writes nothing but
 * the record of the attempt; what belongs to others answers exactly as what does not exist.
 */
import { routesOf, type RouteInfo } from '#infra/auth/routes';
import { type Role } from '#kernel/actor';
import { DEMO_PLATFORM } from '../../apps/server/src/demo.ts';
import { pathOf, ROUTE_SAMPLES, type RouteSample } from './routes.testkit.ts';
import { Server, type Answer, type RawAnswer } from './server.testkit.ts';
import {
  done,
  eventsAfter,
  foundOtherPlatform,
  headOf,
  type Ids,
  idsOf,
  NO_IDS,
  OTHER_PLATFORM,
  PNG,
  until,
} from './world.testkit.ts';

interface Persona {
  readonly name: string;
  readonly as?: string;
  readonly platform?: string;
  readonly kind?: 'person' | 'api-key' | 'ai';
  /** What they hold on the platform that their token names; nothing where it knows nobody active. */
  readonly holds?: Role | 'nobody yet';
}

const STAFF_ROLES: Role[] = ['reviewer', 'senior', 'lead', 'auditor', 'support', 'admin'];
const HERE: Persona[] = [
  { name: 'an applicant', as: 'amy', holds: 'applicant' },
  { name: 'a reviewer', as: 'rui', holds: 'reviewer' },
  { name: 'a senior reviewer', as: 'sun', holds: 'senior' },
  { name: 'a lead', as: 'lin', holds: 'lead' },
  { name: 'an auditor', as: 'otto', holds: 'auditor' },
  { name: 'a member of support', as: 'sam', holds: 'support' },
  { name: 'an admin', as: 'ada', holds: 'admin' },
];
const THERE: Persona[] = [
  {
    name: 'an applicant of the other platform',
    as: 'other-second',
    platform: OTHER_PLATFORM,
    holds: 'applicant',
  },
  ...STAFF_ROLES.map((role) => ({
    name: `the ${role} of the other platform`,
    as: `other-${role}`,
    platform: OTHER_PLATFORM,
    holds: role,
  })),
];
/** Enrolled as what they are: they hold their role, and are no people. */
const NO_PEOPLE: Persona[] = [
  { name: 'an assistant of support', as: 'assistant', kind: 'ai', holds: 'support' },
  { name: 'a key of support', as: 'support-desk', kind: 'api-key', holds: 'support' },
];
const WITHOUT_STANDING: Persona[] = [
  { name: 'somebody without a token' },
  { name: 'a suspended reviewer', as: 'suspended' },
  { name: 'a reviewer who left', as: 'departed' },
  { name: 'staff of the other platform with a token for this one', as: 'other-reviewer' },
  { name: 'an applicant of the other platform with a token for this one', as: 'other-first' },
  { name: 'a key that has the name of a reviewer', as: 'rui', kind: 'api-key' },
  { name: 'an assistant that has the name of an applicant', as: 'amy', kind: 'ai' },
  { name: 'a person that has the name of an assistant', as: 'assistant' },
];

let server: Server;
let here: Ids;
let there: Ids;
let routes: readonly RouteInfo[];

beforeAll(async () => {
  server = await new Server().start();
  await foundOtherPlatform(server);
  here = await idsOf(
    server,
    DEMO_PLATFORM,
    { applicant: 'cai', frozen: 'fay', admin: 'ada', lead: 'lin', member: 'rosa' },
    'demo-only',
  );
  there = await idsOf(
    server,
    OTHER_PLATFORM,
    {
      applicant: 'other-first',
      frozen: 'other-frozen',
      admin: 'other-admin',
      lead: 'other-lead',
      member: 'other-reviewer',
    },
    'other-only',
  );
  await register('other-second', OTHER_PLATFORM);
  await enrol('suspended');
  await enrol('departed');
  await enrol('assistant', 'ai', 'support');
  await enrol('support-desk', 'api-key', 'support');
  await onStaff('suspended', 'suspension', { cause: 'absence' });
  await onStaff('departed', 'departure');
  routes = routesOf(server.app);
});

afterAll(() => server.dispose());

const register = async (as: string, platform: string) =>
  done(await server.post('/v1/accounts', { as, platform, body: { kind: 'individual' } }));

const enrol = async (principalId: string, kind = 'person', role = 'reviewer') =>
  done(
    await server.post('/v1/staff', {
      as: 'ada',
      body: { principalId, kind, roles: [role], skills: ['identity'] },
    }),
  );

const onStaff = async (principalId: string, what: string, body?: unknown) =>
  done(
    await server.post(`/v1/staff/${principalId}/${what}`, {
      as: 'ada',
      ...(body === undefined ? {} : { body }),
    }),
  );

const nameOf = ({ method, path }: RouteInfo) => `${method} ${path}`;

function sampleOf(route: RouteInfo): RouteSample {
  const sample = ROUTE_SAMPLES[nameOf(route)];
  if (!sample) throw new Error(`${nameOf(route)} is missing in routes.testkit.ts.`);
  return sample;
}

let keys = 0;

/** A request that is good in form, with a key of its own. */
async function ask(
  route: RouteInfo,
  ids: Ids,
  persona: Persona,
  version = 1,
  more: { withoutKey?: boolean; withoutQuery?: boolean } = {},
): Promise<RawAnswer> {
  const { query, body, upload } = sampleOf(route);
  const asked = query && !more.withoutQuery ? `?${query(ids)}` : '';
  const boundary = 'a-boundary';
  const { as, platform, kind } = persona;
  return server.raw(route.method, pathOf(route.path, ids) + asked, {
    ...(as === undefined ? {} : { as }),
    ...(platform === undefined ? {} : { platform }),
    ...(kind === undefined ? {} : { kind }),
    headers: {
      'if-match': `"${version}"`,
      ...(more.withoutKey ? {} : { 'idempotency-key': `authorization-${++keys}` }),
      ...(body && { 'content-type': 'application/json' }),
      ...(upload && { 'content-type': `multipart/form-data; boundary=${boundary}` }),
    },
    ...(body && { body: JSON.stringify(body(ids)) }),
    ...(upload && { body: formOf(boundary) }),
  });
}

function formOf(boundary: string): Buffer {
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n`;
  return Buffer.concat([
    Buffer.from(`${head}content-type: image/png\r\n\r\n`),
    PNG,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
}

/** What an answer says, without what differs from one request to the next, and the ids asked for. */
function saying({ status, text }: RawAnswer, ids: Ids): string {
  const body = text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>);
  const { instance: _instance, traceId: _traceId, ...said } = body ?? {};
  return Object.entries(ids).reduce(
    (told, [name, id]) => told.replaceAll(id, `<${name}>`),
    `${status} ${JSON.stringify(said)}`,
  );
}

const codeOf = ({ status, text }: RawAnswer) =>
  `${status} ${(JSON.parse(text) as { code?: string }).code ?? ''}`;

/** How the door itself refuses somebody; undefined where it must open. */
function refusalAtDoor({ may, peopleOnly }: RouteSample, persona: Persona): string | undefined {
  if (may === 'public') return undefined;
  if (persona.as === undefined) return '401 unauthenticated';
  if (persona.holds === undefined) {
    const registers = may.includes('nobody yet') && (persona.kind ?? 'person') === 'person';
    return registers ? undefined : '403 access-revoked';
  }
  if (peopleOnly && persona.kind !== undefined && persona.kind !== 'person') return '403 forbidden';
  return may.includes(persona.holds) ? undefined : '403 forbidden';
}

const mayEnter = (route: RouteInfo, persona: Persona) =>
  refusalAtDoor(sampleOf(route), persona) === undefined;

describe('the table of who may', () => {
  it('has every route of the server, and no other', () => {
    expect(routes.map(nameOf).sort()).toEqual(Object.keys(ROUTE_SAMPLES).sort());
  });

  it('says the same as the policy that each route carries', () => {
    const carried = routes.map((route) => {
      const { policy } = route;
      if (policy === undefined || policy === 'public') return [nameOf(route), policy];
      const roles = [...policy.roles, ...(policy.unregistered ? ['nobody yet'] : [])].sort();
      return [nameOf(route), roles, policy.kinds?.join() === 'person'];
    });
    const written = routes.map((route) => {
      const { may, peopleOnly = false } = sampleOf(route);
      return may === 'public' ? [nameOf(route), may] : [nameOf(route), [...may].sort(), peopleOnly];
    });
    expect(carried).toEqual(written);
  });
});

describe('the door', () => {
  it('refuses at every route everybody whom the table does not name, and writes no event but the attempt', async () => {
    const before = await headOf(server);
    const wrong: unknown[] = [];
    for (const persona of [...HERE, ...NO_PEOPLE, ...WITHOUT_STANDING]) {
      await Promise.all(
        routes.map(async (route) => {
          const expected = refusalAtDoor(sampleOf(route), persona);
          if (expected === undefined) return;
          const answer = codeOf(await ask(route, here, persona));
          if (answer !== expected) wrong.push([persona.name, nameOf(route), answer, expected]);
        }),
      );
    }
    expect(wrong).toEqual([]);
    const written = new Set((await eventsAfter(server, before)).map(({ type }) => type));
    expect([...written]).toEqual(['AccessDenied']);
  });

  it('opens at every route to everybody whom the table names', async () => {
    const wrong: unknown[] = [];
    for (const persona of [...HERE, ...NO_PEOPLE]) {
      const opened = routes.filter((route) => mayEnter(route, persona));
      await Promise.all(
        opened.map(async (route) => {
          // A POST without its key is refused right behind the door, before anything is done.
          const answer = await ask(route, here, persona, 1, {
            withoutKey: true,
            withoutQuery: true,
          });
          const isForeign = persona.holds === 'applicant' && route.path.includes(':caseId');
          const isOther = persona.holds === 'applicant' && route.path.includes(':accountId');
          const silent = sampleOf(route).purpose && persona.holds !== 'applicant';
          const shown = silent ? '400 invalid-parameter' : '200 ';
          const read = isForeign || isOther ? '404 not-found-here' : shown;
          const answersAtOnce = route.method === 'GET' || sampleOf(route).may === 'public';
          const expected = answersAtOnce ? read : '400 idempotency-key-missing';
          const said = codeOf(answer);
          if (said !== expected) wrong.push([persona.name, nameOf(route), said, expected]);
        }),
      );
    }
    expect(wrong).toEqual([]);
  });

  it('is shut to who has no token also for HEAD, and answers it without a body', async () => {
    const shut = routes.filter(
      (route) => route.method === 'GET' && sampleOf(route).may !== 'public',
    );
    for (const route of shut) {
      const answer = await server.raw('HEAD', pathOf(route.path, here));
      expect([nameOf(route), answer.status, answer.text]).toEqual([nameOf(route), 401, '']);
    }
  });
});

type IdName = keyof Ids;

/** Which ids a route takes: in its path, its query or its body. */
function takenBy(route: RouteInfo): IdName[] {
  const marks = Object.fromEntries(
    Object.keys(NO_IDS).map((name) => [name, `<${name}>`]),
  ) as unknown as Ids;
  const { query, body } = sampleOf(route);
  const text = [
    route.path.replace(/:(\w+)/g, '<$1>'),
    query?.(marks),
    JSON.stringify(body?.(marks)),
  ];
  return (Object.keys(NO_IDS) as IdName[]).filter((name) => text.join().includes(`<${name}>`));
}

/** All of a route's ids from elsewhere, and each of them alone among one's own. */
function mixtures(route: RouteInfo, own: Ids, foreign: Ids): [string, Ids][] {
  const taken = takenBy(route);
  const alone = taken.map((name): [string, Ids] => [name, { ...own, [name]: foreign[name] }]);
  return taken.length > 1 ? [['all', foreign], ...alone] : alone;
}

/** Each route that opens to one of them, with each mixture of ids: what differs from ids of nothing. */
async function answersLikeNothing(
  personas: readonly Persona[],
  own: Ids,
  foreign: Ids,
  versions: readonly number[],
): Promise<unknown[]> {
  const wrong: unknown[] = [];
  const compare = async (persona: Persona, route: RouteInfo, which: string, pair: [Ids, Ids]) => {
    for (const version of versions) {
      const theirs = saying(await ask(route, pair[0], persona, version), pair[0]);
      const nothing = saying(await ask(route, pair[1], persona, version), pair[1]);
      if (theirs !== nothing) wrong.push([persona.name, nameOf(route), which, theirs, nothing]);
    }
  };
  for (const persona of personas) {
    for (const route of routes.filter((candidate) => mayEnter(candidate, persona))) {
      const none = new Map(mixtures(route, own, NO_IDS));
      for (const [which, ids] of mixtures(route, own, foreign))
        await compare(persona, route, which, [ids, none.get(which)!]);
    }
  }
  return wrong;
}

/** Admins enrol, and staff declare conflicts, under ids that need not be anybody's yet. */
const NAMES_ANYBODY = ['POST /v1/staff', 'POST /v1/staff/:principalId/conflicts'];

describe('what belongs to others', () => {
  let versions: number[];
  const toldSince = (lines: number) =>
    server.log.slice(lines).map((line) => JSON.parse(line) as Record<string, unknown>);
  const idsIn = (told: readonly object[]) => {
    const all = told as readonly { caseId?: string; accountId?: string }[];
    return [
      ...new Set(all.flatMap(({ caseId = [], accountId = [] }) => [caseId, accountId].flat())),
    ].sort();
  };

  beforeAll(async () => {
    routes = routes.filter((route) => !NAMES_ANYBODY.includes(nameOf(route)));
    const seen = done(await server.get(`/v1/cases/${here.caseId}`, { as: 'lin' }));
    // One that has moved, and the one that it is at: what is not theirs answers alike to both.
    versions = [1, seen.body.version as number];
  });

  it.each([
    ['of another platform, to whoever is of this one', () => [HERE, here, there] as const],
    ['of this platform, to whoever is of another', () => [THERE, there, here] as const],
  ])('is answered as if it did not exist: %s', async (_, tried) => {
    const [personas, , foreign] = tried();
    const before = await headOf(server);
    const lines = server.log.length;
    expect(await answersLikeNothing(...tried(), versions)).toEqual([]);
    // A record would tell whoever audits this platform what the other has: the operator alone is told.
    const recorded = idsIn((await eventsAfter(server, before)).map(({ data }) => data));
    expect(recorded).not.toContain(foreign.caseId);
    expect(recorded).not.toContain(foreign.accountId);
    const told = toldSince(lines).filter(({ message }) => message === 'tried at another platform');
    expect(new Set(told.map(({ principalId }) => principalId))).toEqual(
      new Set(personas.map(({ as }) => as)),
    );
    expect(idsIn(told)).toEqual([foreign.accountId, foreign.caseId].sort());
  });

  it('is answered to an applicant as if it did not exist where it is another’s, and recorded', async () => {
    const amy = HERE.slice(0, 1);
    const theirs = { ...here, key: NO_IDS.key };
    const before = await headOf(server);
    expect(await answersLikeNothing(amy, NO_IDS, theirs, versions)).toEqual([]);
    const ids = (events: readonly { data: object }[]) => idsIn(events.map(({ data }) => data));
    // The answer does not wait for its record.
    const events = await until(
      () => eventsAfter(server, before),
      (sofar) => ids(sofar).length >= 2,
    );
    expect([...new Set(events.map(({ type }) => type))]).toEqual(['AccessDenied']);
    // At what exists alone: an id of nothing is nobody's secret, and leaves no record.
    expect(ids(events)).toEqual([here.accountId, here.caseId].sort());
  });

  it('and who tried is found by what they tried at', async () => {
    const { caseId, ref } = here;
    const reveal = { caseId, refs: [ref], purpose: 'review' };
    expect((await server.get(`/v1/cases/${caseId}`, { as: 'ben' })).status).toBe(404);
    const withdrawal = { as: 'ben', ifMatch: 1 };
    expect((await server.post(`/v1/cases/${caseId}/withdrawal`, withdrawal)).status).toBe(404);
    expect((await server.post('/v1/reveals', { as: 'ben', body: reveal })).status).toBe(403);
    const audited = `/v1/audit?caseId=${caseId}&type=AccessDenied&actorId=ben`;
    const items = ({ body }: Answer) => body.items as { why: string[] }[];
    const found = await until(
      () => server.get(audited, { as: 'otto' }),
      (answer) => items(answer).length === 3,
    );
    const why = items(found).map((item) => item.why[0]);
    expect(why.sort()).toEqual(['case-not-found', 'forbidden', 'not-found-here']);
  });

  it('is in no answer to anybody of the other platform', async () => {
    const theirs = [there.caseId, there.accountId, there.freezeId, there.maintenanceId, there.ref];
    const names = [...theirs, OTHER_PLATFORM, 'other-only', 'other-reviewer', 'other-first'];
    for (const persona of HERE) {
      for (const route of routes.filter(({ method }) => method === 'GET')) {
        if (!mayEnter(route, persona)) continue;
        const { text } = await ask(route, here, persona, 1, { withoutQuery: true });
        const found = names.filter((name) => text.includes(name));
        expect([persona.name, nameOf(route), found]).toEqual([persona.name, nameOf(route), []]);
      }
    }
  });
});

describe('somebody whose standing ends', () => {
  const queues = () => server.get('/v1/queues', { as: 'rex' });
  const claim = () => server.post(`/v1/cases/${here.caseId}/reviews/1/claim`, { as: 'rex' });

  it('is refused at the very next request, with a token that is still valid', async () => {
    await enrol('rex');
    expect((await queues()).status).toBe(200);
    await onStaff('rex', 'suspension', { cause: 'credentials-at-risk' });
    for (const answer of [await queues(), await claim()])
      expect([answer.status, answer.body.code]).toEqual([403, 'access-revoked']);
    await onStaff('rex', 'reinstatement');
    expect((await queues()).status).toBe(200);
    await onStaff('rex', 'roles', { roles: ['support'] });
    for (const answer of [await queues(), await claim()])
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    await onStaff('rex', 'departure');
    const left = await queues();
    expect([left.status, left.body.code]).toEqual([403, 'access-revoked']);
  });
});
