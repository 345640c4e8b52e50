/**
 * However the bench ends (done, failed, Ctrl-C, asked to by SIGTERM), no process that it started goes on
 * and no folder of its own stays: they hold gigabytes. What is measured then is thrown away, so that
 * nobody is asked to end well.
 */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Who was killed may still be at a last write, for which a folder is not empty. */
const TRIES = 50;
const PAUSE_MS = 20;

const children = new Set<ChildProcess>();
const folders = new Set<string>();

/** It is killed, and whatever it has started, where it still runs at the end. */
export function endedWithUs<Child extends ChildProcess>(child: Child): Child {
  heedSignals();
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** @returns what removes it before that */
export function removedWithUs(folder: string): () => void {
  heedSignals();
  folders.add(folder);
  return () => {
    remove(folder);
    folders.delete(folder);
  };
}

/** Where a part fails, nobody stops what it has started, and the next part would be measured beside it. */
export function endChildren(): void {
  const pids = [...children].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  if (pids.length === 0) return;
  for (const pid of withDescendants(pids)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}

/** From the top down, so that nobody starts another instead. Only themselves where the system does not say. */
function withDescendants(pids: readonly number[]): readonly number[] {
  const parents = new Map<number, number>();
  try {
    const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
    for (const [, pid, parent] of listed.matchAll(/^\s*(\d+)\s+(\d+)/gm)) {
      parents.set(Number(pid), Number(parent));
    }
  } catch {
    return pids;
  }
  const found = [...pids];
  for (const pid of found) {
    for (const [child, parent] of parents) if (parent === pid) found.push(child);
  }
  return found;
}

function remove(folder: string): void {
  for (let tries = 1; ; tries++) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (tries === TRIES) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

let isHeeded = false;

/** Ends the process with the code that shells have for the signal. Called of itself with the first child or folder. */
export function heedSignals(): void {
  if (isHeeded) return;
  isHeeded = true;
  process.once('exit', () => {
    endChildren();
    folders.forEach(remove);
  });
  // Not once: npm passes on what the terminal has sent as well, and a second one would end the removing.
  for (const signal of SIGNALS) {
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  }
}
