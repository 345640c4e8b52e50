/**
 * Unified social credit codes (GB 32100-2015 with amendment 1 of 2016): registration department, category,
 * region, organisation code with its own check character (GB 11714-1997), and a check character over all.
 *
 * Refused is what the standard rules out for every code: length, alphabet, form of the region, the two
 * check characters. Departments and categories are not of that kind: by the standard each department
 * numbers its own, and codes came into use that its table does not have. So they are read, and one that
 * is not listed is accepted with less certainty.
 */
import { accepted, type FormatCheck, refusalsOf, toCompact } from './format-check.ts';
import { isInKnownPrefecture, isProvinceCode, isRegionCode, provinceOf } from './regions.ts';

export type CreditCodeFault =
  'length' | 'old-number' | 'characters' | 'region' | 'organisation-code' | 'check-character';

export interface CreditCodeFacts {
  /** Who registers it and as what, the two first characters: `91` is an enterprise. */
  readonly registration: string;
  /** Whether department and category are of the table below. */
  readonly registrationListed: boolean;
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

/**
 * Registration department (first character) and its categories (second character), as in the table of
 * amendment 1. Checked in November 2026, not against the printed standard, which is not to be had freely,
 * but against three public renderings of that table (osuse.cn/post/10002590.html, ddrv.cn/?p=726373,
 * blog.csdn.net/qq_29449673/article/details/128663686, which cites cods.org.cn), which agree in every
 * code but two: 54 and 55, residents' committees, are in the last alone and there as an older form.
 * Validators in use know further ones (G1, J1).
 */
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

  const [department, category] = [code.charAt(0), code.charAt(1)];
  const registrationListed = CREDIT_CODE_CATEGORIES[department]?.includes(category) ?? false;
  return accepted(code, registrationListed ? 'verified' : 'form', {
    registration: department + category,
    registrationListed,
    regionCode,
    regionName: provinceOf(regionCode),
    regionListed,
    organisationCode,
  });
}
