/** Checks that the decide functions of several capabilities share. Each answers a violation, or null. */
import { type Actor, type Moment, type Role } from '#kernel/actor';
import { type Violation } from '#kernel/violation';
import { belongsTo } from '#modules/policies/index';
import { type Reason } from './case.events.ts';
import { type AccountFacts, type CaseFacts, type StaffFacts } from './case.facts.ts';
import { heldOf, isOpen, type CaseState, type Claim, type Review } from './case.state.ts';
import { caseViolation } from './case.violations.ts';

/** The case exists, and is not suspended. */
export function goesOn(state: CaseState): Violation | null {
  if (state.status === 'none') return caseViolation('case-not-found');
  if (state.suspension) return caseViolation('case-suspended');
  return null;
}

/** Answers why a case in this state takes no such command. */
export function wrongState(state: CaseState): Violation {
  const params = { status: state.status };
  return isOpen(state)
    ? caseViolation('not-in-this-state', { params })
    : caseViolation('case-closed', { params });
}

export function byHolder(actor: Actor, account: AccountFacts | undefined): Violation | null {
  return account && account.principalId === actor.id
    ? null
    : caseViolation('not-the-account-holder');
}

export function inGoodStanding(account: AccountFacts | undefined): Violation | null {
  const standing = account?.standing ?? 'closed';
  return standing === 'good'
    ? null
    : caseViolation('account-not-in-good-standing', { params: { standing } });
}

/**
 * The account is frozen, banned or closed: its clocks stand still from that moment on, also while the
 * case itself is still to be suspended. What is due then has nothing to do yet.
 */
export function clocksStandStill({ account }: Pick<CaseFacts, 'account'>): boolean {
  return account !== undefined && account.standing !== 'good';
}

/** The actor is an active member of the staff in one of these roles, as the registry says now. */
export function staffIn(staff: StaffFacts | undefined, roles: readonly Role[]): Violation | null {
  if (!staff?.active) return caseViolation('staff-not-active');
  return roles.some((role) => staff.roles.includes(role))
    ? null
    : caseViolation('role-required', { params: { roles: [...roles] } });
}

/** The review of this number is the open one. */
export function openReview(state: CaseState, review: number): Violation | null {
  const stop = goesOn(state);
  if (stop) return stop;
  return state.review?.number === review
    ? null
    : caseViolation('another-review', { params: { review: state.review?.number ?? 0 } });
}

export function isLive(claim: Claim | null, at: Moment['at']): claim is Claim {
  return claim !== null && (claim.leaseUntil === null || claim.leaseUntil > at);
}

/** The actor holds the review, with a lease that has not ended. */
export function heldBy(review: Review, { at, by }: Moment): Violation | null {
  const { claim } = review;
  if (!claim) return caseViolation('review-not-claimed');
  const until = claim.leaseUntil ?? '';
  if (claim.by !== by.id) {
    return isLive(claim, at)
      ? caseViolation('review-not-held-by-you', { params: { by: claim.by, until } })
      : caseViolation('review-not-claimed');
  }
  return isLive(claim, at) ? null : caseViolation('lease-ended', { params: { until } });
}

/**
 * Reasons have codes of the catalogue and point at what the case has.
 * @param path of the list in the request, for the violation's field.
 */
export function checkReasons(
  reasons: readonly Reason[],
  state: CaseState,
  facts: Pick<CaseFacts, 'knownReason'>,
  path = 'reasons',
): Violation | null {
  if (reasons.length === 0) return caseViolation('reasons-required', { field: path });
  for (const [index, { code, pointer }] of reasons.entries()) {
    const field = `${path}[${index}]`;
    if (!facts.knownReason(code)) {
      return caseViolation('unknown-reason', { field: `${field}.code`, params: { code } });
    }
    if (pointer && !namesSomething(state, pointer)) {
      return caseViolation('pointer-names-nothing', { field: `${field}.pointer` });
    }
  }
  return null;
}

/** As long as nobody said which document it is, it may have the fields of any. */
export function namesSomething(
  { rules, materials }: CaseState,
  { material, field }: { material?: string; field?: string },
): boolean {
  const named = rules?.materials.find(({ key }) => key === material);
  if (!named || field === undefined) return named !== undefined;
  const documentType = heldOf(materials, named.key)?.documentType;
  return named.fields.some(
    (one) => one.key === field && (documentType === undefined || belongsTo(one, documentType)),
  );
}
