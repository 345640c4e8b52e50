/**
 * Where a backup is written before it is one: beside its place, and renamed when it is whole and on the
 * disk. What a killed one left is cleared away by the next to the same place.
 */
import { existsSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { sync } from '#infra/disk/durable';
import { type Clock } from '#kernel/clock';
import { DataFolderUnusable, makeOwnFolder } from '../../../server/src/data-folder.ts';
import {
  FolderInUse,
  type FolderLock,
  LOCK_FILES,
  lockFolder,
} from '../../../server/src/folder-lock.ts';
import { BackupRefused } from './manifest.ts';
import { refuseFile, refuseTaken } from './taken-place.ts';

const SUFFIX = '.part';

export interface PartFolder {
  readonly path: string;
  /** It is the backup from now on; what is in it must be on the disk. */
  settle(): void;
  /** As if nothing had been tried. After `settle` it does nothing. */
  discard(): void;
}

/** @throws BackupRefused; the system's error, with its path. Nothing is left then that was not there */
export function openPart(target: string, clock: Clock): PartFolder {
  refuseTaken(target);
  const path = resolve(target) + SUFFIX;
  refuseFile(path);
  const missing = missingOf(path);
  const lock = lockedPart(path, missing, clock);
  for (const name of readdirSync(path)) {
    if (!LOCK_FILES.includes(name)) rmSync(join(path, name), { recursive: true });
  }
  let open = true;
  return {
    path,
    settle() {
      refuseTaken(target);
      sync(path);
      // Still locked: who begins the next one must not find it as what was left of this one.
      renameSync(path, target);
      open = false;
      lock.release();
      for (const name of LOCK_FILES) rmSync(join(target, name), { force: true });
      sync(target);
      sync(dirname(resolve(target)));
    },
    discard() {
      if (!open) return;
      open = false;
      lock.release();
      rmSync(path, { recursive: true });
      unmake(missing.slice(1));
    },
  };
}

/** Of the path and the folders above it, what is not there, from the innermost outwards. */
function missingOf(path: string): readonly string[] {
  return existsSync(path) ? [] : [path, ...missingOf(dirname(path))];
}

/** Takes back the folders that were made, as far as nobody else has put anything there. */
function unmake(folders: readonly string[]): void {
  for (const folder of folders) {
    if (!existsSync(folder)) continue;
    if (readdirSync(folder).length > 0) return;
    rmdirSync(folder);
  }
}

/** Two backups at once are not written to one place. */
function lockedPart(path: string, missing: readonly string[], clock: Clock): FolderLock {
  try {
    makeOwnFolder(path);
    return lockFolder(path, clock.now());
  } catch (error) {
    if (error instanceof FolderInUse) {
      throw new BackupRefused(`Another backup is being written to ${path}. Wait for its end.`);
    }
    if (missing.includes(path) && existsSync(path)) rmSync(path, { recursive: true });
    unmake(missing);
    if (!(error instanceof DataFolderUnusable)) throw error;
    throw cannotBeWritten(path, error);
  }
}

/** The lock speaks of data folders; what stands in the way is its cause. */
function cannotBeWritten(path: string, error: DataFolderUnusable): BackupRefused {
  const { message } = error.cause as Error;
  return new BackupRefused(
    `The backup cannot be written to ${path} (${message}). Give this user the right to write there, make room on its ` +
      'disk, or give another folder. What a killed backup has left in it may be deleted.',
    { cause: error },
  );
}
