import { systemClock } from '#kernel/clock';
import { startTestApp, type TestApp } from '#infra/http/http.testkit';
import { DevIssuer } from './dev-issuer.ts';
import { isDirectLocalRequest, isLoopbackAddress, isLoopbackHost } from './loopback.ts';

const options = { enabled: true, production: false, audience: 'casetrail', clock: systemClock };

describe('the development issuer', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.app.close());

  const ask = (
    payload: object,
    headers: Record<string, string> = {},
    remoteAddress = '127.0.0.1',
  ) =>
    test.app.inject({
      method: 'POST',
      url: '/dev/token',
      headers: { host: 'localhost:3000', ...headers },
      payload,
      remoteAddress,
    });

  it('is never made in production, flag or no flag', async () => {
    await expect(DevIssuer.create({ ...options, production: true })).rejects.toThrow(/production/);
    await expect(DevIssuer.create({ ...options, enabled: false })).rejects.toThrow(/--demo/);
  });

  it('signs for whoever asks on this machine, and the server takes it', async () => {
    const response = await ask({ subject: 'ada', platform: 'demo' });
    expect(response.statusCode).toBe(200);
    const { token, expiresAt } = response.json();
    expect(expiresAt).toBe('2026-11-25T12:00:00.000Z');
    const headers = { authorization: `Bearer ${token}` };
    expect((await test.app.inject({ url: '/v1/things', headers })).statusCode).toBe(200);
  });

  it('makes a new key whenever it is made', async () => {
    const [one, two] = await Promise.all([DevIssuer.create(options), DevIssuer.create(options)]);
    expect(one.trusted.keys).not.toEqual(two.trusted.keys);
    expect(JSON.stringify(one.trusted)).not.toContain('"d":');
  });

  it.each([
    'forwarded',
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-real-ip',
    'cf-connecting-ip',
    'true-client-ip',
  ])('refuses a request that carries %s', async (name) => {
    const response = await ask({ subject: 'ada', platform: 'demo' }, { [name]: '127.0.0.1' });
    expect([response.statusCode, response.json().code]).toEqual([403, 'dev-issuer-refused']);
  });

  it('refuses a foreign peer and a foreign name', async () => {
    const body = { subject: 'ada', platform: 'demo' };
    expect((await ask(body, {}, '192.168.1.4')).statusCode).toBe(403);
    expect((await ask(body, { host: 'evil.example.org' })).statusCode).toBe(403);
  });

  it.each([
    { subject: 'ada' },
    { subject: 'a b', platform: 'demo' },
    { subject: 'ada', platform: 'demo', kind: 'system' },
    { subject: 'ada', platform: 'demo', roles: ['admin'] },
  ])('refuses %p', async (body) => {
    expect((await ask(body)).statusCode).toBe(422);
  });
});

describe('loopback', () => {
  it.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('is the address %s', (address) => {
    expect(isLoopbackAddress(address)).toBe(true);
  });

  it.each([undefined, '', '128.0.0.1', '10.127.0.0', '::2', '::ffff:10.0.0.1', '127.0.0.1.evil'])(
    'is not the address %s',
    (address) => {
      expect(isLoopbackAddress(address)).toBe(false);
    },
  );

  it.each(['localhost', 'LOCALHOST:3000', '127.0.0.1:1', '[::1]:3000', '[::1]'])(
    'is the host %s',
    (host) => {
      expect(isLoopbackHost(host)).toBe(true);
    },
  );

  it.each([
    undefined,
    '',
    'localhost.evil.org',
    '127.0.0.1.nip.io',
    'localhost:x',
    'a@localhost',
    '::1',
  ])('is not the host %s', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });

  it('is a whole request only without anything forwarded', () => {
    const sender = { remoteAddress: '::1', headers: { host: 'localhost' } };
    expect(isDirectLocalRequest(sender)).toBe(true);
    expect(
      isDirectLocalRequest({ ...sender, headers: { ...sender.headers, via: '1.1 proxy' } }),
    ).toBe(false);
  });
});
