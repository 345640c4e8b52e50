/** The door of the format checks: pure, without a throw. */
export * from './birth-date.ts';
export * from './calendar-date.ts';
export * from './contact.ts';
export * from './country.ts';
export * from './field-format.ts';
export * from './other-document.ts';
export * from './plain-text.ts';
export * from './resident-id.ts';
export * from './unified-social-credit-code.ts';
