import { createConnection, type AddressInfo } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { StoreUnavailable } from '#infra/event-store/event-store.errors';
import { Public } from '#infra/auth/access';
import { positionToken } from './position-token.ts';
import { failing, startTestApp, STORE_ID, type TestApp } from './http.testkit.ts';
import { minutesToMs } from '#kernel/instants';
import { type Position } from '#kernel/position';

const ID = '0192f0c1-7b1e-7000-8000-000000000001';
const CANARY = '110101199003074514';

let test: TestApp;
let ada: string;
beforeAll(async () => {
  test = await startTestApp();
  ada = await test.bearer('ada');
});
afterAll(() => test.app.close());

interface Sent {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  payload?: string | object | Buffer;
  language?: string;
}

async function send({ method = 'POST', url, headers = {}, payload, language }: Sent) {
  const response = await test.app.inject({
    method,
    url,
    headers: {
      authorization: ada,
      ...(method === 'POST' && { 'idempotency-key': 'k-1' }),
      ...(language && { 'accept-language': language }),
      ...headers,
    },
    ...(payload !== undefined && { payload }),
  });
  const isJson = /json/.test(String(response.headers['content-type']));
  return {
    status: response.statusCode,
    headers: response.headers,
    body: (isJson ? response.json() : response.body) as Record<string, unknown>,
  };
}

const json = { 'content-type': 'application/json' };

describe('every refusal', () => {
  it.each([
    ['a wrong path', { method: 'GET', url: '/v1/nothing' }, 404, 'not-found'],
    ['a path with a slash too many', { method: 'GET', url: '/v1/things/' }, 404, 'not-found'],
    ...[
      'GET //',
      'GET //v1/things',
      'GET /v1//things',
      'POST /v1/things//',
      `GET /v1/things//${ID}`,
      'POST /v1/things//changes',
      `POST /v1/things/${ID}/parts//touches`,
    ].map((route): [string, Sent, number, string] => {
      const [method, url] = route.split(' ') as ['GET' | 'POST', string];
      return [`a path with doubled slashes, ${route}`, { method, url }, 404, 'not-found'];
    }),
    ['a wrong method', { method: 'DELETE', url: '/v1/things' }, 405, 'method-not-allowed'],
    [
      'a URL that cannot be decoded',
      { method: 'GET', url: '/v1/things/%ff' },
      400,
      'malformed-url',
    ],
    [
      'an id longer than any',
      { method: 'GET', url: `/v1/things/${'a'.repeat(300)}` },
      414,
      'url-part-too-long',
    ],
    [
      'a body that is no JSON',
      { url: '/v1/things', headers: json, payload: `{"title":"${CANARY}` },
      400,
      'malformed-json',
    ],
    ['an empty body', { url: '/v1/things', headers: json, payload: '' }, 400, 'malformed-json'],
    ['a list', { url: '/v1/things', headers: json, payload: '[1]' }, 400, 'invalid-body'],
    ['null', { url: '/v1/things', headers: json, payload: 'null' }, 400, 'invalid-body'],
    [
      'a prototype',
      { url: '/v1/things', headers: json, payload: '{"__proto__":{"title":"x"}}' },
      400,
      'unsafe-field',
    ],
    [
      'a field twice',
      { url: '/v1/things', headers: json, payload: `{"title":"${CANARY}","title":"x"}` },
      400,
      'duplicate-field',
    ],
    [
      'deep nesting',
      { url: '/v1/things', headers: json, payload: '['.repeat(50) + ']'.repeat(50) },
      400,
      'body-too-complex',
    ],
    [
      'too large a body',
      { url: '/v1/things', headers: json, payload: `{"title":"${'x'.repeat(5_000)}"}` },
      413,
      'body-too-large',
    ],
    [
      'a form',
      {
        url: '/v1/things',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: `title=${CANARY}`,
      },
      415,
      'unsupported-media-type',
    ],
    [
      'plain text',
      { url: '/v1/things', headers: { 'content-type': 'text/plain' }, payload: CANARY },
      415,
      'unsupported-media-type',
    ],
    ...['gzip', 'br', 'gzip, identity', 'x', ''].map((encoding): [string, Sent, number, string] => [
      `a body that is encoded, ${encoding}`,
      { url: '/v1/things', headers: { ...json, 'content-encoding': encoding }, payload: '{' },
      415,
      'content-encoding-unsupported',
    ]),
    ...['latin1', '"iso-8859-1"', 'utf-16', 'GB18030', ''].map(
      (charset): [string, Sent, number, string] => [
        `JSON in ${charset}`,
        {
          url: '/v1/things',
          headers: { 'content-type': `application/json; Charset=${charset}` },
          payload: '{',
        },
        415,
        'charset-unsupported',
      ],
    ),
    [
      'an unknown field',
      { url: '/v1/things', payload: { title: 'a', extra: CANARY } },
      422,
      'unknown-field',
    ],
    ['a wrong type', { url: '/v1/things', payload: { title: 7 } }, 422, 'invalid-field'],
    ['no body at all', { url: '/v1/things' }, 422, 'invalid-field'],
    ['an unknown parameter', { method: 'GET', url: '/v1/things?x=1' }, 400, 'unknown-parameter'],
    [
      'a prototype in the query',
      { method: 'GET', url: '/v1/things?__proto__=1' },
      400,
      'unknown-parameter',
    ],
    ['too long a page', { method: 'GET', url: '/v1/things?limit=101' }, 400, 'invalid-parameter'],
    ['an id of no form', { method: 'GET', url: '/v1/things/1' }, 400, 'invalid-parameter'],
    ['what is not there', { method: 'GET', url: `/v1/things/${ID}` }, 404, 'not-found-here'],
    [
      'no key',
      { url: '/v1/things', headers: { 'idempotency-key': '' }, payload: { title: 'a' } },
      400,
      'idempotency-key-missing',
    ],
    [
      'a key with a space',
      { url: '/v1/things', headers: { 'idempotency-key': 'a b' }, payload: { title: 'a' } },
      400,
      'idempotency-key-invalid',
    ],
    ['no If-Match', { url: `/v1/things/${ID}/changes` }, 428, 'if-match-missing'],
    [
      'a version that moved',
      { url: `/v1/things/${ID}/changes`, headers: { 'if-match': '"2"' } },
      412,
      'version-moved',
    ],
  ] as [string, Sent, number, string][])(
    'of %s is problem+json in both languages, and repeats nothing',
    async (_, sent, status, code) => {
      for (const [language, script] of [
        ['zh-CN', /\p{Script=Han}/u],
        ['en', /^[^\p{Script=Han}]+$/u],
      ] as const) {
        const { headers, body, ...answer } = await send({ ...sent, language });
        expect({ ...answer, code: body['code'] }).toEqual({ status, code });
        expect(headers['content-type']).toBe('application/problem+json');
        expect(headers['content-language']).toBe(language);
        expect(headers['vary']).toContain('Accept-Language');
        expect(headers['cache-control']).toBe('no-store');
        expect(body['type']).toBe(`urn:casetrail:problem:${code}`);
        expect(body['status']).toBe(status);
        expect(body['title']).toMatch(script);
        expect(body['action']).toMatch(script);
        expect(body['traceId']).toMatch(/^[0-9a-f]{32}$/);
        expect(JSON.stringify(body)).not.toContain(CANARY);
      }
    },
  );

  it('names the methods that a path knows', async () => {
    const { headers } = await send({ method: 'PUT', url: '/v1/things' });
    expect(headers['allow']).toBe('GET, HEAD, POST');
  });

  it('carries security headers, also where no route was found', async () => {
    const { headers } = await send({ method: 'GET', url: '/v1/nothing' });
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain("default-src 'self'");
  });
});

describe('a body', () => {
  it('is refused by the paths of all fields at fault, each in words', async () => {
    const payload = {
      title: 'x'.repeat(21),
      count: '3',
      parts: [{ code: 'a' }, { code: CANARY, extra: 1 }, { code: 'b', name: 'y' }],
    };
    const { body } = await send({ url: '/v1/things', payload, language: 'zh-CN' });
    expect(body['field']).toBe('title');
    expect(body['fields']).toEqual([
      { field: 'title', rule: 'maxLength', detail: '最多 20 个字符。' },
      { field: 'count', rule: 'min', detail: '不得小于 1。' },
      { field: 'count', rule: 'isInt', detail: '必须是整数。' },
      { field: 'parts[1].extra', rule: 'unknown', detail: '此处不认识该字段。' },
      { field: 'parts[1].code', rule: 'isIn', detail: '必须是以下之一：a, b。' },
      { field: 'parts[2].name', rule: 'matches', detail: '以 x 开头。' },
    ]);
  });

  it.each([
    ['a text for a list', { title: 'a', parts: 'x' }, 'parts'],
    ['a text for an object', { title: 'a', parts: ['x'] }, 'parts[0]'],
    ['an empty list for an object of a list', { title: 'a', parts: [[]] }, 'parts[0]'],
    ['a list for an object of a list', { title: 'a', parts: [[{ code: 'a' }]] }, 'parts[0]'],
    ['too many', { title: 'a', parts: [1, 2, 3, 4].map(() => ({ code: 'a' })) }, 'parts'],
    ['a number for a text', { title: 1 }, 'title'],
    ['null', { title: null }, 'title'],
    ['null for what may be left out', { title: 'a', count: null }, 'count'],
    ['null for a list that may be left out', { title: 'a', parts: null }, 'parts'],
    ['null in a list', { title: 'a', parts: [{ code: 'a' }, null] }, 'parts[1]'],
    [
      'null inside of an object',
      { title: 'a', parts: [{ code: 'a', name: null }] },
      'parts[0].name',
    ],
    ['a list for an object', { title: 'a', part: [{ code: 'a' }] }, 'part'],
    ['a list of null for a text', { title: [null] }, 'title'],
  ])('is never read as something else: %s', async (_, payload, field) => {
    const { status, body } = await send({ url: '/v1/things', payload });
    expect([status, body['field']]).toEqual([422, field]);
  });

  it('lists no more than twenty faults', async () => {
    const payload = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`f${n}`, n]));
    const { body } = await send({ url: '/v1/things', payload });
    expect(body['fields']).toHaveLength(20);
  });

  it('may be left out where nothing is asked for, and may not hold what nobody asked for', async () => {
    expect((await send({ url: '/v1/things/pokes' })).status).toBe(201);
    expect((await send({ url: '/v1/things/pokes', payload: { a: 1 } })).body).toMatchObject({
      code: 'unknown-field',
      field: 'a',
    });
  });

  it.each([
    ['a field', '{"a":1}', 422, 'unknown-field', 'a'],
    ['a list', '[]', 400, 'invalid-body', undefined],
    ['null', 'null', 400, 'invalid-body', undefined],
    ['nothing in it', '{}', 201, undefined, undefined],
  ])('is no more ignored where the route takes none: %s', async (_, payload, ...expected) => {
    const url = `/v1/things/${ID}/parts/1/touches`;
    const { status, body } = await send({ url, headers: json, payload });
    expect([status, body['code'], body['field']]).toEqual(expected);
  });
});

describe('a body that says how it is written', () => {
  it.each<Record<string, string>>([
    { 'content-encoding': 'identity' },
    { 'content-encoding': 'Identity' },
    { 'content-type': 'application/json; charset=utf-8' },
    { 'content-type': 'application/json;charset="UTF-8"' },
    { 'content-type': 'application/json; charset=utf8; profile=x' },
  ])('is taken as it is: %j', async (headers) => {
    const payload = JSON.stringify({ title: 'ü' });
    const { status, body } = await send({
      url: '/v1/things',
      headers: { ...json, ...headers },
      payload,
    });
    expect([status, body]).toMatchObject([201, { body: { title: 'ü' } }]);
  });

  it('says which encoding is taken where another was sent', async () => {
    const headers = { ...json, 'content-encoding': 'gzip' };
    const answer = await send({ url: '/v1/things', headers, payload: '{}' });
    expect(answer.headers['accept-encoding']).toBe('identity');
    expect(answer.body['field']).toBe('Content-Encoding');
  });
});

describe('whoever has no token', () => {
  it.each<[string, Sent]>([
    ['a body that is no JSON', { url: '/v1/things', headers: json, payload: '{' }],
    ['too large a body', { url: '/v1/things', headers: json, payload: 'x'.repeat(5_000) }],
    [
      'another content type',
      { url: '/v1/things', headers: { 'content-type': 'text/plain' }, payload: 'x' },
    ],
    [
      'an encoded body',
      { url: '/v1/things', headers: { ...json, 'content-encoding': 'gzip' }, payload: 'x' },
    ],
    [
      'an upload that is cut off',
      {
        url: '/v1/things/uploads',
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
        payload: '--b',
      },
    ],
  ])('is told that first, and nothing of %s', async (_, sent) => {
    const headers = { ...sent.headers, authorization: '' };
    const { status, body } = await send({ ...sent, headers });
    expect([status, body['code']]).toEqual([401, 'unauthenticated']);
  });

  it('is let in where the route is public, and told what is wrong there', async () => {
    const open = { method: 'GET', url: '/v1/things/public/door' } as const;
    expect((await send({ ...open, headers: { authorization: '' } })).status).toBe(200);
    const { status, body } = await send({
      url: '/dev/token',
      headers: { ...json, authorization: '' },
      payload: '{',
    });
    expect([status, body['code']]).toEqual([400, 'malformed-json']);
  });

  it('learns of no method and no path that way', async () => {
    const headers = { authorization: '' };
    for (const [method, url, status] of [
      ['DELETE', '/v1/things', 405],
      ['GET', '/v1/nothing', 404],
    ] as const)
      expect((await send({ method, url, headers })).status).toBe(status);
  });
});

describe('a query', () => {
  it('is not ignored where the route takes none', async () => {
    const { status, body } = await send({ url: `/v1/things/${ID}/parts/1/touches?dry-run=true` });
    expect([status, body['code'], body['field']]).toEqual([400, 'unknown-parameter', 'dry-run']);
  });

  it('is read as its class declares it', async () => {
    const { body } = await send({ method: 'GET', url: '/v1/things?limit=7&open=false&code=a' });
    expect(body['query']).toEqual({ limit: 7, open: false, code: ['a'] });
  });

  it.each([
    'limit=7.5',
    'limit=0',
    'limit=',
    'limit=1e2',
    'limit=1&limit=2',
    'open=yes',
    'code=a&code=c',
    'level=10',
    'cursor=a&cursor=b',
    'limit[a]=1',
    'cursor=%00',
    'cursor=a%1bb',
  ])('is refused as a whole: %s', async (query) => {
    expect((await send({ method: 'GET', url: `/v1/things?${query}` })).status).toBe(400);
  });

  it('reads single parameters by their type', async () => {
    expect((await send({ method: 'GET', url: '/v1/things/plain?n=4' })).body).toEqual({ n: 4 });
    expect((await send({ method: 'GET', url: '/v1/things/plain?n=x' })).body).toMatchObject({
      code: 'invalid-parameter',
      field: 'n',
    });
  });
});

describe('a number in a path', () => {
  it.each(['x', '1.5', '1e3', '9'.repeat(20), '%00', '0x1', '01', '1.0', '-0', '+1', '%31%20'])(
    'is a whole one, in the one way it is written: %s',
    async (part) => {
      const { status, body } = await send({ url: `/v1/things/${ID}/parts/${part}/touches` });
      expect([status, body['code'], body['field']]).toEqual([400, 'invalid-parameter', 'part']);
    },
  );
});

describe('a page', () => {
  it('has fifty items unless asked otherwise, and links to the next', async () => {
    const { headers, body } = await send({ method: 'GET', url: '/v1/things?open=true' });
    expect(body).toMatchObject({ items: [1, 2], next: 'c+1', query: { limit: 50 } });
    expect(headers['link']).toBe('</v1/things?open=true&cursor=c%2B1>; rel="next"');
  });

  it('has no link when it is the last', async () => {
    const { headers, body } = await send({ method: 'GET', url: '/v1/things?cursor=c%2B1' });
    expect(headers['link']).toBeUndefined();
    expect(body).not.toHaveProperty('next');
  });
});

describe('a command', () => {
  it('comes with platform, principal, concrete route and key, however its URL is written', async () => {
    const origin = {
      platform: 'demo',
      principalId: 'ada',
      route: 'POST /v1/things',
      key: 'k-1',
    };
    for (const url of ['/v1/things', '/v1/%74hings'])
      expect((await send({ url, payload: { title: 'a' } })).body['origin']).toEqual(origin);
  });

  it('is answered with its position and version', async () => {
    const { headers } = await send({ url: '/v1/things', payload: { title: 'a' } });
    expect(headers['x-casetrail-position']).toBe(positionToken(STORE_ID, '0007' as Position));
    expect(headers['etag']).toBe('"3"');
  });

  it('is done on the version that it names', async () => {
    const answer = (ifMatch: string) =>
      send({ url: `/v1/things/${ID}/changes`, headers: { 'if-match': ifMatch } });
    expect((await answer('"3"')).body).toEqual({ thingId: ID, version: 3 });
    const moved = await answer('"2"');
    expect(moved.headers['etag']).toBe('"3"');
    expect(moved.body['params']).toEqual({ version: 3 });
  });

  it.each(['*', 'W/"3"', '"3", "4"', '3', '"03"', '"-1"', '"3', `"${'9'.repeat(20)}"`])(
    'takes no If-Match like %s',
    async (ifMatch) => {
      const headers = { 'if-match': ifMatch };
      const { status, body } = await send({ url: `/v1/things/${ID}/changes`, headers });
      expect([status, body['code']]).toEqual([400, 'if-match-invalid']);
    },
  );

  it.each([
    ['thing-is-held', 409, '由 ada 持有至 2026-11-25T10:00:00.000Z。'],
    ['thing-is-yours', 403, '这是您自己的。'],
    ['thing-has-no-such-part', 422, '没有该部分。'],
    ['thing-not-found', 404, '没有该内容。'],
  ])('that a rule refuses is told by its code: %s', async (code, status, detail) => {
    const url = `/v1/things/${ID}/refusals?code=${code}`;
    const { body } = await send({ url, language: 'zh-CN' });
    expect(body).toMatchObject({
      status,
      code,
      detail,
      field: 'parts[0]',
      params: { by: 'ada', until: '2026-11-25T10:00:00.000Z' },
    });
  });
});

describe("a read of one's own write", () => {
  const own = positionToken(STORE_ID, '0042' as Position);
  const foreign = positionToken('another-store', '0042' as Position);

  it('takes the token from the header or the query', async () => {
    const url = '/v1/things/read-after';
    const headers = { 'x-casetrail-read-after': own };
    expect((await send({ method: 'GET', url, headers })).body).toEqual({ position: '0042' });
    expect((await send({ method: 'GET', url: `${url}?position=${own}` })).body).toEqual({
      position: '0042',
    });
    expect((await send({ method: 'GET', url })).body).toEqual({ position: null });
  });

  it.each([
    [foreign, 'position-token-of-another-store'],
    ['!', 'position-token-invalid'],
    ['a', 'position-token-invalid'],
    ['', 'position-token-invalid'],
    [`${own}A`, 'position-token-invalid'],
    ['A'.repeat(600), 'position-token-invalid'],
    [`${own}&position=${own}`, 'position-token-invalid'],
  ])('refuses the token %s', async (token, code) => {
    const url = `/v1/things/read-after?position=${token}`;
    const { status, body } = await send({ method: 'GET', url });
    expect([status, body['code'], body['field']]).toEqual([400, code, 'position']);
  });

  it.each([
    [foreign, 'position-token-of-another-store'],
    ['!', 'position-token-invalid'],
  ])('says that it was the header which held the token %s', async (token, code) => {
    const headers = { 'x-casetrail-read-after': token };
    const { status, body } = await send({ method: 'GET', url: '/v1/things/read-after', headers });
    expect([status, body['code'], body['field']]).toEqual([400, code, 'X-Casetrail-Read-After']);
  });
});

describe('an upload', () => {
  const boundary = 'b-1';
  const multipart = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  const field = (name: string, value: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const file = (content: string, name = 'file') =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="a.pdf"\r\n` +
    `content-type: application/pdf\r\n\r\n${content}\r\n`;
  const end = `--${boundary}--\r\n`;
  const upload = (payload: string, url = '/v1/things/uploads') =>
    send({ url, headers: multipart, payload });

  it('is one file and a few fields', async () => {
    const { status, body } = await upload(field('page', '1') + file('%PDF') + end);
    expect([status, body]).toEqual([
      201,
      { fileName: 'a.pdf', mediaType: 'application/pdf', bytes: 4, fields: { page: '1' } },
    ]);
  });

  it('may be as large as the setting says, and the refusal of a larger one says how large', async () => {
    expect((await upload(file('x'.repeat(1_000)) + end)).body).toMatchObject({ bytes: 1_000 });
    const { body } = await upload(file('x'.repeat(1_001)) + end);
    expect(body).toMatchObject({ code: 'file-too-large', params: { bytesMax: 1_000 } });
  });

  it.each([
    ['cut off', file('%PDF'), 400, 'upload-malformed'],
    ['of two files', file('1') + file('2') + end, 400, 'upload-malformed'],
    ['under another name', file('1', 'other') + end, 400, 'upload-malformed'],
    [
      'with a field twice',
      field('a', '1') + field('a', '2') + file('1') + end,
      400,
      'upload-malformed',
    ],
    ['with a prototype', field('__proto__', '1') + file('1') + end, 400, 'upload-malformed'],
    ['with a long field', field('a', 'x'.repeat(9_000)) + file('1') + end, 400, 'upload-malformed'],
    [
      'with a field that the route does not know',
      field('b', '1') + file('1') + end,
      422,
      'unknown-field',
    ],
    ['without a file', field('a', '1') + end, 422, 'invalid-field'],
    ['too large', file('x'.repeat(1_001)) + end, 413, 'file-too-large'],
  ])('is refused when it is %s', async (_, payload, status, code) => {
    const { body, ...answer } = await upload(payload);
    expect([answer.status, body['code']]).toEqual([status, code]);
  });

  it('goes nowhere but where uploads are taken, and nothing else goes there', async () => {
    expect((await upload(file('1') + end, '/v1/things')).status).toBe(415);
    expect((await send({ url: '/v1/things/uploads', payload: {} })).status).toBe(415);
  });
});

describe('a failure of the server', () => {
  it('that nobody expected reveals nothing, and is logged under its trace id without its message', async () => {
    failing.with = new SyntaxError(`Unexpected token in ${CANARY}`);
    test.log.length = 0;
    const { status, body } = await send({ method: 'GET', url: '/v1/things/failing' });
    expect([status, body['code']]).toEqual([500, 'internal']);
    expect(JSON.stringify(body)).not.toContain(CANARY);
    const line = test.log.map((text) => JSON.parse(text)).find(({ level }) => level === 'error');
    expect(line).toMatchObject({
      traceId: body['traceId'],
      route: '/v1/things/failing',
      error: { name: 'SyntaxError', frames: expect.arrayContaining([expect.any(String)]) },
    });
    expect(test.log.join('')).not.toContain(CANARY);
  });

  it('of a store asks to come again', async () => {
    failing.with = new StoreUnavailable('The disk is full.');
    const { status, headers } = await send({ method: 'GET', url: '/v1/things/failing' });
    expect([status, headers['retry-after']]).toEqual([503, '5']);
  });

  it('of a store is told in full once, and then as a sum: the log may be on the same disk', async () => {
    const own = await startTestApp();
    const headers = { authorization: await own.bearer('ada') };
    for (let n = 0; n < 20; n++)
      await own.app.inject({ method: 'GET', url: '/v1/things/failing', headers });
    own.clock.forward(minutesToMs(1));
    own.tick();
    const lines = own.log.map((text) => JSON.parse(text) as Record<string, unknown>);
    const failures = lines.filter(({ message }) => message === 'store-unavailable');
    expect(failures).toHaveLength(1);
    expect(failures).toMatchObject([{ level: 'error', error: { message: 'The disk is full.' } }]);
    expect(lines.filter(({ message }) => message === 'failures like this')).toMatchObject([
      { code: 'store-unavailable', route: '/v1/things/failing', count: 19 },
    ]);
    await own.app.close();
  });
});

describe('the trace id', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

  it("is the caller's, where it sends one in the form of W3C Trace Context", async () => {
    const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01` };
    const answer = await send({ method: 'GET', url: '/v1/nothing', headers });
    expect(answer.body['traceId']).toBe(trace);
    expect(answer.headers['x-casetrail-trace']).toBe(trace);
  });

  it.each([`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, trace, `<${CANARY}>`])(
    'is a new one instead of %s',
    async (traceparent) => {
      const { body } = await send({ method: 'GET', url: '/v1/nothing', headers: { traceparent } });
      expect(body['traceId']).toMatch(/^[0-9a-f]{32}$/);
      expect(body['traceId']).not.toBe(trace);
    },
  );
});

describe('a request', () => {
  it('is given up when its time is up', async () => {
    const short = await startTestApp({ deadlineMs: 30 });
    const authorization = await short.bearer('ada');
    const response = await short.app.inject({
      url: '/v1/things/waiting',
      headers: { authorization },
    });
    expect([response.statusCode, response.json().code]).toEqual([503, 'deadline']);
    await short.app.close();
  });

  it('that waits is let go, and new ones are refused, when the server ends', async () => {
    const ending = await startTestApp();
    const authorization = await ending.bearer('ada');
    await ending.app.listen(0, '127.0.0.1');
    const base = await ending.app.getUrl();
    const headers = { authorization };
    const arrived = new Promise((resolve) => ending.app.getHttpServer().once('request', resolve));
    const waiting = fetch(`${base}/v1/things/waiting`, { headers });
    await arrived;
    // Once this later one is answered, the first has been taken too.
    await (await fetch(`${base}/v1/things/public/door`)).text();
    await ending.app.close();
    const answer = await waiting;
    expect([answer.status, answer.headers.get('connection')]).toEqual([503, 'close']);
    await expect(fetch(`${base}/v1/things/public/door`)).rejects.toThrow();
  });

  it.each([
    ['NONSENSE\r\n\r\n', 400, 'malformed-request'],
    ['GET / HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'malformed-request'],
    [
      'GET / HTTP/1.1\r\nhost: a\r\nexpect: weird\r\nconnection: close\r\n\r\n',
      417,
      'expectation-failed',
    ],
    [`GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ])(
    'that is no HTTP of ours is answered with a problem nevertheless: %j',
    async (text, status, code) => {
      const odd = await startTestApp();
      await odd.app.listen(0, '127.0.0.1');
      const { port } = odd.app.getHttpServer().address() as AddressInfo;
      const answer = await new Promise<string>((resolve, reject) => {
        let received = '';
        const socket = createConnection(port, '127.0.0.1', () => socket.write(text));
        socket.on('data', (chunk) => (received += String(chunk)));
        socket.on('close', () => resolve(received));
        socket.on('error', reject);
      });
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer).toContain('application/problem+json');
      expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ status, code });
      await odd.app.close();
    },
  );
});

describe('the boot', () => {
  it('fails where a route has no policy, and names it', async () => {
    @Controller('v1/open')
    class Forgetful {
      @Get('door')
      @Public()
      door() {
        return {};
      }
      @Get('vault/:id')
      vault() {
        return {};
      }
    }
    @Module({ controllers: [Forgetful] })
    class ForgetfulModule {}
    await expect(startTestApp({ modules: [{ module: ForgetfulModule }] })).rejects.toThrow(
      'Without @Access or @Public: GET /v1/open/vault/:id (Forgetful.vault)',
    );
  });
});
