/**
 * The subjects' data keys: wrapped in keys.sqlite, unwrapped in a bounded cache. The file is asked
 * each time and the cache spares only the unwrapping, so a destroyed key is never used again.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { IdSource } from '#kernel/ids';
import { deriveKey, keyCheckOf, randomKey, sameBytes } from '../crypto.ts';
import type { KeyEncryptionKeys } from '../keys.ts';
import { VaultDamaged, VaultKeyUnusable } from '../vault.port.ts';
import { truncateLog } from './files.ts';
import type { Forerunner } from './group-commit.ts';

/** A subject's key, as the two keys that it is used through. */
export interface DataKey {
  readonly id: string;
  readonly records: Buffer;
  readonly commitments: Buffer;
}

interface KeyRow {
  key_id: string;
  platform: string;
  subject_id: string;
  state: number;
  kek_id: string;
  wrapped: Uint8Array;
}

export interface DestroyedKey {
  readonly keyId: string;
  readonly platform: string;
  readonly subjectId: string;
}

const IN_USE = 0;
const ROOT = ['root'];
const boundOf = (row: Pick<KeyRow, 'key_id' | 'platform' | 'subject_id'>): string[] => [
  'subject',
  row.key_id,
  row.platform,
  row.subject_id,
];

function prepare(db: DatabaseSync) {
  return {
    inUse: db.prepare(
      'SELECT * FROM subject_key WHERE platform = ? AND subject_id = ? AND state = 0',
    ),
    byId: db.prepare('SELECT * FROM subject_key WHERE key_id = ?'),
    add: db.prepare(
      'INSERT INTO subject_key (key_id, platform, subject_id, state, kek_id, wrapped) VALUES (?, ?, ?, 0, ?, ?)',
    ),
    // State 1 takes no more room than 0, so the row shrinks in place (files.ts).
    destroy: db.prepare(
      'UPDATE subject_key SET state = 1, kek_id = NULL, wrapped = NULL WHERE platform = ? AND subject_id = ? AND state = 0',
    ),
    destroyed: db.prepare(
      'SELECT key_id AS keyId, platform, subject_id AS subjectId FROM subject_key WHERE state = 1',
    ),
    settle: db.prepare(
      'UPDATE subject_key SET state = 2, platform = NULL, subject_id = NULL WHERE key_id = ? AND state = 1',
    ),
    any: db.prepare('SELECT 1 FROM subject_key LIMIT 1'),
    kekIds: db.prepare(
      'SELECT kek_id FROM root_key UNION SELECT kek_id FROM subject_key WHERE state = 0',
    ),
    // Ids of key-encryption keys are all of one length, and so are wrapped keys: overwritten in place.
    rewrap: db.prepare('UPDATE subject_key SET kek_id = ?, wrapped = ? WHERE key_id = ?'),
    wrappedByOlder: db.prepare('SELECT * FROM subject_key WHERE state = 0 AND kek_id <> ?'),
    root: db.prepare('SELECT kek_id, wrapped FROM root_key'),
    setRoot: db.prepare('INSERT OR REPLACE INTO root_key (id, kek_id, wrapped) VALUES (1, ?, ?)'),
  };
}

export class KeyRing implements Forerunner {
  readonly #db: DatabaseSync;
  readonly #sql: ReturnType<typeof prepare>;
  readonly #keks: KeyEncryptionKeys;
  readonly #ids: IdSource;
  readonly #cacheMax: number;
  readonly #cache = new Map<string, DataKey>();
  /** Keys made in the open transaction: forgotten if it does not commit. */
  #made: string[] = [];

  constructor(db: DatabaseSync, keks: KeyEncryptionKeys, ids: IdSource, cacheMax: number) {
    this.#db = db;
    this.#sql = prepare(db);
    this.#keks = keks;
    this.#ids = ids;
    this.#cacheMax = cacheMax;
  }

  /**
   * The vault's root key, made at the first start.
   * @param check the key check value that the records file holds, if it holds one
   * @throws VaultKeyUnusable when the keys do not belong to this vault; VaultDamaged when the records
   *   are gone that they are for
   */
  openRoot(check: Uint8Array | undefined): Buffer {
    if (!check && this.#sql.any.get()) {
      throw new VaultDamaged(
        'vault.sqlite is missing or empty, but keys.sqlite is in use. Restore vault.sqlite from its backup.',
      );
    }
    const root = this.#readRoot() ?? this.#makeRoot(check);
    if (check && !sameBytes(check, keyCheckOf(root))) {
      throw new VaultKeyUnusable(
        'keys.sqlite belongs to another vault than vault.sqlite. Restore both from the same backup.',
      );
    }
    for (const { kek_id: id } of this.#sql.kekIds.all() as { kek_id: string }[]) {
      if (this.#keks.has(id)) continue;
      throw new VaultKeyUnusable(
        `Data keys of this vault are wrapped under key ${id}, and the key file does not hold it. Restore the key file from its backup.`,
      );
    }
    return root;
  }

  #readRoot(): Buffer | undefined {
    const row = this.#sql.root.get() as { kek_id: string; wrapped: Uint8Array } | undefined;
    return row && this.#keks.unwrap(row.kek_id, row.wrapped, ROOT);
  }

  #makeRoot(check: Uint8Array | undefined): Buffer {
    if (check) {
      throw new VaultKeyUnusable(
        'keys.sqlite is missing or empty, but vault.sqlite is in use. Restore keys.sqlite from its backup.',
      );
    }
    const root = randomKey();
    this.#sql.setRoot.run(this.#keks.newestId, this.#keks.wrap(root, ROOT));
    return root;
  }

  find(platform: string, subjectId: string): DataKey | undefined {
    const row = this.#sql.inUse.get(platform, subjectId) as KeyRow | undefined;
    return row && this.#unwrap(row);
  }

  /** The subject's key, made if there is none; durable with the group (Forerunner). */
  findOrMake(platform: string, subjectId: string): DataKey {
    const found = this.find(platform, subjectId);
    if (found) return found;
    if (!this.#db.isTransaction) this.#db.exec('BEGIN IMMEDIATE');
    const key = randomKey();
    const row = { key_id: this.#ids.next(), platform, subject_id: subjectId };
    const wrapped = this.#keks.wrap(key, boundOf(row));
    this.#sql.add.run(row.key_id, platform, subjectId, this.#keks.newestId, wrapped);
    this.#made.push(row.key_id);
    return this.#remember(row.key_id, key);
  }

  /** Undefined where no such key was ever made here: then a file is lost, nothing was erased. */
  byId(keyId: string): DataKey | 'destroyed' | undefined {
    const row = this.#sql.byId.get(keyId) as KeyRow | undefined;
    if (!row) return undefined;
    return row.state === IN_USE ? this.#unwrap(row) : 'destroyed';
  }

  /** Durable before it returns; from here on nothing of the subject can be read. */
  destroy(platform: string, subjectId: string): void {
    const row = this.#sql.inUse.get(platform, subjectId) as KeyRow | undefined;
    this.#sql.destroy.run(platform, subjectId);
    if (row) this.#forget(row.key_id);
    truncateLog(this.#db);
  }

  /** Keys whose records may remain, as a crash or a full disk came between. */
  destroyed(): DestroyedKey[] {
    return this.#sql.destroyed.all() as unknown as DestroyedKey[];
  }

  /** The records of these keys are gone, too: forgets whose they were. */
  settle(keys: readonly DestroyedKey[]): void {
    for (const { keyId } of keys) this.#sql.settle.run(keyId);
    truncateLog(this.#db);
  }

  /** Wraps everything under the newest key-encryption key. @returns how many data keys were moved */
  rewrap(root: Uint8Array): number {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const newest = this.#keks.newestId;
      this.#sql.setRoot.run(newest, this.#keks.wrap(root, ROOT));
      const rows = this.#sql.wrappedByOlder.all(newest) as unknown as KeyRow[];
      for (const row of rows) {
        const key = this.#keks.unwrap(row.kek_id, row.wrapped, boundOf(row));
        this.#sql.rewrap.run(newest, this.#keks.wrap(key, boundOf(row)), row.key_id);
      }
      this.#db.exec('COMMIT');
      truncateLog(this.#db);
      return rows.length;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  commit(): void {
    if (this.#db.isTransaction) this.#db.exec('COMMIT');
    this.#made = [];
  }

  rollback(): void {
    for (const keyId of this.#made) this.#forget(keyId);
    this.#made = [];
    if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec('ROLLBACK');
  }

  /** Overwrites every key that lies in memory. */
  clear(): void {
    for (const keyId of [...this.#cache.keys()]) this.#forget(keyId);
  }

  #unwrap(row: KeyRow): DataKey {
    const cached = this.#cache.get(row.key_id);
    if (!cached) {
      return this.#remember(row.key_id, this.#keks.unwrap(row.kek_id, row.wrapped, boundOf(row)));
    }
    // Moved to the end: the first of the map is the one that was not used for longest.
    this.#cache.delete(row.key_id);
    this.#cache.set(row.key_id, cached);
    return cached;
  }

  #remember(id: string, key: Buffer): DataKey {
    const dataKey = {
      id,
      records: deriveKey(key, 'records'),
      commitments: deriveKey(key, 'commitments'),
    };
    key.fill(0);
    this.#cache.set(id, dataKey);
    const [oldest] = this.#cache.keys();
    if (oldest !== undefined && this.#cache.size > this.#cacheMax) this.#forget(oldest);
    return dataKey;
  }

  #forget(id: string): void {
    const key = this.#cache.get(id);
    key?.records.fill(0);
    key?.commitments.fill(0);
    this.#cache.delete(id);
  }
}
