/**
 * What a process asks of the system, as strace writes it down. A call that another thread's call comes
 * between stands on two lines: when it began, and when it was done.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** All that can change a file or a folder's names, or put either on the disk. */
const TRACED = [
  ...['open', 'openat', 'openat2', 'creat', 'close', 'dup', 'dup2', 'dup3'],
  ...['write', 'pwrite64', 'writev', 'pwritev', 'pwritev2', 'lseek'],
  ...['truncate', 'ftruncate', 'fallocate', 'copy_file_range', 'sendfile'],
  ...['fsync', 'fdatasync', 'sync', 'syncfs', 'sync_file_range', 'msync'],
  ...['rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'mkdir', 'mkdirat', 'rmdir'],
  ...['link', 'linkat', 'symlink', 'symlinkat'],
];
/** More than SQLite, or Node, hands over at once in these specs: what is cut short is refused. */
const WRITTEN_BYTES_MAX = 2_000_000;

export interface Call {
  readonly name: string;
  readonly args: readonly string[];
  /** What a write hands over; it stands in no argument. */
  readonly bytes?: Buffer;
  readonly result: number;
  /** Numbers of lines: a smaller one was before, also in a recording that this one follows. */
  readonly begun: number;
  readonly done: number;
}

/** Why nothing can be recorded here; undefined where it can. */
export function cannotRecord(): string | undefined {
  const tried = spawnSync('strace', ['-f', '-e', 'trace=none', 'true'], { encoding: 'utf8' });
  if (tried.error) return 'strace is not here';
  return tried.status === 0 ? undefined : `strace may not look on: ${tried.stderr.trim()}`;
}

/** @returns how it ended. @param to the file that strace writes */
export async function record(
  command: readonly string[],
  { to, cwd, env }: { readonly to: string; readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<number | NodeJS.Signals> {
  const options = ['-f', '-xx', '-s', String(WRITTEN_BYTES_MAX), '-o', to];
  const child = spawn(
    'strace',
    [...options, '-e', `trace=${TRACED.join(',')}`, '-e', 'signal=none', ...command],
    // Through a ring of libuv's own, calls would pass strace unseen.
    {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...env, UV_USE_IO_URING: '0' },
    },
  );
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.on('error', reject);
      child.on('close', (...ending) => resolve(ending));
    },
  );
  if (code !== null && code !== 0) throw new Error(`It ended with ${code}: ${errors}`);
  return signal ?? 0;
}

/** The calls that succeeded, in the order in which they were done. What was cut off by a kill is not among them. */
export async function* callsIn(file: string, after: number): AsyncGenerator<Call> {
  const lines = createInterface({ input: createReadStream(file, 'latin1'), crlfDelay: Infinity });
  yield* callsOf(lines, after);
}

/** @param after the last moment of what was recorded before */
export async function* callsOf(
  lines: AsyncIterable<string> | Iterable<string>,
  after = 0,
): AsyncGenerator<Call> {
  const underWay = new Map<string, { readonly head: string; readonly begun: number }>();
  let at = after;
  for await (const line of lines) {
    at++;
    const [, thread = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const unfinished = rest.endsWith(UNFINISHED);
    if (unfinished) {
      underWay.set(thread, { head: rest.slice(0, -UNFINISHED.length), begun: at });
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(rest);
    const before = resumed ? underWay.get(thread) : undefined;
    const whole = before ? before.head + rest.slice(resumed![0].length) : rest;
    const call = parsed(whole, before?.begun ?? at, at);
    if (call && call.result >= 0) yield call;
  }
}

const UNFINISHED = ' <unfinished ...>';

function parsed(text: string, begun: number, done: number): Call | undefined {
  const opening = text.indexOf('(');
  const closing = text.lastIndexOf(') ');
  const result = /= (-?\d+)/.exec(text.slice(closing));
  if (opening < 0 || closing < opening || !result) return undefined;
  const name = text.slice(0, opening);
  const args = text.slice(opening + 1, closing).split(', ');
  const call = { name, args, result: Number(result[1]), begun, done };
  if (name !== 'write' && name !== 'pwrite64') return call;
  // As bytes, as texts of a whole recording would take four times the memory.
  const [handle, bytes, ...others] = args;
  return { ...call, args: [handle!, ...others], bytes: bytesOf(bytes!).subarray(0, call.result) };
}

/** @throws Error where strace has cut it short */
export function bytesOf(arg: string): Buffer {
  const [, hex] = /^"((?:\\x[0-9a-f]{2})*)"$/.exec(arg) ?? [];
  if (hex === undefined) throw new Error(`Not whole: ${arg.slice(0, 40)} … ${arg.slice(-10)}`);
  return Buffer.from(hex.replaceAll('\\x', ''), 'hex');
}

export const textOf = (arg: string): string => bytesOf(arg).toString();
