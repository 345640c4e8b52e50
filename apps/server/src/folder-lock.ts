/**
 * One process at a time serves from a data folder. The lock is SQLite's own on an empty file, held in
 * an exclusive transaction: the system drops it with the process, however that ends, and a second try
 * within the same process is refused as well. Who holds it is a note beside it, and only a note.
 * Never open the lock's file by other means: on POSIX, closing any handle of it drops the lock.
 */
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataFolderUnusable } from './data-folder.ts';

const LOCK = 'LOCK';
const HOLDER = 'LOCK.holder';

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

/** @throws FolderInUse, DataFolderUnusable where it cannot be written */
export function lockFolder(folder: string, since: string): FolderLock {
  const db = begin(folder);
  const holder = join(folder, HOLDER);
  const note = { pid: process.pid, host: hostname(), since };
  writeFileSync(holder, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  return {
    release() {
      if (!db.isOpen) return;
      // First the note: after the lock, it would be the next holder's.
      rmSync(holder, { force: true });
      db.close();
    },
  };
}

function begin(folder: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(join(folder, LOCK), { timeout: 0 });
    db.exec('BEGIN EXCLUSIVE');
    // By its path, without opening it.
    chmodSync(join(folder, LOCK), 0o600);
    return db;
  } catch (error) {
    db?.close();
    const { errcode, message } = error as { errcode?: number; message?: string };
    if (errcode === SQLITE_BUSY) {
      throw new FolderInUse(
        `The data folder ${folder} is in use by ${holderOf(folder)}. One process at a time serves from it: ` +
          'end that one first, or give this one another folder. What a killed process left is no obstacle.',
      );
    }
    throw new DataFolderUnusable(
      `The data folder ${folder} cannot be written (${message}). Give the user of the server the right to, ` +
        'mount it for writing, or make room on its disk.',
      { cause: error },
    );
  }
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
