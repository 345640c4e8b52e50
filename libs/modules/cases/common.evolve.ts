/** Changes that the events of several capabilities make alike. */
import { type CaseState, type CaseStatus, type Review } from './case.state.ts';

/** Of the open review; nothing where there is none. */
export function withReview(state: CaseState, change: Partial<Review>): CaseState {
  return state.review ? { ...state, review: { ...state.review, ...change } } : state;
}

export const including = (people: readonly string[], person: string): readonly string[] =>
  people.includes(person) ? people : [...people, person];

export function closed(state: CaseState, status: CaseStatus): CaseState {
  return {
    ...state,
    status,
    screeningFailure: null,
    review: null,
    proposal: null,
    supplement: null,
    rejection: null,
    overall: null,
    stopped: null,
    overallOverdue: false,
  };
}
