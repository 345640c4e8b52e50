import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { instant, type Instant, minutesToMs, hoursToMs } from '#kernel/instants';
import { startTestApp, type TestApp } from '#infra/http/http.testkit';
import { DEV_ISSUER } from './dev-issuer.ts';
import { routesOf } from './routes.ts';

let test: TestApp;
beforeEach(async () => {
  test = await startTestApp();
});
afterEach(() => test.app.close());

async function ask(url: string, authorization?: string, headers: Record<string, string> = {}) {
  const response = await test.app.inject({
    method: url.endsWith('registrations') ? 'POST' : 'GET',
    url,
    headers: { 'idempotency-key': 'k', ...headers, ...(authorization && { authorization }) },
  });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}

const LIST = '/v1/things';
const LEADS = '/v1/things/leads/only';

describe('a token', () => {
  it('says who; the directory says what they may', async () => {
    test.standings.set('eve', { roles: ['senior', 'lead'], staffId: 's-1' });
    const { status, body } = await ask(LEADS, await test.bearer('eve'));
    expect(status).toBe(200);
    // The first role of the route's policy that the caller has.
    expect(body.actor).toEqual({ kind: 'person', id: 'eve', role: 'lead' });
  });

  it('is asked for on every route that is not public', async () => {
    const { status, headers, body } = await ask(LIST);
    expect([status, body.code, headers['www-authenticate']]).toEqual([
      401,
      'unauthenticated',
      'Bearer',
    ]);
    expect((await ask('/v1/things/public/door')).status).toBe(200);
  });

  it.each([
    'Basic YTpi',
    'Bearer',
    'Bearer a.b.c',
    'Bearer  ',
    'Bearer x y',
    `Bearer ${'a'.repeat(9_000)}`,
  ])('is nothing like %.20s', async (authorization) => {
    expect((await ask(LIST, authorization)).body.code).toBe('unauthenticated');
  });

  it('may be sent under any case of the scheme', async () => {
    const bearer = await test.bearer('ada');
    expect((await ask(LIST, bearer.replace('Bearer', 'bearer'))).status).toBe(200);
  });

  it('ends, also when it was good a moment ago', async () => {
    const bearer = await test.bearer('ada');
    expect((await ask(LIST, bearer)).status).toBe(200);
    test.clock.forward(hoursToMs(8) + minutesToMs(1));
    const { status, body, headers } = await ask(LIST, bearer);
    expect([status, body.code]).toEqual([401, 'token-expired']);
    expect(headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  });

  it('is of no use to somebody who was revoked, from the next request on', async () => {
    const bearer = await test.bearer('ada');
    expect((await ask(LIST, bearer)).status).toBe(200);
    test.standings.delete('ada');
    const { status, body } = await ask(LIST, bearer);
    expect([status, body.code]).toEqual([403, 'access-revoked']);
  });
});

describe('a forged token', () => {
  const claims = { platform: 'demo', kind: 'person' };
  const AT: Instant = instant('2026-11-25T04:00:00.000Z');
  const seconds = Math.floor(Date.parse(AT) / 1_000);

  function unsigned(more: Record<string, unknown> = {}) {
    return new SignJWT({ ...claims, ...more })
      .setIssuer(DEV_ISSUER)
      .setAudience('casetrail')
      .setSubject('ada')
      .setExpirationTime(seconds + 600);
  }

  it('without a signature is refused', async () => {
    const token = new UnsecuredJWT(claims)
      .setIssuer(DEV_ISSUER)
      .setAudience('casetrail')
      .setSubject('ada')
      .setExpirationTime(seconds + 600)
      .encode();
    expect((await ask(LIST, `Bearer ${token}`)).body.code).toBe('unauthenticated');
  });

  it('signed by another key, also one of the same name, is refused', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const header = { alg: 'ES256', kid: 'development' };
    const token = await unsigned().setProtectedHeader(header).sign(privateKey);
    expect((await ask(LIST, `Bearer ${token}`)).body.code).toBe('unauthenticated');
  });

  it('signed with the public key as if it were a shared secret is refused', async () => {
    const keys = test.issuer.trusted.keys as { jwks: { keys: object[] } };
    const secret = Buffer.from(JSON.stringify(keys.jwks.keys[0]));
    const token = await unsigned().setProtectedHeader({ alg: 'HS256' }).sign(secret);
    expect((await ask(LIST, `Bearer ${token}`)).body.code).toBe('unauthenticated');
  });

  it('that brings its own key is refused', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const header = { alg: 'ES256', jwk: await exportJWK(publicKey) };
    const token = await unsigned().setProtectedHeader(header).sign(privateKey);
    expect((await ask(LIST, `Bearer ${token}`)).body.code).toBe('unauthenticated');
  });

  it('that was altered after it was signed is refused', async () => {
    const [header, , signature] = (await test.bearer('ada')).split('.');
    const payload = (await test.bearer('eve')).split('.')[1];
    expect((await ask(LIST, `${header}.${payload}.${signature}`)).body.code).toBe(
      'unauthenticated',
    );
  });
});

describe('a route', () => {
  it('is closed to whoever has none of its roles', async () => {
    const { status, body } = await ask(LEADS, await test.bearer('ada'));
    expect([status, body.code]).toEqual([403, 'forbidden']);
  });

  it('is closed to kinds of principals that its policy does not name', async () => {
    test.standings.set('bot', { roles: ['lead'] });
    expect((await ask(LEADS, await test.bearer('bot', 'ai'))).status).toBe(403);
    expect((await ask(LEADS, await test.bearer('bot', 'person'))).status).toBe(200);
  });

  it('that registers lets in those whom nobody knows yet, without a role', async () => {
    const url = '/v1/things/registrations';
    const { status, body } = await ask(url, await test.bearer('new', 'api-key'));
    expect([status, body.actor]).toEqual([201, { kind: 'api-key', id: 'new' }]);
    // Somebody who is known, but not as what the route is for, has no business there.
    expect((await ask(url, await test.bearer('ada'))).status).toBe(403);
    expect((await ask(LIST, await test.bearer('new'))).status).toBe(403);
  });

  it('is closed to whoever is known and may do nothing now, to register as well', async () => {
    test.standings.set('sus', { roles: [] });
    for (const url of ['/v1/things/registrations', LIST]) {
      const { status, body } = await ask(url, await test.bearer('sus'));
      expect([url, status, body.code]).toEqual([url, 403, 'access-revoked']);
    }
  });

  it('is listed with its policy, for whoever wants to try them all', () => {
    const routes = routesOf(test.app);
    expect(routes).toContainEqual({
      method: 'GET',
      path: '/v1/things/leads/only',
      controller: 'ThingsController',
      handler: 'forLeads',
      policy: { roles: ['lead', 'senior'], kinds: ['person'] },
    });
    expect(routes).toContainEqual(
      expect.objectContaining({ method: 'POST', path: '/v1/things', handler: 'make' }),
    );
    expect(routes.find(({ path }) => path === '/dev/token')?.policy).toBe('public');
  });
});

describe('an attacker who hammers a denied route', () => {
  it('is recorded once at once and once as a sum, and fills no log', async () => {
    const bearer = await test.bearer('ada');
    for (let n = 0; n < 50; n++) await ask(LEADS, bearer);
    const first = {
      platform: 'demo',
      actor: { kind: 'person', id: 'ada' },
      principalId: 'ada',
      roles: ['reviewer'],
      route: 'GET /v1/things/leads/only',
      at: {},
      code: 'forbidden',
    };
    const at = '2026-11-25T04:00:00.000Z';
    expect(test.denials).toMatchObject([{ ...first, attempts: 1, from: at, to: at }]);
    test.clock.forward(minutesToMs(10));
    test.tick();
    expect(test.denials.slice(1)).toMatchObject([{ ...first, attempts: 49, from: at, to: at }]);
    const lines = test.log.map((line) => JSON.parse(line)).filter(({ status }) => status === 403);
    expect(lines).toEqual([
      expect.objectContaining({ message: 'request', route: '/v1/things/leads/only' }),
      expect.objectContaining({ message: 'requests like this', count: 49 }),
    ]);
  });

  it('is counted to the end when the server ends', async () => {
    const bearer = await test.bearer('ada');
    for (let n = 0; n < 3; n++) await ask(LEADS, bearer);
    await test.app.close();
    expect(test.denials.map(({ attempts }) => attempts)).toEqual([1, 2]);
  });
});

describe('the request log', () => {
  it('names the template of the route, and neither ids, nor the query, nor a header', async () => {
    const canary = '110101199003074514';
    const bearer = await test.bearer('ada');
    await ask(`/v1/things?cursor=${canary}`, bearer, { 'user-agent': canary });
    await ask(`/v1/things/${canary}`, bearer);
    const requests = test.log
      .map((line) => JSON.parse(line))
      .filter(({ message }) => message === 'request');
    expect(requests).toEqual([
      expect.objectContaining({ route: '/v1/things', status: 200, platform: 'demo' }),
      expect.objectContaining({ route: '/v1/things/:thingId', status: 400, platform: 'demo' }),
    ]);
    expect(test.log.join('')).not.toContain(canary);
    expect(test.log.join('')).not.toContain(bearer.slice(7));
  });
});
