import { ValidateBy } from 'class-validator';
import { instant } from '#kernel/instants';

/**
 * A text that `instant` reads: RFC 3339 with its offset. Stricter than the rules of class-validator,
 * which let dates without a time, the sixtieth second and the 30th of February through.
 */
export function IsInstant(): PropertyDecorator {
  return ValidateBy({ name: 'isRFC3339', validator: { validate: isReadable } });
}

function isReadable(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    instant(value);
    return true;
  } catch {
    return false;
  }
}
