/**
 * Synthetic numbers for specs and the demonstration. They are made from a seed number, keep every rule
 * of their standard, and were taken from nobody: identity numbers carry a date of birth before 1900,
 * which no living person has, unless another is asked for.
 */
import { residentIdCheckDigit } from './resident-id.ts';
import {
  creditCodeCheckCharacter,
  organisationCodeCheckCharacter,
} from './unified-social-credit-code.ts';

export interface SyntheticResidentId {
  readonly region?: string;
  /** `YYYY-MM-DD` */
  readonly birthDate?: string;
  /** 0 to 999; odd for male. */
  readonly order?: number;
}

export function syntheticResidentId(parts: SyntheticResidentId = {}): string {
  const { region = '110101', birthDate = '1899-12-31', order = 1 } = parts;
  const body = region + birthDate.replaceAll('-', '') + String(order).padStart(3, '0');
  return body + residentIdCheckDigit(body);
}

export interface SyntheticCreditCode {
  readonly registration?: string;
  readonly region?: string;
  /** Eight characters of the code's alphabet. */
  readonly organisation?: string;
}

export function syntheticCreditCode(parts: SyntheticCreditCode = {}): string {
  const { registration = '91', region = '110101', organisation = '00000001' } = parts;
  const body = registration + region + organisation + organisationCodeCheckCharacter(organisation);
  return body + creditCodeCheckCharacter(body);
}
