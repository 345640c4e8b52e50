import { type Actor, type Moment } from '#kernel/actor';
import { deriveId } from '#kernel/ids';
import { type Instant } from '#kernel/instants';
import {
  type AccountEvent,
  type AccountKind,
  type FreezeCause,
  type FreezeScope,
} from './account.events.ts';

export interface Freeze {
  readonly freezeId: string;
  readonly cause: FreezeCause;
  readonly scope: FreezeScope;
  /** Who froze it: somebody else lifts it. */
  readonly by: string;
  readonly until: Instant | null;
}

/** A time in which the account's cases stood still, from the first of the freezes that made it up. */
export interface Stop {
  readonly freezeId: string;
  readonly cause: FreezeCause;
  readonly since: Instant;
}

export interface Verification {
  readonly caseId: string;
  readonly policyKey: string;
  readonly policyVersion: number;
  readonly validUntil: Instant | null;
  readonly revoked: boolean;
}

export interface AccountState {
  readonly registered: boolean;
  readonly accountId: string;
  readonly principalId: string;
  readonly kind: AccountKind;
  readonly subjectId: string;
  /** The freezes that are in force, by their ids. */
  readonly freezes: Readonly<Record<string, Freeze>>;
  /** In order, also those that are over: a case may hear of one only afterwards. */
  readonly stops: readonly Stop[];
  readonly banned: boolean;
  readonly closed: boolean;
  /** By case. */
  readonly verifications: Readonly<Record<string, Verification>>;
}

export const initialAccount: AccountState = {
  registered: false,
  accountId: '',
  principalId: '',
  kind: 'individual',
  subjectId: '',
  freezes: {},
  stops: [],
  banned: false,
  closed: false,
  verifications: {},
};

export function evolveAccount(
  state: AccountState,
  event: AccountEvent,
  moment: Moment,
): AccountState {
  switch (event.type) {
    case 'AccountRegistered':
      return { ...state, ...event.data, registered: true };
    case 'AccountFrozen': {
      const { freezeId, cause, scope, until = null } = event.data;
      const freeze = { freezeId, cause, scope, by: moment.by.id, until };
      const stop = { freezeId, cause, since: moment.at };
      return {
        ...state,
        freezes: { ...state.freezes, [freezeId]: freeze },
        stops: standingOf(state) === 'good' ? [...state.stops, stop] : state.stops,
      };
    }
    case 'AccountUnfrozen': {
      const { [event.data.freezeId]: _lifted, ...freezes } = state.freezes;
      return { ...state, freezes };
    }
    case 'AccountBanned':
      return { ...state, banned: true };
    case 'VerificationGranted': {
      const { validUntil = null, ...granted } = event.data;
      return withVerification(state, { ...granted, validUntil, revoked: false });
    }
    case 'VerificationRevoked': {
      const granted = verificationOf(state, event.data.caseId);
      return granted ? withVerification(state, { ...granted, revoked: true }) : state;
    }
    case 'AccountClosed':
      return { ...state, closed: true };
    default:
      return state;
  }
}

function withVerification(state: AccountState, verification: Verification): AccountState {
  const verifications = { ...state.verifications, [verification.caseId]: verification };
  return { ...state, verifications };
}

/**
 * The one account of a principal on a platform. It follows from the token, so that an applicant's own
 * account is found without a view.
 */
export function accountIdOf(platform: string, principalId: string): string {
  return deriveId('account', platform, principalId);
}

/** Whether the account is that person's own. A key or an assistant of the same name is somebody else. */
export function holdsAccount(
  { kind, platform, id }: Pick<Actor, 'kind' | 'id'> & { readonly platform: string },
  accountId: string,
): boolean {
  return kind === 'person' && accountIdOf(platform, id) === accountId;
}

export const accountStream = (accountId: string): string => `account-${accountId}`;

/** What an account may do: only one that is `good` submits. The last word on it wins: closed, banned, frozen. */
export type Standing = 'good' | 'frozen' | 'banned' | 'closed';

/** Meaningful for a registered account. */
export function standingOf(state: AccountState): Standing {
  if (state.closed) return 'closed';
  if (state.banned) return 'banned';
  return isFrozen(state) ? 'frozen' : 'good';
}

/** What a case granted, revoked or not. */
export function verificationOf(
  { verifications }: AccountState,
  caseId: string,
): Verification | undefined {
  return Object.hasOwn(verifications, caseId) ? verifications[caseId] : undefined;
}

export const isFrozen = (state: AccountState): boolean => Object.keys(state.freezes).length > 0;

/** What the account is verified for at an instant. */
export function verificationsAt(state: AccountState, at: Instant): readonly Verification[] {
  return Object.values(state.verifications).filter(
    ({ revoked, validUntil }) => !revoked && (validUntil === null || at < validUntil),
  );
}
