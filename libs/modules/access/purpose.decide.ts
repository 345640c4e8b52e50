/**
 * Who may look at personal data for which purpose. A purpose is somebody's task and no word to be
 * chosen: reviewers look at what they decide now, support at what an applicant asks about, and whoever
 * inquires beyond a review is senior or audits.
 */
import { type Moment, type Role } from '#kernel/actor';
import { type Violation } from '#kernel/violation';
import { type CaseState, caseViolation, heldBy } from '#modules/cases/index';
import { type Purpose } from './access.events.ts';
import { accessViolation } from './access.violations.ts';

export const ROLES_FOR: Readonly<Record<Purpose, readonly Role[]>> = {
  review: ['reviewer', 'senior'],
  appeal: ['reviewer', 'senior'],
  'support-request': ['support'],
  audit: ['auditor'],
  'fraud-investigation': ['senior', 'auditor'],
  'legal-request': ['auditor'],
  'data-subject-request': ['support', 'auditor'],
};

export interface Looking {
  readonly purpose: Purpose;
  /** Those that the viewer has now. */
  readonly roles: readonly Role[];
  /** The open review of the case. */
  readonly review: CaseState['review'];
  /** Whether the case is of the viewer's own account. */
  readonly own: boolean;
  /** Whether the viewer has declared a conflict of interest with the account. */
  readonly conflict: boolean;
}

/** Answers why the viewer may not look for this purpose, or null. */
export function lookFor(
  { purpose, roles, review, own, conflict }: Looking,
  moment: Moment,
): Violation | null {
  // The staff see what an applicant is not told, and nobody sees that of themselves.
  if (own) return caseViolation('own-account');
  const may = ROLES_FOR[purpose];
  if (!may.some((role) => roles.includes(role)))
    return accessViolation('purpose-of-other-roles', { params: { roles: [...may] } });
  if (purpose !== 'review' && purpose !== 'appeal') return null;
  const isOfPurpose = review !== null && (review.level === 'appeal') === (purpose === 'appeal');
  if (!isOfPurpose || heldBy(review, moment) !== null)
    return accessViolation('purpose-of-the-holder');
  // The claim goes with the conflict, a moment later.
  return conflict ? caseViolation('conflict-declared') : null;
}
