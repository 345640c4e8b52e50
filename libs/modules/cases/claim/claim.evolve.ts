/** The open review: who holds it, until when, and whether it is put off or passed on. */
import { type Moment } from '#kernel/actor';
import { type Instant } from '#kernel/instants';
import { type CaseEventOf } from '../case.events.ts';
import { type CaseState, type Claim, type Review } from '../case.state.ts';
import { including, withReview } from '../common.evolve.ts';

function claimedBy(by: string, leaseUntil: Instant | null, at: Instant): Claim {
  return { by, since: at, renewedAt: at, leaseUntil, renewals: 0 };
}

export function applyClaim(
  state: CaseState,
  event: CaseEventOf<
    | 'ReviewRequested'
    | 'ReviewClaimed'
    | 'ReviewClaimRenewed'
    | 'ReviewReleased'
    | 'ReviewLeaseExpired'
    | 'ReviewReassigned'
    | 'ReviewSnoozed'
    | 'ReviewWoken'
    | 'CaseEscalated'
  >,
  { at }: Moment,
): CaseState {
  if (event.type === 'ReviewRequested') {
    const { review, level, round, queue, skill, priority, clock } = event.data;
    const requested: Review = {
      number: review,
      level,
      round,
      queue,
      skill: skill ?? null,
      priority,
      clock: clock ?? null,
      overdue: false,
      escalated: false,
      claim: null,
      snoozedUntil: null,
    };
    return { ...state, status: 'waiting', review: requested, reviewsRequested: review };
  }
  if (state.review?.number !== event.data.review) return state;
  switch (event.type) {
    case 'ReviewClaimed': {
      const claim = claimedBy(event.data.by, event.data.leaseUntil ?? null, at);
      return { ...withReview(state, { claim, snoozedUntil: null }), status: 'in-review' };
    }
    case 'ReviewReassigned': {
      const claim = claimedBy(event.data.to, event.data.leaseUntil, at);
      return { ...withReview(state, { claim, snoozedUntil: null }), status: 'in-review' };
    }
    case 'ReviewClaimRenewed': {
      const { claim } = state.review;
      const { leaseUntil, renewal } = event.data;
      return claim
        ? withReview(state, { claim: { ...claim, leaseUntil, renewedAt: at, renewals: renewal } })
        : state;
    }
    case 'ReviewReleased':
    case 'ReviewLeaseExpired':
      return { ...withReview(state, { claim: null }), status: 'waiting' };
    case 'CaseEscalated':
      return {
        ...withReview(state, { claim: null, escalated: true }),
        status: 'waiting',
        deciders: including(state.deciders, event.data.from),
      };
    case 'ReviewSnoozed':
      return {
        ...withReview(state, { claim: null, snoozedUntil: event.data.until }),
        status: 'waiting',
      };
    case 'ReviewWoken':
      return withReview(state, { snoozedUntil: null });
  }
}
