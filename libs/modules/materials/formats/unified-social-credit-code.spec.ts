import fc from 'fast-check';
import { anyText } from '#kernel/testing/any-text';
import { syntheticCreditCode } from './formats.testkit.ts';
import {
  checkUnifiedSocialCreditCode,
  CREDIT_CODE_CATEGORIES,
  type CreditCodeFault,
  organisationCodeCheckCharacter,
} from './unified-social-credit-code.ts';

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const registrations = Object.entries(CREDIT_CODE_CATEGORIES).flatMap(([department, categories]) =>
  [...categories].map((category) => department + category),
);
const parts = fc.record({
  registration: fc.constantFrom(...registrations),
  region: fc.constantFrom('100000', '440000', '110101', '320594', '441900', '110103'),
  organisation: fc.string({ unit: fc.constantFrom(...ALPHABET), minLength: 8, maxLength: 8 }),
});

describe('unified social credit code', () => {
  it('says what the code says: registration, region and organisation code', () => {
    const code = syntheticCreditCode({ region: '310115', organisation: 'MA000001' });
    expect(checkUnifiedSocialCreditCode(code)).toEqual({
      ok: true,
      normalised: code,
      certainty: 'verified',
      facts: {
        registration: '91',
        registrationListed: true,
        regionCode: '310115',
        regionName: '上海市',
        regionListed: true,
        organisationCode: code.slice(8, 17),
      },
    });
  });

  it('agrees with check characters worked out by hand', () => {
    // 1*2 = 2, and 11 - 2 = 9; 6*2 = 12, which leaves 1, and 11 - 1 = 10 is written X.
    expect(organisationCodeCheckCharacter('00000001')).toBe('9');
    expect(organisationCodeCheckCharacter('00000006')).toBe('X');
    // 7*4 + 4*2 = 36, which leaves 3; 1*7 + 1*4 = 11, which leaves nothing and is written 0.
    expect(organisationCodeCheckCharacter('00000074')).toBe('8');
    expect(organisationCodeCheckCharacter('01000010')).toBe('0');
    // 9*1 + 1*3 + 1*9 + 1*27 + 1*26 + 1*17 + 1*30 + 9*28 = 373, which leaves 1; 31 - 1 = 30 is Y.
    expect(syntheticCreditCode()).toBe('91110101000000019Y');
  });

  it('takes lower case, full width and spaces', () => {
    const code = syntheticCreditCode({ organisation: 'MA00000X' });
    const wide = [...code].map((sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)).join('');
    for (const text of [code.toLowerCase(), wide, ` ${code.slice(0, 8)} ${code.slice(8)} `])
      expect(checkUnifiedSocialCreditCode(text)).toMatchObject({ ok: true, normalised: code });
  });

  it('takes a development zone inside a known prefecture, and says that it is unlisted', () => {
    expect(checkUnifiedSocialCreditCode(syntheticCreditCode({ region: '320594' }))).toMatchObject({
      ok: true,
      facts: { regionListed: false, regionName: '江苏省' },
    });
  });

  it.each([
    ['a department', 'G1'],
    ['a category', '94'],
  ])(
    'takes %s that the table lacks where the check characters hold, with less certainty',
    (_, registration) => {
      const code = syntheticCreditCode({ registration });
      expect(checkUnifiedSocialCreditCode(code)).toMatchObject({
        ok: true,
        certainty: 'form',
        facts: { registration, registrationListed: false },
      });
      const other = code.endsWith('0') ? '1' : '0';
      expect(checkUnifiedSocialCreditCode(code.slice(0, 17) + other).ok).toBe(false);
    },
  );

  it.each<[string, string, CreditCodeFault, string]>([
    ['nothing', '', 'length', 'credit-code-length'],
    ['17 characters', syntheticCreditCode().slice(1), 'length', 'credit-code-length'],
    ['an old registration number', '110101000000001', 'old-number', 'credit-code-old-form'],
    ['a letter O', `9111O101${'0'.repeat(10)}`, 'characters', 'credit-code-characters'],
    ['a letter I', `9I110101${'0'.repeat(10)}`, 'characters', 'credit-code-characters'],
    ['a ligature', `91110101ﬀ${'0'.repeat(8)}`, 'characters', 'credit-code-characters'],
    ['a sign', `91-10101${'0'.repeat(10)}`, 'characters', 'credit-code-characters'],
    ['no such region', syntheticCreditCode({ region: '990101' }), 'region', 'credit-code-region'],
    [
      'letters as a region',
      syntheticCreditCode({ region: '1101AB' }),
      'region',
      'credit-code-region',
    ],
  ])('refuses %s', (_name, text, code, reason) => {
    expect(checkUnifiedSocialCreditCode(text)).toEqual({ ok: false, code, reason });
  });

  it('tells a broken organisation code from a broken last character', () => {
    const code = syntheticCreditCode();
    const other = (at: number) => (code.charAt(at) === '0' ? '1' : '0');
    const reason = 'credit-code-check-character';
    expect(checkUnifiedSocialCreditCode(code.slice(0, 16) + other(16) + code.charAt(17))).toEqual({
      ok: false,
      code: 'organisation-code',
      reason,
    });
    expect(checkUnifiedSocialCreditCode(code.slice(0, 17) + other(17))).toEqual({
      ok: false,
      code: 'check-character',
      reason,
    });
  });

  it('takes every code that is made by the rules', () => {
    fc.assert(
      fc.property(parts, (made) => {
        const check = checkUnifiedSocialCreditCode(syntheticCreditCode(made));
        expect(check).toMatchObject({
          ok: true,
          facts: { registration: made.registration, regionCode: made.region },
        });
      }),
    );
  });

  it('refuses every change of a single character', () => {
    fc.assert(
      fc.property(parts, fc.nat(17), fc.constantFrom(...ALPHABET), (made, at, character) => {
        const code = syntheticCreditCode(made);
        fc.pre(code.charAt(at) !== character);
        const changed = code.slice(0, at) + character + code.slice(at + 1);
        expect(checkUnifiedSocialCreditCode(changed).ok).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses every exchange of two neighbours', () => {
    fc.assert(
      fc.property(parts, fc.nat(16), (made, at) => {
        const code = syntheticCreditCode(made);
        const [first, second] = [code.charAt(at), code.charAt(at + 1)];
        fc.pre(first !== second);
        const swapped = code.slice(0, at) + second + first + code.slice(at + 2);
        expect(checkUnifiedSocialCreditCode(swapped).ok).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('throws at no text', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(typeof checkUnifiedSocialCreditCode(text).ok).toBe('boolean');
      }),
    );
  });
});
