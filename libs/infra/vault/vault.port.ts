/**
 * The vault: the only place where personal data lives. Records are immutable and encrypted under
 * their subject's key; everything outside holds a reference and a keyed commitment, never the value.
 * vault.contract.ts proves the promises of each adapter.
 */
import type { Instant } from '#kernel/instants';

export const VAULT = Symbol('Vault');

/** What kind of value a record holds; decides how it is masked. */
export const VAULT_KINDS = [
  'name',
  'id-number',
  'date',
  'phone',
  'email',
  'address',
  'text',
  'file',
  'file-name',
  'amount',
] as const;
export type VaultKind = (typeof VAULT_KINDS)[number];

/** UTF-8 bytes of one record that every vault takes. What an upload may be is a setting, and never more. */
export const RECORD_BYTES_MAX = 256 * 1_024 * 1_024;

export interface NewVaultRecord {
  /** Derived by the caller from the command id, so that a retry writes the same record. */
  readonly ref: string;
  readonly platform: string;
  /** Whose data it is: the unit of encryption and erasure. */
  readonly subjectId: string;
  readonly kind: VaultKind;
  readonly value: string | Uint8Array;
}

export interface VaultRecord {
  readonly ref: string;
  readonly platform: string;
  readonly subjectId: string;
  readonly kind: VaultKind;
  readonly storedAt: Instant;
  readonly value: Uint8Array;
}

/** An identity in the blind index. `identityRef` is random: events may name it. */
export interface IdentityEntry {
  readonly identityRef: string;
  readonly platform: string;
  readonly accountId: string;
  readonly caseId: string;
  readonly state: 'reserved' | 'confirmed';
  readonly since: Instant;
}

/** What makes an identity: the number itself never leaves the vault in clear, nor does its index token. */
export interface IdentityKey {
  readonly platform: string;
  /** `cn-resident-id`, `cn-uscc`, `passport:<country>` … */
  readonly type: string;
  readonly number: string;
}

export type Reservation =
  | { readonly outcome: 'reserved'; readonly entry: IdentityEntry }
  /** The same identity is held by another account's case. */
  | { readonly outcome: 'taken'; readonly entry: IdentityEntry };

export interface Vault {
  /**
   * Durable before it resolves; all or none. The same ref with the same value again only counts as
   * stored now: who tries again has a whole grace before a sweep.
   * @throws VaultConflict, VaultRecordTooLarge
   */
  put(records: readonly NewVaultRecord[]): Promise<void>;
  /** In the order of `refs`; undefined for what is not there (never was, swept, erased). @throws VaultDamaged */
  read(platform: string, refs: readonly string[]): Promise<readonly (VaultRecord | undefined)[]>;
  /** Masked for display, by kind: `张*`, `110***********1234`, `a***@example.com`; never more than half of a value. */
  masked(platform: string, refs: readonly string[]): Promise<readonly (string | undefined)[]>;
  /**
   * A keyed commitment (HMAC-SHA-256 under a key of the subject): equal for equal values of one
   * subject, says nothing to anybody without the key, and nothing at all once the subject is erased.
   */
  commitment(platform: string, subjectId: string, value: string | Uint8Array): Promise<string>;

  /** Who holds this identity on the platform, if anyone. */
  findIdentity(key: IdentityKey): Promise<IdentityEntry | undefined>;
  /** The entry of this reference on the platform; undefined where there is none (any more). */
  identityOf(platform: string, identityRef: string): Promise<IdentityEntry | undefined>;
  /**
   * Reserves it for a case; answers as before when the same case (or another case of the same
   * account) has it. While it is only reserved, the entry moves to the case that asks last and is
   * reserved anew; a confirmed one stays as it is.
   */
  reserveIdentity(
    key: IdentityKey,
    holder: { accountId: string; caseId: string },
  ): Promise<Reservation>;
  /** Idempotent. False where there is no such entry (any more). */
  confirmIdentity(platform: string, identityRef: string, caseId: string): Promise<boolean>;
  /**
   * Frees it where this case holds it. With `reservedBefore` only where it is not confirmed and was
   * not reserved again since then: for who looked at the case first, and may be late. Idempotent.
   */
  releaseIdentity(
    platform: string,
    identityRef: string,
    caseId: string,
    reservedBefore?: Instant,
  ): Promise<void>;
  /** Reserved entries older than `before`, for the process that settles them by a look at their case. */
  reservedIdentities(before: Instant, limit: number): Promise<readonly IdentityEntry[]>;

  /** Records of nobody yet known: refs older than `before`, in order of storing, for the sweeper to look up. */
  refsStoredBetween(
    after: Instant,
    before: Instant,
    limit: number,
  ): Promise<readonly { ref: string; platform: string; storedAt: Instant }[]>;
  /**
   * Deletes records that no event names, of these refs those that were last put before `storedBefore`.
   * Leaves no trace in the files (secure_delete, WAL truncated).
   */
  sweep(refs: readonly string[], storedBefore: Instant): Promise<number>;
  /** Destroys the subject's key, records and index entries. Idempotent. Afterwards the bytes are gone from the files. */
  eraseSubject(platform: string, subjectId: string): Promise<void>;

  /** A keyed digest for command ids and request bodies: HMAC-SHA-256 under a key derived from the root key. */
  keyedDigest(purpose: string, ...parts: readonly string[]): Uint8Array;

  ready(): Promise<void>;
  close(): Promise<void>;
}

/** The same reference with another value: a programming error, or an id that was derived from too little. */
export class VaultConflict extends Error {
  override readonly name = 'VaultConflict';
}

/** A record of more than RECORD_BYTES_MAX. Nothing of its put is stored. */
export class VaultRecordTooLarge extends Error {
  override readonly name = 'VaultRecordTooLarge';

  constructor(ref: string) {
    super(`Record ${ref} is larger than ${RECORD_BYTES_MAX} bytes.`);
  }
}

/** A record that cannot be opened: wrong key, or altered bytes. Names the ref, never the value. */
export class VaultDamaged extends Error {
  override readonly name = 'VaultDamaged';
}

/** The vault cannot serve now: full disk, read-only folder. */
export class VaultUnavailable extends Error {
  readonly code = 'store-unavailable';
  readonly retryable = true;
  override readonly name = 'VaultUnavailable';
}

/** The key-encryption key is missing, unreadable, or not the one that this vault was made with. */
export class VaultKeyUnusable extends Error {
  override readonly name = 'VaultKeyUnusable';
}
