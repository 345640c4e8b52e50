/**
 * The tables of the embedded read store. Each row of `view_version` is one build of one version of
 * one view; its documents lie in a table of their own (`docs_<id>`), so that dropping a build
 * touches no other, and an id is never used again, so that a writer of a dropped build notices.
 */
import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { NO_WAL, putInWal } from '../../sqlite/put-in-wal.ts';
import { ReadStoreUnavailable, ReadStoreUnusable } from '../read-store.port.ts';

/** "CTRV": tells a read store from any other SQLite file, such as the event log's. */
const APPLICATION_ID = 0x43545256;

/** Each brings a file from the version of its index to the next; the last one's is today's. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE view_version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('building', 'serving')),
    checkpoint TEXT NOT NULL,
    UNIQUE (name, version, state)
  ) STRICT;
  CREATE UNIQUE INDEX view_version_serving ON view_version (name) WHERE state = 'serving';
  CREATE TABLE parked (
    view_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    position TEXT NOT NULL,
    event_type TEXT NOT NULL,
    error TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (view_id, key)
  ) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  `,
  // What was parked before is of no platform that anybody asks for: the command line lists it still.
  `ALTER TABLE parked ADD COLUMN platform TEXT NOT NULL DEFAULT ''`,
];

const SCHEMA_VERSION = MIGRATIONS.length;

/** Of 4 KiB: where the write-ahead log comes to be so long, SQLite checkpoints it itself. Before that a thread does (checkpointer.ts). */
const LOG_PAGES_MAX = 16_000;

export const documentsTable = (id: number): string => `docs_${id}`;

/** A null `doc` is a tombstone. */
export const documentsSchema = (id: number): string =>
  `CREATE TABLE ${documentsTable(id)} (key TEXT PRIMARY KEY, position TEXT NOT NULL, doc TEXT) STRICT`;

export interface OpenOptions {
  readonly file: string;
  /** How long a call waits for another process that writes, in milliseconds. It blocks the thread. */
  readonly lockWaitMs: number;
  /** Page cache, in KiB. */
  readonly cacheKiB: number;
}

/**
 * Opens the file, or makes it, readable to its owner alone (SQLite gives its -wal and -shm the same mode).
 *
 * `synchronous=NORMAL`: a power cut may lose the last transactions, never a part of one, and documents
 * and checkpoint are one transaction. So the checkpoint never runs ahead of the documents, and what
 * was lost is folded again from the log: the read store needs no fsync a commit, the log does.
 * @throws ReadStoreUnusable
 */
export function openDatabase({ file, lockWaitMs, cacheKiB }: OpenOptions): DatabaseSync {
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const db = new DatabaseSync(file, { timeout: lockWaitMs });
  try {
    db.exec(`PRAGMA cache_size = -${cacheKiB}`);
    refuseWhatIsNotOurs(db, file);
    keepInWal(db, file);
    db.exec(`PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${LOG_PAGES_MAX}`);
    // Two processes may start at once: the second to get the lock finds the tables made.
    db.exec('BEGIN IMMEDIATE');
    migrate(db);
    db.exec('COMMIT');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** @throws ReadStoreUnavailable where its disk takes no WAL */
export function keepInWal(db: DatabaseSync, file: string): void {
  const said = `The read store ${file} cannot be used: ${NO_WAL}.`;
  putInWal(db, () => new ReadStoreUnavailable(said));
}

function migrate(db: DatabaseSync): void {
  const version = pragma(db, 'user_version');
  if (version === SCHEMA_VERSION) return;
  for (const migration of MIGRATIONS.slice(version)) db.exec(migration);
  db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
}

function refuseWhatIsNotOurs(db: DatabaseSync, file: string): void {
  const applicationId = pragma(db, 'application_id');
  const schemaVersion = pragma(db, 'user_version');
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  if (isEmpty && applicationId === 0) return;
  if (applicationId !== APPLICATION_ID) {
    throw new ReadStoreUnusable(
      `${file} is a SQLite file, but not a read store. Check the configured path; do not delete the file before you know what it is.`,
    );
  }
  if (schemaVersion > SCHEMA_VERSION) {
    throw new ReadStoreUnusable(
      `The read store ${file} has schema ${schemaVersion}, this build knows ${SCHEMA_VERSION}. Run the newer build again, ` +
        `or delete ${file} with its -wal and -shm files and start to rebuild it from the event log.`,
    );
  }
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}
