/**
 * The reviewers' queues: one document a case, in a queue while a review of it is open. Kept while
 * nothing is open too (`state: 'none'`), since who decided before says who may take the next review.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { type Instant } from '#kernel/instants';
import { type View } from '#kernel/view';
import { caseIdOf } from '../case.decider.ts';
import { type CaseEvent, type ReviewLevel, type ScreeningOutcome } from '../case.events.ts';
import { evolveOverallDue, NO_OVERALL_DUE, type OverallDue } from './overall-due.ts';

export type QueueState = 'none' | 'waiting' | 'claimed' | 'snoozed' | 'suspended';

export interface QueuedReview extends OverallDue {
  readonly caseId: string;
  readonly platform: string;
  readonly accountId: string;
  readonly policyKey: string;
  readonly policyVersion: number;
  readonly state: QueueState;
  /** What it was before the account was frozen. */
  readonly stateBefore: Exclude<QueueState, 'suspended'> | null;
  readonly review: number;
  readonly level: ReviewLevel | null;
  readonly queue: string | null;
  readonly skill: string | null;
  readonly priority: number;
  /** `-priority`, so that one ascending index gives the most urgent first. */
  readonly urgency: number;
  readonly round: number;
  readonly requestedAt: Instant | null;
  readonly dueAt: Instant | null;
  readonly dueProvisional: boolean;
  readonly overdue: boolean;
  readonly escalated: boolean;
  readonly claimedBy: string | null;
  readonly leaseUntil: Instant | null;
  readonly snoozedUntil: Instant | null;
  readonly screening: ScreeningOutcome | null;
  readonly deciders: readonly string[];
  /** The person who rejected it; null where nobody did, or an appeal has overturned it since. */
  readonly rejectedBy: string | null;
  readonly overturned: readonly string[];
}

const HANDLES = [
  'CaseOpened',
  'PolicyChangeApplied',
  'CaseSubmitted',
  'CaseSupplemented',
  'ScreeningFailed',
  'ScreeningCompleted',
  'ReviewRequested',
  'ReviewClaimed',
  'ReviewClaimRenewed',
  'ReviewReleased',
  'ReviewLeaseExpired',
  'ReviewReassigned',
  'SupplementRequested',
  'CaseEscalated',
  'ApprovalProposed',
  'ApprovalDeclined',
  'ProposalVoided',
  'CaseApproved',
  'CaseRejected',
  'AppealGranted',
  'AppealDismissed',
  'ReviewSnoozed',
  'ReviewWoken',
  'CaseSuspended',
  'CaseResumed',
  'DueReissued',
  'ReviewOverdue',
  'CaseOverdue',
  'CaseWithdrawn',
  'CaseExpired',
] as const satisfies readonly CaseEvent['type'][];

type Handled = Extract<CaseEvent, { type: (typeof HANDLES)[number] }>;

export const reviewQueueView: View<QueuedReview, CaseEvent> = {
  name: 'review-queue',
  version: 7,
  handles: HANDLES,
  keys: (event) => [caseIdOf(event)],
  evolve: (document, event, key) => {
    if (event.type === 'CaseOpened') return opened(event, key);
    return (
      document && {
        ...evolve(document, event as RecordedEvent<Handled>),
        ...evolveOverallDue(overallOf(document), event),
      }
    );
  },
  // The most particular first: SQLite takes the first of those that it thinks equally good.
  indexes: [
    ['platform', 'state', 'queue', 'level', 'urgency', 'dueAt', 'requestedAt'],
    ['platform', 'state', 'level', 'urgency', 'dueAt', 'requestedAt'],
    ...(['skill', 'claimedBy'] as const).map((field) => ({
      fields: ['platform', field, 'state', 'urgency', 'dueAt', 'requestedAt'] as const,
      where: { field, is: 'present' as const },
    })),
    {
      fields: ['platform', 'overdue', 'state', 'urgency', 'dueAt', 'requestedAt'],
      where: { field: 'overdue', is: 'true' },
    },
    ['platform', 'state', 'urgency', 'dueAt', 'requestedAt'],
    ['platform', 'state', 'dueAt', 'requestedAt'],
    ['platform', 'state', 'requestedAt'],
  ],
};

const overallOf = ({ overallDueAt, overallProvisional, overallOverdue }: QueuedReview) => ({
  overallDueAt,
  overallProvisional,
  overallOverdue,
});

function opened(
  { data, metadata }: Extract<RecordedEvent<CaseEvent>, { type: 'CaseOpened' }>,
  caseId: string,
): QueuedReview {
  return {
    caseId,
    platform: metadata.platform,
    accountId: data.accountId,
    policyKey: data.policyKey,
    policyVersion: data.policyVersion,
    round: 0,
    screening: null,
    deciders: [],
    rejectedBy: null,
    overturned: [],
    ...NOTHING_OPEN,
    ...NO_OVERALL_DUE,
  };
}

const NOTHING_OPEN = {
  state: 'none',
  stateBefore: null,
  review: 0,
  level: null,
  queue: null,
  skill: null,
  priority: 0,
  urgency: 0,
  requestedAt: null,
  dueAt: null,
  dueProvisional: false,
  overdue: false,
  escalated: false,
  claimedBy: null,
  leaseUntil: null,
  snoozedUntil: null,
} as const satisfies Partial<QueuedReview>;

function evolve(document: QueuedReview, event: RecordedEvent<Handled>): QueuedReview {
  switch (event.type) {
    case 'CaseOpened':
    case 'CaseOverdue':
    case 'ScreeningFailed':
      return document;
    case 'PolicyChangeApplied':
      return { ...document, policyVersion: event.data.toVersion };
    case 'CaseSubmitted':
    case 'CaseSupplemented':
      return { ...document, ...NOTHING_OPEN, round: event.data.round, screening: null };
    case 'ScreeningCompleted':
      return { ...document, screening: event.data.outcome };
    case 'ReviewRequested':
      return requested(document, event);
    case 'SupplementRequested':
      return decided(document, event.metadata.actor.id);
    case 'ApprovalProposed':
    case 'ApprovalDeclined':
    case 'AppealDismissed':
      return decided(document, event.data.by);
    case 'AppealGranted':
      return overturned(decided(document, event.data.by));
    case 'CaseApproved':
      // Nobody need be named: in imports a program may have approved.
      return event.data.approvers.reduce(decided, { ...document, ...NOTHING_OPEN });
    case 'CaseRejected':
      return event.metadata.actor.kind === 'person'
        ? { ...decided(document, event.data.by), rejectedBy: event.data.by }
        : { ...document, ...NOTHING_OPEN, rejectedBy: null };
    case 'ProposalVoided':
    case 'CaseWithdrawn':
    case 'CaseExpired':
      return { ...document, ...NOTHING_OPEN };
    case 'CaseSuspended':
      return document.state === 'none' || document.state === 'suspended'
        ? document
        : { ...document, state: 'suspended', stateBefore: document.state };
    case 'CaseResumed':
      return resumed(document, event);
    default:
      return held(document, event);
  }
}

function requested(
  document: QueuedReview,
  event: Extract<RecordedEvent<CaseEvent>, { type: 'ReviewRequested' }>,
): QueuedReview {
  const { review, level, queue, skill, priority, round, clock } = event.data;
  return {
    ...document,
    ...NOTHING_OPEN,
    state: 'waiting',
    review,
    level,
    queue,
    skill: skill ?? null,
    priority,
    urgency: -priority,
    round,
    requestedAt: event.metadata.occurredAt,
    dueAt: clock?.due.dueAt ?? null,
    dueProvisional: clock?.due.provisional ?? false,
  };
}

function decided(document: QueuedReview, by: string): QueuedReview {
  const { deciders } = document;
  return {
    ...document,
    ...NOTHING_OPEN,
    deciders: deciders.includes(by) ? deciders : [...deciders, by],
  };
}

function overturned(document: QueuedReview): QueuedReview {
  const { rejectedBy, overturned: before } = document;
  if (rejectedBy === null || before.includes(rejectedBy)) return { ...document, rejectedBy: null };
  return { ...document, rejectedBy: null, overturned: [...before, rejectedBy] };
}

function resumed(
  document: QueuedReview,
  { data }: Extract<RecordedEvent<CaseEvent>, { type: 'CaseResumed' }>,
): QueuedReview {
  if (document.stateBefore === null) return document;
  return {
    ...document,
    state: document.stateBefore,
    stateBefore: null,
    dueAt: data.review?.due.dueAt ?? document.dueAt,
    dueProvisional: data.review?.due.provisional ?? document.dueProvisional,
    leaseUntil: data.leaseUntil ?? document.leaseUntil,
    snoozedUntil: data.snoozedUntil ?? document.snoozedUntil,
  };
}

type Holding = Extract<
  Handled,
  {
    type:
      | 'ReviewClaimed'
      | 'ReviewClaimRenewed'
      | 'ReviewReleased'
      | 'ReviewLeaseExpired'
      | 'ReviewReassigned'
      | 'CaseEscalated'
      | 'ReviewSnoozed'
      | 'ReviewWoken'
      | 'ReviewOverdue'
      | 'DueReissued';
  }
>;

const UNHELD = { claimedBy: null, leaseUntil: null } as const;

function held(document: QueuedReview, event: RecordedEvent<Holding>): QueuedReview {
  if ('review' in event.data && event.data.review !== document.review) return document;
  switch (event.type) {
    case 'ReviewClaimed':
    case 'ReviewReassigned':
      return {
        ...inState(document, 'claimed'),
        claimedBy: event.type === 'ReviewClaimed' ? event.data.by : event.data.to,
        leaseUntil: event.data.leaseUntil ?? null,
        snoozedUntil: null,
      };
    case 'ReviewClaimRenewed':
      return { ...document, leaseUntil: event.data.leaseUntil };
    case 'ReviewReleased':
    case 'ReviewLeaseExpired':
      return { ...inState(document, 'waiting'), ...UNHELD };
    case 'CaseEscalated': {
      const { deciders } = decided(document, event.data.from);
      return { ...inState(document, 'waiting'), ...UNHELD, escalated: true, deciders };
    }
    case 'ReviewSnoozed':
      return { ...inState(document, 'snoozed'), ...UNHELD, snoozedUntil: event.data.until };
    case 'ReviewWoken':
      return { ...inState(document, 'waiting'), snoozedUntil: null };
    case 'ReviewOverdue':
      return { ...document, overdue: true };
    case 'DueReissued':
      return event.data.which === 'review'
        ? {
            ...document,
            dueAt: event.data.clock.due.dueAt,
            dueProvisional: event.data.clock.due.provisional,
            overdue: false,
          }
        : document;
  }
}

/** A suspended review changes hands beneath its suspension. */
function inState(document: QueuedReview, state: 'waiting' | 'claimed' | 'snoozed'): QueuedReview {
  return document.state === 'suspended'
    ? { ...document, stateBefore: state }
    : { ...document, state };
}
