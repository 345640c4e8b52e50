/**
 * The two files of the embedded vault and the rule that keeps erased bytes out of them.
 *
 * secure_delete=ON alone does not: when SQLite splits or merges the pages of a B-tree it leaves stale
 * copies of the cells that it moved, and a later delete overwrites only the living one (measured with
 * SQLite 3.53; no-trace.spec.ts has the control). So every byte that must be erasable lies in an
 * APPEND-ONLY table, `sealed` or `subject_key`: rows are added at the end, which moves nothing, and
 * blanked where they are by an UPDATE that never grows them; they are never deleted. Then the
 * write-ahead log is truncated. Only references and pseudonymous ids lie in tables that rebalance.
 */
import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeFolder } from '../../disk/durable.ts';
import { NO_WAL, putInWal } from '../../sqlite/put-in-wal.ts';
import { VaultDamaged, VaultUnavailable } from '../vault.port.ts';

const SCHEMA_VERSION = 1;
const BUSY_MS = 1_000;
/** Larger files are not read through at each start; what is damaged in them shows when it is read. */
const CHECKED_BYTES_MAX = 256_000_000;

const RECORDS_SCHEMA = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
  -- Append-only, see files.ts: ciphertexts of records, and tokens of the blind index.
  CREATE TABLE sealed (seq INTEGER PRIMARY KEY, bytes BLOB) STRICT;
  CREATE TABLE record (
    ref TEXT PRIMARY KEY,
    platform TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    key_id TEXT NOT NULL,
    stored_at TEXT NOT NULL,
    seq INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX record_by_time ON record (stored_at, seq);
  CREATE INDEX record_by_key ON record (key_id);
  -- bucket: the first two bytes of the token. Too little to test a guess by, should a copy stay behind.
  CREATE TABLE identity (
    identity_ref TEXT PRIMARY KEY,
    platform TEXT NOT NULL,
    account_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('reserved', 'confirmed')),
    since TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    seq INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX identity_by_bucket ON identity (bucket);
  CREATE INDEX identity_by_account ON identity (platform, account_id);
  CREATE INDEX identity_reserved ON identity (since) WHERE state = 'reserved';
`;

const KEYS_SCHEMA = `
  CREATE TABLE root_key (id INTEGER PRIMARY KEY CHECK (id = 1), kek_id TEXT NOT NULL, wrapped BLOB NOT NULL) STRICT;
  -- Append-only, see files.ts. state: 0 in use, 1 destroyed (its records may remain), 2 erased.
  CREATE TABLE subject_key (
    seq INTEGER PRIMARY KEY,
    key_id TEXT NOT NULL,
    platform TEXT,
    subject_id TEXT,
    state INTEGER NOT NULL,
    kek_id TEXT,
    wrapped BLOB
  ) STRICT;
  CREATE UNIQUE INDEX subject_key_by_id ON subject_key (key_id);
  CREATE UNIQUE INDEX subject_key_in_use ON subject_key (platform, subject_id) WHERE state = 0;
  CREATE INDEX subject_key_destroyed ON subject_key (state) WHERE state = 1;
`;

export interface VaultFiles {
  readonly records: DatabaseSync;
  readonly keys: DatabaseSync;
}

/** @throws VaultUnavailable, or VaultDamaged for a damaged file or one that a newer build wrote */
export function openVaultFiles(folder: string): VaultFiles {
  return translated(() => {
    makeFolder(folder);
    const records = openDatabase(join(folder, 'vault.sqlite'), RECORDS_SCHEMA);
    try {
      return { records, keys: openDatabase(join(folder, 'keys.sqlite'), KEYS_SCHEMA) };
    } catch (error) {
      records.close();
      throw error;
    }
  });
}

function openDatabase(path: string, schema: string): DatabaseSync {
  // Made before SQLite makes it, for its mode: SQLite gives the files beside it the same.
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const db = new DatabaseSync(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    keepInWal(db, path);
    db.exec(`
      PRAGMA synchronous = FULL;
      PRAGMA secure_delete = ON;
      PRAGMA temp_store = MEMORY;
    `);
    migrate(db, path, schema);
    return db;
  } catch (error) {
    db.close();
    throw errcodeOf(error) === undefined ? error : fileError(error, path);
  }
}

/** @throws VaultUnavailable where its disk takes no WAL */
export function keepInWal(db: DatabaseSync, path: string): void {
  putInWal(db, () => new VaultUnavailable(`${path} cannot be used now: ${NO_WAL}.`));
}

function migrate(db: DatabaseSync, path: string, schema: string): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > SCHEMA_VERSION) {
    throw new VaultDamaged(
      `${path} was written by a newer version of Casetrail (schema ${version}, this build knows ${SCHEMA_VERSION}). Start that version, or a newer one.`,
    );
  }
  if (version === 0) {
    db.exec(`BEGIN IMMEDIATE; ${schema} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
  }
  if (statSync(path).size > CHECKED_BYTES_MAX) return;
  const verdict = db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (verdict !== 'ok') throw new VaultDamaged(`${path} is damaged: restore it from its backup.`);
}

/**
 * Empties the write-ahead log, where blanked bytes still lie in older frames.
 * @throws VaultUnavailable while another process reads the file
 */
export function truncateLog(db: DatabaseSync): void {
  const result = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  if (result?.['busy'] !== 0) {
    throw new VaultUnavailable(
      'Another process is reading the vault, so erased bytes are still in its log. Repeat it when that has ended.',
    );
  }
}

/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/** By shape, not by class: an error of Node's own may come from another realm. */
function memberOf(error: unknown, name: 'errcode' | 'code' | 'syscall' | 'message'): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

function errcodeOf(error: unknown): number | undefined {
  const code = memberOf(error, 'errcode');
  return typeof code === 'number' ? code & 0xff : undefined;
}

function fileError(error: unknown, what: string): Error {
  const code = errcodeOf(error);
  const detail = String(memberOf(error, 'message'));
  return code === CORRUPT || code === NOT_A_DATABASE
    ? new VaultDamaged(`${what} is damaged (${detail}): restore it from its backup.`)
    : new VaultUnavailable(`${what} cannot be used now: ${detail}`);
}

/** Turns what SQLite and the file system throw into the errors of the port; others pass. */
export function translate(error: unknown): unknown {
  const isOfSqlite = errcodeOf(error) !== undefined;
  const isOfFileSystem = memberOf(error, 'syscall') !== undefined;
  if (isOfSqlite || isOfFileSystem) return fileError(error, 'The vault');
  return memberOf(error, 'code') === 'ERR_INVALID_STATE'
    ? new VaultUnavailable('The vault is closed.')
    : error;
}

export function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translate(error);
  }
}
