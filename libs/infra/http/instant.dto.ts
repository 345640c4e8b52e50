import { ValidateBy } from 'class-validator';
import { instant } from '#kernel/instants';

/**
 * A text that `instant` reads: RFC 3339 with its offset. Stricter than the rules of class-validator,
 * which let dates without a time and the sixtieth second through; and a day must be in the calendar.
 */
export function IsInstant(): PropertyDecorator {
  return ValidateBy({ name: 'isRFC3339', validator: { validate: isReadable } });
}

function isReadable(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    instant(value);
    // Date takes 30 February for 2 March; this does not.
    Temporal.Instant.from(value);
    return true;
  } catch {
    return false;
  }
}
