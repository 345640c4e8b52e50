/**
 * A data folder is for its owner alone. Its files are each made so, but whoever may write to the folder
 * can put others in their place, and whoever may read it finds what another tool left beside them.
 */
import { chmodSync, statSync } from 'node:fs';
import { DataFolderUnusable } from './data-folder.ts';

const OF_OTHERS = 0o077;
/** A group of a folder that is somebody else's: how a container platform gives a volume to its user. */
const OF_EVERYBODY = 0o007;

/**
 * Takes the rights of others from it, where the user of the server may. On POSIX alone: elsewhere the
 * mode says nothing of who may what.
 * @returns the mode that it had, in octal digits; undefined where it was its owner's alone
 * @throws DataFolderUnusable where it is open to everybody, and another user's
 */
export function closeToOthers(folder: string, user = process.geteuid?.()): string | undefined {
  if (user === undefined) return undefined;
  const { mode, uid } = statSync(folder);
  const rights = mode & 0o777;
  const isMine = uid === user || user === 0;
  if ((rights & (isMine ? OF_OTHERS : OF_EVERYBODY)) === 0) return undefined;
  const digits = rights.toString(8);
  if (!isMine) throw openToEverybody(folder, digits);
  chmodSync(folder, 0o700);
  return digits;
}

function openToEverybody(folder: string, digits: string): DataFolderUnusable {
  return new DataFolderUnusable(
    `The data folder ${folder} is open to everybody (mode ${digits}), and belongs to another user than ` +
      'the server’s, which cannot close it. Give it to the user of the server, or take everybody’s rights from it: chmod o-rwx.',
  );
}
