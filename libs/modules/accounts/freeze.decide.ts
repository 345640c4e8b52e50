/**
 * Freezing and unfreezing. An account can be frozen for several causes at once, by different people
 * and for different times; it stays frozen until the last freeze is gone, so that lifting one never
 * undoes what somebody else had a ground for.
 */
import { type Moment } from '#kernel/actor';
import { type Decision } from '#kernel/decider';
import { type Instant } from '#kernel/instants';
import {
  type AccountEvent,
  type FreezeCause,
  type FreezeScope,
  type LegalBasis,
} from './account.events.ts';
import { allowed, goesOn, legallyFounded, MAY_DECIDE, MAY_FREEZE } from './account.guards.ts';
import { type AccountState, type Freeze } from './account.state.ts';
import { accountViolation } from './account.violations.ts';

export interface FreezeAccount {
  readonly type: 'FreezeAccount';
  /** Derived from the command id, so that a repeat names the same freeze. */
  readonly freezeId: string;
  readonly cause: FreezeCause;
  readonly scope: FreezeScope;
  readonly legalBasis?: LegalBasis;
  readonly until?: Instant;
}
export interface UnfreezeAccount {
  readonly type: 'UnfreezeAccount';
  readonly freezeId: string;
}
/** Sent by a timer. Early, late or twice, it does no harm. */
export interface ExpireFreeze {
  readonly type: 'ExpireFreeze';
  readonly freezeId: string;
}

/** What a holder may give as the cause: protecting an account needs no one's leave. */
const HOLDER_CAUSES: readonly FreezeCause[] = ['compromise', 'holder-request'];

export function freezeAccount(
  command: FreezeAccount,
  state: AccountState,
  { at, by }: Moment,
): Decision<AccountEvent> {
  const { freezeId, cause, scope, legalBasis, until } = command;
  const stop =
    goesOn(state) ??
    allowed(by, state.principalId, ['applicant', ...MAY_FREEZE, 'system']) ??
    legallyFounded(cause, legalBasis);
  if (stop) return stop;
  if (by.role === 'applicant' && !HOLDER_CAUSES.includes(cause))
    return accountViolation('freeze-cause-not-for-holder', { field: 'cause' });
  if (until !== undefined && until <= at)
    return accountViolation('freeze-until-past', { field: 'until' });
  if (state.banned) return accountViolation('account-banned');
  if (freezeOf(state, freezeId)) return [];
  const standing = Object.values(state.freezes).filter((freeze) => freeze.cause === cause);
  if (standing.some((freeze) => lastsAsLong(freeze, until)))
    return accountViolation('freeze-cause-standing', { field: 'cause', params: { cause } });
  const data = {
    freezeId,
    cause,
    scope,
    ...(legalBasis && { legalBasis }),
    ...(until && { until }),
  };
  return [{ type: 'AccountFrozen', data }];
}

/** A short freeze, which a thief may have asked for, does not stand in the way of a longer one. */
function lastsAsLong(freeze: Freeze, until: Instant | undefined): boolean {
  return freeze.until === null || (until !== undefined && freeze.until >= until);
}

export function unfreezeAccount(
  { freezeId }: UnfreezeAccount,
  state: AccountState,
  { by }: Moment,
): Decision<AccountEvent> {
  const stop = goesOn(state) ?? allowed(by, state.principalId, MAY_DECIDE);
  if (stop) return stop;
  if (state.banned) return accountViolation('account-banned');
  const freeze = freezeOf(state, freezeId);
  if (!freeze) return accountViolation('freeze-missing', { field: 'freezeId' });
  if (freeze.by === by.id) return accountViolation('second-person-needed');
  return unfrozen(freezeId, 'lifted', state);
}

export function expireFreeze(
  { freezeId }: ExpireFreeze,
  state: AccountState,
  { at, by }: Moment,
): Decision<AccountEvent> {
  const stop = allowed(by, state.principalId, ['system']);
  if (stop) return stop;
  const until = freezeOf(state, freezeId)?.until ?? null;
  if (until === null || at < until || state.banned || state.closed) return [];
  return unfrozen(freezeId, 'expired', state);
}

/** By its own id alone: an id from a path may be the name of what every object has. */
function freezeOf({ freezes }: AccountState, freezeId: string) {
  return Object.hasOwn(freezes, freezeId) ? freezes[freezeId] : undefined;
}

function unfrozen(
  freezeId: string,
  how: 'lifted' | 'expired',
  state: AccountState,
): readonly AccountEvent[] {
  const stillFrozen = Object.keys(state.freezes).some((other) => other !== freezeId);
  return [{ type: 'AccountUnfrozen', data: { freezeId, how, stillFrozen } }];
}
