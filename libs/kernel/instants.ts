/**
 * Instants and calendar-time arithmetic.
 *
 * An `Instant` is a UTC timestamp in the one fixed form `2026-11-25T04:34:09.123Z`, so that instants
 * compare with `<` as text, in memory, in SQL and in JSON alike.
 */
export type Instant = string & { readonly __brand: 'Instant' };

const FORM = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const RFC_3339 = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

export function isInstant(text: string): text is Instant {
  return FORM.test(text) && isOfCalendar(text.slice(0, -5));
}

/**
 * Reads any RFC 3339 timestamp with an offset; what is finer than a millisecond is cut off.
 * @throws RangeError when the text is not one, or names a day or an hour that there is not: the 30th of
 *   February is no other way to write the 2nd of March. Leap seconds are not known here.
 */
export function instant(text: string): Instant {
  if (isInstant(text)) return text;
  const [all, minute = '', second = ':00'] = RFC_3339.exec(text.toUpperCase()) ?? [];
  const ms = all === undefined || !isOfCalendar(minute + second) ? NaN : Date.parse(all);
  if (Number.isNaN(ms)) throw new RangeError(`Not an RFC 3339 instant: ${text}`);
  return instantFromMs(ms);
}

/** Whether there is such a local time, to the second: JavaScript's own reading rolls over. */
function isOfCalendar(local: string): boolean {
  const ms = Date.parse(`${local}Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(local);
}

/** @param ms milliseconds since 1970-01-01T00:00Z. @throws RangeError outside the years 0 to 9999. */
export function instantFromMs(ms: number): Instant {
  const text = new Date(ms).toISOString();
  if (!FORM.test(text)) throw new RangeError(`Outside the years 0 to 9999: ${ms}`);
  return text as Instant;
}

/** Milliseconds since 1970-01-01T00:00Z. */
export function msOf(at: Instant): number {
  return Date.parse(at);
}

export function plusMs(at: Instant, ms: number): Instant {
  return instantFromMs(msOf(at) + ms);
}

/** Milliseconds from `from` to `to`; negative when `to` lies earlier. */
export function msBetween(from: Instant, to: Instant): number {
  return msOf(to) - msOf(from);
}

export const earlier = (one: Instant, other: Instant): Instant => (one < other ? one : other);
export const later = (one: Instant, other: Instant): Instant => (one > other ? one : other);

export const secondsToMs = (seconds: number): number => seconds * 1_000;
export const minutesToMs = (minutes: number): number => minutes * 60_000;
export const hoursToMs = (hours: number): number => hours * 3_600_000;
/** Calendar days of exactly 24 hours, as leases, appeal windows and supplement deadlines count them. */
export const daysToMs = (days: number): number => days * 86_400_000;
