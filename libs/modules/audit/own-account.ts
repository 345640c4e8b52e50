/**
 * What of the trail concerns the caller's own account. Who works on the staff and has an account as well
 * is told of it as its applicant, never as an auditor: reasons and notes are there that an applicant is
 * not told.
 */
import { type Principal } from '#infra/auth/caller';
import { Refusal } from '#infra/http/problem';
import { type ViewStore, type Where } from '#infra/read-store/read-store.port';
import { accountIdOf, holdsAccount } from '#modules/accounts/index';
import { caseViolation } from '#modules/cases/index';
import { type AuditEntry } from './audit-trail.view.ts';

type About = Pick<AuditEntry, 'caseId' | 'accountId'>;

/** Leaves out what names the account; a question that names another one already does. */
export function notOf({ platform, id, kind }: Principal): Where {
  return kind === 'person' ? { accountId: { not: accountIdOf(platform, id) } } : {};
}

/** By the account that is named, or by that of the case where none is: old denied attempts name none. */
export async function isOwn(
  { caseId, accountId }: About,
  principal: Principal,
  trail: Pick<ViewStore<AuditEntry>, 'find'>,
): Promise<boolean> {
  if (accountId !== null) return holdsAccount(principal, accountId);
  if (caseId === null || principal.kind !== 'person') return false;
  const { platform, id } = principal;
  const where = { platform, caseId, accountId: accountIdOf(platform, id) };
  const { documents } = await trail.find({ where, limit: 1 });
  return documents.length > 0;
}

/** Refused, and recorded as an attempt at it. @throws Refusal own-account */
export function refuseOwn({ caseId, accountId }: About): never {
  const at = { ...(caseId !== null && { caseId }), ...(accountId !== null && { accountId }) };
  throw new Refusal(caseViolation('own-account'), {}, 'caller', at);
}
