/**
 * Calendars of business days, as versioned data.
 *
 * Every due time names the version of the calendar that made it, for ever, so a calendar is never
 * edited: `extendCalendar` makes another one, under another name. A year without data is
 * Monday to Friday and provisional, because its notice may still move days either way.
 */
import {
  type CalendarAddition,
  calendarAdditionSchema,
  type CalendarFault,
  type CalendarYear,
  dateOf,
  formFaultsOf,
  SATURDAY,
} from './calendar-form.ts';

export { type CalendarAddition, type CalendarYear } from './calendar-form.ts';

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
  const addition = { version, years };
  return calendarFrom(version, checked(addition, formFaultsOf(addition)).years);
}

/** What forbids that the base is extended by it: the faults of its form, or a name that is taken. */
export function faultsOfAddition(base: Calendar, addition: unknown): readonly CalendarFault[] {
  const faults = formFaultsOf(addition);
  if (faults.length > 0) return faults;
  const { version } = addition as CalendarAddition;
  if (!base.version.split('+').includes(version)) return [];
  const en = `Calendar ${base.version} has ${version} already: choose another name.`;
  const zhCN = `日历 ${base.version} 已包含 ${version}：请另选名称。`;
  return [{ path: ['version'], en, zhCN }];
}

/**
 * The base with an operator's years. A year that the base has is replaced as a whole: what was
 * supplied is what counts, and no day is left over from before.
 * @param addition data as supplied; its form is checked here.
 * @throws RangeError that names every fault and where it is, or the version that is already in.
 */
export function extendCalendar(base: Calendar, addition: CalendarAddition): Calendar {
  const { version, years } = checked(addition, faultsOfAddition(base, addition));
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

function checked(addition: unknown, faults: readonly CalendarFault[]): CalendarAddition {
  if (faults.length === 0) return calendarAdditionSchema.parse(addition);
  const lines = faults.map(({ path, en }) => `${path.join('.') || 'calendar'}: ${en}`);
  throw new RangeError(`Calendar data refused.\n${lines.join('\n')}`);
}

function dayOfYear(day: string): number {
  return Temporal.PlainDate.from(day).dayOfYear;
}
