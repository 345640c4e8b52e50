import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/**
 * SHA-256 over the canonical JSON of a value, in hex. For values that hold references and keyed
 * commitments only: a bare digest of personal data could be guessed back and is never stored.
 */
export function digestOfJson(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
