/** The door of the accounts: what other areas may know of them. */
export {
  ACCOUNT_KINDS,
  type AccountEvent,
  accountEvents,
  BAN_CAUSES,
  CLOSURE_CAUSES,
  FREEZE_CAUSES,
  FREEZE_SCOPES,
  LEGAL_BASES,
} from './account.events.ts';
export {
  accountIdOf,
  type AccountState,
  accountStream,
  holdsAccount,
  standingOf,
} from './account.state.ts';
export { type AccountCommand, accountDecider } from './account.decider.ts';
export { accountViolations } from './account.violations.ts';
