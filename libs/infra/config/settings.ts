/** Every setting, once: name, meaning, form and default. The reader, its errors and the docs come from this table. */
import { z } from 'zod';
import {
  ADDRESS_FORM,
  parseConnectionString,
} from '#infra/event-store/eventstoredb/connection-string';
import { UnfitFile } from '#infra/event-store/eventstoredb/tls-files';
import { LOG_LEVELS } from '#infra/telemetry/logger';
import { PUBLIC_KEY_ALGORITHMS } from '#infra/auth/token-verifier';
import { RECORD_BYTES_MAX } from '#infra/vault/vault.port';
import { Secret } from './secret.ts';

export const SERVER_ROLES = ['api', 'worker'] as const;

/** Where the events lie: in the data folder, or on a server. The rest is in the data folder either way. */
export type EventStoreSetting =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'eventstoredb'; readonly connectionString: Secret };

export interface Setting<T = unknown> {
  /** The name after `CASETRAIL_`, and the name in a settings file. */
  readonly name: string;
  readonly description: string;
  /** From the text of the environment, or of the file, to the value. */
  readonly schema: z.ZodType<T, string>;
  /** As text, so that it goes through the same schema; absent where there is none. */
  readonly default?: string;
  /** What to do when the value is not good. */
  readonly remedy: string;
}

function setting<T>(
  name: string,
  schema: z.ZodType<T, string>,
  description: string,
  remedy: string,
  fallback?: string,
): Setting<T> {
  return { name, schema, description, remedy, default: fallback };
}

const text = z.string().trim().min(1).max(1_000);

function whole(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));
}

function listOf<T extends string>(words: readonly T[]) {
  return z
    .string()
    .transform((value) => value.split(',').map((word) => word.trim()))
    .pipe(z.array(z.enum(words as [T, ...T[]])).min(1));
}

/** An https URL, or a file by path or file URL. */
const keySource = text.refine(
  (value) => !/^http:/i.test(value) || /^http:\/\/(localhost|127\.|\[::1\])/i.test(value),
);

const EVENT_STORE_REMEDY = `Give embedded, or the address of an EventStoreDB: ${ADDRESS_FORM}.`;

/** The word `embedded`, or an `esdb://` address. What is wrong with an address is told without it. */
const eventStoreSetting = z
  .string()
  .trim()
  .max(4_000)
  .transform((value, context): EventStoreSetting => {
    if (value === 'embedded') return { kind: 'embedded' };
    try {
      parseConnectionString(value);
      return { kind: 'eventstoredb', connectionString: new Secret(value) };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const remedy = error instanceof UnfitFile ? error.remedy : EVENT_STORE_REMEDY;
      context.addIssue({ code: 'custom', params: { says: `${error.message} ${remedy}` } });
      return z.NEVER;
    }
  });

const KIB = 1_024;
const MIB = KIB * KIB;

export const SETTINGS = {
  host: setting(
    'HOST',
    text,
    'Address to listen on.',
    'Give an IP address or host name of this machine.',
    '127.0.0.1',
  ),
  port: setting(
    'PORT',
    whole(0, 65_535),
    'Port to listen on; 0 takes any free one.',
    'Give a whole number from 0 to 65535.',
    '3000',
  ),
  dataFolder: setting(
    'DATA_FOLDER',
    text,
    'Folder of the embedded stores. Made by `casetrail init`, or by the demonstration.',
    'Give the path of a folder.',
    './casetrail-data',
  ),
  keyFile: setting(
    'KEY_FILE',
    text,
    'File of the key-encryption key. Outside the data folder; without it no personal data can be read, so back it up.',
    'Give the path of a file outside the data folder.',
    './casetrail-keys/root.key',
  ),
  logLevel: setting(
    'LOG_LEVEL',
    z.enum(LOG_LEVELS) as unknown as z.ZodType<(typeof LOG_LEVELS)[number], string>,
    'The least severe lines that are logged.',
    `Give one of ${LOG_LEVELS.join(', ')}.`,
    'info',
  ),
  roles: setting(
    'ROLES',
    listOf(SERVER_ROLES),
    'What this server does: answer requests (api), drive views, processes and timers (worker). Today one process does both.',
    'Give api, worker, or both with a comma.',
    'api,worker',
  ),
  eventStore: setting(
    'EVENT_STORE',
    eventStoreSetting,
    `Where the events lie: \`embedded\`, in the data folder, or the address of an EventStoreDB of versions 23.10 to 24.10, \`${ADDRESS_FORM}\`. Views and vault are in the data folder either way. A folder stays with its events: \`casetrail init\` binds it to them.`,
    EVENT_STORE_REMEDY,
    'embedded',
  ),
  jwtIssuer: setting(
    'JWT_ISSUER',
    text,
    'The `iss` of trusted tokens.',
    'Give the issuer exactly as its tokens name it.',
  ),
  jwtJwks: setting(
    'JWT_JWKS',
    keySource,
    'The public keys of the issuer as a JWK set: an https URL, or the path of a file.',
    'Give an https URL or the path of a file; plain http only to this machine.',
  ),
  jwtAudience: setting(
    'JWT_AUDIENCE',
    text,
    'The `aud` that tokens for this server carry.',
    'Give the audience that the issuer puts into tokens for Casetrail.',
    'casetrail',
  ),
  jwtAlgorithms: setting(
    'JWT_ALGORITHMS',
    listOf(PUBLIC_KEY_ALGORITHMS),
    'The signature algorithms that the issuer uses.',
    `Give some of ${PUBLIC_KEY_ALGORITHMS.join(', ')}.`,
    'ES256,RS256',
  ),
  jwtPlatformClaim: setting(
    'JWT_PLATFORM_CLAIM',
    text,
    'The claim that names the platform.',
    'Give the name of a claim.',
    'platform',
  ),
  jwtKindClaim: setting(
    'JWT_KIND_CLAIM',
    text,
    'The claim that says person, api_key or ai.',
    'Give the name of a claim.',
    'kind',
  ),
  bodyLimitBytes: setting(
    'BODY_LIMIT_BYTES',
    whole(KIB, 64 * MIB),
    'Most bytes of a JSON body.',
    'Give a number of bytes from 1024 to 67108864.',
    String(MIB),
  ),
  fileLimitBytes: setting(
    'FILE_LIMIT_BYTES',
    whole(KIB, RECORD_BYTES_MAX),
    'Most bytes of an uploaded file.',
    `Give a number of bytes from 1024 to ${RECORD_BYTES_MAX}, the most that the vault takes.`,
    String(20 * MIB),
  ),
  requestDeadlineMs: setting(
    'REQUEST_DEADLINE_MS',
    whole(100, 600_000),
    'Milliseconds until a request that was received is given up.',
    'Give a number of milliseconds from 100 to 600000.',
    '30000',
  ),
  receiveTimeoutMs: setting(
    'RECEIVE_TIMEOUT_MS',
    whole(1_000, 3_600_000),
    'Milliseconds until a request must have arrived completely.',
    'Give a number of milliseconds from 1000 to 3600000.',
    '120000',
  ),
  sweepGraceMs: setting(
    'SWEEP_GRACE_MS',
    whole(1_000, 2_592_000_000),
    'Milliseconds before a vault record that no event names is swept away, and a reservation of an identity that no approval followed is freed. Longer than any request takes.',
    'Give a number of milliseconds, longer than REQUEST_DEADLINE_MS and RECEIVE_TIMEOUT_MS together.',
    '86400000',
  ),
  upkeepEveryMs: setting(
    'UPKEEP_EVERY_MS',
    whole(1_000, 604_800_000),
    'Milliseconds between two rounds of upkeep of the vault: sweeping, and settling reservations.',
    'Give a number of milliseconds from 1000 to 604800000.',
    '3600000',
  ),
} as const satisfies Record<string, Setting>;

export type SettingKey = keyof typeof SETTINGS;

type Values = {
  readonly [K in SettingKey]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never;
};

type OptionalKey = 'jwtIssuer' | 'jwtJwks';

/** The values of all settings; what has no default may be absent. */
export type SettingValues = Omit<Values, OptionalKey> & Partial<Pick<Values, OptionalKey>>;
