/**
 * The clock's arithmetic, one page that everybody can compute by hand.
 *
 * Business time runs only inside the business hours of business days, and not during maintenance. A
 * clock started outside it starts when it next opens. Due is the instant at which the granted time is
 * used up: one business day granted on Monday at 09:00 is due on Monday at 18:00, granted at 10:00
 * it is due on Tuesday at 10:00. Time is what passes, so a date on which the clocks change inside
 * its hours holds an hour more or less than `businessDays` counts for it.
 */
import { instantFromMs, msOf, type Instant } from '../instants.ts';
import { businessDayMs, hoursOfYear, type BusinessHours } from './business-hours.ts';
import { daysOfYear, type Calendar } from './calendar.ts';

/** Some fourteen years: a longer grant is a mistake, not a deadline. */
export const BUSINESS_DAYS_MAX = 3_660;
/** How many calendar years the arithmetic looks ahead before it gives up. */
const HORIZON_YEARS = 40;

export interface Due {
  readonly dueAt: Instant;
  readonly calendarVersion: string;
  /** True when data that is still to come for a year could move it. */
  readonly provisional: boolean;
}

export interface BusinessTime {
  readonly ms: number;
  /** True when data that is still to come for a year could change it. */
  readonly provisional: boolean;
}

/** A time in which no clock runs, `to` exclusive. Several may overlap, in any order. */
export interface Maintenance {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * Business days as business time in milliseconds, to the nearest second.
 * @param days may be a fraction: half a day of nine hours is four and a half hours.
 * @throws RangeError when negative, not a number, or above `BUSINESS_DAYS_MAX`.
 */
export function businessDays(days: number, hours: BusinessHours): number {
  if (!(days >= 0 && days <= BUSINESS_DAYS_MAX)) {
    throw new RangeError(`Business days go from 0 to ${BUSINESS_DAYS_MAX}: ${days}`);
  }
  return Math.round((days * businessDayMs(hours)) / 1_000) * 1_000;
}

/**
 * When granted business time is used up. Nothing granted is used up as soon as the clock starts: at
 * `start` inside business time, otherwise at the next opening.
 * @param durationMs whole milliseconds of business time, as `businessDays` gives them.
 * @throws RangeError when the duration is negative, not whole or above `BUSINESS_DAYS_MAX` days;
 * when hours or maintenance are not valid; when there is no due time within 40 years.
 */
export function addBusinessTime(
  start: Instant,
  durationMs: number,
  hours: BusinessHours,
  calendar: Calendar,
  maintenance: readonly Maintenance[] = [],
): Due {
  if (!(Number.isInteger(durationMs) && durationMs >= 0)) {
    throw new RangeError(`A duration is a whole number of milliseconds from 0: ${durationMs}`);
  }
  if (durationMs > BUSINESS_DAYS_MAX * businessDayMs(hours)) {
    throw new RangeError(`A duration is at most ${BUSINESS_DAYS_MAX} business days: ${durationMs}`);
  }
  let leftMs = durationMs;
  let provisional = false;
  for (const span of spansFrom(msOf(start), hours, calendar, maintenance)) {
    provisional ||= span.provisional;
    if (!span.business) continue;
    const lengthMs = span.closesMs - span.opensMs;
    if (leftMs <= lengthMs) {
      const dueAt = instantFromMs(span.opensMs + leftMs);
      return { dueAt, calendarVersion: calendar.version, provisional };
    }
    leftMs -= lengthMs;
  }
  throw beyondHorizon(start);
}

/**
 * The business time that passes from one instant to another; none when `to` is not the later one.
 * @throws RangeError when hours or maintenance are not valid, or the instants are more than 40 years
 * apart.
 */
export function businessTimeBetween(
  from: Instant,
  to: Instant,
  hours: BusinessHours,
  calendar: Calendar,
  maintenance: readonly Maintenance[] = [],
): BusinessTime {
  const toMs = msOf(to);
  let ms = 0;
  let provisional = false;
  for (const span of spansFrom(msOf(from), hours, calendar, maintenance)) {
    if (span.opensMs >= toMs) return { ms, provisional };
    provisional ||= span.provisional;
    if (span.business) ms += Math.min(span.closesMs, toMs) - span.opensMs;
  }
  throw beyondHorizon(from);
}

/**
 * What a stopped clock keeps, in whole seconds. A part of a second counts for whoever still has to
 * act, so that stopping takes nothing from them; an overdue clock keeps nothing.
 */
export function businessTimeLeft(grantedMs: number, usedMs: number): number {
  return Math.max(0, Math.ceil((grantedMs - usedMs) / 1_000) * 1_000);
}

/** A stretch inside one date's hours, from which maintenance is cut out; never empty. */
interface Span {
  readonly opensMs: number;
  readonly closesMs: number;
  /** False on a day that does not count: reported, because provisional data may yet make it count. */
  readonly business: boolean;
  readonly provisional: boolean;
}

function* spansFrom(
  fromMs: number,
  hours: BusinessHours,
  calendar: Calendar,
  maintenance: readonly Maintenance[],
): Generator<Span> {
  const cuts = cutsOf(maintenance);
  const first = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(hours.timeZone);
  for (let year = first.year; year <= first.year + HORIZON_YEARS; year++) {
    const { opensMs, closesMs } = hoursOfYear(year, hours);
    const { business, provisional } = daysOfYear(year, calendar);
    for (let day = year === first.year ? first.dayOfYear - 1 : 0; day < business.length; day++) {
      const startMs = Math.max(fromMs, opensMs[day]!);
      for (const [opens, closes] of without(cuts, startMs, closesMs[day]!)) {
        yield { opensMs: opens, closesMs: closes, business: business[day] === 1, provisional };
      }
    }
  }
}

type Cut = readonly [fromMs: number, toMs: number];

/** @throws RangeError when one ends before it begins. */
function cutsOf(maintenance: readonly Maintenance[]): readonly Cut[] {
  return maintenance
    .map(({ from, to }): Cut => {
      if (to <= from) throw new RangeError(`Maintenance ends before it begins: ${from} to ${to}`);
      return [msOf(from), msOf(to)];
    })
    .sort(([a], [b]) => a - b);
}

/** What the cuts, in order of their beginning, leave of a stretch. */
function* without(cuts: readonly Cut[], fromMs: number, toMs: number): Generator<Cut> {
  let openMs = fromMs;
  for (const [cutFromMs, cutToMs] of cuts) {
    if (cutFromMs >= toMs) break;
    if (cutFromMs > openMs) yield [openMs, cutFromMs];
    openMs = Math.max(openMs, cutToMs);
  }
  if (openMs < toMs) yield [openMs, toMs];
}

function beyondHorizon(from: Instant): RangeError {
  return new RangeError(`Further than ${HORIZON_YEARS} years from ${from}.`);
}
