/**
 * The fold of a case's events. It is exhaustive and never throws: an event that does not fit (an imported
 * one, say) changes what it can and leaves the rest. What each capability's events change stands beside
 * what decides them.
 */
import { type Moment } from '#kernel/actor';
import { applyAppeal } from './appeal/appeal.evolve.ts';
import { caseEvents, type CaseEvent } from './case.events.ts';
import { type CaseState } from './case.state.ts';
import { applyClaim } from './claim/claim.evolve.ts';
import { applyDecision } from './decision/decision.evolve.ts';
import { applyDraft } from './draft/draft.evolve.ts';
import { applyDue } from './due/due.evolve.ts';
import { applyHold } from './hold/hold.evolve.ts';
import { applyScreen } from './screen/screen.evolve.ts';
import { applySubmission } from './submit/submit.evolve.ts';
import { applyWithdrawal } from './withdraw/withdraw.evolve.ts';

/** Events that change nothing of what a decider is shown or may do: they do not move the version. */
const QUIET: ReadonlySet<CaseEvent['type']> = new Set([
  'ReviewClaimRenewed',
  'NoteAdded',
  'ReviewOverdue',
  'CaseOverdue',
  'DueReissued',
  'HistoryRecorded',
  'ScreeningFailed',
]);

export function evolveCase(state: CaseState, event: CaseEvent, moment: Moment): CaseState {
  if (!caseEvents.find(event.type)) return state;
  const next = apply(state, event, moment);
  return QUIET.has(event.type) ? next : { ...next, version: state.version + 1 };
}

/** As it is after all of these, which happen at once. */
export function evolveCaseBy(
  state: CaseState,
  events: readonly CaseEvent[],
  moment: Moment,
): CaseState {
  return events.reduce((so, event) => evolveCase(so, event, moment), state);
}

function apply(state: CaseState, event: CaseEvent, moment: Moment): CaseState {
  switch (event.type) {
    case 'CaseOpened':
    case 'PolicyChangeApplied':
    case 'MaterialProvided':
    case 'MaterialRemoved':
      return applyDraft(state, event, moment);
    case 'SelfAssessmentCompleted':
    case 'SubmissionRefused':
    case 'NoteAdded':
    case 'HistoryRecorded':
      return state;
    case 'CaseSubmitted':
    case 'CaseSupplemented':
      return applySubmission(state, event);
    case 'ScreeningStarted':
    case 'ScreeningCheckCompleted':
    case 'ScreeningFailed':
    case 'ScreeningCompleted':
      return applyScreen(state, event, moment);
    case 'ReviewRequested':
    case 'ReviewClaimed':
    case 'ReviewClaimRenewed':
    case 'ReviewReleased':
    case 'ReviewLeaseExpired':
    case 'ReviewReassigned':
    case 'ReviewSnoozed':
    case 'ReviewWoken':
    case 'CaseEscalated':
      return applyClaim(state, event, moment);
    case 'SupplementRequested':
    case 'ApprovalProposed':
    case 'ApprovalDeclined':
    case 'ProposalVoided':
    case 'CaseApproved':
    case 'CaseRejected':
      return applyDecision(state, event, moment);
    case 'CaseAppealed':
    case 'AppealEvidenceProvided':
    case 'AppealGranted':
    case 'AppealDismissed':
    case 'CaseReopened':
      return applyAppeal(state, event, moment);
    case 'CaseWithdrawn':
    case 'CaseExpired':
      return applyWithdrawal(state, event);
    case 'CaseSuspended':
    case 'CaseResumed':
      return applyHold(state, event, moment);
    case 'DueReissued':
    case 'ReviewOverdue':
    case 'CaseOverdue':
      return applyDue(state, event);
    default:
      return passOver(state, event);
  }
}

/** The compiler proves that no event type is forgotten; a type of a newer build is passed over. */
function passOver(state: CaseState, _event: never): CaseState {
  return state;
}
