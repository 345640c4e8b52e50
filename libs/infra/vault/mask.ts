/**
 * How a value is shown to somebody who may know that it is there, but not what it is. At most half of
 * the characters stay; of an e-mail address at most half of what stands before the @, as the domain
 * is seldom anybody's own. Whatever does not look like its kind is hidden altogether (mask.spec.ts).
 *
 *   name       张三 -> 张*   Anna Li -> A*** L*          date     1990-05-17 -> 1990-**-**
 *   id-number  110101199003071234 -> 110***********1234   phone    13812345678 -> *******5678
 *   email      anna@example.com -> a***@example.com      address  北京市朝阳区建国路88号 -> 北京市朝***
 *   file-name  passport.pdf -> ***.pdf                    file     *** (2.1 MB)
 *   text, amount -> ***
 */
import type { VaultKind } from './vault.port.ts';

const HIDDEN = '***';
const stars = (count: number): string => '*'.repeat(count);
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
/** Characters as a reader counts them, so that half an emoji or accent is never shown. */
const graphemes = (text: string): string[] => [...segmenter.segment(text)].map((s) => s.segment);
const isHan = (text: string): boolean => /^\p{Script=Han}/u.test(text);

function maskName(name: string): string {
  // The separators of names stay: space, hyphen, apostrophe, and the dot of names such as 阿卜杜拉·买买提.
  return name
    .trim()
    .split(/([\s\-'’·•・]+)/u)
    .map((part, index) => {
      if (index % 2 === 1) return part;
      const letters = graphemes(part);
      const shown = letters.length > 1 && (index === 0 || !isHan(part)) ? 1 : 0;
      return letters.slice(0, shown).join('') + stars(letters.length - shown);
    })
    .join('');
}

/** The last four, and of a long number the first three: both ends are what people compare by eye. */
function maskNumber(number: string, headOfLong: number): string {
  const digits = graphemes(number.replace(/[\s\-()]/gu, ''));
  const tail = digits.length >= 8 ? 4 : Math.floor(digits.length / 4);
  const head = digits.length >= 14 ? headOfLong : 0;
  const end = digits.length - tail;
  return digits.slice(0, head).join('') + stars(end - head) + digits.slice(end).join('');
}

function maskEmail(address: string): string {
  const at = address.lastIndexOf('@');
  const local = graphemes(address.slice(0, Math.max(at, 0)));
  if (local.length === 0 || !/^[^\s@]+$/u.test(address.slice(at + 1))) return HIDDEN;
  return `${local.length > 1 ? local[0] : ''}${HIDDEN}${address.slice(at)}`;
}

function maskDate(date: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(date) ? `${date.slice(0, 4)}-**-**` : HIDDEN;
}

/** A Chinese address begins with the province; others begin with the house, and are hidden. */
function maskAddress(address: string): string {
  if (!isHan(address)) return HIDDEN;
  const letters = graphemes(address);
  return letters.slice(0, Math.min(6, Math.floor(letters.length / 3))).join('') + HIDDEN;
}

function maskFileName(name: string): string {
  const ending = /\.[A-Za-z0-9]{1,5}$/.exec(name)?.[0] ?? '';
  return ending.length * 2 <= graphemes(name).length ? HIDDEN + ending : HIDDEN;
}

const MASKS: Readonly<Record<Exclude<VaultKind, 'file'>, (text: string) => string>> = {
  name: maskName,
  'id-number': (text) => maskNumber(text, 3),
  date: maskDate,
  phone: (text) => maskNumber(text, 0),
  email: maskEmail,
  address: maskAddress,
  text: () => HIDDEN,
  'file-name': maskFileName,
  amount: () => HIDDEN,
};

/** A value of any kind but `file`. What is not UTF-8 is hidden. */
export function maskValue(kind: Exclude<VaultKind, 'file'>, value: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(value);
  } catch {
    return HIDDEN;
  }
  return MASKS[kind](text);
}

/** Of a file nothing is shown but how large it is, in decimal units. */
export function maskFile(bytes: number): string {
  if (bytes < 1_000) return `${HIDDEN} (${bytes} B)`;
  if (bytes < 1_000_000) return `${HIDDEN} (${(bytes / 1_000).toFixed(1)} kB)`;
  return `${HIDDEN} (${(bytes / 1_000_000).toFixed(1)} MB)`;
}
