import { ReadStoreUnavailable, ReadStoreUnusable } from '../read-store.port.ts';

/** Primary result codes, https://sqlite.org/rescode.html. Extended codes carry them in the low byte. */
const UNAVAILABLE: Readonly<Record<number, string>> = {
  5: 'is locked by another process',
  6: 'is locked by another process',
  7: 'could not be served for lack of memory',
  8: 'cannot be written',
  10: 'could not be read or written',
  13: 'has no room left on its disk',
  14: 'could not be opened',
};
const LOCKED = new Set([5, 6]);
const DAMAGED = new Set([11, 26]);

function resultCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** Whether the connection is worth keeping: after trouble with the disk a fresh one may succeed where the old one cannot. */
export function wantsFreshConnection(error: unknown): boolean {
  const code = resultCode(error);
  return code !== undefined && !LOCKED.has(code) && (code in UNAVAILABLE || DAMAGED.has(code));
}

/** SQLite's errors in the port's words; anything else as it is. */
export function translated(error: unknown, file: string): unknown {
  const code = resultCode(error);
  if (code === undefined) return error;
  if (DAMAGED.has(code)) {
    return new ReadStoreUnusable(
      `The read store ${file} is damaged. It holds nothing that the event log does not: ` +
        `stop the server, delete ${file} with its -wal and -shm files, and start again to rebuild it.`,
      { cause: error },
    );
  }
  const trouble = UNAVAILABLE[code];
  return trouble
    ? new ReadStoreUnavailable(`The read store ${file} ${trouble}.`, { cause: error })
    : error;
}
