import { businessDayMs, businessHours, hoursOfYear } from './business-hours.ts';

const HOUR_MS = 3_600_000;

const hoursOn = (day: string, hours = businessHours()) => {
  const { year, dayOfYear } = Temporal.PlainDate.from(day);
  const { opensMs, closesMs } = hoursOfYear(year, hours);
  return [opensMs, closesMs].map((table) => new Date(table[dayOfYear - 1]!).toISOString());
};

describe('business hours', () => {
  it('are 09:00 to 18:00 in Shanghai where nothing else is said', () => {
    expect(businessHours()).toEqual({
      timeZone: 'Asia/Shanghai',
      opens: '09:00',
      closes: '18:00',
    });
    expect(businessHours({ opens: '08:30' }).closes).toBe('18:00');
    expect(businessDayMs(businessHours())).toBe(9 * HOUR_MS);
  });

  it('may last the whole day', () => {
    expect(businessDayMs(businessHours({ opens: '00:00', closes: '24:00' }))).toBe(24 * HOUR_MS);
  });

  it.each([
    [{ timeZone: 'Asia/Atlantis' }, /time zone/],
    [{ timeZone: '2026-01-01T00:00[Asia/Shanghai]' }, /time zone/],
    [{ opens: '9:00' }, /Opening time/],
    [{ opens: '24:00' }, /Opening time/],
    [{ closes: '25:00' }, /Closing time/],
    [{ closes: '24:01' }, /Closing time/],
    [{ opens: '18:00', closes: '18:00' }, /after opening/],
    [{ opens: '22:00', closes: '06:00' }, /after opening/],
  ])('refuse %j', (said, message) => {
    expect(() => businessHours(said)).toThrow(RangeError);
    expect(() => businessHours(said)).toThrow(message);
  });

  it('are refused as well where nobody checked them before', () => {
    const unchecked = { timeZone: 'Asia/Shanghai', opens: '18:00', closes: '09:00' };
    expect(() => hoursOfYear(2026, unchecked)).toThrow(RangeError);
  });
});

describe('business hours of a date', () => {
  it('follow the wall clock through summer time', () => {
    const berlin = businessHours({ timeZone: 'Europe/Berlin' });
    expect(hoursOn('2026-03-27', berlin)).toEqual([
      '2026-03-27T08:00:00.000Z',
      '2026-03-27T17:00:00.000Z',
    ]);
    expect(hoursOn('2026-03-30', berlin)).toEqual([
      '2026-03-30T07:00:00.000Z',
      '2026-03-30T16:00:00.000Z',
    ]);
  });

  it('last as long as the day does where they are the whole day', () => {
    const berlin = businessHours({ timeZone: 'Europe/Berlin', opens: '00:00', closes: '24:00' });
    const lengths = ['2026-03-28', '2026-03-29', '2026-10-25'].map((day) => {
      const [opens, closes] = hoursOn(day, berlin);
      return (Date.parse(closes!) - Date.parse(opens!)) / HOUR_MS;
    });
    expect(lengths).toEqual([24, 23, 25]);
  });

  it('are none where the clocks skip closing time and move opening time past it', () => {
    const night = businessHours({ timeZone: 'Europe/Berlin', opens: '02:45', closes: '03:15' });
    const [opens, closes] = hoursOn('2026-03-29', night);
    expect(closes).toBe(opens);
  });

  it('are none on a date that the zone skips', () => {
    const apia = businessHours({ timeZone: 'Pacific/Apia' });
    const [opens, closes] = hoursOn('2011-12-30', apia);
    expect(closes).toBe(opens);
  });

  it('never overlap with those of the next, even where midnight comes twice', () => {
    const stJohns = businessHours({
      timeZone: 'America/St_Johns',
      opens: '00:00',
      closes: '24:00',
    });
    const [, closes] = hoursOn('2010-11-06', stJohns);
    const [opens] = hoursOn('2010-11-07', stJohns);
    expect(closes).toBe(opens);
  });

  it('end at midnight where the clocks skip closing time and midnight follows', () => {
    const nuuk = businessHours({ timeZone: 'America/Nuuk', opens: '00:00', closes: '23:30' });
    const [, closes] = hoursOn('2024-03-30', nuuk);
    const [opens] = hoursOn('2024-03-31', nuuk);
    expect(closes).toBe(opens);
  });

  it('come out the same after more hours than the memory holds', () => {
    const before = hoursOn('2026-03-27');
    for (let minute = 10; minute < 60; minute++) {
      hoursOn('2026-03-27', businessHours({ opens: `08:${minute}` }));
    }
    expect(hoursOn('2026-03-27')).toEqual(before);
  });
});
