/** What is wrong with the headers of a request, the ids in its path and its query, at every route. */
import { type RouteInfo } from '#infra/auth/routes';
import {
  nameOf,
  Refusals,
  sampleOf,
  takesJson,
  type Expected,
  type Try,
} from './refusals.testkit.ts';
import { fieldsOf, requestFormOf } from './request-forms.testkit.ts';
import { ALWAYS_NOW, pathOf } from './routes.testkit.ts';

let all: Refusals;

beforeAll(async () => {
  all = await Refusals.start();
});

afterAll(async () => {
  const failures = all.failures();
  await all.server.dispose();
  expect(failures).toEqual([]);
});

const bodyOf = (route: RouteInfo) => {
  const good = sampleOf(route).body?.(all.ids);
  return good === undefined ? {} : { body: JSON.stringify(good) };
};

const readsPosition = ({ path }: RouteInfo) => !ALWAYS_NOW.includes(path);

describe('an Idempotency-Key', () => {
  const commands = () => all.posts.filter((route) => sampleOf(route).may !== 'public');
  const invalid = { status: 400, code: 'idempotency-key-invalid' };

  it('is missed at every command', () =>
    all.expectAll(
      commands()
        .filter(takesJson)
        .map((route) => {
          const bad = { ...bodyOf(route), without: ['idempotency-key'] };
          return ['none', route, bad, { status: 400, code: 'idempotency-key-missing' }];
        }),
    ));

  it('is refused at every command when it is no key', () =>
    all.expectAll(
      ['two words', 'x'.repeat(201), 'é', ['one', 'two'], '\t'].flatMap((key) =>
        commands()
          .filter(takesJson)
          .map((route): Try => {
            const headers = { 'idempotency-key': key };
            const code = key === '\t' ? 'idempotency-key-missing' : invalid.code;
            return [String(key), route, { ...bodyOf(route), headers }, { ...invalid, code }];
          }),
      ),
    ));
});

describe('If-Match', () => {
  const onVersion = () => all.posts.filter((route) => sampleOf(route).ifMatch);

  it('is missed at every command that is made on a version', () =>
    all.expectAll(
      onVersion().map((route) => {
        const bad = { ...bodyOf(route), without: ['if-match'] };
        return ['none', route, bad, { status: 428, code: 'if-match-missing' }];
      }),
    ));

  it('is refused at every command when it is no version', () => {
    const others = ['*', 'W/"1"', '1', '"1", "2"', '"-1"', '"01"', '"1.0"', '""', '"9".repeat'];
    const tooLarge = '"99999999999999999999"';
    return all.expectAll(
      [...others, tooLarge].flatMap((etag) =>
        onVersion().map((route): Try => {
          const bad = { ...bodyOf(route), headers: { 'if-match': etag } };
          return [etag, route, bad, { status: 400, code: 'if-match-invalid' }];
        }),
      ),
    );
  });

  it('is answered with the version that a case is at when it names one of the future', () =>
    all.expectAll(
      onVersion().map((route) => {
        const bad = { ...bodyOf(route), headers: { 'if-match': '"999"' } };
        return ['999', route, bad, { status: 412, code: 'version-moved' }];
      }),
    ));
});

describe('an id in a path', () => {
  const NOWHERE = [
    'x',
    '-1',
    '0',
    '%00',
    'a%0d%0ab',
    '..%2f..%2fcases',
    '%252e%252e',
    '%F0%9F%98%80',
    "'%20OR%201=1%20--",
    '__proto__',
    'constructor',
    '$all',
    '%7B%22a%22:1%7D',
    '0192F0C1-7B1E-7000-8000-0000000000C1',
    'x'.repeat(200),
  ];
  /** The path with real ids but one. */
  const withPart = (path: string, name: string, part: string) =>
    path
      .split('/')
      .map((piece) => (piece === `:${name}` ? part : pathOf(piece, all.ids)))
      .join('/');
  const everywhere = (part: string, expected: Expected): Try[] =>
    all.routes.flatMap((route) =>
      [...route.path.matchAll(/:(\w+)/g)].map(([, name]): Try => {
        const path = withPart(route.path, name!, part);
        const isGet = route.method === 'GET';
        return [`${name} = ${part}`, route, { path, ...(isGet ? {} : bodyOf(route)) }, expected];
      }),
    );

  it('that nothing has is refused everywhere, whatever it looks like', () =>
    // An upload without its form is refused for that; what enrols or publishes may take a new name.
    all.expectAll(NOWHERE.flatMap((part) => everywhere(part, {}))));

  it('that cannot be decoded is refused everywhere as such', () =>
    all.expectAll(
      ['%ED%A0%80', '%ff', '%', '%zz'].flatMap((part) =>
        everywhere(part, { status: 400, code: 'malformed-url' }),
      ),
    ));

  it('that is longer than any is refused everywhere as such', () =>
    all.expectAll(everywhere('x'.repeat(201), { status: 414, code: 'url-part-too-long' })));

  it('of a review is a whole number', () =>
    all.expectAll(
      ['x', '1.5', '1e3', '%00', '0x1', '1%202', '9'.repeat(30), '01', '1.0'].flatMap((part) =>
        all.routes
          .filter(({ path }) => path.includes(':review'))
          .map((route): Try => {
            const path = withPart(route.path, 'review', part);
            const expected = { status: 400, code: 'invalid-parameter', field: 'review' };
            return [part, route, { path, ...bodyOf(route) }, expected];
          }),
      ),
    ));
});

describe('a query', () => {
  const WRONG: Readonly<Record<string, readonly string[]>> = {
    limit: ['0', '-1', '101', '1.5', '1e1', 'x', '', '5&limit=6', '%00', '9'.repeat(30)],
    cursor: ['x', '', 'W10', '%00', 'eyJhIjoxfQ', 'bnVsbA', 'a&cursor=b', 'x'.repeat(3_000)],
    position: ['', 'x', 'W10', '%00', 'a&position=b', 'x'.repeat(600)],
    after: ['x', 'W10', '%00', 'x'.repeat(600)],
    wait: ['-1', '26', 'x', '1.5'],
    caseId: ['x', '', '%00', "'", 'a&caseId=b'],
    accountId: ['x', '', '%00'],
    type: ['x', '', 'caseOpened', 'A%00b', 'X'.repeat(100)],
    actorId: ['%00', 'x'.repeat(300), 'a&actorId=b'],
    from: ['x', '2026', '2026-02-30T00:00:00Z', '2026-01-01T00:00:60Z', '-1', ''],
    to: ['x', '2026-01-01', ''],
    status: ['x', '', 'toString', 'draft&status=draft'],
    standing: ['x', '__proto__'],
    state: ['x', 'constructor'],
    level: ['x'],
    queue: ['X', '', '%00', 'x'.repeat(100)],
    policyKey: ['X', '', '..'],
    overdue: ['x', '1', ''],
    retired: ['x', '0', ''],
    principalId: ['%00'],
    skill: ['X', '', '%00', 'x'.repeat(100)],
    priorityMin: ['-1', '10', '1.5', 'x', ''],
    dueBefore: ['x', '2026-02-30T00:00:00Z', ''],
    claimedBy: ['', '%00', 'a%20b', 'x'.repeat(300)],
    sort: ['x', '', 'constructor', 'due&sort=due'],
    purpose: ['x', '', 'toString', 'audit&purpose=audit'],
  };
  const CODES = ['invalid-parameter', 'cursor-invalid', 'position-token-invalid'];

  it('is refused everywhere for every parameter that a route takes', () =>
    all.expectAll(
      all.gets.flatMap((route) => {
        const { query } = requestFormOf(all.server.app, route);
        return (query ? fieldsOf(query) : []).flatMap(({ name }) => {
          const values = WRONG[name];
          if (!values) throw new Error(`Nothing wrong is known of the parameter ${name}.`);
          const isUnread = name === 'position' && !readsPosition(route);
          return (isUnread ? values.filter((value) => value.length > 512) : values).map(
            (value): Try => {
              const field = new RegExp(`^(${name}|position)$`);
              const expected = { status: 400, code: CODES, field };
              const isCursor = name === 'cursor';
              const wanted = isCursor ? { status: 400, code: CODES } : expected;
              return [
                `${name}=${value.slice(0, 20)}`,
                route,
                { query: `${name}=${value}` },
                wanted,
              ];
            },
          );
        });
      }),
    ));

  it('is refused everywhere with a parameter that the route does not know', () =>
    all.expectAll(
      all.routes.flatMap((route) =>
        [
          'nobodyKnowsIt=1',
          '__proto__=1',
          'constructor=1',
          'toString=1',
          '%00=1',
          'a%5Bb%5D=1',
        ].map((query): Try => {
          const bad = { query, ...(route.method === 'POST' ? bodyOf(route) : {}) };
          const code = takesJson(route) ? 'unknown-parameter' : 'unsupported-media-type';
          return [query, route, bad, { code }];
        }),
      ),
    ));

  it('cannot wait for a position that no answer gave', () =>
    all.expectAll(
      all.gets.filter(readsPosition).flatMap((route) =>
        ['x', 'W10', '%00', 'x'.repeat(600), '*', 'two tokens'].map((token): Try => {
          const headers = { 'x-casetrail-read-after': token };
          return [token, route, { headers }, { status: 400, code: 'position-token-invalid' }];
        }),
      ),
    ));

  it('cannot go on with the cursor of another list, nor with one that was altered', async () => {
    const own = await all.server.get('/v1/audit?limit=1', { as: 'otto' });
    const cursor = own.body.next as string;
    const [print] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string];
    const forged = (...parts: unknown[]) =>
      Buffer.from(JSON.stringify(parts)).toString('base64url');
    const audit = all.gets.find(({ path }) => path === '/v1/audit')!;
    const invalid = { status: 400, code: 'cursor-invalid' };
    const paged = all.gets.filter(
      (route) =>
        nameOf(route) !== 'GET /v1/audit' &&
        fieldsOf(requestFormOf(all.server.app, route).query ?? Object).some(
          ({ name }) => name === 'cursor',
        ),
    );
    await all.expectAll([
      ...paged.map((route): Try => [
        'of another list',
        route,
        { query: `cursor=${cursor}` },
        invalid,
      ]),
      ...[
        cursor.slice(1),
        cursor.slice(0, -4),
        forged(print, [], 'x'),
        forged(print, [{}], 'x'),
        forged(print, [1, 2], 'x'),
        forged(print, ['1'], 7),
        forged('another', ['1'], 'x'),
      ].map((text): Try => [text, audit, { query: `cursor=${text}` }, invalid]),
      ['of another question', audit, { query: `cursor=${cursor}&type=CaseOpened` }, invalid],
    ]);
  });
});
