/** On the disk, and not only in the system's memory. */
import { closeSync, fsyncSync, openSync } from 'node:fs';

/** What was written of the file, or which names the folder has. */
export function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
