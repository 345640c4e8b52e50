import { type DatabaseSync } from 'node:sqlite';

/** Why a file could not be kept in WAL, for its operator. */
export const NO_WAL = 'its file system takes no WAL, which a local disk does';

/**
 * In any other mode who reads holds up who writes, and the other way round. Another tool may have left
 * the file in one: it is put back. SQLite says only by its answer that it could not.
 * @param refusal what is thrown where the file system has no memory that processes share
 * @throws what SQLite throws where another process has the file in use in its mode
 */
export function putInWal(db: DatabaseSync, refusal: (mode: string) => Error): void {
  const mode = db.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode'];
  if (mode !== 'wal') throw refusal(String(mode));
}
