/** The past of an account, for specs. */
import { type Actor, type Role, SYSTEM } from '#kernel/actor';
import { deriveId } from '#kernel/ids';
import { type Past } from '#kernel/testing/given-when-then';
import { type AccountEvent, type FreezeCause } from './account.events.ts';
import { accountIdOf } from './account.state.ts';

export const accountId = accountIdOf('demo', 'wei');
export const subjectId = deriveId('subject', 'wei');
export const holder: Actor = { kind: 'person', id: 'wei', role: 'applicant' };

/** A person of the staff, who is called after their role. */
export const staff = (role: Role, id: string = role): Actor => ({ kind: 'person', id, role });

export const registered: AccountEvent = {
  type: 'AccountRegistered',
  data: { accountId, principalId: holder.id, kind: 'individual', subjectId },
};

/** The id of the n-th freeze of a spec. */
export const freezeId = (n: number): string => deriveId('freeze', n);

export const frozen = (
  n: number,
  cause: FreezeCause,
  more: { until?: Extract<AccountEvent, { type: 'AccountFrozen' }>['data']['until'] } = {},
): AccountEvent => ({
  type: 'AccountFrozen',
  data: { freezeId: freezeId(n), cause, scope: 'all', ...more },
});

export const frozenBy = (n: number, cause: FreezeCause, by: Actor): Past<AccountEvent> => [
  frozen(n, cause),
  { by },
];

export const unfrozen = (
  n: number,
  how: 'lifted' | 'expired',
  stillFrozen: boolean,
): AccountEvent => ({
  type: 'AccountUnfrozen',
  data: { freezeId: freezeId(n), how, stillFrozen },
});

export const banned: AccountEvent = { type: 'AccountBanned', data: { cause: 'fraud' } };
export const closed: AccountEvent = { type: 'AccountClosed', data: { cause: 'holder-request' } };

/** Everybody who could try something: each role by another person, the system, and an unknown. */
export const everybody: readonly Actor[] = [
  holder,
  ...(['reviewer', 'senior', 'lead', 'auditor', 'support', 'admin'] as const).map((role) =>
    staff(role),
  ),
  SYSTEM,
  { kind: 'unknown', id: 'unknown' },
];
