/** What is on the disk when a call returns, and not only in the system's memory: it outlives a power cut. */
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** What was written of the file, or which names the folder has. */
export function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Makes the folder, for its owner alone, and what is missing above it. A folder whose name is not on the
 * disk is gone after a power cut, with all that was synced in it. Nothing is done where it is there.
 */
export function makeFolder(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  let made = resolve(path);
  while (made !== dirname(resolve(first))) {
    made = dirname(made);
    sync(made);
  }
}
