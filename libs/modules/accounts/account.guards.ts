/** What several commands of an account demand. Each answers the violation, or nothing. */
import { type Actor, type Role } from '#kernel/actor';
import { type Violation } from '#kernel/violation';
import { type LegalBasis } from './account.events.ts';
import { type AccountState } from './account.state.ts';
import { accountViolation } from './account.violations.ts';

/** Who of the staff may freeze, which protects and can be lifted (docs/adr/0012). */
export const MAY_FREEZE = ['support', 'senior', 'lead'] as const satisfies Role[];
/** Who of the staff lifts freezes, bans and closes. Admins configure, and decide nothing. */
export const MAY_DECIDE = ['senior', 'lead'] as const satisfies Role[];

/** There is an account, and it has not ended. */
export function goesOn(state: AccountState): Violation | undefined {
  if (!state.registered) return accountViolation('account-missing');
  return state.closed ? accountViolation('account-closed') : undefined;
}

/**
 * The actor is one of these: the system, or a person. A key or an assistant does nothing to an account,
 * whatever role it holds. An applicant acts on nobody else's account, and nobody acts on their own in a
 * role of the staff (rule 2 of the domain).
 */
export function allowed(
  by: Actor,
  holder: string,
  who: readonly (Role | 'system')[],
): Violation | undefined {
  const acting = by.kind === 'system' ? 'system' : by.role;
  if (acting === undefined || !who.includes(acting))
    return accountViolation('account-actor', { params: { allowed: who } });
  if (acting === 'system') return undefined;
  if (by.kind !== 'person') return accountViolation('account-people-only');
  if (acting === 'applicant')
    return by.id === holder ? undefined : accountViolation('account-not-yours');
  return by.id === holder ? accountViolation('account-own-decision') : undefined;
}

export function legallyFounded(
  cause: string,
  legalBasis: LegalBasis | undefined,
): Violation | undefined {
  if (cause !== 'legal-order' || legalBasis !== undefined) return undefined;
  return accountViolation('legal-basis-missing', { field: 'legalBasis' });
}
