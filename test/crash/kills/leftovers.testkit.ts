/** What must not outlive a run that is ended from outside: its processes, and the folders of lives that are not over. */
import { type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const children = new Set<ChildProcess>();
const folders = new Set<string>();
const kept: string[] = [];

export function tended<C extends ChildProcess>(child: C): C {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** A new one, in the system's folder for what is temporary. */
export function passingFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  folders.add(folder);
  return folder;
}

/** @param keeping it, for whoever looks for what went wrong in it */
export function doneWith(folder: string, keeping: boolean): void {
  folders.delete(folder);
  if (keeping) kept.push(folder);
  else removed(folder);
}

/** From here on a signal to end ends this process with all that it has started, and leaves only the folders that are kept. */
export function leaveNothingBehind(say: (line: string) => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      for (const child of children) child.kill('SIGKILL');
      for (const folder of folders) removed(folder);
      say(`Ended by ${signal}, with nothing shown. Left behind: ${kept.join(', ') || 'nothing'}.`);
      process.exit(128 + constants.signals[signal]);
    });
  }
}

/** More than once where somebody who was just killed still wrote into it. */
function removed(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
}
