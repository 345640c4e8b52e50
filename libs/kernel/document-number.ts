/**
 * One writing of an identity document's number, so that nobody is told apart from themselves by a blank
 * or a letter of another script. Formats and the vault's blind index read numbers by it alike.
 */

/** What machine-readable documents number themselves by (ICAO Doc 9303-3, section 4): A to Z and 0 to 9. */
const NUMBER = /^[A-Z0-9]+$/;

/**
 * Compatibility forms (full width) are made plain, blanks and hyphens taken out, small letters made
 * capital. Only the letters a to z: the case rules of Unicode would make an `I` of the Turkish `ı`.
 */
export function normaliseDocumentNumber(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{White_Space}\p{Pd}]/gu, '')
    .replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

/** Whether a normalised number is of the alphabet: what is not may only look like another one. */
export const isDocumentNumber = (normalised: string): boolean => NUMBER.test(normalised);
