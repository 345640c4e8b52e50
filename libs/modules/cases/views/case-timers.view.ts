/**
 * What time will do to the cases: one document a due time, gone when it is settled. What was brought
 * in arms nothing, whatever times its log names: it happened elsewhere, and to its end.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { type Instant } from '#kernel/instants';
import { type Timer } from '#kernel/process';
import { type View } from '#kernel/view';
import { caseIdOf, type CaseCommand } from '../case.decider.ts';
import { type CaseEvent } from '../case.events.ts';

/** Of a screening that failed, of an open review, and of what the applicant is asked for. */
const STEP_KINDS = ['screening', 'lease', 'review-due', 'snooze', 'supplement'] as const;
const KINDS = [...STEP_KINDS, 'overall-due'] as const;
type Kind = (typeof KINDS)[number];

export interface CaseTimer extends Timer {
  readonly kind: Kind;
  /** Of the review or the round that it is of; 0 where it is of the case as a whole. */
  readonly number: number;
  /** While the case is suspended the due time waits; null then. */
  readonly armed: boolean;
}

export const caseTimersView: View<CaseTimer, CaseEvent> = {
  name: 'case-timers',
  version: 4,
  handles: [
    'CaseSubmitted',
    'ScreeningFailed',
    'ScreeningCompleted',
    'ReviewRequested',
    'ReviewClaimed',
    'ReviewClaimRenewed',
    'ReviewReleased',
    'ReviewLeaseExpired',
    'ReviewReassigned',
    'CaseEscalated',
    'ReviewSnoozed',
    'ReviewWoken',
    'ReviewOverdue',
    'CaseOverdue',
    'DueReissued',
    'SupplementRequested',
    'CaseSupplemented',
    'ApprovalProposed',
    'ApprovalDeclined',
    'ProposalVoided',
    'CaseApproved',
    'CaseRejected',
    'AppealGranted',
    'AppealDismissed',
    'CaseSuspended',
    'CaseResumed',
    'CaseWithdrawn',
    'CaseExpired',
  ],
  keys: (event) => {
    const caseId = caseIdOf(event);
    return kindsTouched(event).map((kind) => `${caseId}/${kind}`);
  },
  evolve: (document, event, key) => {
    const slash = key.lastIndexOf('/');
    return evolve(document, event, key.slice(slash + 1) as Kind, key.slice(0, slash));
  },
  indexes: [['armed', 'dueAt']],
};

function kindsTouched(event: RecordedEvent<CaseEvent>): readonly Kind[] {
  switch (event.type) {
    case 'ReviewClaimed':
    case 'ReviewReassigned':
    case 'ReviewSnoozed':
      return ['lease', 'snooze'];
    case 'ReviewClaimRenewed':
    case 'ReviewReleased':
    case 'ReviewLeaseExpired':
    case 'CaseEscalated':
      return ['lease'];
    case 'ReviewWoken':
      return ['snooze'];
    case 'ReviewOverdue':
      return ['review-due'];
    case 'CaseOverdue':
      return ['overall-due'];
    case 'ScreeningFailed':
      return event.data.overallLeftMs === undefined ? ['screening'] : ['screening', 'overall-due'];
    case 'ScreeningCompleted':
      return event.data.overall ? ['screening', 'overall-due'] : ['screening'];
    case 'DueReissued':
      return [event.data.which === 'review' ? 'review-due' : 'overall-due'];
    case 'ReviewRequested':
    case 'ApprovalProposed':
    case 'ApprovalDeclined':
    case 'ProposalVoided':
    case 'AppealGranted':
      return STEP_KINDS;
    default:
      return KINDS;
  }
}

function evolve(
  document: CaseTimer | null,
  event: RecordedEvent<CaseEvent>,
  kind: Kind,
  caseId: string,
): CaseTimer | null {
  const { platform, imported } = event.metadata;
  const set = (dueAt: Instant | undefined, number: number): CaseTimer | null =>
    dueAt === undefined || imported
      ? null
      : {
          platform,
          kind,
          number,
          dueAt,
          armed: true,
          action: { to: 'case', id: caseId, command: commandOf(kind, number, dueAt) },
        };
  switch (event.type) {
    case 'CaseSubmitted':
    case 'CaseSupplemented':
    case 'ScreeningCompleted':
      return kind === 'overall-due' ? set(event.data.overall?.due.dueAt, 0) : null;
    case 'ScreeningFailed':
      return kind === 'screening' ? set(event.data.retryAt, event.data.round) : null;
    case 'ReviewRequested':
      return kind === 'review-due' ? set(event.data.clock?.due.dueAt, event.data.review) : null;
    case 'ReviewClaimed':
    case 'ReviewReassigned':
    case 'ReviewClaimRenewed':
      return kind === 'lease' ? set(event.data.leaseUntil, event.data.review) : null;
    case 'ReviewSnoozed':
      return kind === 'snooze' ? set(event.data.until, event.data.review) : null;
    case 'SupplementRequested':
      return kind === 'supplement' ? set(event.data.until, 0) : null;
    case 'DueReissued':
      return set(event.data.clock.due.dueAt, event.data.review ?? 0);
    case 'CaseSuspended':
      return document && { ...document, armed: false };
    case 'CaseResumed':
      return (
        document && set(resumedDue(event, kind) ?? (document.dueAt as Instant), document.number)
      );
    default:
      return null;
  }
}

function resumedDue(
  { data }: Extract<RecordedEvent<CaseEvent>, { type: 'CaseResumed' }>,
  kind: Kind,
): Instant | undefined {
  switch (kind) {
    case 'screening':
      return undefined;
    case 'lease':
      return data.leaseUntil;
    case 'review-due':
      return data.review?.due.dueAt;
    case 'snooze':
      return data.snoozedUntil;
    case 'supplement':
      return data.supplementUntil;
    case 'overall-due':
      return data.overall?.due.dueAt;
  }
}

/** Guarded by what it was set for: the case refuses it once that has changed. */
function commandOf(kind: Kind, number: number, dueAt: Instant): CaseCommand {
  switch (kind) {
    case 'screening':
      return { type: 'ScreenCase', round: number };
    case 'lease':
      return { type: 'ExpireLease', review: number, leaseUntil: dueAt };
    case 'review-due':
      return { type: 'MarkOverdue', review: number, dueAt };
    case 'snooze':
      return { type: 'WakeReview', review: number, cause: 'time' };
    case 'supplement':
      return { type: 'ExpireSupplement', dueAt };
    case 'overall-due':
      return { type: 'MarkCaseOverdue', dueAt };
  }
}
