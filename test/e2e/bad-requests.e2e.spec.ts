/** What is wrong with a request besides its body: headers, ids, queries, paths, methods, uploads. */
import { type RouteInfo } from '#infra/auth/routes';
import {
  faultsOf,
  nameOf,
  Refusals,
  sampleOf,
  takesJson,
  type Expected,
  type Try,
} from './refusals.testkit.ts';
import { fieldsOf, requestFormOf } from './request-forms.testkit.ts';
import { pathOf } from './routes.testkit.ts';
import { PNG } from './world.testkit.ts';

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
      ['x', '1.5', '1e3', '%00', '0x1', '1%202', '9'.repeat(30)].flatMap((part) =>
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

/** Routes that are always as of now take a position for uniformity, and need not look at it. */
const ALWAYS_NOW = [
  '/v1/accounts/me',
  '/v1/accounts/:accountId',
  '/v1/staff/me',
  '/v1/policies/schema',
  '/v1/policies/:key',
  '/v1/platform',
  '/v1/reasons',
];
const readsPosition = ({ path }: RouteInfo) => !ALWAYS_NOW.includes(path);

describe('a token', () => {
  it('is refused everywhere when it is none, with the scheme that is asked for', async () => {
    const tokens = [
      'Bearer',
      'Bearer x',
      'Bearer a.b.c',
      'Basic YTpi',
      `Bearer ${'x'.repeat(9_000)}`,
    ];
    const routes = all.routes.filter((route) => sampleOf(route).may !== 'public');
    for (const authorization of tokens) {
      for (const route of routes) {
        const path = pathOf(route.path, all.ids);
        const headers = { authorization, 'accept-language': 'en' };
        const answer = await all.server.raw(route.method, path, { headers });
        const faults = faultsOf({ ...answer, language: 'en' }, { code: 'unauthenticated' });
        expect([nameOf(route), ...faults]).toEqual([nameOf(route)]);
        expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
      }
    }
  });
});

describe('a path', () => {
  it('knows no other method than its own, and says which', async () => {
    for (const path of new Set(all.routes.map((route) => route.path))) {
      const known = all.routes.filter((route) => route.path === path).map(({ method }) => method);
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        if (known.includes(method)) continue;
        const answer = await all.send(all.routes[0]!, { method, path: pathOf(path, all.ids) });
        expect([path, ...faultsOf(answer, { status: 405 })]).toEqual([path]);
        expect(String(answer.headers.allow).split(', ')).toEqual(expect.arrayContaining(known));
      }
    }
  });

  it.each([
    '/v1/cases/../accounts',
    '/v1/cases/..%2f..%2faccounts',
    '/v1/./cases',
    '/V1/cases',
    '/v1/cases/',
    '/v1/cases%2fcounts/x',
    '/v1\\cases',
    '/v1/cases;x=1',
    '/../../../../etc/passwd',
    '/',
    '/v1',
  ])('that is not exactly a route is none: %s', async (path) => {
    const answer = await all.send(all.gets[0]!, { path, method: 'GET' });
    expect(faultsOf(answer, { status: 404 })).toEqual([]);
  });

  it('with doubled slashes is the same path, for the door too', async () => {
    const answer = await all.server.raw('GET', '//v1///cases//counts');
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([401, 'unauthenticated']);
    const denied = await all.server.raw('GET', '//v1///cases//counts', { as: 'cai' });
    expect([denied.status, JSON.parse(denied.text).code]).toEqual([403, 'forbidden']);
  });
});

describe('an upload', () => {
  const boundary = 'b-1';
  const type = `multipart/form-data; boundary=${boundary}`;
  const part = (disposition: string, content: string | Uint8Array, mediaType?: string) =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n`),
      Buffer.from(`${mediaType ? `content-type: ${mediaType}\r\n` : ''}\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]);
  const file = (name = 'file', content: string | Uint8Array = PNG) =>
    part(`name="${name}"; filename="a.png"`, content, 'image/png');
  const field = (name: string, value: string) => part(`name="${name}"`, value);
  const end = Buffer.from(`--${boundary}--\r\n`);
  const fields = Array.from({ length: 30 }, (_, index) => field(`f${index}`, 'x'));

  it.each<[string, readonly Buffer[], Expected]>([
    ['nothing in it', [end], { status: 422, code: 'invalid-field', field: 'file' }],
    ['nothing at all', [], { code: ['upload-malformed', 'invalid-field'] }],
    ['no end', [file()], { status: 400, code: 'upload-malformed' }],
    ['a part that is cut off', [file().subarray(0, 90)], { status: 400, code: 'upload-malformed' }],
    [
      'its file under another name',
      [file('other'), end],
      { code: 'upload-malformed', field: 'other' },
    ],
    ['two files', [file(), file(), end], { code: 'upload-malformed' }],
    ['the file as text', [field('file', 'x'), end], { code: ['unknown-field', 'invalid-field'] }],
    [
      'a field that nobody knows',
      [field('note', 'x'), file(), end],
      { code: 'unknown-field', field: 'note' },
    ],
    ['too many fields', [...fields, file(), end], {}],
    [
      'a field too long',
      [field('note', 'x'.repeat(9_000)), file(), end],
      { code: 'upload-malformed' },
    ],
    ['a prototype', [field('__proto__', 'x'), file(), end], { code: 'upload-malformed' }],
    [
      'a file too large',
      [file('file', Buffer.alloc(21_000_000)), end],
      { status: 413, code: 'file-too-large' },
    ],
  ])('is refused with %s', async (_, parts, expected) => {
    const route = all.posts.find((candidate) => !takesJson(candidate))!;
    const answer = await all.send(route, {
      body: Buffer.concat([...parts]),
      headers: { 'content-type': type },
      without: ['if-match'],
    });
    expect(faultsOf(answer, expected)).toEqual([]);
  });

  it.each(['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/mixed; boundary=b'])(
    'is refused with the content type %s',
    async (contentType) => {
      const route = all.posts.find((candidate) => !takesJson(candidate))!;
      const headers = { 'content-type': contentType };
      const answer = await all.send(route, { body: Buffer.concat([file(), end]), headers });
      expect(faultsOf(answer, { code: ['upload-malformed', 'unsupported-media-type'] })).toEqual(
        [],
      );
    },
  );
});
