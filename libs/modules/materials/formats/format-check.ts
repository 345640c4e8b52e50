/**
 * The one result type of all format checks. A check never throws and never repeats the value in a
 * refusal: a refusal may be logged, a value may not. `normalised` is personal data and goes into the
 * vault, nowhere else.
 */
import { type ReasonCode } from '#modules/reasons/index';

/**
 * How much an acceptance says. `verified`: every rule of the standard was checked, check digits
 * included. `form`: the text looks right, and more cannot be known from the text alone.
 */
export type Certainty = 'verified' | 'form';

export interface FormatAccepted<Facts> {
  readonly ok: true;
  readonly normalised: string;
  readonly certainty: Certainty;
  readonly facts: Facts;
}

export interface FormatRefused<Fault extends string> {
  readonly ok: false;
  /** What is wrong, within this format: `length`, `check-digit` ... */
  readonly code: Fault;
  /** The same in the words of the reason catalogue, which has the texts and the guidance. */
  readonly reason: ReasonCode;
}

export type FormatCheck<Facts, Fault extends string> = FormatAccepted<Facts> | FormatRefused<Fault>;

export function accepted<Facts>(
  normalised: string,
  certainty: Certainty,
  facts: Facts,
): FormatAccepted<Facts> {
  return { ok: true, normalised, certainty, facts };
}

/** Makes the refusals of one format from its table, so that no fault exists without a reason. */
export function refusalsOf<Fault extends string>(reasons: Readonly<Record<Fault, ReasonCode>>) {
  return (code: Fault): FormatRefused<Fault> => ({ ok: false, code, reason: reasons[code] });
}

/**
 * Full-width letters, digits and signs, as Chinese input methods make them, become ASCII ones; the
 * ideographic full stop becomes a dot, the ideographic space a space; the ends are trimmed.
 */
export function toHalfWidth(text: string): string {
  return text
    .replace(/[\uFF01-\uFF5E]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3002', '.')
    .replaceAll('\u3000', ' ')
    .trim();
}

/**
 * Upper case for the letters a to z alone. The case rules of Unicode would make two letters of one: `ß`
 * would become `SS`, and the ligature `ﬁ` the code of Finland.
 */
export function toUpperLatin(text: string): string {
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

/** Half-width, upper case, with no white space anywhere: what a number copied from a document becomes. */
export function toCompact(text: string): string {
  return toUpperLatin(toHalfWidth(text).replace(/\s+/g, ''));
}
