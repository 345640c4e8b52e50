/**
 * Numbers of documents whose issuing rules are not known here. They are accepted by type and form, with
 * the certainty `form` always: a check that guesses would refuse real people and reassure about others.
 */
import { isDocumentNumber, normaliseDocumentNumber } from '#kernel/document-number';
import { accepted, type FormatCheck, refusalsOf } from './format-check.ts';

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
export type DocumentNumberFault = 'characters' | 'length';
export type OtherDocumentFault = 'type' | DocumentNumberFault;
export interface OtherDocumentFacts {
  readonly type: OtherDocumentType;
}

const typeRefused = refusalsOf<'type'>({ type: 'material-wrong-type' });
const refused = refusalsOf<DocumentNumberFault>({
  characters: 'document-number-malformed',
  length: 'document-number-malformed',
});

/** The number of a document that a field does not name the type of; `maxLength` without separators. */
export function checkDocumentNumber(
  number: string,
  { maxLength = Infinity }: { readonly maxLength?: number } = {},
): FormatCheck<Record<never, never>, DocumentNumberFault> {
  const normalised = normaliseDocumentNumber(number);
  if (!isDocumentNumber(normalised)) return refused('characters');
  return normalised.length > maxLength ? refused('length') : accepted(normalised, 'form', {});
}

/** Letters and digits as documents print them for machines; spaces and hyphens may separate them. */
export function checkDocumentOfOtherCountry(
  type: string,
  number: string,
): FormatCheck<OtherDocumentFacts, OtherDocumentFault> {
  if (!isOtherDocumentType(type)) return typeRefused('type');
  const { min, max } = OTHER_DOCUMENT_TYPES[type];
  const check = checkDocumentNumber(number, { maxLength: max });
  if (!check.ok) return check;
  return check.normalised.length < min ? refused('length') : { ...check, facts: { type } };
}

function isOtherDocumentType(type: string): type is OtherDocumentType {
  return Object.hasOwn(OTHER_DOCUMENT_TYPES, type);
}
