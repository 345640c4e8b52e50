/**
 * E-mail addresses and telephone numbers. Their form is all that can be checked here; that they reach
 * the applicant is confirmed by a code, elsewhere.
 */
import { accepted, type FormatCheck, refusalsOf, toHalfWidth } from './format-check.ts';

export type EmailFault = 'length' | 'form' | 'local-part' | 'domain';
export interface EmailFacts {
  readonly domain: string;
}
/** All in octets: of UTF-8 (RFC 6531, 3.1), and of a label of the domain as it goes over the wire. */
const EMAIL_OCTETS_MAX = 254;
const LOCAL_PART_OCTETS_MAX = 64;
const LABEL_OCTETS_MAX = 63;
const utf8 = new TextEncoder();
const octetsOf = (text: string): number => utf8.encode(text).length;

const emailRefused = refusalsOf<EmailFault>({
  length: 'email-malformed',
  form: 'email-malformed',
  'local-part': 'email-malformed',
  domain: 'email-malformed',
});

/**
 * Lengths of RFC 5321 (4.5.3.1; a path of 256 octets holds an address of 254), dot-atoms of RFC 5322, letters of any script by RFC 6531. Quoted local parts and
 * address literals are refused: nobody is reached by them in practice. Only the domain is lower-cased,
 * as the local part may tell cases apart.
 */
export function checkEmail(text: string): FormatCheck<EmailFacts, EmailFault> {
  const address = toHalfWidth(text).normalize('NFC');
  if (address.length === 0 || octetsOf(address) > EMAIL_OCTETS_MAX) return emailRefused('length');
  const parts = address.split('@');
  const [localPart, domainAsGiven] = parts;
  if (parts.length !== 2 || !localPart || !domainAsGiven) return emailRefused('form');
  if (
    octetsOf(localPart) > LOCAL_PART_OCTETS_MAX ||
    !localPart.split('.').every((atom) => /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+$/u.test(atom))
  )
    return emailRefused('local-part');
  const domain = domainAsGiven.toLowerCase();
  const labels = domain.split('.');
  if (labels.length < 2 || !labels.every(isLabel) || /^\d+$/.test(labels.at(-1)!))
    return emailRefused('domain');
  if (!asciiLabelsOf(domain)?.every((label) => label.length <= LABEL_OCTETS_MAX))
    return emailRefused('domain');
  return accepted(`${localPart}@${domain}`, 'form', { domain });
}

function isLabel(label: string): boolean {
  return /^[\p{L}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u.test(label);
}

/** The labels as name servers know them (RFC 5891); undefined for what no domain can be called. */
function asciiLabelsOf(domain: string): readonly string[] | undefined {
  return URL.parse(`http://${domain}`)?.hostname.split('.');
}

export type PhoneFault = 'characters' | 'country-prefix' | 'length' | 'mobile-number';
export interface PhoneFacts {
  /** Whether it is a mobile number of mainland China, the only plan known here. */
  readonly mainlandMobile: boolean;
}

const phoneRefused = refusalsOf<PhoneFault>({
  characters: 'phone-malformed',
  'country-prefix': 'phone-malformed',
  length: 'phone-malformed',
  'mobile-number': 'phone-malformed',
});

/**
 * Mainland Chinese mobile numbers strictly (1, then 3 to 9, then nine digits; bare or with +86); others
 * by the form of E.164 alone: `+` or `00`, then 7 to 15 digits that do not begin with 0.
 */
export function checkPhone(text: string): FormatCheck<PhoneFacts, PhoneFault> {
  const written = toHalfWidth(text).replace(/[\s().-]/g, '');
  if (!/^\+?\d+$/.test(written)) return phoneRefused('characters');
  const number = written.replace(/^00/, '+');
  if (!number.startsWith('+')) {
    if (!/^1\d*$/.test(number)) return phoneRefused('country-prefix');
    return checkMainlandMobile(number);
  }
  if (number.startsWith('+86')) return checkMainlandMobile(number.slice(3));
  if (number.startsWith('+0')) return phoneRefused('country-prefix');
  if (number.length < 8 || number.length > 16) return phoneRefused('length');
  return accepted(number, 'form', { mainlandMobile: false });
}

function checkMainlandMobile(national: string): FormatCheck<PhoneFacts, PhoneFault> {
  if (national.length !== 11) return phoneRefused('length');
  if (!/^1[3-9]/.test(national)) return phoneRefused('mobile-number');
  return accepted(`+86${national}`, 'form', { mainlandMobile: true });
}
