/**
 * One process at a time serves from a data folder. The lock is SQLite's own on an empty file, held in
 * an exclusive transaction: the system drops it with the process, however that ends, and a second try
 * within the same process is refused as well. Who holds it is a note beside it, and only a note.
 * Never open the lock's file by other means: on POSIX, closing any handle of it drops the lock.
 */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataFolderUnusable } from './data-folder.ts';

const LOCK = 'LOCK';
const HOLDER = 'LOCK.holder';
/** What a lock has or leaves in a folder: nothing of anybody's. */
export const LOCK_FILES: readonly string[] = [LOCK, `${LOCK}-journal`, HOLDER];

/** What is held is referred to: the garbage collector would close a connection that nobody knows, and drop its lock. */
const HELD = new Set<DatabaseSync>();

/** https://sqlite.org/rescode.html */
const SQLITE_BUSY = 5;

export interface FolderLock {
  /** May be called twice. */
  release(): void;
}

/** Another process, or this one, has the folder open. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

/** @throws FolderInUse, DataFolderUnusable where it cannot be written; it is then not locked */
export function lockFolder(folder: string, since: string): FolderLock {
  refuseReadOnly(folder);
  const db = begin(folder);
  const holder = join(folder, HOLDER);
  const note = { pid: process.pid, host: hostname(), since };
  try {
    writeFileSync(holder, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  } catch (error) {
    db.close();
    throw cannotBeWritten(folder, error as Error);
  }
  HELD.add(db);
  return {
    release() {
      if (!HELD.delete(db)) return;
      try {
        // First the note: after the lock, it would be the next holder's.
        rmSync(holder, { force: true });
      } catch {
        // A disk that has become read-only keeps it, as it does a killed process's: it is only a note.
      } finally {
        db.close();
      }
    },
  };
}

/**
 * Asked before anything is opened: SQLite takes a lock on a file that can only be read, and what fails
 * later tells only of itself.
 * @param access as Node's, which asks the system
 * @throws DataFolderUnusable
 */
export function refuseReadOnly(folder: string, access = accessSync): void {
  try {
    access(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const remedy =
      code === 'EROFS'
        ? 'it lies on a disk that is mounted read-only. Mount it for writing'
        : 'the user of the server may only read it. Give that user the right to write';
    throw new DataFolderUnusable(
      `The data folder ${folder} is read-only: ${remedy}, or give another folder (${code}).`,
      { cause: error },
    );
  }
}

function begin(folder: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  const path = join(folder, LOCK);
  try {
    makeForOwner(path);
    db = new DatabaseSync(path, { timeout: 0 });
    db.exec('BEGIN EXCLUSIVE');
    // Left by a killed process, it keeps the rights that it had.
    if (existsSync(`${path}-journal`)) chmodSync(`${path}-journal`, 0o600);
    return db;
  } catch (error) {
    db?.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) {
      throw new FolderInUse(
        `The data folder ${folder} is in use by ${holderOf(folder)}. One process at a time serves from it: ` +
          'end that one first, or give this one another folder. What a killed process left is no obstacle.',
      );
    }
    throw cannotBeWritten(folder, error as Error);
  }
}

/** Before SQLite opens it, which gives the same rights to what it keeps beside it. */
function makeForOwner(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // By its path, without opening it.
    chmodSync(path, 0o600);
  }
}

function cannotBeWritten(folder: string, cause: Error): DataFolderUnusable {
  return new DataFolderUnusable(
    `The data folder ${folder} cannot be written (${cause.message}). Give the user of the server the right to, ` +
      'mount it for writing, or make room on its disk.',
    { cause },
  );
}

function holderOf(folder: string): string {
  try {
    const note = JSON.parse(readFileSync(join(folder, HOLDER), 'utf8')) as Record<string, unknown>;
    const which = note['pid'] === process.pid ? 'this very process' : 'process';
    return `${which} ${String(note['pid'])} on ${String(note['host'])}, since ${String(note['since'])}`;
  } catch {
    return 'another process';
  }
}
