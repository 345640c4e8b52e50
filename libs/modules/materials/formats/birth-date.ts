/** Dates of birth: on which days somebody can have been born, and what an identity number says of it. */
import { calendarDate, type CalendarDate, checkDate } from './calendar-date.ts';
import { accepted, type FormatCheck, refusalsOf } from './format-check.ts';

/** Nobody is known to have lived longer than 122 years; beyond this it is a slip of the pen. */
export const AGE_MAX_YEARS = 150;

export type BirthDateFault = 'form' | 'no-such-day' | 'in-future' | 'implausible';

const refused = refusalsOf<BirthDateFault>({
  form: 'date-malformed',
  'no-such-day': 'date-malformed',
  'in-future': 'birth-date-in-future',
  implausible: 'birth-date-implausible',
});

/** What speaks against a day as somebody's date of birth, seen from today; undefined for nothing. */
export function implausibleBirth(
  date: CalendarDate,
  today: CalendarDate,
): 'in-future' | 'implausible' | undefined {
  if (date > today) return 'in-future';
  return date < yearsBefore(today, AGE_MAX_YEARS) ? 'implausible' : undefined;
}

/** Compares as text, so a 29 February in a common year needs no care. */
function yearsBefore(date: CalendarDate, years: number): CalendarDate {
  return String(Number(date.slice(0, 4)) - years).padStart(4, '0') + date.slice(4);
}

/** @param today where the platform is; without it no day is in the future or too far back. */
export function checkBirthDate(
  text: string,
  { today }: { readonly today?: CalendarDate } = {},
): FormatCheck<object, BirthDateFault> {
  const date = checkDate(text);
  if (!date.ok) return refused(date.code === 'no-such-day' ? 'no-such-day' : 'form');
  const fault = today === undefined ? undefined : implausibleBirth(date.normalised, today);
  return fault ? refused(fault) : accepted(date.normalised, 'verified', {});
}

/** Digits 7 to 14 of a citizen identity number of 18. Undefined where they are no day. */
export function birthDateIn(idNumber: string): CalendarDate | undefined {
  const [year, month, day] = [
    idNumber.slice(6, 10),
    idNumber.slice(10, 12),
    idNumber.slice(12, 14),
  ];
  return calendarDate(Number(year), Number(month), Number(day));
}
