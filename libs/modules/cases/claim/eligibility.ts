/**
 * Why a member of the staff may not take a review. The one place that says it: the aggregate refuses
 * by it, and the queue explains by it.
 */
import { type Role } from '#kernel/actor';
import { type Violation } from '#kernel/violation';
import { type ReviewLevel } from '../case.events.ts';
import { type StaffFacts } from '../case.facts.ts';
import { caseViolation } from '../case.violations.ts';

/** What of a case and its open review decides who may take it. */
export interface Takeable {
  readonly level: ReviewLevel;
  readonly skill: string | null;
  readonly escalated: boolean;
  readonly accountId: string;
  readonly deciders: readonly string[];
  /** Whose rejection an appeal overturned. */
  readonly overturned: readonly string[];
  readonly holderId: string | null;
}

const ROLES_FOR: Readonly<Record<ReviewLevel, readonly Role[]>> = {
  first: ['reviewer', 'senior'],
  second: ['reviewer', 'senior'],
  appeal: ['senior'],
  unfreeze: ['senior', 'lead'],
};

/** All obstacles, the gravest first; none when they may take it. */
export function obstacles(
  takeable: Takeable,
  staff: StaffFacts | undefined,
  kind: string,
): readonly Violation[] {
  if (!staff?.active) return [caseViolation('staff-not-active')];
  const found: Violation[] = [];
  if (kind !== 'person') found.push(caseViolation('only-people-decide'));
  const roles = takeable.escalated ? (['senior'] as const) : ROLES_FOR[takeable.level];
  if (!roles.some((role) => staff.roles.includes(role))) {
    found.push(caseViolation('role-required', { params: { roles: [...roles] } }));
  }
  if (takeable.skill !== null && !staff.skills.includes(takeable.skill)) {
    found.push(caseViolation('skill-required', { params: { skill: takeable.skill } }));
  }
  if (takeable.holderId === staff.principalId) found.push(caseViolation('own-account'));
  if (staff.conflicts.includes(takeable.accountId)) found.push(caseViolation('conflict-declared'));
  const mustBeNew = takeable.level === 'second' || takeable.level === 'appeal';
  const decided = mustBeNew ? takeable.deciders : takeable.overturned;
  if (decided.includes(staff.principalId)) found.push(caseViolation('decided-before'));
  return found;
}
