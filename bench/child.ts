/** A process of its own that listens: the server of the build, or a yardstick. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DataPlaces } from '../apps/server/src/data-folder.ts';
import { ROOT, serverOfBuild } from './build.ts';
import { endedWithUs } from './endings.ts';
import { environment } from './environment.ts';

export interface Listening {
  readonly url: string;
  readonly pid: number;
  /** Milliseconds from its start until it listened. */
  readonly startMs: number;
  /** Milliseconds of CPU that it has used, all its threads; 0 where the system does not say. */
  cpuMs(): number;
  /** Resolves when it has done what came before: views and processes follow their events by themselves. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const LOOK_MS = 250;
/** Of one core, while it only waits. */
const IDLE_SHARE = 0.1;
/** What filled a store is on its disk before anything in it is measured: it would hold up every sync. */
export function writtenToDisk(): void {
  execFileSync('sync');
}

/** Linux counts the time of processes in hundredths of a second. */
const TICK_MS = 10;

/** The server as an operator runs it, with the demonstration's issuer and people. */
export function startServer(
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Listening> {
  return startChild([serverOfBuild(), '--demo'], {
    CASETRAIL_DATA_FOLDER: join(folder, 'data'),
    CASETRAIL_KEY_FILE: join(folder, 'keys', 'root.key'),
    CASETRAIL_PORT: '0',
    CASETRAIL_LOG_LEVEL: 'warn',
    ...settings,
  });
}

/** The server without the demonstration: nobody can sign in, as nobody answers at its issuer's address. */
export function startServerAlone({ dataFolder, keyFile }: DataPlaces): Promise<Listening> {
  return startChild([serverOfBuild()], {
    CASETRAIL_DATA_FOLDER: dataFolder,
    CASETRAIL_KEY_FILE: keyFile,
    CASETRAIL_PORT: '0',
    CASETRAIL_LOG_LEVEL: 'info',
    CASETRAIL_JWT_ISSUER: 'https://id.example.org',
    CASETRAIL_JWT_JWKS: 'http://127.0.0.1:9/keys',
  });
}

/** Waits for a line that names an address of this machine. @param env its settings: it has none of the bench's own */
export async function startChild(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Listening> {
  const begun = performance.now();
  const child = endedWithUs(
    spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      cwd: ROOT,
      env: environment(env),
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const url = await addressSaidBy(child);
  return {
    url,
    pid: child.pid!,
    startMs: performance.now() - begun,
    cpuMs: () => cpuMsOf(child.pid!),
    settled: async () => {
      for (let before = cpuMsOf(child.pid!); ;) {
        await sleep(LOOK_MS);
        const now = cpuMsOf(child.pid!);
        if (now - before < IDLE_SHARE * LOOK_MS) return;
        before = now;
      }
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Milliseconds of CPU that the process has used; none where the system does not say. */
function cpuMsOf(pid: number): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return 0;
  // The second field is its name in brackets, which may hold spaces.
  const fields = readFileSync(file, 'utf8').split(') ').at(-1)!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

async function addressSaidBy(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout! });
  for await (const line of lines) {
    const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (address === undefined) continue;
    child.stdout!.resume();
    return address;
  }
  throw new Error(`It ended before it listened: ${child.spawnargs.join(' ')}`);
}
