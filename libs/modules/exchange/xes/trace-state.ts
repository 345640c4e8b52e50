/**
 * Where a case stands while its trace is mapped, after the life of section 4 of the domain. It is
 * the importer's own, small reading of that life: it keeps an imported history coherent (nothing is
 * claimed that nobody asked to be looked at, nothing is decided twice), and forbids nothing to the
 * case itself, which takes imported facts as they are.
 */
import { type Meaning, type TraceStatus } from './mapping.ts';

export interface TraceState {
  readonly status: TraceStatus;
  /** The activity that asked for the open review; of `waiting` and `in-review` only. */
  readonly review: string | undefined;
  readonly supplementOutstanding: boolean;
  readonly resubmittable: boolean;
  /** The number of submissions so far. */
  readonly round: number;
}

export const UNOPENED: TraceState = {
  status: 'none',
  review: undefined,
  supplementOutstanding: false,
  resubmittable: false,
  round: 0,
};

export function isDecided(status: TraceStatus): boolean {
  return status === 'approved' || status === 'rejected' || status === 'withdrawn';
}

const UNDER_WAY: readonly TraceStatus[] = [
  'screening',
  'screened',
  'waiting',
  'in-review',
  'awaiting-supplement',
];

/** The state after a meaning; undefined where the state does not permit it. */
export function after(
  state: TraceState,
  meaning: Meaning,
  activity: string,
  resubmittable: boolean,
): TraceState | undefined {
  const underWay = UNDER_WAY.includes(state.status);
  const sameReview = state.review === activity;
  const to = (status: TraceStatus, review?: string): TraceState => ({ ...state, status, review });
  switch (meaning) {
    case 'history':
      return state.status === 'none' ? undefined : state;
    case 'case-opened':
      return state.status === 'none' ? to('draft') : undefined;
    case 'submitted':
      return state.status === 'draft' || (state.status === 'rejected' && state.resubmittable)
        ? { ...to('screening'), round: state.round + 1 }
        : undefined;
    case 'screening-completed':
      return state.status === 'screening' ? to('screened') : undefined;
    case 'review-requested':
      // Asking for another review ends the open one: there is one at a time.
      return underWay && !sameReview ? to('waiting', activity) : undefined;
    case 'review-claimed':
      return state.status === 'waiting' && sameReview ? to('in-review', activity) : undefined;
    case 'review-released':
      return state.status === 'in-review' && sameReview ? to('waiting', activity) : undefined;
    case 'supplement-requested':
      return underWay && !state.supplementOutstanding
        ? { ...to('awaiting-supplement'), supplementOutstanding: true }
        : undefined;
    case 'supplemented':
      return underWay && state.supplementOutstanding
        ? { ...to('screening'), supplementOutstanding: false, round: state.round + 1 }
        : undefined;
    case 'escalated':
      // The holder passes the review on: it waits again, until another is asked for.
      return state.status === 'in-review' ? to('waiting', state.review) : undefined;
    case 'approved':
    case 'withdrawn':
      return underWay ? to(meaning) : undefined;
    case 'rejected':
      return underWay ? { ...to(meaning), resubmittable } : undefined;
  }
}
