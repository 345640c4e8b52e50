/** Why a review in the queue may not be taken by the caller: the rules of the aggregate, for a row of a view. */
import { type Caller } from '#infra/auth/caller';
import { type Violation } from '#kernel/violation';
import { type StaffFacts } from '../case.facts.ts';
import { caseViolation } from '../case.violations.ts';
import { type QueuedReview } from '../views/review-queue.view.ts';
import { obstacles } from './eligibility.ts';

/** Of the caller alone: whether somebody else holds the review is left aside. */
export function obstaclesOf(
  { level, skill, escalated, accountId, deciders, overturned }: QueuedReview,
  staff: StaffFacts,
  { accountId: own, principal }: Caller,
): readonly Violation[] {
  if (level === null) return [];
  const holderId = own === accountId ? staff.principalId : null;
  return obstacles(
    { level, skill, escalated, accountId, deciders, overturned, holderId },
    staff,
    principal.kind,
  );
}

/** With what the review's own state forbids: it is held, put off, or its case stands still. */
export function whyNot(
  review: QueuedReview,
  staff: StaffFacts,
  caller: Caller,
): readonly Violation[] {
  return [
    ...ruleObstacles(review),
    ...stateObstacles(review, staff),
    ...obstaclesOf(review, staff, caller),
  ];
}

/** Every review that was asked for here has a due time; an imported one has no rules that would give it one. */
function ruleObstacles({ dueAt }: QueuedReview): readonly Violation[] {
  return dueAt === null ? [caseViolation('no-rules-recorded')] : [];
}

function stateObstacles(review: QueuedReview, staff: StaffFacts): readonly Violation[] {
  const { state, claimedBy, leaseUntil, snoozedUntil } = review;
  switch (state) {
    case 'suspended':
      return [caseViolation('case-suspended')];
    case 'claimed':
      return claimedBy === null || claimedBy === staff.principalId
        ? []
        : [caseViolation('review-claimed', { params: { by: claimedBy, until: leaseUntil ?? '' } })];
    case 'snoozed':
      return [caseViolation('review-snoozed', { params: { until: snoozedUntil ?? '' } })];
    default:
      return [];
  }
}
