import { instant, instantFromMs, type Instant } from '../instants.ts';
import { businessHours } from './business-hours.ts';
import {
  addBusinessTime,
  BUSINESS_DAYS_MAX,
  businessDays,
  businessTimeBetween,
  businessTimeLeft,
} from './business-time.ts';
import { calendarOf, extendCalendar } from './calendar.ts';
import { chinaCalendar } from './calendar-data.ts';

const hours = businessHours();
const HOUR_MS = 3_600_000;

const shanghai = (wallClock: string): Instant => instant(`${wallClock.replace(' ', 'T')}:00+08:00`);

const source = {
  title: 'An invented notice',
  notice: 'none',
  url: 'https://example.org/notice',
  checkedOn: '2026-11-25',
};

const due = (start: string, days: number, calendar = chinaCalendar) =>
  addBusinessTime(shanghai(start), businessDays(days, hours), hours, calendar);

describe('due', () => {
  it.each([
    [
      'a day granted at opening is due at closing',
      'Mon 2026-03-02 09:00',
      1,
      'Mon 2026-03-02 18:00',
    ],
    ['a day granted later is due the next day', 'Mon 2026-03-02 10:00', 1, 'Tue 2026-03-03 10:00'],
    ['half a day is half the hours', 'Mon 2026-03-02 16:30', 0.5, 'Tue 2026-03-03 12:00'],
    ['a weekend does not count', 'Fri 2026-03-06 17:00', 1, 'Mon 2026-03-09 17:00'],
    ['before opening it starts at opening', 'Mon 2026-03-02 03:00', 1, 'Mon 2026-03-02 18:00'],
    ['at closing it starts the next day', 'Mon 2026-03-02 18:00', 1, 'Tue 2026-03-03 18:00'],
    // Friday 8 h, make-up Saturday 9 h, Tuesday after the festival 9 h, Wednesday 1 h.
    ['over Spring Festival 2026', 'Fri 2026-02-13 10:00', 3, 'Wed 2026-02-25 10:00'],
    ['started in Spring Festival 2026', 'Wed 2026-02-18 12:00', 1, 'Tue 2026-02-24 18:00'],
    ['over a make-up Saturday', 'Fri 2026-02-27 17:00', 1, 'Sat 2026-02-28 17:00'],
    // Tuesday 8 h, 1 to 8 October none, Thursday 9 h, Friday 9 h, make-up Saturday 1 h.
    ['over National Day 2025', 'Tue 2025-09-30 10:00', 3, 'Sat 2025-10-11 10:00'],
    ['from a Saturday to a make-up Sunday', 'Sat 2025-09-27 12:00', 3, 'Tue 2025-09-30 18:00'],
    ['started after hours before one', 'Fri 2025-04-25 18:00', 1, 'Sun 2025-04-27 18:00'],
    // Wednesday 8 h, 1 to 3 January none, make-up Sunday 9 h, Monday 1 h.
    ["over a year's end with data", 'Wed 2025-12-31 10:00', 2, 'Mon 2026-01-05 10:00'],
  ])('%s', (_, start, days, expected) => {
    expect(due(start.slice(4), days)).toEqual({
      dueAt: shanghai(expected.slice(4)),
      calendarVersion: 'cn-2026.1',
      provisional: false,
    });
  });

  it('is the start of the clock when nothing is granted', () => {
    expect(due('2026-03-02 10:30', 0).dueAt).toBe(shanghai('2026-03-02 10:30'));
    expect(due('2026-03-02 18:00', 0).dueAt).toBe(shanghai('2026-03-03 09:00'));
    expect(due('2026-02-18 12:00', 0).dueAt).toBe(shanghai('2026-02-24 09:00'));
  });

  it('counts a leap day like any other', () => {
    expect(due('2028-02-28 10:00', 2)).toEqual({
      dueAt: shanghai('2028-03-01 10:00'),
      calendarVersion: 'cn-2026.1',
      provisional: true,
    });
  });

  it('is provisional into a year without data, and moves when the data comes', () => {
    expect(due('2026-12-31 10:00', 2)).toEqual({
      dueAt: shanghai('2027-01-04 10:00'),
      calendarVersion: 'cn-2026.1',
      provisional: true,
    });
    const holidays = [{ name: 'New Year', from: '2027-01-01', to: '2027-01-03' }];
    const extended = extendCalendar(chinaCalendar, {
      version: 'cn-2027.1',
      years: [{ year: 2027, source, holidays, workingDays: [] }],
    });
    expect(due('2026-12-31 10:00', 2, extended)).toEqual({
      dueAt: shanghai('2027-01-05 10:00'),
      calendarVersion: 'cn-2026.1+cn-2027.1',
      provisional: false,
    });
  });

  it('is final up to the last closing of a year with data', () => {
    expect(due('2026-12-31 09:00', 1).provisional).toBe(false);
    expect(due('2026-12-31 09:01', 1).provisional).toBe(true);
  });

  it('is provisional out of one too, where only a weekend of it lies before', () => {
    const holidays = [{ name: 'New Year', from: '2023-01-01', to: '2023-01-02' }];
    const only2023 = calendarOf('cn-2023.1', [{ year: 2023, source, holidays, workingDays: [] }]);
    expect(due('2022-12-31 10:00', 1, only2023)).toEqual({
      dueAt: shanghai('2023-01-03 18:00'),
      calendarVersion: 'cn-2023.1',
      provisional: true,
    });
    expect(due('2022-12-31 18:00', 1, only2023).provisional).toBe(false);
  });

  it('follows the wall clock over the change to summer time', () => {
    const berlin = businessHours({ timeZone: 'Europe/Berlin' });
    const start = instant('2026-03-27T10:00:00+01:00');
    const { dueAt } = addBusinessTime(start, businessDays(1, berlin), berlin, chinaCalendar);
    expect(dueAt).toBe(instant('2026-03-30T10:00:00+02:00'));
  });

  it('takes 24 hours that pass, on a date of 23 hours as on one of 25', () => {
    const calendar = calendarOf('night-2026.1', [
      {
        year: 2026,
        source,
        holidays: [{ name: 'New Year', from: '2026-01-01', to: '2026-01-01' }],
        workingDays: ['2026-03-29', '2026-10-25'],
      },
    ]);
    const allDay = businessHours({ timeZone: 'Europe/Berlin', opens: '00:00', closes: '24:00' });
    const after = (start: string) =>
      addBusinessTime(instant(start), businessDays(1, allDay), allDay, calendar).dueAt;
    expect(after('2026-03-29T00:00:00+01:00')).toBe(instant('2026-03-30T01:00:00+02:00'));
    expect(after('2026-10-25T00:00:00+02:00')).toBe(instant('2026-10-25T23:00:00+01:00'));
  });

  it('does not count a date that the zone skipped', () => {
    const apia = businessHours({ timeZone: 'Pacific/Apia' });
    const start = instant('2011-12-29T10:00:00-10:00');
    const { dueAt } = addBusinessTime(start, businessDays(2, apia), apia, chinaCalendar);
    expect(dueAt).toBe(instant('2012-01-03T10:00:00+14:00'));
  });
});

describe('maintenance', () => {
  const dueWith = (start: string, days: number, ...stretches: [string, string][]) =>
    addBusinessTime(
      shanghai(start),
      businessDays(days, hours),
      hours,
      chinaCalendar,
      stretches.map(([from, to]) => ({ from: shanghai(from), to: shanghai(to) })),
    ).dueAt;

  it('moves a due time by what it takes of business hours', () => {
    expect(dueWith('2026-03-02 10:00', 1, ['2026-03-02 17:00', '2026-03-03 09:30'])).toBe(
      shanghai('2026-03-03 11:30'),
    );
  });

  it('outside business hours moves nothing', () => {
    expect(dueWith('2026-03-02 10:00', 1, ['2026-03-02 18:00', '2026-03-03 09:00'])).toBe(
      shanghai('2026-03-03 10:00'),
    );
  });

  it('starts no clock before it ends', () => {
    expect(dueWith('2026-03-02 10:00', 0, ['2026-03-02 09:30', '2026-03-02 11:00'])).toBe(
      shanghai('2026-03-02 11:00'),
    );
  });

  it('counts once where stretches overlap, in whatever order they are told', () => {
    const inner: [string, string] = ['2026-03-02 12:00', '2026-03-02 13:00'];
    const outer: [string, string] = ['2026-03-02 11:00', '2026-03-02 14:00'];
    const later: [string, string] = ['2026-03-02 13:30', '2026-03-02 15:00'];
    expect(dueWith('2026-03-02 09:00', 0.5, later, inner, outer)).toBe(
      shanghai('2026-03-02 17:30'),
    );
  });

  it('is refused when it ends before it begins', () => {
    expect(() => dueWith('2026-03-02 09:00', 1, ['2026-03-02 12:00', '2026-03-02 12:00'])).toThrow(
      /Maintenance ends before it begins/,
    );
  });
});

describe('business time between two instants', () => {
  const between = (from: string, to: string) =>
    businessTimeBetween(shanghai(from), shanghai(to), hours, chinaCalendar);

  it('counts hours of business days only', () => {
    expect(between('2026-02-13 10:00', '2026-02-25 10:00').ms).toBe(27 * HOUR_MS);
    expect(between('2026-02-15 00:00', '2026-02-24 00:00').ms).toBe(0);
    expect(between('2026-03-02 17:59', '2026-03-03 09:01').ms).toBe(120_000);
  });

  it('is nothing when the second is not the later one', () => {
    expect(between('2026-03-03 10:00', '2026-03-02 10:00')).toEqual({ ms: 0, provisional: false });
    expect(between('2027-03-03 10:00', '2027-03-03 10:00')).toEqual({ ms: 0, provisional: false });
  });

  it('is provisional when hours of a year without data lie between', () => {
    expect(between('2026-12-31 10:00', '2027-01-01 09:00').provisional).toBe(false);
    expect(between('2026-12-31 10:00', '2027-01-01 09:01').provisional).toBe(true);
    expect(between('2027-01-02 00:00', '2027-01-03 00:00')).toEqual({ ms: 0, provisional: true });
  });

  it('does not run during maintenance', () => {
    const maintenance = [{ from: shanghai('2026-03-02 17:00'), to: shanghai('2026-03-03 10:00') }];
    const from = shanghai('2026-03-02 16:00');
    const to = shanghai('2026-03-03 11:00');
    expect(businessTimeBetween(from, to, hours, chinaCalendar, maintenance).ms).toBe(2 * HOUR_MS);
  });

  it('is refused over more than 40 years', () => {
    expect(() => between('1970-01-01 00:00', '2026-01-01 00:00')).toThrow(RangeError);
  });
});

describe('what a stopped clock keeps', () => {
  it('is what was granted less what was used, in whole seconds, for the benefit of who works', () => {
    expect(businessTimeLeft(10_000, 4_000)).toBe(6_000);
    expect(businessTimeLeft(10_000, 4_001)).toBe(6_000);
    expect(businessTimeLeft(10_000, 3_999)).toBe(7_000);
  });

  it('is nothing once it is overdue', () => {
    expect(businessTimeLeft(10_000, 10_000)).toBe(0);
    expect(businessTimeLeft(10_000, 12_000)).toBe(0);
  });
});

describe('durations', () => {
  it('are as many hours as the days have, to the second', () => {
    expect(businessDays(1, hours)).toBe(9 * HOUR_MS);
    expect(businessDays(0.5, hours)).toBe(4.5 * HOUR_MS);
    expect(businessDays(1 / 7, hours)).toBe(4_629_000);
    expect(businessDays(0, hours)).toBe(0);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, BUSINESS_DAYS_MAX + 1])(
    'of %d business days are refused',
    (days) => {
      expect(() => businessDays(days, hours)).toThrow(RangeError);
    },
  );

  it.each([-1, 0.5, Number.NaN, (BUSINESS_DAYS_MAX + 1) * 9 * HOUR_MS])(
    'of %d ms are refused',
    (ms) => {
      const start = shanghai('2026-03-02 09:00');
      expect(() => addBusinessTime(start, ms, hours, chinaCalendar)).toThrow(RangeError);
    },
  );

  it('reach as far as the longest that is allowed', () => {
    const { dueAt, provisional } = due('2026-03-02 09:00', BUSINESS_DAYS_MAX);
    expect(provisional).toBe(true);
    expect(businessTimeBetween(shanghai('2026-03-02 09:00'), dueAt, hours, chinaCalendar).ms).toBe(
      BUSINESS_DAYS_MAX * 9 * HOUR_MS,
    );
  });

  it('are refused where maintenance leaves no due time within 40 years', () => {
    const start = shanghai('2026-03-02 09:00');
    const forEver = [{ from: start, to: instantFromMs(Date.UTC(2100, 0, 1)) }];
    expect(() =>
      addBusinessTime(start, businessDays(1, hours), hours, chinaCalendar, forEver),
    ).toThrow(/Further than 40 years/);
  });
});
