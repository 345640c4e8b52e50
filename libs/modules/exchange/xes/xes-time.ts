/**
 * XES dates are xs:dateTime, whose zone may be missing; the log's time zone is then the user's to
 * say. A date that the calendar does not have is refused instead of being rolled over.
 */
import { instant, instantFromMs, type Instant } from '#kernel/instants';
import { type EventRefusal } from './xes.ts';

const ZONED = /(Z|[+-]\d{2}:\d{2})$/i;

/**
 * The instant that a XES date names.
 * @param timeZone IANA name, for dates without an offset; of two instants that a clock change makes
 *   possible it is the earlier (Temporal's `compatible`).
 */
export function xesInstant(
  text: string,
  timeZone: string | undefined,
): { at: Instant } | { refusal: EventRefusal } {
  try {
    // Days up to the 28th exist in every month: the strict reading is only paid for beyond them.
    if (Number(text.slice(8, 10)) > 28) Temporal.PlainDate.from(text.slice(0, 10));
    if (ZONED.test(text.slice(10))) return { at: instant(text) };
    const local = Temporal.PlainDateTime.from(text);
    if (timeZone === undefined) return { refusal: 'timestamp-without-zone' };
    return { at: instantFromMs(local.toZonedDateTime(timeZone).epochMilliseconds) };
  } catch (error) {
    if ((error as Error).name === 'RangeError') return { refusal: 'timestamp-invalid' };
    throw error;
  }
}
