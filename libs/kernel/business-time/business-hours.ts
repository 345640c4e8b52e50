/**
 * Business hours of a time zone, and the instants at which they begin and end on each local date.
 *
 * The hours of two dates never overlap, whatever a zone does to its clocks: closing time is cut at
 * the next local midnight, and a date that a zone skips altogether has none. A wall-clock time that
 * comes twice is the first of the two; one that is skipped lies as much later as the clocks moved.
 */
import { z } from 'zod';

const OPENS = /^([01]\d|2[0-3]):[0-5]\d$/;
const CLOSES = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
const END_OF_DAY = '24:00';
/** How many different hours the memory below holds: policies share a handful. */
const HOURS_REMEMBERED_MAX = 32;

/**
 * Opening and closing time on the wall clock of an IANA zone (or a fixed offset such as `+08:00`),
 * `HH:MM`, closing at the latest at `24:00`. Hours that run past midnight are not supported.
 */
export const businessHoursSchema = z
  .strictObject({
    timeZone: z.string().refine(isTimeZone, 'No time zone that this system knows.'),
    opens: z.string().regex(OPENS, 'Opening time is HH:MM, from 00:00 to 23:59.'),
    closes: z.string().regex(CLOSES, 'Closing time is HH:MM, from 00:01 to 24:00.'),
  })
  .refine(({ opens, closes }) => opens < closes, {
    path: ['closes'],
    message: 'Closing time comes after opening time.',
  });

export type BusinessHours = Readonly<z.infer<typeof businessHoursSchema>>;

export const DEFAULT_BUSINESS_HOURS: BusinessHours = Object.freeze({
  timeZone: 'Asia/Shanghai',
  opens: '09:00',
  closes: '18:00',
});

/** Hours with the defaults for what is not said. @throws RangeError that names every fault. */
export function businessHours(said: Partial<BusinessHours> = {}): BusinessHours {
  const result = businessHoursSchema.safeParse({
    ...said,
    timeZone: said.timeZone ?? DEFAULT_BUSINESS_HOURS.timeZone,
    opens: said.opens ?? DEFAULT_BUSINESS_HOURS.opens,
    closes: said.closes ?? DEFAULT_BUSINESS_HOURS.closes,
  });
  if (result.success) return Object.freeze(result.data);
  throw new RangeError(result.error.issues.map(({ message }) => message).join(' '));
}

export interface HoursOfYear {
  /** One entry a day from 1 January, milliseconds since 1970-01-01T00:00Z; closing is exclusive. */
  readonly opensMs: Float64Array;
  readonly closesMs: Float64Array;
}

interface KnownHours {
  readonly dayMs: number;
  readonly byYear: Map<number, HoursOfYear>;
}

/** Time zone arithmetic is the costly part, so a year's hours are worked out once a process. */
const workedOut = new Map<string, KnownHours>();

/** Length of one business day by the wall clock. @throws RangeError when the hours are not valid. */
export function businessDayMs(hours: BusinessHours): number {
  return known(hours).dayMs;
}

/** @throws RangeError when the hours are not valid. */
export function hoursOfYear(year: number, hours: BusinessHours): HoursOfYear {
  const { byYear } = known(hours);
  let table = byYear.get(year);
  if (!table) byYear.set(year, (table = workOut(year, hours)));
  return table;
}

function known({ timeZone, opens, closes }: BusinessHours): KnownHours {
  const key = `${timeZone} ${opens} ${closes}`;
  let found = workedOut.get(key);
  if (!found) {
    businessHours({ timeZone, opens, closes });
    if (workedOut.size >= HOURS_REMEMBERED_MAX) workedOut.clear();
    found = { dayMs: (minuteOf(closes) - minuteOf(opens)) * 60_000, byYear: new Map() };
    workedOut.set(key, found);
  }
  return found;
}

function workOut(year: number, hours: BusinessHours): HoursOfYear {
  const first = new Temporal.PlainDate(year, 1, 1);
  const opensMs = new Float64Array(first.daysInYear);
  const closesMs = new Float64Array(first.daysInYear);
  for (let index = 0; index < first.daysInYear; index++) {
    const day = first.add({ days: index });
    const opens = day.toZonedDateTime({ timeZone: hours.timeZone, plainTime: hours.opens });
    opensMs[index] = opens.epochMilliseconds;
    closesMs[index] = Math.max(opens.epochMilliseconds, closingMs(day, hours));
  }
  return { opensMs, closesMs };
}

function closingMs(day: Temporal.PlainDate, { timeZone, closes }: BusinessHours): number {
  const midnightMs = day.add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds;
  if (closes === END_OF_DAY) return midnightMs;
  const closing = day.toZonedDateTime({ timeZone, plainTime: closes });
  return Math.min(midnightMs, closing.epochMilliseconds);
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function isTimeZone(name: string): boolean {
  try {
    return new Temporal.ZonedDateTime(0n, name).timeZoneId !== '';
  } catch {
    return false;
  }
}
