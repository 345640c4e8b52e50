/**
 * Unified social credit codes (GB 32100-2015 with its amendments): registration department, category,
 * region, organisation code with its own check character (GB 11714), and a check character over all.
 */
import { accepted, type FormatCheck, refusalsOf, toCompact } from './format-check.ts';
import { isInKnownPrefecture, isProvinceCode, isRegionCode, provinceOf } from './regions.ts';

export type CreditCodeFault =
  | 'length'
  | 'old-number'
  | 'characters'
  | 'registration'
  | 'region'
  | 'organisation-code'
  | 'check-character';

export interface CreditCodeFacts {
  /** Who registers it and as what, the two first characters: `91` is an enterprise. */
  readonly registration: string;
  readonly regionCode: string;
  readonly regionName?: string;
  /**
   * Whether the region is one of GB/T 2260. Authorities of development zones use codes of their own,
   * such as 320594; those are accepted within a known prefecture, and said to be unlisted.
   */
  readonly regionListed: boolean;
  readonly organisationCode: string;
}

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const ORGANISATION_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];
/** Registered with an authority of the whole country. */
const NATIONAL_REGION = '100000';

/** Registration department (first character) and the categories that it knows (second character). */
export const CREDIT_CODE_CATEGORIES: Readonly<Record<string, string>> = {
  '1': '1239', // Organisational establishment: authorities, public institutions, mass organisations.
  '2': '19', // Foreign affairs: resident offices of foreign news agencies.
  '3': '123459', // Justice: law firms, notaries, legal services, forensics, arbitration.
  '4': '19', // Culture: foreign cultural centres.
  '5': '123459', // Civil affairs: associations, private non-enterprise units, foundations, committees.
  '6': '129', // Tourism: resident offices.
  '7': '129', // Religious affairs: places and colleges.
  '8': '19', // Trade unions.
  '9': '123', // Market regulation: enterprises, sole traders, farmers' cooperatives.
  A: '19', // Military.
  N: '1239', // Agriculture: collective economic organisations.
  Y: '1', // Others.
};

const refused = refusalsOf<CreditCodeFault>({
  length: 'credit-code-length',
  'old-number': 'credit-code-old-form',
  characters: 'credit-code-characters',
  registration: 'credit-code-registration',
  region: 'credit-code-region',
  'organisation-code': 'credit-code-check-character',
  'check-character': 'credit-code-check-character',
});

/** The ninth character of an organisation code (GB 11714): 11 less the weighted sum modulo 11. */
export function organisationCodeCheckCharacter(first8: string): string {
  const sum = ORGANISATION_WEIGHTS.reduce(
    (total, weight, index) => total + weight * ORGANISATION_ALPHABET.indexOf(first8.charAt(index)),
    0,
  );
  return '0X987654321'.charAt(sum % 11);
}

/** The eighteenth character (GB 32100): 31 less the sum weighted by powers of 3, modulo 31. */
export function creditCodeCheckCharacter(first17: string): string {
  let sum = 0;
  let weight = 1;
  for (const character of first17) {
    sum += ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET.charAt((31 - (sum % 31)) % 31);
}

export function checkUnifiedSocialCreditCode(
  text: string,
): FormatCheck<CreditCodeFacts, CreditCodeFault> {
  const code = toCompact(text);
  if (/^\d{15}$/.test(code)) return refused('old-number');
  if ([...code].some((character) => !ALPHABET.includes(character))) return refused('characters');
  if (code.length !== 18) return refused('length');
  if (!CREDIT_CODE_CATEGORIES[code.charAt(0)]?.includes(code.charAt(1)))
    return refused('registration');

  const regionCode = code.slice(2, 8);
  if (!/^\d{6}$/.test(regionCode)) return refused('region');
  const regionListed =
    regionCode === NATIONAL_REGION || isProvinceCode(regionCode) || isRegionCode(regionCode);
  if (!regionListed && !isInKnownPrefecture(regionCode)) return refused('region');

  const organisationCode = code.slice(8, 17);
  if (organisationCodeCheckCharacter(organisationCode) !== organisationCode.charAt(8))
    return refused('organisation-code');
  if (creditCodeCheckCharacter(code.slice(0, 17)) !== code.charAt(17))
    return refused('check-character');

  return accepted(code, 'verified', {
    registration: code.slice(0, 2),
    regionCode,
    regionName: provinceOf(regionCode),
    regionListed,
    organisationCode,
  });
}
