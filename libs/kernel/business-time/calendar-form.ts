/**
 * The form of calendar data: what an operator supplies, and what is wrong with it, in both languages.
 * A schema speaks one language, so there is one for each, made by the same function.
 */
import { z } from 'zod';
import { saidInChinese } from '../schema-words.ts';
import { isReadableText } from '../schemas.ts';

const DATE_FORM = /^\d{4}-\d{2}-\d{2}$/;
/** ISO 8601: Monday is 1. */
export const SATURDAY = 6;
const WEEKDAYS: readonly Texts[] = [
  { en: 'Monday', zhCN: '星期一' },
  { en: 'Tuesday', zhCN: '星期二' },
  { en: 'Wednesday', zhCN: '星期三' },
  { en: 'Thursday', zhCN: '星期四' },
  { en: 'Friday', zhCN: '星期五' },
];

/** More than any year can have: its weekends are 106 days at the most. */
const DAYS_LISTED_MAX = 120;
const YEARS_MAX = 10;

interface Texts {
  readonly en: string;
  readonly zhCN: string;
}

export interface CalendarFault extends Texts {
  /** Where it is in the data. */
  readonly path: readonly (string | number)[];
}

function schemaIn(language: keyof Texts) {
  const say = (en: string, zhCN: string) => ({ en, zhCN })[language];
  const date = z.string().refine((text) => dateOf(text) !== undefined, {
    error: say('No date of the form YYYY-MM-DD.', '不是 YYYY-MM-DD 格式的日期。'),
    abort: true,
  });
  const readableText = (lengthMax: number) =>
    z
      .string()
      .max(lengthMax)
      .refine(isReadableText, say('Must be words that can be read.', '必须是可读的文字。'));
  const versionName = z
    .string()
    .max(64)
    .regex(
      /^[a-z0-9][a-z0-9.-]*$/,
      say(
        'Small letters, digits, dots and hyphens only, as in cn-2027.1.',
        '只能使用小写字母、数字、点和连字符，例如 cn-2027.1。',
      ),
    );
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
        .min(
          1,
          say(
            'A year without any holiday is a year without data.',
            '没有任何节假日的年份等于没有数据。',
          ),
        )
        .max(DAYS_LISTED_MAX),
      /** Saturdays and Sundays on which work makes up for a holiday. */
      workingDays: z.array(date).max(DAYS_LISTED_MAX),
    })
    .superRefine((year, context) => {
      for (const { path, [language]: message } of contradictionsIn(year))
        context.addIssue({ code: 'custom', path: [...path], message });
    });
  return z
    .strictObject({ version: versionName, years: z.array(calendarYear).min(1).max(YEARS_MAX) })
    .superRefine(({ years }, context) => {
      years.forEach(({ year }, index) => {
        if (years.findIndex((other) => other.year === year) === index) return;
        const message = say(`${year} comes twice.`, `${year} 年出现了两次。`);
        context.addIssue({ code: 'custom', path: ['years', index], message });
      });
    });
}

/** What an operator supplies: whole years, new or corrected, under a name of their own. */
export const calendarAdditionSchema = schemaIn('en');
const schemaInChinese = schemaIn('zhCN');

export type CalendarAddition = z.infer<typeof calendarAdditionSchema>;
export type CalendarYear = CalendarAddition['years'][number];

/** Every fault of the form, in both languages; none where it is good. Never throws. */
export function formFaultsOf(addition: unknown): readonly CalendarFault[] {
  const found = calendarAdditionSchema.safeParse(addition).error?.issues ?? [];
  if (found.length === 0) return [];
  const inChinese = schemaInChinese.safeParse(addition, { error: saidInChinese }).error!.issues;
  return found.map(({ path, message }, index) => ({
    path: path.map((step) => (typeof step === 'number' ? step : String(step))),
    en: message,
    zhCN: inChinese[index]!.message,
  }));
}

/** What no form can show: days outside the year, days said twice, and days that are both. */
function* contradictionsIn(data: {
  year: number;
  holidays: readonly { from: string; to: string }[];
  workingDays: readonly string[];
}): Generator<CalendarFault> {
  const saidIn = new Map<string, string>();
  for (const [index, { from, to }] of data.holidays.entries()) {
    const path = ['holidays', index];
    const fault = faultOfHoliday(data.year, from, to);
    if (fault) yield { path, ...fault };
    else {
      for (const day of daysFrom(from, to)) {
        const earlier = saidIn.get(day);
        if (earlier) yield { path, ...saidAlready(day, earlier) };
        saidIn.set(day, path.join('.'));
      }
    }
  }
  for (const [index, day] of data.workingDays.entries()) {
    const path = ['workingDays', index];
    const fault = faultOfWorkingDay(data.year, day, saidIn.get(day));
    if (fault) yield { path, ...fault };
    saidIn.set(day, path.join('.'));
  }
}

function faultOfHoliday(year: number, from: string, to: string): Texts | undefined {
  if (!isWithin(year, from) || !isWithin(year, to)) {
    return {
      en: `${from} to ${to} does not lie in ${year}.`,
      zhCN: `${from} 至 ${to} 不在 ${year} 年内。`,
    };
  }
  if (from <= to) return undefined;
  return {
    en: `Ends on ${to}, before it begins on ${from}.`,
    zhCN: `结束于 ${to}，早于开始的 ${from}。`,
  };
}

function faultOfWorkingDay(
  year: number,
  day: string,
  earlier: string | undefined,
): Texts | undefined {
  if (!isWithin(year, day))
    return { en: `${day} does not lie in ${year}.`, zhCN: `${day} 不在 ${year} 年内。` };
  if (earlier) return saidAlready(day, earlier);
  const { dayOfWeek } = Temporal.PlainDate.from(day);
  const weekday = WEEKDAYS[dayOfWeek - 1];
  return (
    weekday && {
      en: `${day} is a ${weekday.en}: it makes up for nothing.`,
      zhCN: `${day} 是${weekday.zhCN}，无需调休。`,
    }
  );
}

const saidAlready = (day: string, where: string): Texts => ({
  en: `${day} is in ${where} already.`,
  zhCN: `${day} 已在 ${where} 中。`,
});

function* daysFrom(from: string, to: string): Generator<string> {
  let day = Temporal.PlainDate.from(from);
  for (; day.toString() <= to; day = day.add({ days: 1 })) yield day.toString();
}

function isWithin(year: number, day: string): boolean {
  return Temporal.PlainDate.from(day).year === year;
}

/** The date that the text is. Temporal alone would also read week dates, times of day and annotations. */
export function dateOf(text: string): Temporal.PlainDate | undefined {
  if (!DATE_FORM.test(text)) return undefined;
  try {
    return Temporal.PlainDate.from(text);
  } catch {
    return undefined;
  }
}
