/**
 * Verifies bearer tokens (JWT, RFC 7519; best practices of RFC 8725): signed by a key of a configured
 * issuer, with an algorithm of its list, for our audience, and not expired. Only public-key
 * algorithms can be configured, so neither `none` nor an HMAC under a public key can ever pass.
 */
import { createHash } from 'node:crypto';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
} from 'jose';
import { type Clock } from '#kernel/clock';
import { PLATFORM_ID } from '#kernel/ids';
import { instantFromMs, msOf, secondsToMs } from '#kernel/instants';
import { HttpProblem } from '#infra/http/problem';
import { PRINCIPAL_ID, type Principal, type PrincipalKind } from './caller.ts';

export const TOKEN_VERIFIER = Symbol('TokenVerifier');

export const PUBLIC_KEY_ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
] as const;
export type PublicKeyAlgorithm = (typeof PUBLIC_KEY_ALGORITHMS)[number];

export interface TrustedIssuer {
  /** Must equal the token's `iss`. */
  readonly issuer: string;
  /** Must be among the token's `aud`. */
  readonly audience: string;
  readonly algorithms: readonly PublicKeyAlgorithm[];
  /** The issuer's public keys: where to fetch them, or they themselves. */
  readonly keys: { readonly url: string } | { readonly jwks: JSONWebKeySet };
  /** The claim that names the platform. Default `platform`. */
  readonly platformClaim?: string;
  /** The claim that says person, api_key or ai. Default `kind`; demanded, since a kind is never guessed. */
  readonly kindClaim?: string;
}

export interface TokenVerifierOptions {
  readonly issuers: readonly TrustedIssuer[];
  readonly clock: Clock;
  /** How far the issuer's clock may be off. */
  readonly toleranceSeconds?: number;
}

export interface TokenVerifier {
  /** @throws HttpProblem unauthenticated, token-expired, identity-provider-unavailable */
  verify(token: string): Promise<Principal>;
}

const TOLERANCE_SECONDS = 30;
const TOKEN_MAX = 8_192;
/** How long a verified token is known by its digest. Keys that an issuer withdraws count that much longer. */
const REMEMBERED_MS = secondsToMs(60);
const REMEMBERED_MAX = 10_000;

const KINDS: Readonly<Record<string, PrincipalKind>> = {
  person: 'person',
  api_key: 'api-key',
  'api-key': 'api-key',
  ai: 'ai',
};

interface Known extends TrustedIssuer {
  readonly getKey: JWTVerifyGetKey;
}

/** A token that was verified. */
interface Remembered {
  readonly principal: Principal;
  readonly sinceMs: number;
  readonly untilMs: number;
}

export class JwtVerifier implements TokenVerifier {
  readonly #issuers: ReadonlyMap<string, Known>;
  readonly #clock: Clock;
  readonly #toleranceSeconds: number;
  readonly #remembered = new Map<string, Remembered>();

  /** @throws RangeError when an issuer is configured twice, or without an algorithm or with one of shared secrets. */
  constructor({ issuers, clock, toleranceSeconds = TOLERANCE_SECONDS }: TokenVerifierOptions) {
    const known = new Map<string, Known>();
    for (const issuer of issuers) {
      if (known.has(issuer.issuer)) throw new RangeError(`Issuer given twice: ${issuer.issuer}`);
      checkAlgorithms(issuer);
      known.set(issuer.issuer, { ...issuer, getKey: keysOf(issuer) });
    }
    this.#issuers = known;
    this.#clock = clock;
    this.#toleranceSeconds = toleranceSeconds;
  }

  async verify(token: string): Promise<Principal> {
    if (token.length > TOKEN_MAX) throw new HttpProblem('unauthenticated');
    const nowMs = msOf(this.#clock.now());
    const digest = createHash('sha256').update(token).digest('base64');
    const remembered = this.#remembered.get(digest);
    // A clock that was set back does not make it known for longer.
    if (remembered && remembered.sinceMs <= nowMs && nowMs < remembered.untilMs)
      return remembered.principal;
    const issuer = this.#issuers.get(issuerOf(token) ?? '');
    if (!issuer) throw new HttpProblem('unauthenticated');
    const principal = principalOf(await this.#payloadOf(token, issuer, nowMs), issuer);
    const untilMs = Math.min(nowMs + REMEMBERED_MS, msOf(principal.expiresAt));
    this.#remember(digest, { principal, sinceMs: nowMs, untilMs });
    return principal;
  }

  async #payloadOf(token: string, issuer: Known, nowMs: number): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, issuer.getKey, {
        issuer: issuer.issuer,
        audience: issuer.audience,
        algorithms: [...issuer.algorithms],
        clockTolerance: this.#toleranceSeconds,
        currentDate: new Date(nowMs),
        requiredClaims: ['sub', 'exp'],
      });
      return payload;
    } catch (error) {
      throw problemOf(error);
    }
  }

  #remember(digest: string, remembered: Remembered): void {
    this.#remembered.delete(digest);
    this.#remembered.set(digest, remembered);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > REMEMBERED_MAX) this.#remembered.delete(oldest!);
  }
}

function checkAlgorithms({ issuer, algorithms }: TrustedIssuer): void {
  const allowed: readonly string[] = PUBLIC_KEY_ALGORITHMS;
  const wrong = algorithms.filter((algorithm) => !allowed.includes(algorithm));
  if (algorithms.length === 0) throw new RangeError(`Issuer ${issuer} allows no algorithm.`);
  if (wrong.length > 0)
    throw new RangeError(`Issuer ${issuer}: not a public-key algorithm: ${wrong.join(', ')}`);
}

function keysOf({ keys }: TrustedIssuer): JWTVerifyGetKey {
  return 'url' in keys
    ? createRemoteJWKSet(new URL(keys.url), { timeoutDuration: secondsToMs(3) })
    : createLocalJWKSet(keys.jwks);
}

/** Not yet believed: only to find the keys that it must be signed with. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

function problemOf(error: unknown): HttpProblem {
  if (error instanceof errors.JWTExpired) return new HttpProblem('token-expired');
  const isTokensFault = error instanceof errors.JOSEError && !isKeySourceFault(error);
  return isTokensFault
    ? new HttpProblem('unauthenticated')
    : new HttpProblem('identity-provider-unavailable', { cause: error });
}

/** The issuer's keys could not be had, which says nothing about the token. */
function isKeySourceFault(error: errors.JOSEError): boolean {
  return (
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    error.code === errors.JOSEError.code
  );
}

function principalOf(payload: JWTPayload, issuer: TrustedIssuer): Principal {
  const { sub, exp, jti } = payload;
  const platform = payload[issuer.platformClaim ?? 'platform'];
  const kindClaim = payload[issuer.kindClaim ?? 'kind'];
  const kind =
    typeof kindClaim === 'string' && Object.hasOwn(KINDS, kindClaim) ? KINDS[kindClaim] : undefined;
  const isWhole = typeof sub === 'string' && PRINCIPAL_ID.test(sub) && exp !== undefined && kind;
  if (!isWhole || typeof platform !== 'string' || !PLATFORM_ID.test(platform))
    throw new HttpProblem('unauthenticated');
  const expiresAt = instantFromMs(secondsToMs(Math.floor(exp)));
  return {
    id: sub,
    platform,
    kind,
    expiresAt,
    ...(typeof jti === 'string' && { tokenId: jti }),
  };
}
