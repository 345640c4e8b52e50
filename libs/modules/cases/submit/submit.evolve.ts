/** A round that begins: nothing is left of the one before it. */
import { type CaseEventOf } from '../case.events.ts';
import { type CaseState } from '../case.state.ts';

export function applySubmission(
  state: CaseState,
  event: CaseEventOf<'CaseSubmitted' | 'CaseSupplemented'>,
): CaseState {
  const { round, overall = null } = event.data;
  const rules = event.type === 'CaseSubmitted' ? (event.data.rules ?? state.rules) : state.rules;
  return {
    ...state,
    rules,
    status: 'screening',
    round,
    overall,
    stopped: null,
    overallOverdue: false,
    screening: null,
    screeningFailure: null,
    review: null,
    proposal: null,
    supplement: null,
    rejection: null,
  };
}
