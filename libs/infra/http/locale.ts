/** Which of our two languages an answer speaks (RFC 9110, section 12.5.4; lookup of RFC 4647). */
export const LOCALES = ['en', 'zh-CN'] as const;
export type Locale = (typeof LOCALES)[number];
export const DEFAULT_LOCALE: Locale = 'en';

/** More ranges than this are not looked at: nobody reads twenty languages, and the header is the client's. */
const RANGES_MAX = 20;

const QUALITY = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

interface LanguageRange {
  readonly tag: string;
  readonly quality: number;
}

function rangesOf(header: string): LanguageRange[] {
  const ranges: LanguageRange[] = [];
  for (const part of header.split(',', RANGES_MAX)) {
    const [tag = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    if (!/^(?:\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)$/.test(tag)) continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    if (QUALITY.test(weight)) ranges.push({ tag, quality: Number(weight) });
  }
  return ranges;
}

/** Every Chinese tag is served zh-CN: a reader of another Chinese reads it better than English. */
function localeOf(tag: string): Locale | undefined {
  const language = tag.split('-', 1)[0];
  return language === 'zh' ? 'zh-CN' : language === 'en' ? 'en' : undefined;
}

/**
 * The locale that an Accept-Language header asks for. The highest weight wins, at equal weights the
 * earlier; `q=0` rules a language out; `*` is whatever else we have. Never fails: what cannot be read
 * counts for nothing, and the default is English.
 */
export function negotiateLocale(header: string | undefined): Locale {
  const ranges = rangesOf(header ?? '');
  const named = new Map<Locale, number>();
  for (const { tag, quality } of ranges) {
    const locale = localeOf(tag);
    if (locale && quality > (named.get(locale) ?? -1)) named.set(locale, quality);
  }
  const anyQuality = ranges.find(({ tag }) => tag === '*')?.quality ?? 0;
  const candidates: [Locale, number][] = [...named];
  for (const locale of LOCALES) if (!named.has(locale)) candidates.push([locale, anyQuality]);
  let best: [Locale, number] | undefined;
  for (const candidate of candidates) {
    if (candidate[1] > (best?.[1] ?? 0)) best = candidate;
  }
  return best?.[0] ?? DEFAULT_LOCALE;
}
