/**
 * Identifiers. All that the log holds are derived (RFC 9562 UUIDv8), so that a retried command makes
 * the very same events; the only random ones come from an injected `IdSource`.
 */
import { createHash, randomUUID } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Lays 16 bytes out as a UUID of version 8 (RFC 9562, section 5.8). @throws RangeError for fewer. */
export function uuidV8(bytes: Uint8Array): string {
  if (bytes.length < 16) throw new RangeError('A UUID takes 16 bytes.');
  const b = Buffer.from(bytes.subarray(0, 16));
  b.writeUInt8((b.readUInt8(6) & 0x0f) | 0x80, 6);
  b.writeUInt8((b.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = b.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

/**
 * The id that follows from its parts: the same parts give the same id, for ever.
 * Parts are length-prefixed, so that ("ab","c") and ("a","bc") differ.
 */
export function deriveId(purpose: string, ...parts: readonly (string | number)[]): string {
  const hash = createHash('sha256');
  for (const part of [purpose, ...parts]) {
    const text = String(part);
    hash.update(`${Buffer.byteLength(text)}:`).update(text);
  }
  return uuidV8(hash.digest());
}

/** The only source of randomness for ids. */
export interface IdSource {
  next(): string;
}

export const randomIds: IdSource = { next: () => randomUUID() };
