/**
 * What a reviewer has done: one document a review. What they hold now, with its lease and due time, is
 * in the review queue.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { type Instant } from '#kernel/instants';
import { type View } from '#kernel/view';
import { caseIdOf } from '../case.decider.ts';
import { type CaseEvent, type ReviewLevel } from '../case.events.ts';

export interface ReviewerWork {
  readonly platform: string;
  readonly caseId: string;
  readonly review: number;
  readonly level: ReviewLevel | null;
  readonly queue: string | null;
  /** Who holds it, or held it last; null while nobody took it. */
  readonly by: string | null;
  readonly state: 'open' | 'held' | 'done';
  readonly since: Instant;
  /** The event that ended it: what was decided; or that the case was withdrawn, or its next review begun. */
  readonly outcome: CaseEvent['type'] | null;
  readonly endedAt: Instant | null;
}

const ENDINGS = [
  'SupplementRequested',
  'ApprovalProposed',
  'ApprovalDeclined',
  'CaseApproved',
  'CaseRejected',
  'AppealGranted',
  'AppealDismissed',
  'ProposalVoided',
  'CaseWithdrawn',
] as const satisfies readonly CaseEvent['type'][];

const HANDLES = [
  'ReviewRequested',
  'ReviewClaimed',
  'ReviewReleased',
  'ReviewLeaseExpired',
  'ReviewReassigned',
  'CaseEscalated',
  'ReviewSnoozed',
  ...ENDINGS,
] as const satisfies readonly CaseEvent['type'][];

type Handled = Extract<CaseEvent, { type: (typeof HANDLES)[number] }>;

export const reviewerWorkView: View<ReviewerWork, CaseEvent> = {
  name: 'reviewer-work',
  version: 2,
  handles: HANDLES,
  keys: (event) => {
    const review = 'review' in event.data ? event.data.review : undefined;
    if (typeof review !== 'number') return [];
    // A case has one review at a time: the next one ends what is left of the one before.
    const reviews =
      event.type === 'ReviewRequested' && review > 1 ? [review - 1, review] : [review];
    return reviews.map((one) => `${caseIdOf(event)}/${one}`);
  },
  evolve: (document, event, key) =>
    event.type === 'ReviewRequested' && isOf(key, event.data.review)
      ? requested(event, key)
      : document && evolve(document, event as RecordedEvent<Handled>),
  indexes: [
    ['platform', 'by', 'state', 'since'],
    ['platform', 'by', 'since'],
  ],
};

const isOf = (key: string, review: number): boolean => key.endsWith(`/${review}`);

function requested(
  { data, metadata }: Extract<RecordedEvent<CaseEvent>, { type: 'ReviewRequested' }>,
  key: string,
): ReviewerWork {
  return {
    platform: metadata.platform,
    caseId: key.slice(0, key.lastIndexOf('/')),
    review: data.review,
    level: data.level,
    queue: data.queue,
    by: null,
    state: 'open',
    since: metadata.occurredAt,
    outcome: null,
    endedAt: null,
  };
}

function evolve(document: ReviewerWork, event: RecordedEvent<Handled>): ReviewerWork {
  const at = event.metadata.occurredAt;
  switch (event.type) {
    case 'ReviewRequested':
      return document.state === 'done' ? document : ended(document, event);
    case 'ReviewClaimed':
    case 'ReviewReassigned':
      return {
        ...document,
        by: event.type === 'ReviewClaimed' ? event.data.by : event.data.to,
        state: 'held',
        since: at,
      };
    case 'ReviewReleased':
    case 'ReviewLeaseExpired':
    case 'CaseEscalated':
    case 'ReviewSnoozed':
      return { ...document, state: 'open' };
    default:
      return ended(document, event);
  }
}

function ended(document: ReviewerWork, { type, metadata }: RecordedEvent<Handled>): ReviewerWork {
  return { ...document, state: 'done', outcome: type, endedAt: metadata.occurredAt };
}
