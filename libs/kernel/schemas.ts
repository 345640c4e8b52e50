/** The schemas that events of all areas share. */
import { z } from 'zod';
import { isInstant, type Instant } from './instants.ts';

/** The type is narrowed by hand because zod does not narrow by a refinement. */
export const instantSchema = z
  .string()
  .refine((text) => isInstant(text), 'Not an instant of the form 2026-11-25T04:34:09.123Z.')
  .meta({ format: 'date-time' }) as unknown as z.ZodType<Instant, Instant>;

/** A stable word of some catalogue: lower case with hyphens, and never personal data. */
export const codeSchema = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
