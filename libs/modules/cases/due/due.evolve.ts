/** Due times that are reckoned anew, or have passed. */
import { type CaseEventOf } from '../case.events.ts';
import { type CaseState } from '../case.state.ts';
import { withReview } from '../common.evolve.ts';

export function applyDue(
  state: CaseState,
  event: CaseEventOf<'DueReissued' | 'CaseOverdue' | 'ReviewOverdue'>,
): CaseState {
  switch (event.type) {
    case 'DueReissued':
      return event.data.which === 'overall'
        ? { ...state, overall: event.data.clock, overallOverdue: false }
        : withReview(state, { clock: event.data.clock, overdue: false });
    case 'ReviewOverdue':
      return state.review?.number === event.data.review
        ? withReview(state, { overdue: true })
        : state;
    case 'CaseOverdue':
      return { ...state, overallOverdue: true };
  }
}
