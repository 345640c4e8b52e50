/** From the settings of the token issuer to what the verifier trusts. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type TrustedIssuer } from '#infra/auth/token-verifier';
import { type Config, SettingsError } from './config.ts';

const jwksSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

/** What a set of public keys must not hold: of RSA, EC and Ed25519 the private part, of a shared secret the secret. */
const PRIVATE_MEMBERS = ['d', 'k'] as const;

function keysOf(source: string, readFile: (path: string) => string): TrustedIssuer['keys'] {
  if (/^https?:/i.test(source)) return { url: source };
  const path = source.startsWith('file:') ? fileURLToPath(source) : source;
  let jwks: z.infer<typeof jwksSchema>;
  try {
    jwks = jwksSchema.parse(JSON.parse(readFile(path)));
  } catch {
    throw new SettingsError([
      `CASETRAIL_JWT_JWKS: no set of JSON web keys can be read at ${path}.`,
    ]);
  }
  if (jwks.keys.some((key) => PRIVATE_MEMBERS.some((member) => member in key)))
    throw new SettingsError([
      `CASETRAIL_JWT_JWKS: the file holds a private key; give the public keys alone: ${path}`,
    ]);
  return { jwks };
}

/** Undefined where no issuer is set. @throws SettingsError when its file of keys cannot be used */
export function trustedIssuerOf(
  config: Config,
  readFile = (path: string) => readFileSync(path, 'utf8'),
): TrustedIssuer | undefined {
  const { jwtIssuer, jwtJwks } = config;
  if (jwtIssuer === undefined || jwtJwks === undefined) return undefined;
  return {
    issuer: jwtIssuer,
    audience: config.jwtAudience,
    algorithms: config.jwtAlgorithms,
    keys: keysOf(jwtJwks, readFile),
    platformClaim: config.jwtPlatformClaim,
    kindClaim: config.jwtKindClaim,
  };
}
