import { ValidateBy, type ValidationOptions } from 'class-validator';

export const CODE_WORDS = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
/** Enough for a level or a year; too few for the number of a person, a card or a telephone. */
const DIGITS_MAX = 4;

/**
 * A code that events keep for ever, in words of lower-case letters joined by hyphens: `unclear-rule`.
 * No number of anybody fits into it, since whoever types one must not bring it into the log.
 */
export function IsCode(lengthMax: number, options?: ValidationOptions): PropertyDecorator {
  const validate = (value: unknown): boolean =>
    typeof value === 'string' &&
    value.length <= lengthMax &&
    CODE_WORDS.test(value) &&
    value.replace(/\D/g, '').length <= DIGITS_MAX;
  return ValidateBy(
    { name: 'isCode', constraints: [lengthMax, DIGITS_MAX], validator: { validate } },
    options,
  );
}
