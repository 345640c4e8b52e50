/**
 * Identifiers. All that the log holds are derived (RFC 9562 UUIDv8), so that a retried command makes
 * the very same events; the only random ones come from an injected `IdSource`.
 */
import { hash, randomUUID } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A platform's id: it names streams and is a claim of tokens. */
export const PLATFORM_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The first 16 bytes of a hexadecimal text as a UUID of version 8 (RFC 9562, section 5.8). */
function laidOut(hex: string): string {
  const variant = (Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8;
  return (
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-` +
    `${variant.toString(16)}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  );
}

/** Lays 16 bytes out as a UUID of version 8. @throws RangeError for fewer. */
export function uuidV8(bytes: Uint8Array): string {
  if (bytes.length < 16) throw new RangeError('A UUID takes 16 bytes.');
  return laidOut(Buffer.from(bytes.subarray(0, 16)).toString('hex'));
}

/**
 * The id that follows from its parts: the same parts give the same id, for ever.
 * Parts are length-prefixed, so that ("ab","c") and ("a","bc") differ.
 */
export function deriveId(purpose: string, ...parts: readonly (string | number)[]): string {
  let all = `${Buffer.byteLength(purpose)}:${purpose}`;
  for (const part of parts) {
    const text = String(part);
    all += `${Buffer.byteLength(text)}:${text}`;
  }
  return laidOut(hash('sha256', all));
}

/** The only source of randomness for ids. */
export interface IdSource {
  next(): string;
}

export const randomIds: IdSource = { next: () => randomUUID() };
