/** The place that a backup or a data folder is to be made at: nothing is written over, and nothing changed there. */
import { existsSync, statSync } from 'node:fs';
import { isEmptyFolder } from '../../../server/src/data-folder.ts';
import { BackupRefused } from './manifest.ts';

/** @param besides names in it that count for nothing. @throws BackupRefused */
export function refuseTaken(path: string, besides: readonly string[] = []): void {
  refuseFile(path);
  if (isEmptyFolder(path, besides)) return;
  throw new BackupRefused(
    `There is something in ${path} already, and nothing is written over. Give an empty folder, or one that is not there yet.`,
  );
}

/** @throws BackupRefused */
export function refuseFile(path: string): void {
  if (!existsSync(path) || statSync(path).isDirectory()) return;
  throw new BackupRefused(
    `${path} is a file, and nothing is written over. Give an empty folder, or one that is not there yet.`,
  );
}
