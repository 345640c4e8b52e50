import { readFile } from 'node:fs/promises';
import {
  calendarOf,
  extendCalendar,
  faultsOfAddition,
  isBusinessDay,
  type CalendarYear,
} from './calendar.ts';
import { chinaCalendar } from './calendar-data.ts';

const source = {
  title: 'An invented notice',
  notice: 'none',
  url: 'https://example.org/notice',
  checkedOn: '2026-11-25',
};

const year2027 = (said: Partial<CalendarYear> = {}): CalendarYear => ({
  year: 2027,
  source,
  holidays: [{ name: 'New Year', from: '2027-01-01', to: '2027-01-03' }],
  workingDays: ['2027-01-09'],
  ...said,
});

const final = (business: boolean) => ({ business, provisional: false });

describe("China's public calendar", () => {
  it('takes each holiday as long as its notice says', () => {
    const lengths = chinaCalendar.years.map(({ holidays }) =>
      holidays.map(
        ({ from, to }) => Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days + 1,
      ),
    );
    expect(lengths).toEqual([
      [1, 8, 3, 5, 3, 8],
      [3, 9, 3, 5, 3, 3, 7],
    ]);
  });

  // 2025: 261 weekdays - 18 of them holidays + 5 make-up days; 2026: 261 - 19 + 6.
  it.each([2025, 2026])('has 248 business days in %i', (year) => {
    const days = Array.from({ length: 365 }, (_, index) =>
      Temporal.PlainDate.from({ year, month: 1, day: 1 }).add({ days: index }).toString(),
    );
    expect(days.filter((day) => isBusinessDay(day, chinaCalendar).business)).toHaveLength(248);
  });

  it('rests on the holidays, also where they are weekdays', () => {
    expect(isBusinessDay('2025-01-28', chinaCalendar)).toEqual(final(false));
    expect(isBusinessDay('2026-02-23', chinaCalendar)).toEqual(final(false));
    expect(isBusinessDay('2026-10-07', chinaCalendar)).toEqual(final(false));
  });

  it('works on make-up Saturdays and Sundays, and on no other', () => {
    expect(isBusinessDay('2026-02-14', chinaCalendar)).toEqual(final(true));
    expect(isBusinessDay('2026-01-04', chinaCalendar)).toEqual(final(true));
    expect(isBusinessDay('2026-02-07', chinaCalendar)).toEqual(final(false));
  });

  it('names the notice of every year', () => {
    expect(chinaCalendar.version).toBe('cn-2026.1');
    expect(chinaCalendar.years.map(({ year, source: { notice } }) => [year, notice])).toEqual([
      [2025, '国办发明电〔2024〕12号'],
      [2026, '国办发明电〔2025〕7号'],
    ]);
  });
});

describe('a year without data', () => {
  it('is Monday to Friday and says that it is provisional', () => {
    expect(isBusinessDay('2027-01-01', chinaCalendar)).toEqual({
      business: true,
      provisional: true,
    });
    expect(isBusinessDay('2027-01-02', chinaCalendar)).toEqual({
      business: false,
      provisional: true,
    });
  });

  it('has its leap day', () => {
    expect(isBusinessDay('2028-02-29', chinaCalendar).business).toBe(true);
    expect(isBusinessDay('2028-12-31', chinaCalendar).business).toBe(false);
    expect(() => isBusinessDay('2027-02-29', chinaCalendar)).toThrow(RangeError);
  });
});

describe('extending a calendar', () => {
  it('adds a year, under a name that tells both', () => {
    const extended = extendCalendar(chinaCalendar, { version: 'cn-2027.1', years: [year2027()] });
    expect(extended.version).toBe('cn-2026.1+cn-2027.1');
    expect(extended.years.map(({ year }) => year)).toEqual([2025, 2026, 2027]);
    expect(isBusinessDay('2027-01-01', extended)).toEqual(final(false));
    expect(isBusinessDay('2027-01-09', extended)).toEqual(final(true));
    expect(isBusinessDay('2026-02-14', extended)).toEqual(final(true));
  });

  it('leaves the base as it was', () => {
    extendCalendar(chinaCalendar, { version: 'cn-2027.1', years: [year2027()] });
    expect(isBusinessDay('2027-01-01', chinaCalendar).provisional).toBe(true);
    expect(chinaCalendar.version).toBe('cn-2026.1');
  });

  it('replaces a corrected year as a whole', () => {
    const first = extendCalendar(chinaCalendar, { version: 'cn-2027.1', years: [year2027()] });
    const corrected = extendCalendar(first, {
      version: 'cn-2027.2',
      years: [year2027({ workingDays: ['2027-01-10'] })],
    });
    expect(corrected.version).toBe('cn-2026.1+cn-2027.1+cn-2027.2');
    expect(isBusinessDay('2027-01-09', corrected)).toEqual(final(false));
    expect(isBusinessDay('2027-01-10', corrected)).toEqual(final(true));
  });

  it('refuses a name that is in the version already', () => {
    const addition = { version: 'cn-2027.1', years: [year2027()] };
    const once = extendCalendar(chinaCalendar, addition);
    expect(() => extendCalendar(once, addition)).toThrow(/has cn-2027\.1 already/);
  });

  it('takes the data that the how-to page shows', async () => {
    const page = new URL('../../../docs/how-to/add-a-calendar-year.md', import.meta.url);
    const [, json] = /```json\n([^`]*)```/.exec(await readFile(page, 'utf8'))!;
    const extended = extendCalendar(chinaCalendar, JSON.parse(json!));
    expect(extended.version).toBe('cn-2026.1+cn-2024.1');
    expect(isBusinessDay('2024-02-09', extended)).toEqual(final(true));
    expect(isBusinessDay('2024-02-12', extended)).toEqual(final(false));
    expect(isBusinessDay('2024-02-18', extended)).toEqual(final(true));
  });
});

const holiday = (from: string, to: string) => ({ name: 'New Year', from, to });
const only = (change: Partial<CalendarYear>) => ({
  version: 'cn-2027.1',
  years: [year2027(change)],
});

describe('calendar data is refused', () => {
  const holidays = year2027().holidays;
  it.each([
    ['a date of another form', { workingDays: ['9 Jan 2027'] }, /workingDays\.0: No date/],
    ['a date that is none', { workingDays: ['2027-02-30'] }, /workingDays\.0: No date/],
    ['a working day of another year', { workingDays: ['2028-01-08'] }, /not lie in 2027/],
    [
      'a holiday of another year',
      { holidays: [{ name: 'New Year', from: '2026-12-31', to: '2027-01-02' }] },
      /holidays\.0: 2026-12-31 to 2027-01-02 does not lie in 2027/,
    ],
    [
      'a holiday that ends before it begins',
      { holidays: [{ name: 'New Year', from: '2027-01-03', to: '2027-01-01' }] },
      /holidays\.0: Ends on 2027-01-01, before it begins/,
    ],
    [
      'a day in two holidays',
      { holidays: [...holidays, { name: 'Again', from: '2027-01-03', to: '2027-01-04' }] },
      /holidays\.1: 2027-01-03 is in holidays\.0 already/,
    ],
    [
      'a day that is both holiday and working day',
      { workingDays: ['2027-01-02'] },
      /workingDays\.0: 2027-01-02 is in holidays\.0 already/,
    ],
    [
      'a working day said twice',
      { workingDays: ['2027-01-09', '2027-01-09'] },
      /workingDays\.1: 2027-01-09 is in workingDays\.0 already/,
    ],
    [
      'a working day that is a weekday anyway',
      { workingDays: ['2027-01-06'] },
      /2027-01-06 is a Wednesday: it makes up for nothing/,
    ],
    ['a year without holidays', { holidays: [] }, /year without data/],
    ['a year without its source', { source: undefined }, /years\.0\.source/],
    ['what it does not know', { hollidays: [] }, /hollidays/],
  ])('for %s', (_, said, message) => {
    const years = [year2027(said as Partial<CalendarYear>)];
    const extend = () => extendCalendar(chinaCalendar, { version: 'cn-2027.1', years });
    expect(extend).toThrow(RangeError);
    expect(extend).toThrow(message);
  });

  it.each<[string, unknown]>([
    ['no data at all', null],
    ['a list', []],
    ['what it does not know', { version: 'cn-2027.1', years: [year2027()], stranger: 1 }],
    ['a version that is no name', { version: 'CN 2027', years: [year2027()] }],
    ['no year', { version: 'cn-2027.1', years: [] }],
    ['a name that is taken', { version: 'cn-2026.1', years: [year2027()] }],
    ['a year that comes twice', { version: 'cn-2027.1', years: [year2027(), year2027()] }],
    ['a year without holidays', only({ holidays: [] })],
    ['a title of blanks', only({ source: { ...year2027().source, title: ' ' } })],
    ['a day that is none', only({ workingDays: ['2027-02-30'] })],
    ['a day of another year', only({ workingDays: ['2028-01-08'] })],
    ['a weekday', only({ workingDays: ['2027-01-06'] })],
    ['a day said twice', only({ workingDays: ['2027-01-09', '2027-01-09'] })],
    ['a holiday that ends first', only({ holidays: [holiday('2027-01-03', '2027-01-01')] })],
    ['a holiday of another year', only({ holidays: [holiday('2026-12-31', '2027-01-02')] })],
  ])('in words of both languages, and at the same place: %s', (_, addition) => {
    const faults = faultsOfAddition(chinaCalendar, addition);
    expect(faults).not.toEqual([]);
    for (const { en, zhCN } of faults) {
      expect(en).not.toMatch(/\p{Script=Han}/u);
      expect(zhCN).toMatch(/\p{Script=Han}/u);
      expect(zhCN).not.toMatch(/string|number|array|object|undefined/);
    }
  });

  it('for a year that comes twice', () => {
    const years = [year2027(), year2027()];
    expect(() => calendarOf('cn-2027.1', years)).toThrow(/years\.1: 2027 comes twice/);
  });

  it.each(['', 'CN 2027', 'cn+2027'])('for the version name "%s"', (version) => {
    expect(() => calendarOf(version, [year2027()])).toThrow(/version: /);
  });

  it('with every fault at once', () => {
    const years = [year2027({ workingDays: ['2027-01-02', '2027-01-06'] })];
    expect(() => calendarOf('cn-2027.1', years)).toThrow(/workingDays\.0:.*\n.*workingDays\.1:/);
  });
});
