/** What holds for every start, duration, zone and calendar; the seed is stored, so a run repeats. */
import fc from 'fast-check';
import { instantFromMs, msOf, plusMs, type Instant } from '../instants.ts';
import { businessHours, type BusinessHours } from './business-hours.ts';
import {
  addBusinessTime,
  businessDays,
  businessTimeBetween,
  businessTimeLeft,
  type Maintenance,
} from './business-time.ts';
import { extendCalendar, isBusinessDay, type Calendar, type CalendarYear } from './calendar.ts';
import { chinaCalendar } from './calendar-data.ts';

const RUNS = { seed: 20_260_215, numRuns: 400 };
const HALF_HOUR_MS = 1_800_000;
const YEARS_WITHOUT_DATA = [2024, 2027, 2028];

const hours = fc.constantFrom(
  businessHours(),
  businessHours({ opens: '00:00', closes: '24:00' }),
  businessHours({ timeZone: 'Europe/Berlin', opens: '08:30', closes: '17:00' }),
  businessHours({ timeZone: 'Europe/Berlin', opens: '00:00', closes: '24:00' }),
  businessHours({ timeZone: 'America/New_York', opens: '00:00', closes: '12:00' }),
  businessHours({ timeZone: 'America/St_Johns' }),
  businessHours({ timeZone: 'Asia/Kolkata' }),
);

const instantIn = (from: string, to: string, unitMs: number) =>
  fc
    .integer({ min: Date.parse(from) / unitMs, max: Date.parse(to) / unitMs })
    .map((units) => instantFromMs(units * unitMs));
const start = instantIn('2024-11-01', '2027-03-01', 1_000);
const days = fc.double({ min: 0, max: 15, noNaN: true });

const maintenanceOf = (unitMs: number) =>
  fc.array(
    fc
      .tuple(instantIn('2024-11-01', '2027-03-01', unitMs), fc.integer({ min: 1, max: 500 }))
      .map(([from, units]): Maintenance => ({ from, to: plusMs(from, units * unitMs) })),
    { maxLength: 4 },
  );
const maintenance = maintenanceOf(60_000);

const given = fc.record({ start, days, hours, maintenance });
type Given = typeof given extends fc.Arbitrary<infer T> ? T : never;

const dueOf = (
  { start: from, days: n, hours: h, maintenance: m }: Given,
  calendar: Calendar = chinaCalendar,
) => addBusinessTime(from, businessDays(n, h), h, calendar, m);

const isOpen = (
  at: Instant,
  { timeZone, opens, closes }: BusinessHours,
  m: readonly Maintenance[],
) => {
  const local = Temporal.Instant.from(at).toZonedDateTimeISO(timeZone);
  const time = local.toPlainTime().toString();
  return (
    isBusinessDay(local.toPlainDate().toString(), chinaCalendar).business &&
    opens <= time &&
    time < closes &&
    !m.some(({ from, to }) => from <= at && at < to)
  );
};

describe('business time', () => {
  it('between a start and its due time is what was granted', () => {
    fc.assert(
      fc.property(given, (g) => {
        const { ms } = businessTimeBetween(
          g.start,
          dueOf(g).dueAt,
          g.hours,
          chinaCalendar,
          g.maintenance,
        );
        expect(ms).toBe(businessDays(g.days, g.hours));
      }),
      RUNS,
    );
  });

  it('is due inside business time, and the last moment before it too', () => {
    fc.assert(
      fc.property(given, (g) => {
        const { dueAt } = dueOf(g);
        const nothingGranted = businessDays(g.days, g.hours) === 0;
        const inside = nothingGranted ? dueAt : plusMs(dueAt, -1);
        expect(isOpen(inside, g.hours, g.maintenance)).toBe(true);
      }),
      RUNS,
    );
  });

  it('agrees with walking through it half an hour at a time', () => {
    const granted = fc.integer({ min: 0, max: 60 });
    const aligned = fc.record({
      from: instantIn('2024-12-01', '2027-02-01', HALF_HOUR_MS),
      granted,
      hours,
      stretches: maintenanceOf(HALF_HOUR_MS),
    });
    fc.assert(
      fc.property(aligned, ({ from, granted: halfHours, hours: h, stretches }) => {
        let at = from;
        let used = 0;
        while (used < halfHours || (halfHours === 0 && !isOpen(at, h, stretches))) {
          if (isOpen(at, h, stretches)) used++;
          at = plusMs(at, HALF_HOUR_MS);
        }
        const due = addBusinessTime(from, halfHours * HALF_HOUR_MS, h, chinaCalendar, stretches);
        expect(due.dueAt).toBe(at);
      }),
      { ...RUNS, numRuns: 100 },
    );
  });

  it('adds up over any instant between', () => {
    fc.assert(
      fc.property(start, start, start, hours, maintenance, (a, b, c, h, m) => {
        const [first, second, third] = [a, b, c].sort() as [Instant, Instant, Instant];
        const between = (from: Instant, to: Instant) =>
          businessTimeBetween(from, to, h, chinaCalendar, m).ms;
        expect(between(first, second) + between(second, third)).toBe(between(first, third));
      }),
      RUNS,
    );
  });

  it('stopped and resumed is due later by the business time that passed in between', () => {
    const stop = fc.record({
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      pauseMinutes: fc.integer({ min: 0, max: 30_000 }),
    });
    fc.assert(
      fc.property(given, stop, (g, { share, pauseMinutes }) => {
        const granted = businessDays(g.days, g.hours);
        const lastsMs = msOf(dueOf(g).dueAt) - msOf(g.start);
        const stoppedAt = plusMs(g.start, Math.floor((share * lastsMs) / 1_000) * 1_000);
        const resumedAt = plusMs(stoppedAt, pauseMinutes * 60_000);
        const between = (from: Instant, to: Instant) =>
          businessTimeBetween(from, to, g.hours, chinaCalendar, g.maintenance).ms;
        const used = between(g.start, stoppedAt);
        const left = businessTimeLeft(granted, used);
        expect(used + left).toBe(granted);
        // With nothing left, a resumed clock is due as soon as it starts, not when it ran out.
        fc.pre(left > 0);
        const add = (from: Instant, ms: number) =>
          addBusinessTime(from, ms, g.hours, chinaCalendar, g.maintenance).dueAt;
        const paused = between(stoppedAt, resumedAt);
        expect(add(resumedAt, left)).toBe(add(g.start, granted + paused));
      }),
      RUNS,
    );
  });

  it('is due no earlier for a later start or a longer grant', () => {
    const later = fc.record({
      seconds: fc.integer({ min: 0, max: 2_000_000 }),
      days: fc.double({ min: 0, max: 3, noNaN: true }),
    });
    fc.assert(
      fc.property(given, later, (g, more) => {
        const { dueAt } = dueOf(g);
        expect(dueOf({ ...g, start: plusMs(g.start, more.seconds * 1_000) }).dueAt >= dueAt).toBe(
          true,
        );
        expect(dueOf({ ...g, days: g.days + more.days }).dueAt >= dueAt).toBe(true);
      }),
      RUNS,
    );
  });

  it('that is not provisional is moved by no data that may still come', () => {
    const extreme = (version: string, yearOf: (year: number) => Partial<CalendarYear>) =>
      extendCalendar(chinaCalendar, {
        version,
        years: YEARS_WITHOUT_DATA.map((year) => ({
          year,
          source: {
            title: 'An invented notice',
            notice: 'none',
            url: 'https://example.org/notice',
            checkedOn: '2026-11-25',
          },
          holidays: [{ name: 'New Year', from: `${year}-01-01`, to: `${year}-01-01` }],
          workingDays: [],
          ...yearOf(year),
        })),
      });
    const idle = extreme('idle', (year) => ({
      holidays: [{ name: 'All year', from: `${year}-01-01`, to: `${year}-12-30` }],
    }));
    const busy = extreme('busy', (year) => ({
      workingDays: Array.from({ length: 364 }, (_, index) =>
        Temporal.PlainDate.from({ year, month: 1, day: 2 }).add({ days: index }),
      )
        .filter((day) => day.year === year && day.dayOfWeek > 5)
        .map(String),
    }));
    let moved = 0;
    fc.assert(
      fc.property(given, (g) => {
        const { dueAt, provisional } = dueOf(g);
        const others = [idle, busy].map((calendar) => dueOf(g, calendar).dueAt);
        if (!provisional) expect(others).toEqual([dueAt, dueAt]);
        else if (others.some((other) => other !== dueAt)) moved++;
      }),
      RUNS,
    );
    // Otherwise the data would be too tame to prove anything.
    expect(moved).toBeGreaterThan(10);
  });
});
