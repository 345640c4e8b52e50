/** How a case ends without a decision: given up by its applicant, or not supplemented in time. */
import { type Moment } from '#kernel/actor';
import { type Decision } from '#kernel/decider';
import { type Instant } from '#kernel/instants';
import { type CaseEvent } from '../case.events.ts';
import { type CaseFacts } from '../case.facts.ts';
import { byHolder, clocksStandStill, goesOn, wrongState } from '../case.guards.ts';
import { isOpen, type CaseState } from '../case.state.ts';
import { caseViolation } from '../case.violations.ts';

export interface WithdrawCase {
  readonly type: 'WithdrawCase';
}
/** The account was closed: what was open of it ends, suspended or not. */
export interface EndCaseOfClosedAccount {
  readonly type: 'EndCaseOfClosedAccount';
}
/** Carries the deadline it was set for, so that early, late or twice does nothing. */
export interface ExpireSupplement {
  readonly type: 'ExpireSupplement';
  readonly dueAt: Instant;
}
export type WithdrawCommand = WithdrawCase | EndCaseOfClosedAccount | ExpireSupplement;

export function withdrawCase(
  _command: WithdrawCase,
  state: CaseState,
  { by }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = goesOn(state) ?? byHolder(by, facts.account);
  if (stop) return stop;
  if (!isOpen(state)) return wrongState(state);
  return [withdrawn(state, 'applicant')];
}

export function endCaseOfClosedAccount(
  _command: EndCaseOfClosedAccount,
  state: CaseState,
  _moment: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  if (state.status === 'none') return caseViolation('case-not-found');
  if (!isOpen(state) || facts.account?.standing !== 'closed') return [];
  return [withdrawn(state, 'account-closed')];
}

export function expireSupplement(
  { dueAt }: ExpireSupplement,
  state: CaseState,
  { at }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = goesOn(state);
  if (stop) return stop;
  if (clocksStandStill(facts)) return [];
  if (state.status !== 'awaiting-supplement' || state.supplement?.until !== dueAt) return [];
  if (at < dueAt) return caseViolation('not-due-yet', { params: { dueAt } });
  return [{ type: 'CaseExpired', data: { cause: 'supplement-deadline', dueAt } }];
}

/** The review that was open ends with the case. */
function withdrawn({ review }: CaseState, cause: 'applicant' | 'account-closed'): CaseEvent {
  return {
    type: 'CaseWithdrawn',
    data: { cause, ...(review ? { review: review.number } : {}) },
  };
}
