/**
 * Who holds which identity on a platform, found by a keyed token of the number. One writer and one
 * transaction make an entry unique; the token itself lies in the sealed table, where erasing it leaves
 * nothing, and is found through its first two bytes (files.ts).
 */
import type { DatabaseSync } from 'node:sqlite';
import type { IdSource } from '#kernel/ids';
import type { Instant } from '#kernel/instants';
import { indexToken } from '../crypto.ts';
import type { IdentityEntry, IdentityKey, Reservation } from '../vault.port.ts';
import type { SealedTable } from './sealed-table.ts';

interface IdentityRow {
  identity_ref: string;
  platform: string;
  account_id: string;
  case_id: string;
  state: 'reserved' | 'confirmed';
  since: Instant;
  seq: number;
}

const entryOf = (row: IdentityRow): IdentityEntry => ({
  identityRef: row.identity_ref,
  platform: row.platform,
  accountId: row.account_id,
  caseId: row.case_id,
  state: row.state,
  since: row.since,
});

function prepare(db: DatabaseSync) {
  return {
    byToken: db.prepare(
      'SELECT identity.* FROM identity JOIN sealed USING (seq) WHERE bucket = ? AND bytes = ?',
    ),
    byRef: db.prepare('SELECT * FROM identity WHERE platform = ? AND identity_ref = ?'),
    byAccount: db.prepare('SELECT * FROM identity WHERE platform = ? AND account_id = ?'),
    reserved: db.prepare(
      "SELECT * FROM identity WHERE state = 'reserved' AND since < ? ORDER BY since, seq LIMIT ?",
    ),
    add: db.prepare(
      "INSERT INTO identity (identity_ref, platform, account_id, case_id, state, since, bucket, seq) VALUES (?, ?, ?, ?, 'reserved', ?, ?, ?)",
    ),
    move: db.prepare('UPDATE identity SET case_id = ?, since = ? WHERE identity_ref = ?'),
    confirm: db.prepare(
      "UPDATE identity SET state = 'confirmed', since = ? WHERE identity_ref = ?",
    ),
    remove: db.prepare('DELETE FROM identity WHERE identity_ref = ?'),
  };
}

export class BlindIndex {
  readonly #sql: ReturnType<typeof prepare>;
  readonly #sealed: SealedTable;
  readonly #key: Uint8Array;
  readonly #ids: IdSource;

  /** @param key the vault's key for `blind-index` */
  constructor(db: DatabaseSync, sealed: SealedTable, key: Uint8Array, ids: IdSource) {
    this.#sql = prepare(db);
    this.#sealed = sealed;
    this.#key = key;
    this.#ids = ids;
  }

  find(identity: IdentityKey): IdentityEntry | undefined {
    return this.#byToken(indexToken(this.#key, identity));
  }

  entryOf(platform: string, identityRef: string): IdentityEntry | undefined {
    const row = this.#sql.byRef.get(platform, identityRef) as IdentityRow | undefined;
    return row && entryOf(row);
  }

  reserve(
    identity: IdentityKey,
    holder: { accountId: string; caseId: string },
    now: Instant,
  ): Reservation {
    const token = indexToken(this.#key, identity);
    const there = this.#byToken(token);
    if (!there) return { outcome: 'reserved', entry: this.#add(token, identity, holder, now) };
    if (there.accountId !== holder.accountId) return { outcome: 'taken', entry: there };
    if (there.state === 'confirmed') return { outcome: 'reserved', entry: there };
    this.#sql.move.run(holder.caseId, now, there.identityRef);
    return { outcome: 'reserved', entry: { ...there, caseId: holder.caseId, since: now } };
  }

  confirm(platform: string, identityRef: string, caseId: string, now: Instant): boolean {
    const row = this.#heldBy(platform, identityRef, caseId);
    if (row?.state === 'reserved') this.#sql.confirm.run(now, identityRef);
    return row !== undefined;
  }

  release(platform: string, identityRef: string, caseId: string, reservedBefore?: Instant): void {
    const row = this.#heldBy(platform, identityRef, caseId);
    if (!row) return;
    const spared =
      reservedBefore !== undefined && (row.state === 'confirmed' || row.since >= reservedBefore);
    if (!spared) this.#remove(row);
  }

  reserved(before: Instant, limit: number): IdentityEntry[] {
    return (this.#sql.reserved.all(before, limit) as unknown as IdentityRow[]).map(entryOf);
  }

  removeOfAccount(platform: string, accountId: string): void {
    const rows = this.#sql.byAccount.all(platform, accountId) as unknown as IdentityRow[];
    for (const row of rows) this.#remove(row);
  }

  #byToken(token: Buffer): IdentityEntry | undefined {
    const row = this.#sql.byToken.get(token.readUInt16BE(0), token) as IdentityRow | undefined;
    return row && entryOf(row);
  }

  #heldBy(platform: string, identityRef: string, caseId: string): IdentityRow | undefined {
    const row = this.#sql.byRef.get(platform, identityRef) as IdentityRow | undefined;
    return row?.case_id === caseId ? row : undefined;
  }

  #add(
    token: Buffer,
    identity: IdentityKey,
    { accountId, caseId }: { accountId: string; caseId: string },
    now: Instant,
  ): IdentityEntry {
    const { platform } = identity;
    const identityRef = this.#ids.next();
    const seq = this.#sealed.append(token);
    this.#sql.add.run(identityRef, platform, accountId, caseId, now, token.readUInt16BE(0), seq);
    return { identityRef, platform, accountId, caseId, state: 'reserved', since: now };
  }

  #remove(row: IdentityRow): void {
    this.#sealed.blank(row.seq);
    this.#sql.remove.run(row.identity_ref);
  }
}
