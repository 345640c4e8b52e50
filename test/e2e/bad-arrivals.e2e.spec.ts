/** What is wrong with a path, a method, a token, an upload, or with how a request arrives. */
import { connect } from 'node:net';
import {
  type Expected,
  faultsOf,
  nameOf,
  Refusals,
  sampleOf,
  takesJson,
} from './refusals.testkit.ts';
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

describe('whoever has no token', () => {
  it('is told so before anything of a body is read, and can go on', async () => {
    const headers = { 'content-type': 'application/json', 'accept-language': 'en' };
    const bodies = ['{', 'x'.repeat(2_000_000)];
    for (const route of all.posts.filter((one) => sampleOf(one).may !== 'public')) {
      for (const body of bodies) {
        const path = pathOf(route.path, all.ids);
        const answer = await all.server.raw('POST', path, { headers, body });
        expect([
          nameOf(route),
          ...faultsOf({ ...answer, language: 'en' }, { status: 401 }),
        ]).toEqual([nameOf(route)]);
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

  it.each(['//', '//v1/cases', '/v1//cases', '/v1/cases//', '/v1/cases//notes'])(
    'with doubled slashes is none, whoever asks: %s',
    async (path) => {
      for (const as of [undefined, 'cai']) {
        for (const method of ['GET', 'POST']) {
          const headers = { 'accept-language': 'en' };
          const ask = as === undefined ? { headers } : { headers, as };
          const answer = { ...(await all.server.raw(method, path, ask)), language: 'en' };
          expect(faultsOf(answer, { status: 404, code: 'not-found' })).toEqual([]);
        }
      }
    },
  );
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

describe('a request that does not arrive as it says', () => {
  /** Sends a text as it is, and gives what came back before the connection ended. */
  const exchange = (text: string, andThen: 'wait' | 'go') =>
    new Promise<string>((resolve, reject) => {
      let answer = '';
      const { hostname, port } = new URL(all.server.url);
      const socket = connect(Number(port), hostname, () => {
        if (andThen === 'wait') socket.write(text);
        else socket.write(text, () => socket.destroy());
      });
      socket.on('data', (chunk) => {
        answer += chunk.toString();
        socket.end();
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });
  const post = (path: string, headers: readonly string[], body: string) =>
    [`POST ${path} HTTP/1.1`, 'host: localhost', ...headers, '', body].join('\r\n');

  it.each<[string, readonly string[]]>([
    ['two lengths', ['content-length: 2', 'content-length: 3']],
    ['a length and chunks', ['content-length: 2', 'transfer-encoding: chunked']],
    ['a length that is no number', ['content-length: x']],
    ['a chunk that is none', ['transfer-encoding: chunked', '', 'zz']],
    ['a header with a NUL', ['x: a\0b']],
    ['a header without a name', [': x']],
  ])('is no HTTP with %s', async (_, headers) => {
    const answer = await exchange(post('/v1/accounts', headers, '{}'), 'wait');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain('"code":"malformed-request"');
  });

  it('may break off in the middle of its body, and hurts nobody', async () => {
    const token = await all.server.signIn('cai');
    const files = `/v1/cases/${all.ids.caseId}/materials/identity-document/files`;
    const authorization = `authorization: Bearer ${token}`;
    const common = [authorization, 'idempotency-key: broken-off', 'content-length: 5000'];
    const json = [...common, 'content-type: application/json'];
    const form = [...common, 'content-type: multipart/form-data; boundary=b'];
    const part = '--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nabc';
    for (let n = 0; n < 10; n++) {
      await exchange(post('/v1/cases', json, '{"policyKey":'), 'go');
      await exchange(post(files, form, part), 'go');
    }
    const still = await all.server.get('/v1/cases', { as: 'cai' });
    expect(still.status).toBe(200);
    expect(all.failures()).toEqual([]);
  });
});
