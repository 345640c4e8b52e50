/** The door of the cases: what other areas may know of them. Pure. */
export {
  caseEvents,
  type BusinessClock,
  type CaseEvent,
  type CaseEventOf,
  REVIEW_LEVELS,
  type ReviewLevel,
} from './case.events.ts';
export { type CaseState } from './case.state.ts';
export {
  CASE_COMMANDS,
  caseDecider,
  caseIdOf,
  caseStream,
  type CaseCommand,
} from './case.decider.ts';
export { heldBy } from './case.guards.ts';
export { CASE_VIOLATIONS, caseViolation } from './case.violations.ts';
export { selectionEvents } from './claim/selection.events.ts';
