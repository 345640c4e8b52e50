/** A process of its own that listens: the server of the build, or a yardstick. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SERVER = join(ROOT, 'dist/apps/server/src/main.js');

export interface Listening {
  readonly url: string;
  readonly pid: number;
  /** Milliseconds from its start until it listened. */
  readonly startMs: number;
  stop(): Promise<void>;
}

export const missingBuild = (): string | undefined =>
  existsSync(SERVER) ? undefined : 'there is no build; npm run build makes it';

/** The server as an operator runs it, with the demonstration's issuer and people. */
export function startServer(
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Listening> {
  return startChild([SERVER, '--demo'], {
    CASETRAIL_DATA_FOLDER: join(folder, 'data'),
    CASETRAIL_KEY_FILE: join(folder, 'keys', 'root.key'),
    CASETRAIL_PORT: '0',
    CASETRAIL_LOG_LEVEL: 'warn',
    ...settings,
  });
}

/** Waits for a line that names an address of this machine. */
export async function startChild(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Listening> {
  const begun = performance.now();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await addressSaidBy(child);
  return {
    url,
    pid: child.pid!,
    startMs: performance.now() - begun,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
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
