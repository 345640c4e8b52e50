/**
 * Looks region codes up (GB/T 2260). Two questions, because two standards use the codes differently:
 * identity numbers hold only codes that were once assigned; registration authorities of companies also
 * use codes of their own inside a prefecture (development zones), which no public list names.
 */
import { PROVINCES, REGION_CODES_PACKED } from './regions.data.ts';

const PREFECTURE_LEVEL = /^\d{4}00$/;

function unpack(packed: string): ReadonlySet<string> {
  const codes = new Set<string>();
  for (const group of packed.trim().split(/\s+/)) {
    const [prefix = '', ranges = ''] = group.split(':');
    for (const range of ranges.split(',')) {
      const [first = '', last = first] = range.split('-');
      for (let tail = Number(first); tail <= Number(last); tail++)
        codes.add(prefix + String(tail).padStart(2, '0'));
    }
  }
  return codes;
}

const REGION_CODES = unpack(REGION_CODES_PACKED);
const PREFECTURES = new Set([...REGION_CODES].map((code) => code.slice(0, 4)));

/** Whether the code was assigned to a prefecture or county in any year since 1980. */
export function isRegionCode(code: string): boolean {
  return REGION_CODES.has(code);
}

/** Whether the first four digits ever belonged to a prefecture, whatever the last two say. */
export function isInKnownPrefecture(code: string): boolean {
  return PREFECTURES.has(code.slice(0, 4));
}

/** Whether the code names a whole province, such as 440000. */
export function isProvinceCode(code: string): boolean {
  return code.endsWith('0000') && PROVINCES[code.slice(0, 2)] !== undefined;
}

/** The province of a code, in Chinese; county names are left out, as they changed over the years. */
export function provinceOf(code: string): string | undefined {
  return PROVINCES[code.slice(0, 2)];
}

/** How many codes of each level the table holds. */
export function regionCounts(): { prefectures: number; counties: number } {
  const prefectures = [...REGION_CODES].filter((code) => PREFECTURE_LEVEL.test(code)).length;
  return { prefectures, counties: REGION_CODES.size - prefectures };
}
