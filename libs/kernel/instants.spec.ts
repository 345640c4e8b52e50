import {
  daysToMs,
  hoursToMs,
  instant,
  instantFromMs,
  isInstant,
  minutesToMs,
  msBetween,
  msOf,
  plusMs,
  secondsToMs,
} from './instants.ts';

describe('an instant', () => {
  it('has one form only, so that instants compare as text', () => {
    expect(isInstant('2026-11-25T04:34:09.123Z')).toBe(true);
    for (const other of [
      '2026-11-25T04:34:09Z',
      '2026-11-25T04:34:09.123+00:00',
      '2026-11-25t04:34:09.123z',
      '2026-11-25 04:34:09.123Z',
      '+002026-11-25T04:34:09.123Z',
      ' 2026-11-25T04:34:09.123Z',
      '',
    ]) {
      expect([other, isInstant(other)]).toEqual([other, false]);
    }
  });

  it.each([
    '2011-02-30T00:00:00.000Z',
    '2011-02-29T00:00:00.000Z',
    '2011-04-31T00:00:00.000Z',
    '2011-13-01T00:00:00.000Z',
    '2011-00-10T00:00:00.000Z',
    '2011-01-00T00:00:00.000Z',
    '2011-01-01T24:00:00.000Z',
    '2011-01-01T23:60:00.000Z',
    '2011-12-31T23:59:60.000Z',
  ])('of a day or an hour that there is not is none: %s', (text) => {
    expect(isInstant(text)).toBe(false);
    expect(() => instant(text)).toThrow(RangeError);
  });

  it('knows leap years', () => {
    expect(isInstant('2012-02-29T00:00:00.000Z')).toBe(true);
    expect(isInstant('2000-02-29T00:00:00.000Z')).toBe(true);
    expect(isInstant('1900-02-29T00:00:00.000Z')).toBe(false);
  });
});

describe('reading a timestamp', () => {
  it.each([
    ['2026-03-02T09:00:00+08:00', '2026-03-02T01:00:00.000Z'],
    ['2026-03-02T00:00:00+08:00', '2026-03-01T16:00:00.000Z'],
    ['2026-03-02T09:00+08:00', '2026-03-02T01:00:00.000Z'],
    ['2026-03-01T23:30:00-01:00', '2026-03-02T00:30:00.000Z'],
    ['2026-03-02T01:00:00Z', '2026-03-02T01:00:00.000Z'],
    ['2026-03-02t01:00:00z', '2026-03-02T01:00:00.000Z'],
    ['2026-03-02T01:00:00.5Z', '2026-03-02T01:00:00.500Z'],
    ['2026-03-02T01:00:00.123999Z', '2026-03-02T01:00:00.123Z'],
  ])('takes every form of RFC 3339: %s', (text, expected) => {
    expect(instant(text)).toBe(expected);
  });

  it.each([
    '2011-02-30T00:00:00+08:00',
    '2011-02-30T00:00+08:00',
    '2011-01-01T24:00:00+08:00',
    '2011-01-01T00:00:00+25:00',
    '2011-01-01T00:00:00+08:60',
    '2011-01-01T00:00:00',
    '2011-01-01',
    '20110101T000000Z',
    '1 January 2011',
    '0',
    '',
  ])('refuses what is none: %s', (text) => {
    expect(() => instant(text)).toThrow(RangeError);
  });

  it('refuses one that lies outside the years 0 to 9999 in UTC', () => {
    expect(() => instant('9999-12-31T23:59:59-01:00')).toThrow(RangeError);
    expect(() => instantFromMs(Number.NaN)).toThrow(RangeError);
    expect(() => instantFromMs(1e15)).toThrow(RangeError);
    expect(instantFromMs(-62_167_219_200_000)).toBe('0000-01-01T00:00:00.000Z');
  });
});

describe('calendar time', () => {
  const at = instant('2026-03-02T01:00:00Z');

  it('adds and takes away milliseconds', () => {
    expect(plusMs(at, 1)).toBe('2026-03-02T01:00:00.001Z');
    expect(plusMs(at, -1)).toBe('2026-03-02T00:59:59.999Z');
    expect(msBetween(at, plusMs(at, 5))).toBe(5);
    expect(msBetween(plusMs(at, 5), at)).toBe(-5);
    expect(instantFromMs(msOf(at))).toBe(at);
  });

  it('counts in units of fixed length: a day is 24 hours', () => {
    expect([secondsToMs(2), minutesToMs(2), hoursToMs(2), daysToMs(2)]).toEqual([
      2_000, 120_000, 7_200_000, 172_800_000,
    ]);
  });
});
