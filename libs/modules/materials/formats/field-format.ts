import { checkBirthDate } from './birth-date.ts';
import { checkEmail, checkPhone } from './contact.ts';
import { checkCountry } from './country.ts';
import { type CalendarDate, checkDate, type DateContext } from './calendar-date.ts';
import { type FormatCheck } from './format-check.ts';
import { checkDocumentNumber } from './other-document.ts';
import { checkAmount, checkChoice, checkName, checkText } from './plain-text.ts';
import { checkResidentId } from './resident-id.ts';
import { checkUnifiedSocialCreditCode } from './unified-social-credit-code.ts';

/** The formats that a policy can give a field. */
export type FieldFormatName =
  | 'cn-resident-id'
  | 'cn-uscc'
  | 'email'
  | 'phone'
  | 'date'
  | 'text'
  | 'name'
  | 'country'
  | 'amount'
  | 'choice'
  | 'birth-date';

export interface FieldContext {
  readonly today?: CalendarDate;
  readonly furtherRegions?: readonly string[];
  readonly date?: DateContext;
  /** In characters; for text and names. */
  readonly maxLength?: number;
  /** Whether the value tells one subject from every other: text that does is a document's number. */
  readonly identity?: boolean;
  /** What can be chosen; for the format `choice`. */
  readonly options?: readonly string[];
}

/** Checks a value as its field's format asks. Empty text is a missing field: the caller's matter. */
export function checkFieldFormat(
  format: FieldFormatName,
  text: string,
  context: FieldContext = {},
): FormatCheck<object, string> {
  switch (format) {
    case 'cn-resident-id':
      return checkResidentId(text, context);
    case 'cn-uscc':
      return checkUnifiedSocialCreditCode(text);
    case 'email':
      return checkEmail(text);
    case 'phone':
      return checkPhone(text);
    case 'date':
      return checkDate(text, context.date);
    case 'text':
      return context.identity ? checkDocumentNumber(text, context) : checkText(text, context);
    case 'name':
      return checkName(text, context);
    case 'country':
      return checkCountry(text);
    case 'amount':
      return checkAmount(text);
    case 'choice':
      return checkChoice(text, context.options ?? []);
    case 'birth-date':
      return checkBirthDate(text, context);
  }
}
