/**
 * Turns what SQLite and the file system throw into a fault: `unavailable` where a later call may
 * succeed, `unusable` where what is stored is not sound.
 */
import type { StorageFault } from './write-protocol.ts';

/** Primary result codes, https://sqlite.org/rescode.html. */
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
const UNAVAILABLE: ReadonlyMap<number, string> = new Map([
  [5, 'another process is writing to it'],
  [6, 'it is locked'],
  [8, 'it is read-only'],
  [10, 'the disk reports an error'],
  [13, 'the disk is full'],
  [14, 'it cannot be opened'],
  [15, 'its lock protocol failed'],
]);

/** Thrown inside the adapter; carries nothing but plain data over the thread's border. */
export class StorageError extends Error {
  readonly fault: StorageFault;

  constructor(fault: StorageFault, options?: ErrorOptions) {
    super(fault.message, options);
    this.fault = fault;
  }
}

export function unusable(file: string, reason: string, cause?: unknown): StorageError {
  return new StorageError({ fault: 'unusable', message: `${file}: ${reason}` }, { cause });
}

export function unavailable(file: string, reason: string, cause?: unknown): StorageError {
  return new StorageError({ fault: 'unavailable', message: `${file}: ${reason}` }, { cause });
}

/** By its members: Node's own errors may come from another realm than this file. */
function hasCode(error: unknown): error is Error & { code: string; errcode?: number } {
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error;
}

/** The fault behind an error; an error that says nothing of storage is thrown on as it is. */
export function storageError(file: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  if (!hasCode(error)) throw error;
  if (error.code !== 'ERR_SQLITE_ERROR') {
    if ('syscall' in error) return unavailable(file, error.message, error);
    throw error;
  }
  const primary = (error.errcode ?? 0) & 0xff;
  if (primary === SQLITE_CORRUPT || primary === SQLITE_NOTADB) {
    return unusable(file, `it is damaged or no database (${error.message})`, error);
  }
  const reason = UNAVAILABLE.get(primary);
  if (reason === undefined) throw error;
  return unavailable(file, `${reason} (${error.message})`, error);
}
