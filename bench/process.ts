/** A process that does one thing and ends: how long it took, and the most memory that it had. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './build.ts';
import { endedWithUs } from './endings.ts';
import { environment } from './environment.ts';

const CLI = join(ROOT, 'apps/cli/src/main.ts');
/** The kernel keeps the peak: what is missed is what a process takes in its last moments. */
const LOOK_MS = 20;

export interface Ended {
  readonly ms: number;
  /** Its peak of resident memory, in MB of 10⁶ bytes; 0 where the system does not say. */
  readonly peakMb: number;
}

/** `casetrail <args>`, as `npm run casetrail` has it. */
export const casetrail = (args: readonly string[]): Promise<Ended> =>
  ranToEnd(['--max-semi-space-size=8', '--heap-growing-percent=40', CLI, ...args]);

/** A source of ours by Node. @throws Error where it fails */
export async function ranToEnd(args: readonly string[]): Promise<Ended> {
  const begun = performance.now();
  const child = endedWithUs(
    spawn(
      process.execPath,
      ['--conditions=source', '--disable-warning=ExperimentalWarning', ...args],
      { cwd: ROOT, env: environment(), stdio: ['ignore', 'ignore', 'pipe'] },
    ),
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  let peakMb = 0;
  const look = setInterval(() => (peakMb = peakMbOf(child.pid!) ?? peakMb), LOOK_MS);
  const [code] = (await once(child, 'close').finally(() => clearInterval(look))) as [number | null];
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${said}`);
  return { ms: performance.now() - begun, peakMb };
}

/** Undefined where the system does not say, or the process is over. */
function peakMbOf(pid: number): number | undefined {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return undefined;
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(file, 'utf8')) ?? [];
  return kib === undefined ? undefined : (Number(kib) * 1_024) / 1_000_000;
}
