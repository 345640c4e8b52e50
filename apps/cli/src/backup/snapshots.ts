/**
 * Files of SQLite as of one moment, while another process writes them: each is pinned by a read
 * transaction of our own, and copied at leisure in small steps. (SQLite's copying begins anew whenever
 * another process writes, unless the transaction that it reads by is open already: under load it would
 * never come to its end.) What is pinned keeps a write-ahead log from being emptied, and nobody waiting.
 */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { CallAborted } from '#infra/event-store/event-store.errors';
import { storageError, unavailable } from '#infra/event-store/sqlite/storage-fault';

/** Of four KiB: between two steps a signal is heard. */
const PAGES_A_STEP = 2_000;
const READ_BUSY_MS = 5_000;
/** A writer that writes all the time leaves gaps of less than a millisecond. */
const LOOK_EVERY_MS = 1;
const LOOKS_MAX = 30_000;

/** https://sqlite.org/rescode.html */
const SQLITE_BUSY = 5;

export type OnPages = (file: string, share: number) => void;

export class Snapshot {
  readonly file: string;
  readonly #path: string;
  readonly #db: DatabaseSync;

  constructor(folder: string, file: string) {
    this.file = file;
    this.#path = join(folder, file);
    this.#db = guarded(
      this.#path,
      () => new DatabaseSync(this.#path, { readOnly: true, timeout: READ_BUSY_MS }),
    );
  }

  /** From now on it is read as it is at this moment. */
  pin(): void {
    guarded(this.#path, () => {
      this.#db.exec('BEGIN');
      // Only a first look begins the transaction.
      this.#db.prepare('SELECT count(*) FROM sqlite_schema').get();
    });
  }

  /** For its owner alone, and one whole file by itself. @throws CallAborted, StorageError */
  async copyTo(target: string, signal: AbortSignal, onPages: OnPages = () => undefined) {
    closeSync(openSync(target, 'wx', 0o600));
    onPages(this.file, 0);
    const progress = ({
      totalPages,
      remainingPages,
    }: {
      totalPages: number;
      remainingPages: number;
    }) => {
      if (signal.aborted) throw new CallAborted('The copying was ended.');
      onPages(this.file, totalPages === 0 ? 1 : 1 - remainingPages / totalPages);
    };
    try {
      await backup(this.#db, target, { rate: PAGES_A_STEP, progress });
    } catch (error) {
      if (error instanceof CallAborted) throw error;
      throw storageError(target, error);
    }
    // A copy has the mode of what it was copied from, in which reading it makes files beside it.
    guarded(target, () => {
      const db = new DatabaseSync(target);
      db.exec('PRAGMA journal_mode = DELETE');
      db.close();
    });
  }

  release(): void {
    if (this.#db.isOpen) this.#db.close();
  }
}

/**
 * Pins the files in their order, while nobody can write to `still`. Nothing is written by that, and
 * whoever wants to write waits for some milliseconds.
 * @throws CallAborted, StorageError
 */
export async function pinTogether(
  snapshots: readonly Snapshot[],
  still: string,
  signal: AbortSignal,
): Promise<void> {
  const holder = guarded(still, () => new DatabaseSync(still, { timeout: 0 }));
  try {
    for (let looks = 0; !guarded(still, () => isHeld(holder)); looks++) {
      if (signal.aborted) throw new CallAborted('The waiting was ended.');
      if (looks === LOOKS_MAX)
        throw unavailable(still, 'another process writes to it without a break');
      await sleep(LOOK_EVERY_MS);
    }
    for (const snapshot of snapshots) snapshot.pin();
  } finally {
    holder.close();
  }
}

function isHeld(holder: DatabaseSync): boolean {
  try {
    holder.exec('BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY) return false;
    throw error;
  }
}

/** @throws StorageError for what SQLite and the file system throw */
function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storageError(file, error);
  }
}
