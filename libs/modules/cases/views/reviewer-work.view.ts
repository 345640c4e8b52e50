/**
 * What reviewers took, and what came of it. Two kinds of documents: one a review, since most of what
 * ends it names nobody (its applicant withdraws, the next review is asked for); and one for each person
 * who held it, which ends when they give it up and is theirs from then on, whoever takes it next. What a
 * reviewer is shown is made of both (`workOf`). What they hold now, with its lease and due time, is in
 * the review queue.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { type Instant } from '#kernel/instants';
import { type View } from '#kernel/view';
import { caseIdOf } from '../case.decider.ts';
import { type CaseEvent, type ReviewLevel } from '../case.events.ts';

interface OfReview {
  readonly platform: string;
  readonly caseId: string;
  readonly review: number;
  readonly since: Instant;
  /** The event that ended it: what was decided, how it was given up; or that the case was withdrawn, or its next review begun. */
  readonly outcome: CaseEvent['type'] | null;
  readonly endedAt: Instant | null;
}

export interface ReviewAsked extends OfReview {
  readonly by: null;
  readonly level: ReviewLevel;
  readonly queue: string;
  readonly state: 'open' | 'done';
}

export interface ReviewHeld extends OfReview {
  readonly by: string;
  /** Released: given up, put off, or given to somebody else. Done: decided, passed on to a senior, or over with its case. */
  readonly state: 'held' | 'released' | 'expired' | 'done';
}

/** What somebody took; who takes a review again after having given it up has one entry of it. */
export interface ReviewerWork extends ReviewHeld {
  readonly level: ReviewLevel | null;
  readonly queue: string | null;
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

const OF_ITS_HOLDER = [
  'ReviewClaimed',
  'ReviewReleased',
  'ReviewLeaseExpired',
  'ReviewReassigned',
  'CaseEscalated',
  'ReviewSnoozed',
] as const satisfies readonly CaseEvent['type'][];

const HANDLES = ['ReviewRequested', ...OF_ITS_HOLDER, ...ENDINGS] as const;

type Handled = Extract<CaseEvent, { type: (typeof HANDLES)[number] }>;
type OfItsHolder = Extract<CaseEvent, { type: (typeof OF_ITS_HOLDER)[number] }>;

export const reviewerWorkView: View<ReviewAsked | ReviewHeld, CaseEvent> = {
  name: 'reviewer-work',
  version: 3,
  handles: HANDLES,
  keys: (event) => {
    const handled = event as RecordedEvent<Handled>;
    const caseId = caseIdOf(event);
    if (isOfItsHolder(handled)) {
      const { review } = handled.data;
      return holdersIn(handled).map((by) => keyOfHolding({ caseId, review, by }));
    }
    const { review } = handled.data;
    if (typeof review !== 'number') return [];
    // A case has one review at a time: the next one ends what is left of the one before.
    const reviews =
      handled.type === 'ReviewRequested' && review > 1 ? [review - 1, review] : [review];
    return reviews.map((one) => keyOfReview({ caseId, review: one }));
  },
  evolve: (document, event, key) => {
    const handled = event as RecordedEvent<Handled>;
    if (isOfItsHolder(handled)) return held(document as ReviewHeld | null, handled, key);
    const asked = document as ReviewAsked | null;
    if (handled.type !== 'ReviewRequested') return asked && ended(asked, handled);
    if (key === keyOfReview({ caseId: caseIdOf(event), review: handled.data.review }))
      return requested(handled);
    return asked?.state === 'open' ? ended(asked, handled) : asked;
  },
  indexes: [
    ['platform', 'by', 'state', 'since'],
    ['platform', 'by', 'since'],
  ],
};

export const keyOfReview = ({ caseId, review }: Pick<OfReview, 'caseId' | 'review'>): string =>
  `${caseId}/${review}`;

const keyOfHolding = ({ by, ...of }: Pick<ReviewHeld, 'caseId' | 'review' | 'by'>): string =>
  `${keyOfReview(of)}/${by}`;

/** What somebody held until the review ended is done, with what it ended in. */
export function workOf(holding: ReviewHeld, review: ReviewAsked | undefined): ReviewerWork {
  const { level = null, queue = null } = review ?? {};
  if (holding.state !== 'held' || review?.state !== 'done') return { ...holding, level, queue };
  const { outcome, endedAt } = review;
  return { ...holding, level, queue, state: 'done', outcome, endedAt };
}

function isOfItsHolder(event: RecordedEvent<Handled>): event is RecordedEvent<OfItsHolder> {
  return (OF_ITS_HOLDER as readonly string[]).includes(event.type);
}

function holdersIn({ type, data }: OfItsHolder): readonly string[] {
  switch (type) {
    case 'ReviewReassigned':
      return data.from === null ? [data.to] : [data.from, data.to];
    case 'CaseEscalated':
      return [data.from];
    default:
      return [data.by];
  }
}

function requested({
  stream,
  data,
  metadata,
}: Extract<RecordedEvent<CaseEvent>, { type: 'ReviewRequested' }>): ReviewAsked {
  return {
    platform: metadata.platform,
    caseId: caseIdOf({ stream }),
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

const ENDS_AS = {
  ReviewReleased: 'released',
  ReviewLeaseExpired: 'expired',
  ReviewReassigned: 'released',
  CaseEscalated: 'done',
  ReviewSnoozed: 'released',
} as const;

function held(
  document: ReviewHeld | null,
  event: RecordedEvent<OfItsHolder>,
  key: string,
): ReviewHeld | null {
  const { platform, occurredAt: at } = event.metadata;
  const of = { caseId: caseIdOf(event), review: event.data.review };
  const taker =
    event.type === 'ReviewClaimed'
      ? event.data.by
      : event.type === 'ReviewReassigned'
        ? event.data.to
        : null;
  if (taker !== null && key === keyOfHolding({ ...of, by: taker })) {
    return { platform, ...of, by: taker, state: 'held', since: at, outcome: null, endedAt: null };
  }
  // Also a lead puts a review off, which they do not hold.
  if (document?.state !== 'held' || event.type === 'ReviewClaimed') return document;
  const endedAt = event.type === 'ReviewLeaseExpired' ? event.data.leaseUntil : at;
  return { ...document, state: ENDS_AS[event.type], outcome: event.type, endedAt };
}

function ended(document: ReviewAsked, { type, metadata }: RecordedEvent<Handled>): ReviewAsked {
  return { ...document, state: 'done', outcome: type, endedAt: metadata.occurredAt };
}
