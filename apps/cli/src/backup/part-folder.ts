/**
 * Where a backup is written before it is one: beside its place, and renamed when it is whole and on the
 * disk. What a killed one left is cleared away by the next to the same place.
 */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { sync } from '#infra/disk/durable';
import { type Clock } from '#kernel/clock';
import { isEmptyFolder, makeOwnFolder } from '../../../server/src/data-folder.ts';
import { FolderInUse, LOCK_FILES, lockFolder } from '../../../server/src/folder-lock.ts';
import { BackupRefused } from './manifest.ts';

const SUFFIX = '.part';
export interface PartFolder {
  readonly path: string;
  /** It is the backup from now on; what is in it must be on the disk. */
  settle(): void;
  /** As if nothing had been tried. After `settle` it does nothing. */
  discard(): void;
}

/** @throws BackupRefused; the system's error, with its path */
export function openPart(target: string, clock: Clock): PartFolder {
  refuseTaken(target);
  const path = join(dirname(resolve(target)), basename(resolve(target)) + SUFFIX);
  makeOwnFolder(path);
  // Two backups at once are not written to one place.
  const lock = lockPart(path, clock);
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
    },
  };
}

function refuseTaken(target: string): void {
  if (!existsSync(target) || isEmptyFolder(target)) return;
  throw new BackupRefused(
    `There is something in ${target} already, and nothing is written over. Give a folder that is not there yet.`,
  );
}

function lockPart(path: string, clock: Clock) {
  try {
    return lockFolder(path, clock.now());
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error;
    throw new BackupRefused(`Another backup is being written to ${path}. Wait for its end.`);
  }
}
