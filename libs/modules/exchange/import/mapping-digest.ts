import { digestOfJson } from '#kernel/digest';
import { type LogMapping } from '../xes/mapping.ts';

/** Raised when the same mapping of the same log would make other events than before. */
const TRANSLATION = 1;

/**
 * Digest of all that decides which events a log becomes. Two mappings that differ in their words
 * alone have the same one.
 */
export function mappingDigestOf({ settings, rules }: LogMapping): string {
  const worded = new Set(['comment']);
  const plain = rules.map((rule) =>
    Object.fromEntries(Object.entries(rule).filter(([key]) => !worded.has(key))),
  );
  return digestOfJson({ translation: TRANSLATION, settings, rules: plain });
}
