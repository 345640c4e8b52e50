/**
 * Numbers of documents whose issuing rules are not known here. They are accepted by type and form, with
 * the certainty `form` always: a check that guesses would refuse real people and reassure about others.
 */
import {
  accepted,
  type FormatCheck,
  refusalsOf,
  toHalfWidth,
  toUpperLatin,
} from './format-check.ts';

interface NumberForm {
  readonly min: number;
  readonly max: number;
}

/** Types of document with the length of their numbers, in letters and digits without separators. */
export const OTHER_DOCUMENT_TYPES = {
  passport: { min: 5, max: 12 },
  'national-id': { min: 4, max: 30 },
  'driving-licence': { min: 4, max: 30 },
  'residence-permit': { min: 4, max: 30 },
  'travel-permit': { min: 7, max: 12 },
  'company-registration': { min: 2, max: 40 },
  'tax-number': { min: 4, max: 30 },
} as const satisfies Record<string, NumberForm>;

export type OtherDocumentType = keyof typeof OTHER_DOCUMENT_TYPES;
export type OtherDocumentFault = 'type' | 'characters' | 'length';
export interface OtherDocumentFacts {
  readonly type: OtherDocumentType;
}

const refused = refusalsOf<OtherDocumentFault>({
  type: 'material-wrong-type',
  characters: 'document-number-malformed',
  length: 'document-number-malformed',
});

/** Letters of the Latin script and digits count; spaces, hyphens, dots and slashes may separate them. */
export function checkDocumentOfOtherCountry(
  type: string,
  number: string,
): FormatCheck<OtherDocumentFacts, OtherDocumentFault> {
  if (!isOtherDocumentType(type)) return refused('type');
  const written = toUpperLatin(toHalfWidth(number)).replace(/\s+/g, ' ');
  if (!/^[A-Z0-9](?:[A-Z0-9 ./-]*[A-Z0-9])?$/.test(written)) return refused('characters');
  const { length } = written.replace(/[ ./-]/g, '');
  const { min, max } = OTHER_DOCUMENT_TYPES[type];
  if (length < min || length > max) return refused('length');
  return accepted(written, 'form', { type });
}

function isOtherDocumentType(type: string): type is OtherDocumentType {
  return Object.hasOwn(OTHER_DOCUMENT_TYPES, type);
}
