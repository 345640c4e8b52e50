/**
 * Citizen identity numbers (GB 11643-1999): region, date of birth, order and check digit. The
 * residence permits of residents from Hong Kong, Macau and Taiwan (since 2018) follow the same form
 * with the regions 810000, 820000 and 830000.
 *
 * An acceptance says that the number can exist, not that it was issued or to whom.
 */
import { birthDateIn, implausibleBirth } from './birth-date.ts';
import { type CalendarDate } from './calendar-date.ts';
import { accepted, type FormatCheck, refusalsOf, toCompact } from './format-check.ts';
import { isRegionCode, provinceOf } from './regions.ts';

export type ResidentIdFault =
  | 'length'
  | 'old-number'
  | 'characters'
  | 'region'
  | 'birth-date'
  | 'birth-date-in-future'
  | 'birth-date-implausible'
  | 'check-digit';

export interface ResidentIdContext {
  /** Today where the platform is; without it no date of birth is held to be in the future or too old. */
  readonly today?: CalendarDate;
  /** Codes assigned after the compiled table was made. */
  readonly furtherRegions?: readonly string[];
}

export interface ResidentIdFacts {
  readonly birthDate: CalendarDate;
  readonly sex: 'female' | 'male';
  /** The region of the first issue, not where the person lives or was born. */
  readonly regionCode: string;
  readonly regionName?: string;
  readonly holder: 'mainland' | 'hong-kong' | 'macau' | 'taiwan';
}

const PERMIT_HOLDERS: Readonly<Record<string, ResidentIdFacts['holder']>> = {
  '810000': 'hong-kong',
  '820000': 'macau',
  '830000': 'taiwan',
};

const refused = refusalsOf<ResidentIdFault>({
  length: 'id-number-length',
  'old-number': 'id-number-old-form',
  characters: 'id-number-characters',
  region: 'id-number-region',
  'birth-date': 'id-number-birth-date',
  'birth-date-in-future': 'id-number-birth-date',
  'birth-date-implausible': 'id-number-birth-date',
  'check-digit': 'id-number-check-digit',
});

/** The check digit of 17 digits by ISO 7064 MOD 11-2; `X` stands for ten. */
export function residentIdCheckDigit(first17: string): string {
  let product = 0;
  for (const digit of first17) product = ((product + Number(digit)) * 2) % 11;
  return '10X98765432'.charAt(product);
}

export function checkResidentId(
  text: string,
  context: ResidentIdContext = {},
): FormatCheck<ResidentIdFacts, ResidentIdFault> {
  const number = toCompact(text);
  if (/^\d{15}$/.test(number)) return refused('old-number');
  if (!/^[\dX]*$/.test(number)) return refused('characters');
  if (number.length !== 18) return refused('length');
  if (!/^\d{17}[\dX]$/.test(number)) return refused('characters');

  const regionCode = number.slice(0, 6);
  const holder = PERMIT_HOLDERS[regionCode] ?? 'mainland';
  const known = isRegionCode(regionCode) || (context.furtherRegions ?? []).includes(regionCode);
  if (holder === 'mainland' && !known) return refused('region');

  const birthDate = birthDateIn(number);
  if (birthDate === undefined) return refused('birth-date');
  const fault =
    context.today === undefined ? undefined : implausibleBirth(birthDate, context.today);
  if (fault) return refused(`birth-date-${fault}`);
  if (residentIdCheckDigit(number.slice(0, 17)) !== number.charAt(17))
    return refused('check-digit');

  const sex = Number(number.charAt(16)) % 2 === 1 ? 'male' : 'female';
  const regionName = provinceOf(regionCode);
  return accepted(number, 'verified', { birthDate, sex, regionCode, regionName, holder });
}
