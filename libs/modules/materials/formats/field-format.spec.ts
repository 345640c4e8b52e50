import fc from 'fast-check';
import { anyText } from '#kernel/testing/any-text';
import { findReason } from '#modules/reasons/index';
import { calendarDate, checkDate, type DateFault, OPEN_END } from './calendar-date.ts';
import { checkCountry, COUNTRY_CODES } from './country.ts';
import { checkFieldFormat, type FieldContext, type FieldFormatName } from './field-format.ts';
import { syntheticCreditCode, syntheticResidentId } from './formats.testkit.ts';
import {
  checkDocumentOfOtherCountry,
  OTHER_DOCUMENT_TYPES,
  type OtherDocumentFault,
} from './other-document.ts';
import { checkAmount, checkChoice, checkName, checkText } from './plain-text.ts';

describe('date', () => {
  it.each([
    '2026-11-05',
    '2026/11/05',
    '2026.11.5',
    '20261105',
    '2026年11月5日',
    ' ２０２６－１１－０５ ',
  ])('reads %s', (text) => {
    expect(checkDate(text)).toEqual({
      ok: true,
      normalised: '2026-11-05',
      certainty: 'verified',
      facts: { open: false },
    });
  });

  it.each<[string, DateFault]>([
    ['', 'form'],
    ['05-11-2026', 'form'],
    ['2026-11/05', 'form'],
    ['26-11-05', 'form'],
    ['tomorrow', 'form'],
    ['2026-02-29', 'no-such-day'],
    ['1900-02-29', 'no-such-day'],
    ['2026-13-01', 'no-such-day'],
    ['2026-04-31', 'no-such-day'],
    ['0000-01-01', 'no-such-day'],
  ])('refuses %j', (text, code) => {
    expect(checkDate(text)).toEqual({ ok: false, code, reason: 'date-malformed' });
  });

  it('knows leap years by the Gregorian rule', () => {
    for (const leapDay of ['2000-02-29', '2024-02-29']) expect(checkDate(leapDay).ok).toBe(true);
  });

  it('keeps to its bounds, both included', () => {
    const context = { notBefore: '2026-01-01', notAfter: '2026-12-31' };
    expect(checkDate('2026-01-01', context).ok).toBe(true);
    expect(checkDate('2026-12-31', context).ok).toBe(true);
    expect(checkDate('2025-12-31', context)).toMatchObject({ code: 'too-early' });
    expect(checkDate('2027-01-01', context)).toMatchObject({ code: 'too-late' });
  });

  it('can be without an end where that is allowed, later than every other', () => {
    for (const text of ['长期', 'Long-term', OPEN_END])
      expect(checkDate(text, { mayBeOpen: true })).toMatchObject({
        normalised: OPEN_END,
        facts: { open: true },
      });
    expect(checkDate('长期')).toMatchObject({ ok: false, code: 'form' });
  });

  it('knows the days of the calendar as the platform does', () => {
    const years = fc.integer({ min: 1, max: 9999 });
    fc.assert(
      fc.property(
        years,
        fc.integer({ min: -1, max: 14 }),
        fc.integer({ min: -1, max: 33 }),
        (...d) => {
          const [year, month, day] = d;
          let expected: string | undefined;
          try {
            expected = Temporal.PlainDate.from(
              { year, month, day },
              { overflow: 'reject' },
            ).toString();
          } catch {
            expected = undefined;
          }
          expect(calendarDate(year, month, day)).toBe(expected);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('country', () => {
  it('knows the 249 codes of ISO 3166-1, as the platform names them', () => {
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    expect(COUNTRY_CODES.size).toBe(249);
    for (const code of COUNTRY_CODES) expect(names.of(code)).toBeDefined();
  });

  it('takes either case and full width', () => {
    for (const text of ['CN', 'cn', ' ｃｎ '])
      expect(checkCountry(text)).toMatchObject({ ok: true, normalised: 'CN' });
  });

  it.each([
    ['', 'form'],
    ['CHN', 'form'],
    ['中国', 'form'],
    ['ß', 'form'],
    ['ﬁ', 'form'],
    ['XX', 'unknown'],
    ['EU', 'unknown'],
  ])('refuses %j', (text, code) => {
    expect(checkCountry(text)).toEqual({ ok: false, code, reason: 'country-unknown' });
  });
});

describe('document of another country', () => {
  it.each(Object.keys(OTHER_DOCUMENT_TYPES))(
    'takes a %s by its form, and claims no more',
    (type) => {
      expect(checkDocumentOfOtherCountry(type, ' ab-123 456‑ｘ8 ')).toEqual({
        ok: true,
        normalised: 'AB123456X8',
        certainty: 'form',
        facts: { type },
      });
    },
  );

  it.each<[string, string, OtherDocumentFault, string]>([
    ['library-card', 'AB123456', 'type', 'material-wrong-type'],
    ['constructor', 'AB123456', 'type', 'material-wrong-type'],
    ['passport', '', 'characters', 'document-number-malformed'],
    ['passport', ' - ', 'characters', 'document-number-malformed'],
    ['passport', 'AB12345.6', 'characters', 'document-number-malformed'],
    ['passport', 'AB_123456', 'characters', 'document-number-malformed'],
    ['passport', 'Aß123456', 'characters', 'document-number-malformed'],
    ['passport', 'AB12', 'length', 'document-number-malformed'],
    ['passport', 'A'.repeat(13), 'length', 'document-number-malformed'],
  ])('refuses a %s numbered %j', (type, number, code, reason) => {
    expect(checkDocumentOfOtherCountry(type, number)).toEqual({ ok: false, code, reason });
  });
});

describe('a number that identifies', () => {
  const check = (text: string, maxLength = 20) =>
    checkFieldFormat('text', text, { identity: true, maxLength });

  it.each([
    'E23797248',
    ' e23797248',
    'E 2379-7248',
    'E\u00a02379\u20117248',
    'Ｅ２３７９７２４８',
  ])('is the same however it is written: %j', (text) => {
    expect(check(text)).toMatchObject({ ok: true, normalised: 'E23797248' });
  });

  it.each([
    ['a zero-width space', 'E23797248\u200b'],
    ['a zero-width space that is a byte order mark', 'E23797248\ufeff'],
    ['a soft hyphen', 'E2379\u00ad7248'],
    ['a direction mark', '\u202eE23797248'],
    ['a Greek letter', '\u039523797248'],
    ['a Cyrillic letter', '\u041523797248'],
    ['a Turkish letter', 'AB12345\u0131'],
    ['Arabic digits', 'E٢٣٧٩٧٢٤٨'],
  ])('is refused with %s', (_what, text) => {
    expect(check(text)).toEqual({
      ok: false,
      code: 'characters',
      reason: 'document-number-malformed',
    });
  });

  it('is as long as its field takes, without what separates it', () => {
    expect(check('AB 12 34', 6).ok).toBe(true);
    expect(check('AB 12 345', 6)).toMatchObject({ code: 'length' });
  });
});

describe('document of another country: lengths', () => {
  it.each(Object.entries(OTHER_DOCUMENT_TYPES))('a %s keeps to its own', (type, { min, max }) => {
    const ofLength = (length: number) => checkDocumentOfOtherCountry(type, 'A'.repeat(length)).ok;
    expect([min - 1, min, max, max + 1].map(ofLength)).toEqual([false, true, true, false]);
  });
});

describe('names, text, amounts and choices', () => {
  it.each(['李雷', '阿卜杜拉·买买提', "Seán O'Brien", 'José  María', 'N. N. 3rd', '𠮷田'])(
    'takes the name %s',
    (name) => {
      expect(checkName(name).ok).toBe(true);
    },
  );

  it('makes a name one line of single spaces', () => {
    expect(checkName('  Ada\n Love\u3000lace ')).toMatchObject({ normalised: 'Ada Love lace' });
  });

  it('refuses a name without a letter', () => {
    expect(checkName('12345')).toMatchObject({ code: 'characters' });
  });

  it('refuses empty text, hidden signs and turned directions; keeps line breaks', () => {
    expect(checkText(' \n ')).toMatchObject({ code: 'empty', reason: 'field-missing' });
    expect(checkText('a\u0000b')).toMatchObject({ code: 'characters' });
    expect(checkText('a\u202Eb')).toMatchObject({ code: 'characters' });
    expect(checkText('first\nsecond')).toMatchObject({ normalised: 'first\nsecond' });
  });

  it('refuses text of nothing but invisible signs, and keeps them inside a word', () => {
    expect(checkText('\u200B \u200D')).toMatchObject({ code: 'empty' });
    expect(checkText('می\u200Cخواهم')).toMatchObject({ normalised: 'می\u200Cخواهم' });
  });

  it('measures a name after its spaces are made single', () => {
    expect(checkName('Ada    L', { maxLength: 5 }).ok).toBe(true);
    expect(checkName('Ada Lo', { maxLength: 5 })).toMatchObject({ code: 'length' });
  });

  it('counts characters as people do', () => {
    expect(checkText('𠮷𠮷', { maxLength: 2 }).ok).toBe(true);
    expect(checkText('𠮷𠮷𠮷', { maxLength: 2 })).toMatchObject({ code: 'length' });
  });

  it.each([
    ['0', '0.00'],
    ['1,234.5', '1234.50'],
    ['１２，３４５', '12345.00'],
    ['007.10', '7.10'],
  ])('takes the amount %s as %s', (text, normalised) => {
    expect(checkAmount(text)).toMatchObject({ ok: true, normalised });
  });

  it.each(['', '-1', '1.234', '12,34', '1e9', '¥5', '.5', '5.'])(
    'refuses the amount %j',
    (text) => {
      expect(checkAmount(text)).toMatchObject({ code: 'form', reason: 'field-value-not-accepted' });
    },
  );

  it('refuses an amount of more than 15 digits', () => {
    expect(checkAmount('9'.repeat(15)).ok).toBe(true);
    expect(checkAmount('9'.repeat(16))).toMatchObject({ code: 'length' });
  });

  it('takes a choice only as it is offered', () => {
    expect(checkChoice('employed', ['employed', 'retired']).ok).toBe(true);
    expect(checkChoice('Employed', ['employed', 'retired'])).toMatchObject({ code: 'unknown' });
  });
});

describe('a field by its format', () => {
  const good: Record<FieldFormatName, [string, FieldContext?]> = {
    'cn-resident-id': [syntheticResidentId(), { today: '2026-11-25' }],
    'cn-uscc': [syntheticCreditCode()],
    email: ['ada@example.org'],
    phone: ['13800000000'],
    date: ['2026-11-25'],
    text: ['anything'],
    name: ['Ada'],
    country: ['CN'],
    amount: ['12.50'],
    choice: ['a', { options: ['a'] }],
    'birth-date': ['1990/3/7', { today: '2026-11-25' }],
  };

  it.each(Object.entries(good))('takes a good value of %s', (format, [text, context]) => {
    expect(checkFieldFormat(format as FieldFormatName, text, context)).toMatchObject({ ok: true });
  });

  it.each(Object.keys(good))('refuses an empty %s', (format) => {
    expect(checkFieldFormat(format as FieldFormatName, '').ok).toBe(false);
  });

  it.each(Object.keys(good))('never repeats the value in a refusal of %s', (format) => {
    const check = checkFieldFormat(format as FieldFormatName, 'qq\u00007731');
    expect(Object.keys(check).sort()).toEqual(['code', 'ok', 'reason']);
    expect(JSON.stringify(check)).not.toMatch(/qq|7731/i);
  });

  it('passes its context on', () => {
    const born = syntheticResidentId({ birthDate: '2026-11-26' });
    expect(checkFieldFormat('cn-resident-id', born, { today: '2026-11-25' }).ok).toBe(false);
    expect(checkFieldFormat('text', 'abc', { maxLength: 2 }).ok).toBe(false);
    expect(checkFieldFormat('date', '长期', { date: { mayBeOpen: true } }).ok).toBe(true);
  });

  it('throws at no text, gives only reasons that the catalogue has for the applicant', () => {
    const formats = fc.constantFrom(...(Object.keys(good) as FieldFormatName[]));
    fc.assert(
      fc.property(formats, anyText(), (format, text) => {
        const check = checkFieldFormat(format, text, { today: '2026-11-25' });
        if (!check.ok) expect(findReason(check.reason)).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  it('reads its own standard form as the same', () => {
    for (const [format, [text, context]] of Object.entries(good)) {
      const first = checkFieldFormat(format as FieldFormatName, text, context);
      expect(first).toMatchObject({ ok: true });
      if (first.ok)
        expect(checkFieldFormat(format as FieldFormatName, first.normalised, context)).toEqual(
          first,
        );
    }
  });
});
