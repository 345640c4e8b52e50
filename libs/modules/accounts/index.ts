/** The door of the accounts: what other areas may know of them. */
export {
  ACCOUNT_KINDS,
  type AccountEvent,
  accountEvents,
  type AccountKind,
  BAN_CAUSES,
  type BanCause,
  CLOSURE_CAUSES,
  type ClosureCause,
  FREEZE_CAUSES,
  FREEZE_SCOPES,
  type FreezeCause,
  type FreezeScope,
  LEGAL_BASES,
  type LegalBasis,
  REVOCATION_CAUSES,
  type RevocationCause,
} from './account.events.ts';
export {
  accountIdOf,
  type AccountState,
  accountStream,
  type Freeze,
  holdsAccount,
  isFrozen,
  type Standing,
  standingOf,
  type Verification,
  verificationsAt,
} from './account.state.ts';
export {
  type BanAccount,
  type CloseAccount,
  type GrantVerification,
  type RegisterAccount,
  type RevokeVerification,
} from './account.decide.ts';
export { type ExpireFreeze, type FreezeAccount, type UnfreezeAccount } from './freeze.decide.ts';
export { type AccountCommand, accountDecider } from './account.decider.ts';
export { accountViolations } from './account.violations.ts';
