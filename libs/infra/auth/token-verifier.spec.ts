import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { type Clock } from '#kernel/clock';
import { instant, msOf } from '#kernel/instants';
import { HttpProblem } from '#infra/http/problem';
import { JwtVerifier, type PublicKeyAlgorithm, type TrustedIssuer } from './token-verifier.ts';

const NOW = instant('2026-11-25T04:00:00.000Z');
const clock: Clock = { now: () => NOW };
const nowSeconds = msOf(NOW) / 1_000;
const ISSUER = 'https://id.example.org';

let privateKey: CryptoKey;
let jwk: JWK;
let trusted: TrustedIssuer;
beforeAll(async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  privateKey = pair.privateKey;
  jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' };
  trusted = {
    issuer: ISSUER,
    audience: 'casetrail',
    algorithms: ['ES256'],
    keys: { jwks: { keys: [jwk] } },
  };
});

const GOOD = {
  iss: ISSUER,
  aud: 'casetrail',
  sub: 'ada',
  exp: nowSeconds + 600,
  platform: 'demo',
  kind: 'person',
};

function sign(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(privateKey);
}

async function codeOf(verifier: JwtVerifier, claims: Record<string, unknown>): Promise<string> {
  try {
    await verifier.verify(await sign(claims));
    return 'taken';
  } catch (error) {
    if (error instanceof HttpProblem) return error.code;
    throw error;
  }
}

describe('a token that was verified', () => {
  it('is verified anew when the clock was set back', async () => {
    let now = NOW;
    const verifier = new JwtVerifier({ issuers: [trusted], clock: { now: () => now } });
    const claims = { ...GOOD, nbf: nowSeconds - 60 };
    const token = await sign(claims);
    expect((await verifier.verify(token)).id).toBe('ada');
    now = instant('2026-11-25T03:00:00.000Z');
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

describe('the claims of a token', () => {
  it('make a principal', async () => {
    const verifier = new JwtVerifier({ issuers: [trusted], clock });
    const token = await sign({ ...GOOD, kind: 'api_key', jti: 't-1', roles: ['admin'] });
    expect(await verifier.verify(token)).toEqual({
      id: 'ada',
      platform: 'demo',
      kind: 'api-key',
      tokenId: 't-1',
      expiresAt: '2026-11-25T04:10:00.000Z',
    });
  });

  it.each([
    ['another issuer', { iss: 'https://evil.example.org' }, 'unauthenticated'],
    ['another audience', { aud: 'other' }, 'unauthenticated'],
    ['no audience', { aud: undefined }, 'unauthenticated'],
    ['no end', { exp: undefined }, 'unauthenticated'],
    ['an end that is past', { exp: nowSeconds - 31 }, 'token-expired'],
    ['an end within the tolerance', { exp: nowSeconds - 29 }, 'taken'],
    ['a begin that is to come', { nbf: nowSeconds + 60 }, 'unauthenticated'],
    ['no subject', { sub: undefined }, 'unauthenticated'],
    ['an e-mail address as its subject', { sub: 'ada@example.org' }, 'unauthenticated'],
    ['a subject of any text', { sub: 'Ada Lovelace' }, 'unauthenticated'],
    ['a subject that is no text', { sub: 7 }, 'unauthenticated'],
    ['no platform', { platform: undefined }, 'unauthenticated'],
    ['a platform of any text', { platform: '../demo' }, 'unauthenticated'],
    ['two platforms', { platform: ['demo', 'other'] }, 'unauthenticated'],
    ['no kind', { kind: undefined }, 'unauthenticated'],
    ['a kind that is not for tokens', { kind: 'system' }, 'unauthenticated'],
    ['a kind of any name', { kind: 'toString' }, 'unauthenticated'],
    ['several audiences, ours among them', { aud: ['x', 'casetrail'] }, 'taken'],
  ])('with %s: %p', async (_, change, code) => {
    const verifier = new JwtVerifier({ issuers: [trusted], clock });
    expect(await codeOf(verifier, { ...GOOD, ...change })).toBe(code);
  });

  it('are found under the names that the issuer uses', async () => {
    const own = { ...trusted, platformClaim: 'https://example.org/tenant', kindClaim: 'typ' };
    const verifier = new JwtVerifier({ issuers: [own], clock });
    const claims = { ...GOOD, 'https://example.org/tenant': 'theirs', typ: 'ai' };
    expect(await verifier.verify(await sign(claims))).toMatchObject({
      platform: 'theirs',
      kind: 'ai',
    });
  });
});

describe('an issuer', () => {
  it.each(['HS256', 'none', 'dir'])('cannot be configured with %s', (algorithm) => {
    const wrong = { ...trusted, algorithms: [algorithm as PublicKeyAlgorithm] };
    expect(() => new JwtVerifier({ issuers: [wrong], clock })).toThrow(/not a public-key/);
  });

  it('cannot be configured without an algorithm, or twice', () => {
    const none = { ...trusted, algorithms: [] };
    expect(() => new JwtVerifier({ issuers: [none], clock })).toThrow(/no algorithm/);
    expect(() => new JwtVerifier({ issuers: [trusted, trusted], clock })).toThrow(/twice/);
  });

  it('is held to the algorithms of its list', async () => {
    const other: TrustedIssuer = { ...trusted, algorithms: ['RS256'] };
    expect(await codeOf(new JwtVerifier({ issuers: [other], clock }), GOOD)).toBe(
      'unauthenticated',
    );
  });

  it('that does not answer is told as an outage of its own, not as a bad token', async () => {
    let keys: string | undefined;
    const server = createServer((_, response) => {
      response.writeHead(keys ? 200 : 500, { 'content-type': 'application/json' });
      response.end(keys ?? '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
    const verifier = new JwtVerifier({ issuers: [{ ...trusted, keys: { url } }], clock });
    expect(await codeOf(verifier, GOOD)).toBe('identity-provider-unavailable');
    keys = 'no JSON';
    expect(await codeOf(verifier, GOOD)).toBe('identity-provider-unavailable');
    keys = JSON.stringify({ keys: [jwk] });
    expect(await codeOf(verifier, GOOD)).toBe('taken');
    await new Promise((resolve) => server.close(resolve));
    expect(await codeOf(verifier, GOOD)).toBe('taken');
  });
});
