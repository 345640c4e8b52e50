/** The door of the cases: what other areas may know of them. Pure. */
export {
  CASE_EVENT_DEFINITIONS,
  caseEvents,
  type BusinessClock,
  type CaseEvent,
  type CaseEventOf,
  type CaseRules,
  type FileValue,
  type Reason,
  type ReviewLevel,
  type SupplementItem,
  type VaultValue,
} from './case.events.ts';
export {
  type AccountFacts,
  type CaseFacts,
  type IdentityFact,
  type StaffFacts,
} from './case.facts.ts';
export { evidenceOf, initialCase, isOpen, type CaseState, type CaseStatus } from './case.state.ts';
export {
  CASE_COMMANDS,
  caseDecider,
  caseIdOf,
  caseStream,
  type CaseCommand,
  type CaseCommandOf,
} from './case.decider.ts';
export { heldBy } from './case.guards.ts';
export { CASE_VIOLATIONS, caseViolation, type CaseViolationCode } from './case.violations.ts';
export { obstacles, type Takeable } from './claim/eligibility.ts';
export { lacking, unanswered } from './submit/completeness.ts';
export { materialRule } from './draft/draft.decide.ts';
export { rulesOf } from './submit/submit.decide.ts';
export { selectionEvents } from './claim/selection.events.ts';
