/** The schemas that events of all areas share. */
import { z } from 'zod';
import { isInstant, type Instant } from './instants.ts';

/** The type is narrowed by hand because zod does not narrow by a refinement. */
export const instantSchema = z
  .string()
  .refine((text) => isInstant(text), 'Not an instant of the form 2026-11-25T04:34:09.123Z.')
  .meta({ format: 'date-time' }) as unknown as z.ZodType<Instant, Instant>;

/** What a reader never sees, and a store may not give back as it was: controls, lone surrogates, marks that turn the reading direction. */
const UNREADABLE = /[\p{Cs}\u202A-\u202E\u2066-\u2069]|(?![\n\t])\p{Cc}/u;

/** Words that somebody wrote to be read: not blank, and nothing in them that hides. */
export function isReadableText(text: string): boolean {
  return text.trim() !== '' && !UNREADABLE.test(text);
}

/** A stable word of some catalogue: lower case with hyphens, and never personal data. */
export const codeSchema = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
