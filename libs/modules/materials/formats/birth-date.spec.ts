import { type BirthDateFault, birthDateIn, checkBirthDate } from './birth-date.ts';
import { syntheticResidentId } from './formats.testkit.ts';

const today = '2026-11-25';

describe('a date of birth', () => {
  it.each(['1990-03-07', '1990/3/7', '1990年3月7日', today, '1876-11-25'])('can be %s', (text) => {
    expect(checkBirthDate(text, { today }).ok).toBe(true);
  });

  it.each<[string, BirthDateFault, string]>([
    ['7 March 1990', 'form', 'date-malformed'],
    ['长期', 'form', 'date-malformed'],
    ['1990-02-30', 'no-such-day', 'date-malformed'],
    ['2026-11-26', 'in-future', 'birth-date-in-future'],
    ['1876-11-24', 'implausible', 'birth-date-implausible'],
  ])('cannot be %s: %s', (text, code, reason) => {
    expect(checkBirthDate(text, { today })).toEqual({ ok: false, code, reason });
  });

  it('is neither in the future nor too far back where nobody says which day it is', () => {
    expect(checkBirthDate('2999-01-01').ok).toBe(true);
  });

  it('stands in an identity number', () => {
    expect(birthDateIn(syntheticResidentId({ birthDate: '1899-03-07' }))).toBe('1899-03-07');
    expect(birthDateIn('110101189902301234')).toBeUndefined();
  });
});
