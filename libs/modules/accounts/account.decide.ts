/**
 * The rules of an account: register, ban, close, and what cases grant to it. Freezes are in
 * `freeze.decide.ts`.
 */
import { type Moment } from '#kernel/actor';
import { type Decision } from '#kernel/decider';
import { type Instant } from '#kernel/instants';
import {
  type AccountEvent,
  type AccountKind,
  type BanCause,
  type ClosureCause,
  type LegalBasis,
  type RevocationCause,
} from './account.events.ts';
import { allowed, goesOn, legallyFounded, MAY_DECIDE } from './account.guards.ts';
import { type AccountState, isFrozen, verificationOf } from './account.state.ts';
import { accountViolation } from './account.violations.ts';

export interface RegisterAccount {
  readonly type: 'RegisterAccount';
  /** `accountIdOf(platform, principalId)`. */
  readonly accountId: string;
  readonly principalId: string;
  readonly kind: AccountKind;
  readonly subjectId: string;
}
export interface BanAccount {
  readonly type: 'BanAccount';
  readonly cause: BanCause;
  readonly legalBasis?: LegalBasis;
}
export interface CloseAccount {
  readonly type: 'CloseAccount';
  readonly cause: ClosureCause;
}
export interface GrantVerification {
  readonly type: 'GrantVerification';
  readonly caseId: string;
  readonly policyKey: string;
  readonly policyVersion: number;
  readonly validUntil?: Instant;
}
export interface RevokeVerification {
  readonly type: 'RevokeVerification';
  readonly caseId: string;
  readonly cause: RevocationCause;
}

export function registerAccount(
  command: RegisterAccount,
  state: AccountState,
  { by }: Moment,
): Decision<AccountEvent> {
  const { accountId, principalId, kind, subjectId } = command;
  const stop = allowed(by, principalId, ['applicant', 'system']);
  if (stop) return stop;
  if (state.closed) return accountViolation('account-closed');
  if (!state.registered)
    return [{ type: 'AccountRegistered', data: { accountId, principalId, kind, subjectId } }];
  const isTheSame =
    state.principalId === principalId && state.kind === kind && state.subjectId === subjectId;
  return isTheSame ? [] : accountViolation('account-already-registered');
}

export function banAccount(
  { cause, legalBasis }: BanAccount,
  state: AccountState,
  { by }: Moment,
): Decision<AccountEvent> {
  const stop =
    goesOn(state) ??
    allowed(by, state.principalId, MAY_DECIDE) ??
    legallyFounded(cause, legalBasis);
  if (stop) return stop;
  if (state.banned) return accountViolation('account-banned');
  return [{ type: 'AccountBanned', data: { cause, ...(legalBasis && { legalBasis }) } }];
}

/**
 * A frozen account is not closed: who stole it could make the traces go, and a legal order would lose
 * its object. Nor does the holder close a banned one, which would be a way out of the ban's sight.
 */
export function closeAccount(
  { cause }: CloseAccount,
  state: AccountState,
  { by }: Moment,
): Decision<AccountEvent> {
  const stop =
    goesOn(state) ?? allowed(by, state.principalId, ['applicant', ...MAY_DECIDE, 'system']);
  if (stop) return stop;
  if (by.role === 'applicant' && cause !== 'holder-request')
    return accountViolation('closure-cause-not-for-holder', { field: 'cause' });
  if (by.role === 'applicant' && state.banned) return accountViolation('account-banned');
  if (isFrozen(state)) return accountViolation('account-frozen');
  return [{ type: 'AccountClosed', data: { cause } }];
}

/** An approval that a freeze overtook still counts, and is of use when the freeze is lifted. */
export function grantVerification(
  command: GrantVerification,
  state: AccountState,
  { by }: Moment,
): Decision<AccountEvent> {
  const stop = goesOn(state) ?? allowed(by, state.principalId, ['system']);
  if (stop) return stop;
  const { caseId, policyKey, policyVersion, validUntil } = command;
  const granted = verificationOf(state, caseId);
  if (granted && !granted.revoked) return [];
  if (state.banned) return accountViolation('account-banned');
  return [
    {
      type: 'VerificationGranted',
      data: { caseId, policyKey, policyVersion, ...(validUntil && { validUntil }) },
    },
  ];
}

/** Also of a banned account. What was granted is taken back once. */
export function revokeVerification(
  { caseId, cause }: RevokeVerification,
  state: AccountState,
  { by }: Moment,
): Decision<AccountEvent> {
  const stop = goesOn(state) ?? allowed(by, state.principalId, ['system']);
  if (stop) return stop;
  const granted = verificationOf(state, caseId);
  if (!granted) return accountViolation('verification-missing');
  return granted.revoked ? [] : [{ type: 'VerificationRevoked', data: { caseId, cause } }];
}
