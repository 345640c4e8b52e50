/**
 * The embedded vault: vault.sqlite (records, blind index) and keys.sqlite (wrapped data keys), to be
 * backed up and shredded each by its own rule. As two files never commit together, a key is durable
 * before the first record under it, and destroyed before its records: a crash between leaves a key
 * that opens nothing, or records that nobody can open and that the next start removes.
 */
import type { Clock } from '#kernel/clock';
import type { IdSource } from '#kernel/ids';
import type { Instant } from '#kernel/instants';
import { commitmentOf, deriveKey, digestOf, keyCheckOf } from '../crypto.ts';
import { type KeyEncryptionKeys, loadKeyFile } from '../keys.ts';
import {
  type IdentityEntry,
  type IdentityKey,
  type NewVaultRecord,
  RECORD_BYTES_MAX,
  type Reservation,
  type Vault,
  type VaultRecord,
  VaultRecordTooLarge,
} from '../vault.port.ts';
import { BlindIndex } from './blind-index.ts';
import { openVaultFiles, translated, truncateLog, type VaultFiles } from './files.ts';
import { GroupCommit } from './group-commit.ts';
import { type DestroyedKey, KeyRing } from './key-ring.ts';
import { RecordTable, type StoredRef } from './record-table.ts';
import { SealedTable } from './sealed-table.ts';

/** The path of the key file (outside the data folder), or the keys themselves. */
export type KeySource = { readonly keyFile: string } | { readonly keys: KeyEncryptionKeys };

export interface SqliteVaultSettings {
  readonly clock: Clock;
  /** Random ids: of data keys and of identity entries. */
  readonly ids: IdSource;
  /** How many subjects' keys are kept unwrapped in memory. Default 10,000 (about 1 kB each). */
  readonly cachedKeysMax?: number;
}

export type SqliteVaultOptions = SqliteVaultSettings &
  KeySource & {
    /** The data folder; made if it is missing. One process at a time serves from it. */
    readonly folder: string;
  };

/** @throws VaultKeyUnusable, VaultDamaged, VaultUnavailable */
export function openSqliteVault(options: SqliteVaultOptions): SqliteVault {
  const keks = 'keyFile' in options ? loadKeyFile(options.keyFile) : options.keys;
  const files = openVaultFiles(options.folder);
  try {
    return translated(() => new SqliteVault(files, keks, options));
  } catch (error) {
    files.records.close();
    files.keys.close();
    throw error;
  }
}

interface Subject {
  readonly platform: string;
  readonly subjectId: string;
}

export class SqliteVault implements Vault {
  readonly #files: VaultFiles;
  readonly #clock: Clock;
  readonly #root: Buffer;
  readonly #digestKey: Buffer;
  readonly #keys: KeyRing;
  readonly #records: RecordTable;
  readonly #identities: BlindIndex;
  readonly #group: GroupCommit;

  constructor(files: VaultFiles, keks: KeyEncryptionKeys, settings: SqliteVaultSettings) {
    const { clock, ids, cachedKeysMax = 10_000 } = settings;
    this.#files = files;
    this.#clock = clock;
    this.#keys = new KeyRing(files.keys, keks, ids, cachedKeysMax);
    this.#root = this.#openRoot();
    this.#digestKey = deriveKey(this.#root, 'digests');
    const sealed = new SealedTable(files.records);
    this.#records = new RecordTable(files.records, sealed, this.#keys);
    const indexKey = deriveKey(this.#root, 'blind-index');
    this.#identities = new BlindIndex(files.records, sealed, indexKey, ids);
    this.#group = new GroupCommit(files.records, this.#keys);
    this.#erase();
  }

  #openRoot(): Buffer {
    const { records } = this.#files;
    const check = records.prepare("SELECT value FROM meta WHERE name = 'key-check'").get()?.[
      'value'
    ] as Uint8Array | undefined;
    const root = this.#keys.openRoot(check);
    records
      .prepare("INSERT OR IGNORE INTO meta (name, value) VALUES ('key-check', ?)")
      .run(keyCheckOf(root));
    return root;
  }

  /** @throws VaultRecordTooLarge, VaultConflict, VaultUnavailable */
  async put(records: readonly NewVaultRecord[]): Promise<void> {
    let bytes = 0;
    for (const { ref, value } of records) {
      const size = typeof value === 'string' ? Buffer.byteLength(value) : value.length;
      if (size > RECORD_BYTES_MAX) throw new VaultRecordTooLarge(ref);
      bytes += size;
    }
    if (records.length === 0) return;
    await this.#group.run(() => {
      const now = this.#clock.now();
      for (const record of records) this.#records.put(record, now);
    }, bytes);
  }

  async read(
    platform: string,
    refs: readonly string[],
  ): Promise<readonly (VaultRecord | undefined)[]> {
    return translated(() => refs.map((ref) => this.#records.read(platform, ref)));
  }

  async masked(
    platform: string,
    refs: readonly string[],
  ): Promise<readonly (string | undefined)[]> {
    return translated(() => refs.map((ref) => this.#records.masked(platform, ref)));
  }

  async commitment(
    platform: string,
    subjectId: string,
    value: string | Uint8Array,
  ): Promise<string> {
    const key = translated(() => this.#keys.find(platform, subjectId));
    if (key) return commitmentOf(key.commitments, value);
    return this.#group.run(() =>
      commitmentOf(this.#keys.findOrMake(platform, subjectId).commitments, value),
    );
  }

  async findIdentity(key: IdentityKey): Promise<IdentityEntry | undefined> {
    return translated(() => this.#identities.find(key));
  }

  async identityOf(platform: string, identityRef: string): Promise<IdentityEntry | undefined> {
    return translated(() => this.#identities.entryOf(platform, identityRef));
  }

  async reserveIdentity(
    key: IdentityKey,
    holder: { accountId: string; caseId: string },
  ): Promise<Reservation> {
    return this.#group.run(() => this.#identities.reserve(key, holder, this.#clock.now()));
  }

  async confirmIdentity(platform: string, identityRef: string, caseId: string): Promise<boolean> {
    return this.#group.run(() =>
      this.#identities.confirm(platform, identityRef, caseId, this.#clock.now()),
    );
  }

  async releaseIdentity(
    platform: string,
    identityRef: string,
    caseId: string,
    reservedBefore?: Instant,
  ): Promise<void> {
    await this.#group.run(() =>
      this.#identities.release(platform, identityRef, caseId, reservedBefore),
    );
  }

  async reservedIdentities(before: Instant, limit: number): Promise<readonly IdentityEntry[]> {
    return translated(() => this.#identities.reserved(before, limit));
  }

  async refsStoredBetween(
    after: Instant,
    before: Instant,
    limit: number,
  ): Promise<readonly StoredRef[]> {
    return translated(() => this.#records.storedBetween(after, before, limit));
  }

  async sweep(refs: readonly string[], storedBefore: Instant): Promise<number> {
    const removed = await this.#group.run(
      () => refs.filter((ref) => this.#records.removeOlder(ref, storedBefore)).length,
    );
    translated(() => truncateLog(this.#files.records));
    return removed;
  }

  /**
   * What the account with the subject's id holds in the blind index goes with it.
   * After VaultUnavailable the key is destroyed already, and calling again finishes the rest.
   */
  async eraseSubject(platform: string, subjectId: string): Promise<void> {
    // What was asked for before must not come after, and be left behind.
    this.#group.drain();
    translated(() => this.#erase({ platform, subjectId }));
  }

  /** Erases the subject, if one is given, and whatever an earlier erasure left unfinished. */
  #erase(subject?: Subject): void {
    const { records } = this.#files;
    let destroyed: DestroyedKey[];
    // The records are locked first, so that nothing is stored under a key that is being destroyed.
    records.exec('BEGIN IMMEDIATE');
    try {
      if (subject) this.#keys.destroy(subject.platform, subject.subjectId);
      destroyed = this.#keys.destroyed();
      for (const key of destroyed) this.#records.removeOfKey(key.keyId);
      for (const { platform, subjectId } of subject ? [...destroyed, subject] : destroyed) {
        this.#identities.removeOfAccount(platform, subjectId);
      }
      records.exec('COMMIT');
    } catch (error) {
      if (records.isOpen && records.isTransaction) records.exec('ROLLBACK');
      throw error;
    }
    truncateLog(records);
    this.#keys.settle(destroyed);
  }

  keyedDigest(purpose: string, ...parts: readonly string[]): Uint8Array {
    return digestOf(this.#digestKey, purpose, parts);
  }

  /**
   * Wraps all data keys under the newest key-encryption key, after which the older ones may be taken
   * out of the key file. @returns how many data keys were moved
   */
  async rewrapKeys(): Promise<number> {
    this.#group.drain();
    return translated(() => this.#keys.rewrap(this.#root));
  }

  /** Writes, as a full disk is noticed in no other way. */
  async ready(): Promise<void> {
    await this.#group.run(() => {
      this.#files.records
        .prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('ready', ?)")
        .run(Buffer.from(this.#clock.now()));
    });
  }

  async close(): Promise<void> {
    if (!this.#files.records.isOpen) return;
    this.#group.drain();
    this.#keys.clear();
    this.#files.records.close();
    this.#files.keys.close();
  }
}
