/** The door of the reasons: the catalogue, and how it is worded. Pure. */
export { REASON_CATALOGUE_VERSION, type ReasonCode } from './reason.catalogue.ts';
export { REASON_FAMILIES, type Audience, type Locale, type ReasonFamily } from './reason.types.ts';
export {
  allReasons,
  findReason,
  reasonForApplicant,
  reasonsMarkdown,
  renderReason,
  type CataloguedReason,
  type RenderedReason,
} from './reasons.ts';
export {
  pointerFits,
  type ReasonGiven,
  type ReasonPointer,
  reasonsForApplicant,
} from './reasons-given.ts';
