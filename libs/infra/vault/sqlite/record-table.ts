/** The records: who, what kind and when in the clear; the value sealed under its subject's key. */
import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '#kernel/instants';
import { ENVELOPE_BYTES, openRecord, sameBytes, sealRecord } from '../crypto.ts';
import { maskFile, maskValue } from '../mask.ts';
import {
  type NewVaultRecord,
  VaultConflict,
  VaultDamaged,
  type VaultKind,
  type VaultRecord,
} from '../vault.port.ts';
import type { DataKey, KeyRing } from './key-ring.ts';
import type { SealedTable } from './sealed-table.ts';

export interface StoredRef {
  ref: string;
  platform: string;
  storedAt: Instant;
}

interface RecordRow {
  ref: string;
  platform: string;
  subject_id: string;
  kind: VaultKind;
  key_id: string;
  stored_at: Instant;
  seq: number;
}

const bytesOf = (value: string | Uint8Array): Uint8Array =>
  typeof value === 'string' ? Buffer.from(value) : value;

function prepare(db: DatabaseSync) {
  return {
    find: db.prepare('SELECT * FROM record WHERE ref = ?'),
    add: db.prepare(
      'INSERT INTO record (ref, platform, subject_id, kind, key_id, stored_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    touch: db.prepare('UPDATE record SET stored_at = ? WHERE ref = ?'),
    remove: db.prepare('DELETE FROM record WHERE ref = ?'),
    ofKey: db.prepare('SELECT * FROM record WHERE key_id = ?'),
    // A page ends with an instant: what was stored in the same millisecond as its last comes with it.
    between: db.prepare(`
      SELECT ref, platform, stored_at AS storedAt FROM record
      WHERE stored_at > :after AND stored_at < :before AND stored_at <= coalesce((
        SELECT stored_at FROM record WHERE stored_at > :after AND stored_at < :before
        ORDER BY stored_at, seq LIMIT 1 OFFSET :limit - 1), :before)
      ORDER BY stored_at, seq`),
  };
}

export class RecordTable {
  readonly #sql: ReturnType<typeof prepare>;
  readonly #sealed: SealedTable;
  readonly #keys: KeyRing;

  constructor(db: DatabaseSync, sealed: SealedTable, keys: KeyRing) {
    this.#sql = prepare(db);
    this.#sealed = sealed;
    this.#keys = keys;
  }

  /** @throws VaultConflict */
  put(record: NewVaultRecord, storedAt: Instant): void {
    const value = bytesOf(record.value);
    const there = this.#find(record.ref);
    if (there) {
      this.#refuseOther(there, record, value);
      if (there.stored_at < storedAt) this.#sql.touch.run(storedAt, record.ref);
      return;
    }
    const key = this.#keys.findOrMake(record.platform, record.subjectId);
    const seq = this.#sealed.append(sealRecord(key.records, value, record));
    const { ref, platform, subjectId, kind } = record;
    this.#sql.add.run(ref, platform, subjectId, kind, key.id, storedAt, seq);
  }

  #refuseOther(there: RecordRow, record: NewVaultRecord, value: Uint8Array): void {
    const same =
      there.platform === record.platform &&
      there.subject_id === record.subjectId &&
      there.kind === record.kind;
    const key = this.#keyOf(there);
    if (same && key && sameBytes(this.#open(there, key), value)) return;
    throw new VaultConflict(`Record ${record.ref} exists with another value, kind or subject.`);
  }

  read(platform: string, ref: string): VaultRecord | undefined {
    const row = this.#visible(platform, ref);
    const key = row && this.#keyOf(row);
    if (!key) return undefined;
    return {
      ref,
      platform,
      subjectId: row.subject_id,
      kind: row.kind,
      storedAt: row.stored_at,
      value: this.#open(row, key),
    };
  }

  masked(platform: string, ref: string): string | undefined {
    const row = this.#visible(platform, ref);
    const key = row && this.#keyOf(row);
    if (!key) return undefined;
    return row.kind === 'file'
      ? maskFile(this.#envelope(row).length - ENVELOPE_BYTES)
      : maskValue(row.kind, this.#open(row, key));
  }

  storedBetween(after: Instant, before: Instant, limit: number): StoredRef[] {
    return this.#sql.between.all({ after, before, limit }) as unknown as StoredRef[];
  }

  /** Whether there was one that was last put before then. */
  removeOlder(ref: string, storedBefore: Instant): boolean {
    const row = this.#find(ref);
    if (!row || row.stored_at >= storedBefore) return false;
    this.#remove(row);
    return true;
  }

  removeOfKey(keyId: string): void {
    for (const row of this.#sql.ofKey.all(keyId) as unknown as RecordRow[]) this.#remove(row);
  }

  #remove({ ref, seq }: RecordRow): void {
    this.#sealed.blank(seq);
    this.#sql.remove.run(ref);
  }

  #find(ref: string): RecordRow | undefined {
    return this.#sql.find.get(ref) as RecordRow | undefined;
  }

  #visible(platform: string, ref: string): RecordRow | undefined {
    const row = this.#find(ref);
    return row?.platform === platform ? row : undefined;
  }

  /** Undefined for an erased subject. */
  #keyOf(row: RecordRow): DataKey | undefined {
    const key = this.#keys.byId(row.key_id);
    if (!key)
      throw new VaultDamaged(
        `The key of record ${row.ref} is lost: keys.sqlite is older than vault.sqlite.`,
      );
    return key === 'destroyed' ? undefined : key;
  }

  #envelope(row: RecordRow): Uint8Array {
    const envelope = this.#sealed.read(row.seq);
    if (!envelope) throw new VaultDamaged(`Record ${row.ref} has lost its bytes.`);
    return envelope;
  }

  #open(row: RecordRow, key: DataKey): Buffer {
    const { ref, platform, subject_id: subjectId, kind } = row;
    return openRecord(key.records, this.#envelope(row), { ref, platform, subjectId, kind });
  }
}
