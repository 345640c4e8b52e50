/**
 * The file format: stored for ever, changed only by a further migration. Positions are the row ids of
 * `events`, dense and gap-free, because only the one writer gives them, inside its transaction.
 * There is no index by actor or account: measured, the two halve what a batch of 32 appends reaches,
 * because their ids lie scattered. Whoever asks that way asks a view.
 */
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { NO_WAL, putInWal } from '../../sqlite/put-in-wal.ts';
import { type StorageError, unavailable, unusable } from './storage-fault.ts';

/** "CTEV" in ASCII: PRAGMA application_id of an event log of ours. */
export const APPLICATION_ID = 0x43544556;

/** Each brings a file from the version of its index to the next; the last one's is today's. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE types (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream_id INTEGER NOT NULL REFERENCES streams,
    revision INTEGER NOT NULL,
    type_id INTEGER NOT NULL REFERENCES types,
    schema_version INTEGER NOT NULL,
    id TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream_id, revision);
  CREATE INDEX events_by_type ON events (type_id);
  `,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Positions at the end of the log that are counted at every opening. */
const TAIL = 1_000;

export const numberOf = (row: Record<string, unknown> | undefined, column: string): number =>
  Number(row?.[column] ?? 0);

/** A connection that writes. The file is made readable by its owner alone. */
export function connectForWriting(file: string, busyTimeoutMs: number): DatabaseSync {
  if (!existsSync(file)) {
    closeSync(openSync(file, 'a', 0o600));
    // The process's umask may only take rights away, but an ACL of the folder may add some.
    chmodSync(file, 0o600);
  }
  const db = new DatabaseSync(file, { timeout: busyTimeoutMs });
  try {
    keepInWal(db, file);
    db.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;');
    db.exec('PRAGMA foreign_keys = OFF; PRAGMA wal_autocheckpoint = 4000;');
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

/**
 * @throws StorageError `unavailable` where its disk takes no WAL
 */
export function keepInWal(db: DatabaseSync, file: string): void {
  putInWal(db, (mode) => unavailable(file, `its journal stays in the mode "${mode}": ${NO_WAL}`));
}

/**
 * Brings the file to today's schema, a new one from nothing.
 * @throws StorageError `unusable` for a file that is not ours, of a newer build, or not whole.
 */
export function migrate(db: DatabaseSync, file: string, newStoreId: string): void {
  const version = numberOf(db.prepare('PRAGMA user_version').get(), 'user_version');
  const application = numberOf(db.prepare('PRAGMA application_id').get(), 'application_id');
  const objects = numberOf(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get(), 'n');
  if (application !== APPLICATION_ID && (application !== 0 || objects > 0)) {
    throw unusable(file, 'it is a database, but no event log of Casetrail');
  }
  if (version > SCHEMA_VERSION) {
    throw unusable(
      file,
      `it was written by a newer build (schema ${version}; this one knows ${SCHEMA_VERSION})`,
    );
  }
  if (version === SCHEMA_VERSION) return;
  for (const migration of MIGRATIONS.slice(version)) db.exec(migration);
  db.prepare('INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)').run('store-id', newStoreId);
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION};`);
}

/** @throws StorageError `unusable` where the log has a hole, an event cannot be read or, in full, the file is damaged. */
export function checkWhole(db: DatabaseSync, file: string, full: boolean): void {
  const head = numberOf(db.prepare('SELECT max(position) AS n FROM events').get(), 'n');
  const counted = numberOf(
    db
      .prepare('SELECT count(*) AS n FROM events WHERE position > ? AND position > 0')
      .get(full ? 0 : head - TAIL),
    'n',
  );
  if (counted !== (full ? head : Math.min(head, TAIL))) {
    throw unusable(file, `events are missing from its log (at position ${head}, ${counted} found)`);
  }
  if (!full) return checkEvents(db, file, head - TAIL);
  const [finding] = db.prepare('PRAGMA quick_check(1)').all();
  if (finding?.quick_check !== 'ok') {
    throw unusable(file, `it is damaged (${String(finding?.quick_check)})`);
  }
  const gap = db
    .prepare(
      `SELECT stream_id FROM events GROUP BY stream_id
       HAVING max(revision) + 1 <> count(*) OR min(revision) <> 0 LIMIT 1`,
    )
    .get();
  if (gap) throw unusable(file, `revisions are missing from stream ${String(gap.stream_id)}`);
  checkEvents(db, file, 0);
}

/** Whether what the events after a position say can be read at all. */
function checkEvents(db: DatabaseSync, file: string, after: number): void {
  const isNoObject = (column: string) =>
    `CASE WHEN json_valid(e.${column}) THEN json_type(e.${column}) <> 'object' ELSE TRUE END`;
  const damaged = db
    .prepare(
      `SELECT e.position, s.name AS stream, e.revision FROM events e JOIN streams s ON s.id = e.stream_id
       WHERE e.position > ? AND (${isNoObject('data')} OR ${isNoObject('metadata')}) LIMIT 1`,
    )
    .get(after);
  if (damaged) throw noJson(file, damaged);
}

/** @param event its row, with the name of its stream */
export function noJson(
  file: string,
  event: Record<string, unknown>,
  cause?: unknown,
): StorageError {
  const place = `${String(event.stream)}@${String(event.revision)}`;
  const reason = `the event at position ${String(event.position)} (${place}) is damaged: it is no JSON`;
  return unusable(file, `${reason}. Restore the log from its backup.`, cause);
}

/** The name that the log was given when it was made. */
export function storeIdOf(db: DatabaseSync, file: string): string {
  const row = db.prepare(`SELECT value FROM meta WHERE name = 'store-id'`).get();
  if (typeof row?.value !== 'string') throw unusable(file, 'it has no name');
  return row.value;
}
