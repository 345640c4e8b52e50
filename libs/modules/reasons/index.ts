/** The door of the reasons: the catalogue, and how it is worded. Pure. */
export { type ReasonCode } from './reason.catalogue.ts';
export { type Locale } from './reason.types.ts';
export { findReason, reasonsMarkdown, renderReason } from './reasons.ts';
export { type ReasonGiven, type ReasonPointer, reasonsForApplicant } from './reasons-given.ts';
