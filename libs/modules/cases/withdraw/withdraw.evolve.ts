/** A case that ends without a decision. */
import { type CaseEventOf } from '../case.events.ts';
import { type CaseState } from '../case.state.ts';
import { closed } from '../common.evolve.ts';

export function applyWithdrawal(
  state: CaseState,
  event: CaseEventOf<'CaseWithdrawn' | 'CaseExpired'>,
): CaseState {
  return event.type === 'CaseWithdrawn'
    ? { ...closed(state, 'withdrawn'), suspension: null }
    : closed(state, 'expired');
}
