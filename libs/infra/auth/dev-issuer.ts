/**
 * The development issuer: signs tokens for whoever asks on this machine, so that the demonstration
 * needs no identity provider. It exists only where a flag says so, never when NODE_ENV is production,
 * and signs with a key that ends with the process.
 */
import { type CryptoKey, exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import { type Clock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import { hoursToMs, type Instant, msOf, plusMs } from '#kernel/instants';
import { type PrincipalKind } from './caller.ts';
import { type TrustedIssuer } from './token-verifier.ts';

export const DEV_ISSUER = 'urn:casetrail:development-issuer';
const TOKEN_LIFE_MS = hoursToMs(8);
const KEY_ID = 'development';

export interface DevIssuerOptions {
  /** The explicit flag. */
  readonly enabled: boolean;
  readonly production: boolean;
  readonly audience: string;
  readonly clock: Clock;
}

export interface DevToken {
  readonly token: string;
  readonly expiresAt: Instant;
}

export class DevIssuerRefused extends Error {
  override readonly name = 'DevIssuerRefused';
}

export class DevIssuer {
  readonly #privateKey: CryptoKey;
  readonly #jwks: JSONWebKeySet;
  readonly #audience: string;
  readonly #clock: Clock;

  private constructor(privateKey: CryptoKey, jwks: JSONWebKeySet, options: DevIssuerOptions) {
    this.#privateKey = privateKey;
    this.#jwks = jwks;
    this.#audience = options.audience;
    this.#clock = options.clock;
  }

  /** @throws DevIssuerRefused without the flag, and always in production. */
  static async create(options: DevIssuerOptions): Promise<DevIssuer> {
    if (options.production)
      throw new DevIssuerRefused('The development issuer never runs when NODE_ENV is production.');
    if (!options.enabled)
      throw new DevIssuerRefused('The development issuer runs only with the flag --demo.');
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'ES256', use: 'sig' };
    return new DevIssuer(privateKey, { keys: [jwk] }, options);
  }

  /** How the verifier comes to trust it. */
  get trusted(): TrustedIssuer {
    return {
      issuer: DEV_ISSUER,
      audience: this.#audience,
      algorithms: ['ES256'],
      keys: { jwks: this.#jwks },
    };
  }

  async issue(who: { subject: string; platform: string; kind: PrincipalKind }): Promise<DevToken> {
    const issuedAt = this.#clock.now();
    const expiresAt = plusMs(issuedAt, TOKEN_LIFE_MS);
    const token = await new SignJWT({ platform: who.platform, kind: who.kind })
      .setProtectedHeader({ alg: 'ES256', kid: KEY_ID, typ: 'JWT' })
      .setIssuer(DEV_ISSUER)
      .setAudience(this.#audience)
      .setSubject(who.subject)
      .setJti(randomIds.next())
      .setIssuedAt(Math.floor(msOf(issuedAt) / 1_000))
      .setExpirationTime(Math.floor(msOf(expiresAt) / 1_000))
      .sign(this.#privateKey);
    return { token, expiresAt };
  }
}
