/** Formats with hardly a rule: names, free text, amounts, choices. Nobody's name is refused for its letters. */
import { accepted, type FormatCheck, refusalsOf, toHalfWidth } from './format-check.ts';

export type TextFault = 'empty' | 'length' | 'characters';
export interface TextContext {
  /** In characters as people count them (code points). */
  readonly maxLength?: number;
}
type NoFacts = Record<never, never>;

const textRefused = refusalsOf<TextFault>({
  empty: 'field-missing',
  length: 'field-value-not-accepted',
  characters: 'field-value-not-accepted',
});

const CONTROL = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}]/u;
/** Marks that turn the reading direction and so can hide what a text says. */
const DIRECTION_MARK = /[\u202A-\u202E\u2066-\u2069]/;

function isTooLong(value: string, { maxLength }: TextContext): boolean {
  return maxLength !== undefined && [...value].length > maxLength;
}

/** Free text: trimmed and composed (NFC); line breaks and tabs are its only control characters. */
export function checkText(
  text: string,
  context: TextContext = {},
): FormatCheck<NoFacts, TextFault> {
  const value = text.normalize('NFC').trim();
  // Joiners and zero-width spaces belong inside words of some scripts, but alone they show nothing.
  if (value.replace(/[\p{Cf}\s]/gu, '') === '') return textRefused('empty');
  if (isTooLong(value, context)) return textRefused('length');
  const visible = value.replace(/[\n\r\t]/g, '');
  if (CONTROL.test(visible) || DIRECTION_MARK.test(visible)) return textRefused('characters');
  return accepted(value, 'form', {});
}

/** A name of a person or company on one line, with at least one letter; spaces are made single. */
export function checkName(
  text: string,
  context: TextContext = {},
): FormatCheck<NoFacts, TextFault> {
  const result = checkText(text);
  if (!result.ok) return result;
  const value = result.normalised.replace(/\s+/g, ' ');
  if (isTooLong(value, context)) return textRefused('length');
  return /\p{L}/u.test(value) ? accepted(value, 'form', {}) : textRefused('characters');
}

export type AmountFault = 'form' | 'length';
const amountRefused = refusalsOf<AmountFault>({
  form: 'field-value-not-accepted',
  length: 'field-value-not-accepted',
});
const AMOUNT_DIGITS_MAX = 15;

/** A sum of money, not negative, with at most two decimals; `1,234.5` becomes `1234.50`. */
export function checkAmount(text: string): FormatCheck<NoFacts, AmountFault> {
  const written = toHalfWidth(text);
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?$/.exec(written);
  if (!match) return amountRefused('form');
  const whole = match[1]!.replaceAll(',', '').replace(/^0+(?=\d)/, '');
  if (whole.length > AMOUNT_DIGITS_MAX) return amountRefused('length');
  return accepted(`${whole}.${(match[2] ?? '').padEnd(2, '0')}`, 'form', {});
}

export type ChoiceFault = 'unknown';
const choiceRefused = refusalsOf<ChoiceFault>({ unknown: 'field-value-not-accepted' });

export function checkChoice(
  text: string,
  options: readonly string[],
): FormatCheck<NoFacts, ChoiceFault> {
  return options.includes(text) ? accepted(text, 'verified', {}) : choiceRefused('unknown');
}
