/** Processes to be killed: the server, and the command line, on a data folder of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import {
  CLEAN_ENVIRONMENT,
  ServerProcess,
} from '../../../apps/server/src/server-process.testkit.ts';
import { tended } from './leftovers.testkit.ts';
import { killedAt, type Point } from './points.testkit.ts';
import { AUDIENCE, ISSUER } from './talk.testkit.ts';
import { type Places } from './views-checker.testkit.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** NODE_OPTIONS holds it before what its own command line asks for. */
const PRELOADED = { NODE_OPTIONS: '--import=./test/crash/kills/preload.testkit.ts' };

/** Where and when one is to kill itself. */
export interface Aim {
  readonly point: Point;
  readonly n: number;
}

export interface Ended {
  readonly code: number | null;
  readonly killed: boolean;
  readonly said: string;
}

/** An issuer of tokens that every server trusts, and whose tokens outlive them. */
export async function anIssuer(folder: string): Promise<{ secret: JWK; jwks: string }> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const of = { kid: 'kills', alg: 'ES256' };
  const jwks = join(folder, 'issuer.json');
  mkdirSync(folder, { recursive: true });
  const key = { ...(await exportJWK(publicKey)), ...of, use: 'sig' };
  writeFileSync(jwks, JSON.stringify({ keys: [key] }));
  return { secret: { ...(await exportJWK(privateKey)), ...of }, jwks };
}

export function serverOf(places: Places, jwks: string, aim?: Aim): ServerProcess {
  const server = new ServerProcess(['--demo'], places, {
    ...PRELOADED,
    ...(aim && killedAt(aim.point, aim.n)),
    CASETRAIL_JWT_ISSUER: ISSUER,
    CASETRAIL_JWT_JWKS: jwks,
    CASETRAIL_JWT_AUDIENCE: AUDIENCE,
    CASETRAIL_LOG_LEVEL: 'info',
  });
  tended(server.child);
  return server;
}

/** By a signal of somebody else: told to end, or before it could be told. @throws Error where it ended by itself */
export function endedFromOutside({ child, errors, output }: ServerProcess): boolean {
  if (child.exitCode) throw new Error(`The server ended by itself: ${errors}${output}`);
  return child.exitCode === 0 || (child.signalCode !== null && child.signalCode !== 'SIGKILL');
}

/** `casetrail` with these words, to its end. */
export async function casetrail(
  words: readonly string[],
  { dataFolder, keyFile }: Places,
  aim?: Aim,
): Promise<Ended> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      'apps/cli/src/main.ts',
      ...words,
    ],
    {
      cwd: ROOT,
      env: {
        ...CLEAN_ENVIRONMENT,
        ...PRELOADED,
        ...(aim && killedAt(aim.point, aim.n)),
        CASETRAIL_DATA_FOLDER: dataFolder,
        CASETRAIL_KEY_FILE: keyFile,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  tended(child);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, killed: child.signalCode === 'SIGKILL', said };
}
