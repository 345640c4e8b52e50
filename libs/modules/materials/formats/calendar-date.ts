import { accepted, type FormatCheck, refusalsOf, toHalfWidth } from './format-check.ts';

/** A day of the Gregorian calendar as `YYYY-MM-DD`; two compare with `<` as text. */
export type CalendarDate = string;

/** What stands on documents without an end of validity; stored as a date after every other. */
export const OPEN_END: CalendarDate = '9999-12-31';
const OPEN_END_WORDS = new Set(['长期', '長期', 'long-term', 'long term', 'permanent', OPEN_END]);

export type DateFault = 'form' | 'no-such-day' | 'too-early' | 'too-late';
export interface DateContext {
  /** The earliest and latest day that may be given, both included. */
  readonly notBefore?: CalendarDate;
  readonly notAfter?: CalendarDate;
  /** Whether an end of validity may be open ("长期", "long-term"). */
  readonly mayBeOpen?: boolean;
}
export interface DateFacts {
  readonly open: boolean;
}

const refused = refusalsOf<DateFault>({
  form: 'date-malformed',
  'no-such-day': 'date-malformed',
  'too-early': 'date-out-of-range',
  'too-late': 'date-out-of-range',
});

/** @returns the date, or undefined when that day does not exist (2026-02-29, month 13, year 0). */
export function calendarDate(year: number, month: number, day: number): CalendarDate | undefined {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return undefined;
  if (day > daysIn(year, month)) return undefined;
  const pad = (number: number, length: number) => String(number).padStart(length, '0');
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function daysIn(year: number, month: number): number {
  if (month === 2) {
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    return leap ? 29 : 28;
  }
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Reads `2026-11-25`, `2026/11/25`, `2026.11.25`, `20261125` and `2026年11月25日`: year first only. */
export function checkDate(
  text: string,
  context: DateContext = {},
): FormatCheck<DateFacts, DateFault> {
  const plain = toHalfWidth(text);
  if (context.mayBeOpen && OPEN_END_WORDS.has(plain.toLowerCase()))
    return accepted(OPEN_END, 'verified', { open: true });
  const match =
    /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(plain) ??
    /^(\d{4})()(\d{2})(\d{2})$/.exec(plain) ??
    /^(\d{4})(年)(\d{1,2})月(\d{1,2})日$/.exec(plain.replace(/\s+/g, ''));
  if (!match) return refused('form');
  const date = calendarDate(Number(match[1]), Number(match[3]), Number(match[4]));
  if (date === undefined) return refused('no-such-day');
  if (context.notBefore !== undefined && date < context.notBefore) return refused('too-early');
  if (context.notAfter !== undefined && date > context.notAfter) return refused('too-late');
  return accepted(date, 'verified', { open: false });
}
