/**
 * Texts of any characters at all, as `fc.string({ unit: 'binary' })` has them. That one makes a map of
 * the million characters first, which takes a second in every file that asks for it.
 */
import fc from 'fast-check';

const SURROGATES_FROM = 0xd800;
const SURROGATES = 0x800;
const LAST = 0x10ffff;

const character = fc
  .integer({ min: 0, max: LAST - SURROGATES })
  .map((n) => String.fromCodePoint(n < SURROGATES_FROM ? n : n + SURROGATES), numberOf);

/** The way back, by which fast-check tries texts that are known to break programs as well. */
function numberOf(text: unknown): number {
  if (typeof text !== 'string' || [...text].length !== 1) throw new Error('Not one character.');
  const codePoint = text.codePointAt(0)!;
  if (codePoint < SURROGATES_FROM) return codePoint;
  if (codePoint < SURROGATES_FROM + SURROGATES) throw new Error('Half a character.');
  return codePoint - SURROGATES;
}

export const anyText = (limits: { readonly maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.string({ unit: character, ...limits });
