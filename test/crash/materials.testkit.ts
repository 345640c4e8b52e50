/** What an applicant gives for the demonstration's policy for individuals. */

export const DOCUMENT = 'identity-document';

/** Weights of GB 11643, and the check digits by remainder. */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';
const SERIALS = 999;
const DAYS = 28;
const MONTHS = 12;

const digits = (n: number, length: number): string => String(n).padStart(length, '0');

/** An identity number that nobody has: with a date of birth before 1900. Different up to 335,664. */
function identityOf(n: number): Readonly<Record<string, string>> {
  const day = digits((n % DAYS) + 1, 2);
  const serial = digits((Math.floor(n / DAYS) % SERIALS) + 1, 3);
  const month = digits(MONTHS - (Math.floor(n / DAYS / SERIALS) % MONTHS), 2);
  const first = `1101011899${month}${day}${serial}`;
  const sum = WEIGHTS.reduce((all, weight, at) => all + weight * Number(first[at]), 0);
  return {
    name: '李四',
    'id-number': first + CHECKS[sum % CHECKS.length],
    'date-of-birth': `1899-${month}-${day}`,
  };
}

/** The body of each material's request. @param n tells the applicant from all others */
export const materialsOf = (n: number): Readonly<Record<string, object>> => ({
  [DOCUMENT]: { documentType: 'cn-resident-id', fields: identityOf(n) },
  phone: { fields: { number: '13900139000' } },
  email: { fields: { address: 'second@example.com' } },
  'personal-information': { fields: { occupation: 'student', address: '上海市' } },
});
