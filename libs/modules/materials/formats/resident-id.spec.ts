import fc from 'fast-check';
import { anyText } from '#kernel/testing/any-text';
import { calendarDate } from './calendar-date.ts';
import { syntheticResidentId } from './formats.testkit.ts';
import { isRegionCode } from './regions.ts';
import { checkResidentId, residentIdCheckDigit, type ResidentIdFault } from './resident-id.ts';

const today = '2026-11-25';
const REGIONS = ['110101', '110103', '310115', '441900', '510202', '653228', '810000', '830000'];

const dates = fc
  .tuple(fc.integer({ min: 1900, max: 2025 }), fc.integer({ min: 1, max: 12 }), fc.nat(30))
  .map(([year, month, day]) => calendarDate(year, month, day + 1))
  .filter((date) => date !== undefined);
const parts = fc.record({
  region: fc.constantFrom(...REGIONS),
  birthDate: dates,
  order: fc.integer({ min: 1, max: 999 }),
});

describe('resident id', () => {
  it('says what the number says: date of birth, sex, region and kind of holder', () => {
    const number = syntheticResidentId({ region: '310115', birthDate: '1899-02-28', order: 24 });
    expect(checkResidentId(number, { today })).toEqual({
      ok: true,
      normalised: number,
      certainty: 'verified',
      facts: {
        birthDate: '1899-02-28',
        sex: 'female',
        regionCode: '310115',
        regionName: '上海市',
        holder: 'mainland',
      },
    });
  });

  it('agrees with a check digit worked out by hand', () => {
    // 1*7 + 1*9 + 1*5 + 1*4 + 1*2 + 8*1 + 9*6 + 9*3 + 1*7 + 2*9 + 3*10 + 1*5 + 1*2 = 178, which leaves
    // 2 of 11; (12 - 2) mod 11 = 10 is written X.
    expect(syntheticResidentId()).toBe('11010118991231001X');
  });

  it.each([
    ['810000', 'hong-kong', '香港特别行政区'],
    ['820000', 'macau', '澳门特别行政区'],
    ['830000', 'taiwan', '台湾省'],
  ])('takes the residence permit of region %s', (region, holder, regionName) => {
    const check = checkResidentId(syntheticResidentId({ region }), { today });
    expect(check).toMatchObject({ ok: true, facts: { holder, regionName } });
  });

  it('keeps an abolished region code, as the number keeps it for life', () => {
    const number = syntheticResidentId({ region: '110103' });
    expect(checkResidentId(number, { today })).toMatchObject({ ok: true });
  });

  it.each([
    ['lower case x', '11010118991231001x'],
    ['full-width digits', '１１０１０１１８９９１２３１００１Ｘ'],
    ['spaces in and around', ' 110101 18991231\u3000001X '],
  ])('brings %s into the standard form', (_name, text) => {
    expect(checkResidentId(text)).toMatchObject({ ok: true, normalised: '11010118991231001X' });
  });

  it.each<[string, string, ResidentIdFault, string]>([
    ['nothing', '', 'length', 'id-number-length'],
    ['17 characters', '11010118991231001', 'length', 'id-number-length'],
    ['19 characters', '11010118991231001X0', 'length', 'id-number-length'],
    ['an old number', '110101991231001', 'old-number', 'id-number-old-form'],
    [
      'an old number in full width',
      '１１０１０１９９１２３１００１',
      'old-number',
      'id-number-old-form',
    ],
    ['letters', '1101011899123100A1', 'characters', 'id-number-characters'],
    ['an X inside', '1101011899123100X1', 'characters', 'id-number-characters'],
    ['digits of another script', '11010118991231001٣', 'characters', 'id-number-characters'],
    ['a region of nobody', syntheticResidentId({ region: '999999' }), 'region', 'id-number-region'],
    ['a province', syntheticResidentId({ region: '110000' }), 'region', 'id-number-region'],
    [
      'Hong Kong districts',
      syntheticResidentId({ region: '810101' }),
      'region',
      'id-number-region',
    ],
    [
      '29 February of a common year',
      syntheticResidentId({ birthDate: '1901-02-29' }),
      'birth-date',
      'id-number-birth-date',
    ],
    [
      'month 13',
      syntheticResidentId({ birthDate: '1901-13-01' }),
      'birth-date',
      'id-number-birth-date',
    ],
    [
      'day 0',
      syntheticResidentId({ birthDate: '1901-12-00' }),
      'birth-date',
      'id-number-birth-date',
    ],
    ['a wrong check digit', '110101189912310011', 'check-digit', 'id-number-check-digit'],
  ])('refuses %s', (_name, text, code, reason) => {
    expect(checkResidentId(text, { today })).toEqual({ ok: false, code, reason });
  });

  it('takes a birth today, and refuses one tomorrow', () => {
    const born = (birthDate: string) =>
      checkResidentId(syntheticResidentId({ birthDate }), { today });
    expect(born('2026-11-25')).toMatchObject({ ok: true });
    expect(born('2026-11-26')).toMatchObject({ ok: false, code: 'birth-date-in-future' });
  });

  it('takes an age of 150 years to the day, and refuses one day more', () => {
    const born = (birthDate: string) =>
      checkResidentId(syntheticResidentId({ birthDate }), { today });
    expect(born('1876-11-25')).toMatchObject({ ok: true });
    expect(born('1876-11-24')).toMatchObject({ ok: false, code: 'birth-date-implausible' });
  });

  it('holds no date to be in the future or too old when it is not told the day', () => {
    for (const birthDate of ['2999-01-01', '1700-01-01'])
      expect(checkResidentId(syntheticResidentId({ birthDate }))).toMatchObject({ ok: true });
  });

  it('knows regions that its caller adds', () => {
    const number = syntheticResidentId({ region: '119988' });
    expect(checkResidentId(number)).toMatchObject({ ok: false, code: 'region' });
    expect(checkResidentId(number, { furtherRegions: ['119988'] })).toMatchObject({ ok: true });
  });

  it('never repeats the number in a refusal', () => {
    const check = checkResidentId('110101189912310011');
    expect(JSON.stringify(check)).not.toContain('1899');
  });

  it('takes every number that is made by the rules, and reads it back', () => {
    fc.assert(
      fc.property(parts, (made) => {
        const check = checkResidentId(syntheticResidentId(made), { today });
        expect(check).toMatchObject({
          ok: true,
          facts: {
            birthDate: made.birthDate,
            regionCode: made.region,
            sex: made.order % 2 === 1 ? 'male' : 'female',
          },
        });
      }),
    );
  });

  it('refuses every change of a single digit', () => {
    fc.assert(
      fc.property(parts, fc.nat(17), fc.constantFrom(...'0123456789X'), (made, at, digit) => {
        const number = syntheticResidentId(made);
        fc.pre(number.charAt(at) !== digit);
        const changed = number.slice(0, at) + digit + number.slice(at + 1);
        expect(checkResidentId(changed, { today }).ok).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses every exchange of two neighbours', () => {
    fc.assert(
      fc.property(parts, fc.nat(16), (made, at) => {
        const number = syntheticResidentId(made);
        const [first, second] = [number.charAt(at), number.charAt(at + 1)];
        fc.pre(first !== second);
        const swapped = number.slice(0, at) + second + first + number.slice(at + 2);
        expect(checkResidentId(swapped, { today }).ok).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  // ISO 7064 MOD 11-2 alone: the weight of each place is a power of 2, never 0 modulo 11, and those of
  // neighbours differ. So both slips always change the check digit, whatever region and date would say.
  it('has a check digit that changes with every digit and every exchange of two neighbours', () => {
    const digits = fc.array(fc.nat(9), { minLength: 17, maxLength: 17 });
    fc.assert(
      fc.property(digits, fc.nat(16), fc.integer({ min: 1, max: 9 }), (body, at, step) => {
        const checkDigit = residentIdCheckDigit(body.join(''));
        const changed = body.with(at, (body[at]! + step) % 10);
        expect(residentIdCheckDigit(changed.join(''))).not.toBe(checkDigit);
        const next = (at + 1) % 17;
        if (next === 0 || body[at] === body[next]) return;
        const swapped = body.with(at, body[next]!).with(next, body[at]!);
        expect(residentIdCheckDigit(swapped.join(''))).not.toBe(checkDigit);
      }),
      { numRuns: 1_000 },
    );
  });

  it('throws at no text', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(typeof checkResidentId(text, { today }).ok).toBe('boolean');
      }),
    );
  });

  it('makes its synthetic numbers in regions that exist', () => {
    expect(REGIONS.filter((code) => !code.endsWith('0000')).every(isRegionCode)).toBe(true);
  });
});
