/**
 * All cryptography of the vault, as functions of their arguments (and the nonce of each sealing).
 * STORED FORMAT: what is written here is read for ever; add a version, never change one.
 *
 *   envelope = version (1 byte, 0x01) | nonce (12) | ciphertext | tag (16)      AES-256-GCM, NIST SP 800-38D
 *   sub-keys = HKDF-SHA-256 (RFC 5869), no salt, info "casetrail/vault/v1/<label>"
 *
 * Everything that is bound or digested is length-prefixed, so that ("ab","c") and ("a","bc") differ.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { normaliseDocumentNumber } from '#kernel/document-number';
import { type IdentityKey, VaultDamaged, type VaultKind } from './vault.port.ts';

const VERSION = 0x01;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const KEY_BYTES = 32;
/** How much longer an envelope is than what it holds. */
export const ENVELOPE_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

export type KeyLabel = 'records' | 'commitments' | 'blind-index' | 'digests' | 'key-check';

/** What a record's ciphertext is bound to: in any other place it does not open. */
export interface RecordBinding {
  readonly ref: string;
  readonly platform: string;
  readonly subjectId: string;
  readonly kind: VaultKind;
}

export const randomKey = (): Buffer => randomBytes(KEY_BYTES);

/** A key for one use alone, so that no two uses share one. */
export function deriveKey(key: Uint8Array, label: KeyLabel): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `casetrail/vault/v1/${label}`, KEY_BYTES));
}

function lengthPrefixed(parts: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = typeof part === 'string' ? Buffer.from(part) : part;
      return [Buffer.from(`${bytes.length}:`), bytes];
    }),
  );
}

function hmac(key: Uint8Array, parts: readonly (string | Uint8Array)[]): Buffer {
  return createHmac('sha256', key).update(lengthPrefixed(parts)).digest();
}

/** Encrypts under a fresh nonce; opens only with the same key and the same `bound` texts. */
function encrypt(key: Uint8Array, plain: Uint8Array, bound: readonly string[]): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  const head = Buffer.concat([Buffer.of(VERSION), nonce]);
  cipher.setAAD(Buffer.concat([head, lengthPrefixed(bound)]));
  return Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** The plain bytes, or the reason why there are none. */
function decrypt(key: Uint8Array, envelope: Uint8Array, bound: readonly string[]): Buffer | string {
  if (envelope.length < ENVELOPE_BYTES) return 'it is cut short';
  if (envelope[0] !== VERSION) return `this build does not know format ${envelope[0]}`;
  const head = envelope.subarray(0, 1 + NONCE_BYTES);
  const end = envelope.length - TAG_BYTES;
  const cipher = createDecipheriv('aes-256-gcm', key, head.subarray(1), {
    authTagLength: TAG_BYTES,
  });
  cipher.setAAD(Buffer.concat([head, lengthPrefixed(bound)]));
  cipher.setAuthTag(envelope.subarray(end));
  try {
    return Buffer.concat([cipher.update(envelope.subarray(head.length, end)), cipher.final()]);
  } catch {
    return 'wrong key, altered bytes, or not the place it was sealed for';
  }
}

const boundOf = (b: RecordBinding): string[] => ['record', b.ref, b.platform, b.subjectId, b.kind];

/** Seals a value for one place. @param key the subject's key for `records` */
export function sealRecord(key: Uint8Array, value: Uint8Array, binding: RecordBinding): Buffer {
  return encrypt(key, value, boundOf(binding));
}

/** @throws VaultDamaged, naming the reference and never the value */
export function openRecord(key: Uint8Array, envelope: Uint8Array, binding: RecordBinding): Buffer {
  const plain = decrypt(key, envelope, boundOf(binding));
  if (typeof plain === 'string')
    throw new VaultDamaged(`Record ${binding.ref} cannot be opened: ${plain}.`);
  return plain;
}

/** Seals a key under another; `bound` names what the key is for. */
export function wrapKey(under: Uint8Array, key: Uint8Array, bound: readonly string[]): Buffer {
  return encrypt(under, key, ['key', ...bound]);
}

/** Undefined where the key does not open: wrong wrapping key, altered, or bound to something else. */
export function unwrapKey(
  under: Uint8Array,
  wrapped: Uint8Array,
  bound: readonly string[],
): Buffer | undefined {
  const key = decrypt(under, wrapped, ['key', ...bound]);
  return typeof key === 'string' ? undefined : key;
}

/** @param key the subject's key for `commitments`: once it is gone, nobody can test a guess. */
export function commitmentOf(key: Uint8Array, value: string | Uint8Array): string {
  return hmac(key, [value]).toString('base64url');
}

/** @param key the vault's key for `digests` */
export function digestOf(key: Uint8Array, purpose: string, parts: readonly string[]): Buffer {
  return hmac(key, [purpose, ...parts]);
}

/**
 * The token under which an identity is found again. Numbers are compared without regard to case,
 * width (NFKC), spaces and hyphens, as people and scanners write them differently.
 * @param key the vault's key for `blind-index`
 */
export function indexToken(key: Uint8Array, identity: IdentityKey): Buffer {
  const number = normaliseDocumentNumber(identity.number);
  return hmac(key, [identity.platform, identity.type, number]);
}

/** Tells two root keys apart without telling anything else of them. */
export function keyCheckOf(rootKey: Uint8Array): Buffer {
  return hmac(deriveKey(rootKey, 'key-check'), ['casetrail']);
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
