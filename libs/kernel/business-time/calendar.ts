/**
 * Calendars of business days, as versioned data.
 *
 * Every due time names the version of the calendar that made it, for ever, so a calendar is never
 * edited: `extendCalendar` makes another one, under another name. A year without data is
 * Monday to Friday and provisional, because its notice may still move days either way.
 */
import { z } from 'zod';
import { isReadableText } from '../schemas.ts';

const DATE_FORM = /^\d{4}-\d{2}-\d{2}$/;
const SATURDAY = 6;
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'];

const date = z.string().refine((text) => dateOf(text) !== undefined, {
  error: 'No date of the form YYYY-MM-DD.',
  abort: true,
});

/** More than any year can have: its weekends are 106 days at the most. */
const DAYS_LISTED_MAX = 120;
const YEARS_MAX = 10;

const readableText = (lengthMax: number) =>
  z.string().max(lengthMax).refine(isReadableText, 'Must be words that can be read.');

const versionName = z
  .string()
  .max(64)
  .regex(/^[a-z0-9][a-z0-9.-]*$/, 'Small letters, digits, dots and hyphens only, as in cn-2027.1.');

const calendarYear = z
  .strictObject({
    year: z.int().min(1970).max(9999),
    /** What the data was taken from, so that anybody can compare the two. */
    source: z.strictObject({
      title: readableText(300),
      /** Number of the notice, as its publisher cites it. */
      notice: readableText(100),
      url: z.url().max(500),
      /** The date on which the data was compared with the source. */
      checkedOn: date,
    }),
    /** First and last day of each holiday, weekends inside it included or not. */
    holidays: z
      .array(z.strictObject({ name: readableText(100), from: date, to: date }))
      .min(1, 'A year without any holiday is a year without data.')
      .max(DAYS_LISTED_MAX),
    /** Saturdays and Sundays on which work makes up for a holiday. */
    workingDays: z.array(date).max(DAYS_LISTED_MAX),
  })
  .superRefine((year, context) => {
    for (const { path, message } of contradictionsIn(year)) {
      context.addIssue({ code: 'custom', path, message });
    }
  });

/** What an operator supplies: whole years, new or corrected, under a name of their own. */
export const calendarAdditionSchema = z
  .strictObject({ version: versionName, years: z.array(calendarYear).min(1).max(YEARS_MAX) })
  .superRefine(({ years }, context) => {
    years.forEach(({ year }, index) => {
      if (years.findIndex((other) => other.year === year) === index) return;
      context.addIssue({ code: 'custom', path: ['years', index], message: `${year} comes twice.` });
    });
  });

export type CalendarYear = z.infer<typeof calendarYear>;
export type CalendarAddition = z.infer<typeof calendarAdditionSchema>;

export interface Calendar {
  /** Name of the base and of every addition since, in order: `cn-2026.1+cn-2027.1`. */
  readonly version: string;
  /** The years with data, ascending. Every other year is provisional. */
  readonly years: readonly CalendarYear[];
}

export interface DayStanding {
  readonly business: boolean;
  /** True where the year has no data yet and the answer rests on the weekday alone. */
  readonly provisional: boolean;
}

/** @throws RangeError that names every fault and where it is. */
export function calendarOf(version: string, years: readonly CalendarYear[]): Calendar {
  return calendarFrom(version, checkedAddition({ version, years }).years);
}

/**
 * The base with an operator's years. A year that the base has is replaced as a whole: what was
 * supplied is what counts, and no day is left over from before.
 * @param addition data as supplied; its form is checked here.
 * @throws RangeError that names every fault and where it is, or the version that is already in.
 */
export function extendCalendar(base: Calendar, addition: CalendarAddition): Calendar {
  const { version, years } = checkedAddition(addition);
  if (base.version.split('+').includes(version)) {
    throw new RangeError(`Calendar ${base.version} has ${version} already: choose another name.`);
  }
  const supplied = new Set(years.map(({ year }) => year));
  const kept = base.years.filter(({ year }) => !supplied.has(year));
  return calendarFrom(`${base.version}+${version}`, [...kept, ...years]);
}

/**
 * @param day local date, `YYYY-MM-DD`.
 * @throws RangeError when it is no date.
 */
export function isBusinessDay(day: string, calendar: Calendar): DayStanding {
  const asked = dateOf(day);
  if (!asked) throw new RangeError(`No date of the form YYYY-MM-DD: ${day}`);
  const { business, provisional } = daysOfYear(asked.year, calendar);
  return { business: business[asked.dayOfYear - 1] === 1, provisional };
}

export interface DaysOfYear {
  /** One entry a day from 1 January: 1 for a business day, 0 for another. */
  readonly business: Uint8Array;
  readonly provisional: boolean;
}

/** Calendars never change, so what was worked out for one is remembered as long as it lives. */
const workedOut = new WeakMap<Calendar, Map<number, DaysOfYear>>();

/** Every day of a year at once: what the arithmetic walks over. */
export function daysOfYear(year: number, calendar: Calendar): DaysOfYear {
  let known = workedOut.get(calendar);
  if (!known) workedOut.set(calendar, (known = new Map()));
  let days = known.get(year);
  if (!days) known.set(year, (days = workOut(year, calendar)));
  return days;
}

function workOut(year: number, calendar: Calendar): DaysOfYear {
  const first = new Temporal.PlainDate(year, 1, 1);
  const business = Uint8Array.from({ length: first.daysInYear }, (_, index) =>
    ((first.dayOfWeek - 1 + index) % 7) + 1 < SATURDAY ? 1 : 0,
  );
  const data = calendar.years.find((known) => known.year === year);
  for (const { from, to } of data?.holidays ?? []) {
    business.fill(0, dayOfYear(from) - 1, dayOfYear(to));
  }
  for (const day of data?.workingDays ?? []) business[dayOfYear(day) - 1] = 1;
  return { business, provisional: data === undefined };
}

function calendarFrom(version: string, years: readonly CalendarYear[]): Calendar {
  return Object.freeze({
    version,
    years: Object.freeze(years.toSorted((a, b) => a.year - b.year)),
  });
}

function checkedAddition(addition: unknown): CalendarAddition {
  const result = calendarAdditionSchema.safeParse(addition);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'calendar'}: ${message}`,
  );
  throw new RangeError(`Calendar data refused.\n${faults.join('\n')}`);
}

interface Contradiction {
  readonly path: (string | number)[];
  readonly message: string;
}

/** What no form can show: days outside the year, days said twice, and days that are both. */
function* contradictionsIn(data: {
  year: number;
  holidays: readonly { from: string; to: string }[];
  workingDays: readonly string[];
}): Generator<Contradiction> {
  const saidIn = new Map<string, string>();
  for (const [index, { from, to }] of data.holidays.entries()) {
    const path = ['holidays', index];
    if (!isWithin(data.year, from) || !isWithin(data.year, to)) {
      yield { path, message: `${from} to ${to} does not lie in ${data.year}.` };
    } else if (to < from) {
      yield { path, message: `Ends on ${to}, before it begins on ${from}.` };
    } else {
      for (const day of daysFrom(from, to)) {
        const earlier = saidIn.get(day);
        if (earlier) yield { path, message: `${day} is in ${earlier} already.` };
        saidIn.set(day, path.join('.'));
      }
    }
  }
  for (const [index, day] of data.workingDays.entries()) {
    const path = ['workingDays', index];
    const { dayOfWeek } = Temporal.PlainDate.from(day);
    const earlier = saidIn.get(day);
    if (!isWithin(data.year, day)) {
      yield { path, message: `${day} does not lie in ${data.year}.` };
    } else if (earlier) {
      yield { path, message: `${day} is in ${earlier} already.` };
    } else if (dayOfWeek < SATURDAY) {
      yield { path, message: `${day} is a ${WEEKDAYS[dayOfWeek - 1]}: it makes up for nothing.` };
    }
    saidIn.set(day, path.join('.'));
  }
}

function* daysFrom(from: string, to: string): Generator<string> {
  let day = Temporal.PlainDate.from(from);
  for (; day.toString() <= to; day = day.add({ days: 1 })) yield day.toString();
}

function isWithin(year: number, day: string): boolean {
  return Temporal.PlainDate.from(day).year === year;
}

function dayOfYear(day: string): number {
  return Temporal.PlainDate.from(day).dayOfYear;
}

/** Temporal alone would also read week dates, times of day and annotations. */
function dateOf(text: string): Temporal.PlainDate | undefined {
  if (!DATE_FORM.test(text)) return undefined;
  try {
    return Temporal.PlainDate.from(text);
  } catch {
    return undefined;
  }
}
