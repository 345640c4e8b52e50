/** Lives of processes in one folder, one after the other, looked on at from the first file that they make. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { momentsOf, type Moment } from './disk.testkit.ts';
import { layOut, type Left } from './left.testkit.ts';
import { type Life, type Told } from './lives.testkit.ts';
import { type Call, callsIn, record, textOf } from './strace.testkit.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FROM_SOURCES = './apps/server/src/from-sources.testkit.ts';
const LESS_SYNCED = './test/power/less-synced.testkit.ts';

export interface Recording {
  /** What they wrote to: an absolute path, as their calls have it. */
  readonly root: string;
  /** What a cut had left there before the first of them. */
  readonly on?: Left;
  /** Of each life. */
  readonly lives: readonly (readonly Moment[])[];
}

/** What SQLite is told instead of FULL, for a control; and what they find there, if anything. */
export interface RecordingOptions {
  readonly synchronous?: 'NORMAL' | 'OFF';
  readonly on?: Left;
}

export async function recordingOf(
  lives: readonly Omit<Life, 'folder'>[],
  { synchronous, on }: RecordingOptions = {},
): Promise<Recording> {
  const place = mkdtempSync(join(tmpdir(), 'casetrail-power-'));
  const root = join(place, 'root');
  if (on) layOut(on, root);
  else mkdirSync(root);
  const imports = synchronous ? [FROM_SOURCES, LESS_SYNCED] : [FROM_SOURCES];
  const recorded: (readonly Moment[])[] = [];
  try {
    for (const life of lives) {
      const to = join(place, `${life.name}.strace`);
      const ending = await record(
        [
          process.execPath,
          '--conditions=source',
          '--disable-warning=ExperimentalWarning',
          ...imports.flatMap((file) => ['--import', file]),
          'test/power/recorded.testkit.ts',
          JSON.stringify({ ...life, folder: root } satisfies Life),
        ],
        { to, cwd: ROOT, env: { SYNCHRONOUS: synchronous } },
      );
      if (ending !== (life.killed ? 'SIGKILL' : 0)) throw new Error(`It ended by ${ending}.`);
      const calls: Call[] = [];
      for await (const call of callsIn(to, recorded.at(-1)?.at(-1)?.at ?? 0)) calls.push(call);
      recorded.push(momentsOf(calls));
      rmSync(to);
    }
    return { root, lives: recorded, ...(on && { on }) };
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** What a process tells by this call; undefined for any other call. */
export function toldBy({ name, args, bytes }: Call): Told | undefined {
  if (name !== 'write' || args[0] !== '1') return undefined;
  return JSON.parse(bytes!.toString()) as Told;
}

/** The file that each moment is about, where it is about one. */
export function pathsIn(life: readonly Moment[]): readonly (string | undefined)[] {
  const byHandle = new Map<number, string>();
  return life.map(({ call: { name, args, result } }) => {
    if (name === 'open' || name === 'openat') {
      byHandle.set(result, textOf(args[name === 'open' ? 0 : 1]!));
      return byHandle.get(result);
    }
    if (args[0]?.startsWith('"')) return textOf(args.at(name === 'rename' ? 1 : 0)!);
    const path = byHandle.get(Number(args[0]));
    if (name === 'close') byHandle.delete(Number(args[0]));
    return path;
  });
}
