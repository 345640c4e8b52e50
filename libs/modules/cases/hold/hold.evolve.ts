/** A case that stands still, and goes on where it was. */
import { type Moment } from '#kernel/actor';
import { type CaseEventOf } from '../case.events.ts';
import { type CaseState } from '../case.state.ts';
import { withReview } from '../common.evolve.ts';

/** What a clock that stood already has left, where the freeze had stopped it before that. */
function heldSince<Held extends { readonly overallLeftMs: number | null }>(
  held: Held | null,
  { overallLeftMs }: CaseEventOf<'CaseSuspended'>['data'],
): Held | null {
  return held && overallLeftMs !== undefined ? { ...held, overallLeftMs } : held;
}

export function applyHold(
  state: CaseState,
  event: CaseEventOf<'CaseSuspended' | 'CaseResumed'>,
  { at }: Moment,
): CaseState {
  switch (event.type) {
    case 'CaseSuspended':
      return {
        ...state,
        suspension: event.data,
        supplement: heldSince(state.supplement, event.data),
        screeningFailure: heldSince(state.screeningFailure, event.data),
        stoppedBy: [...state.stoppedBy, event.data.freezeId],
      };
    case 'CaseResumed': {
      const { review, overall, leaseUntil, supplementUntil, appealUntil, snoozedUntil } =
        event.data;
      const resumed = withReview(state, {
        ...(review && { clock: review }),
        ...(snoozedUntil && { snoozedUntil }),
        ...(leaseUntil && state.review?.claim && { claim: { ...state.review.claim, leaseUntil } }),
      });
      return {
        ...resumed,
        suspension: null,
        resumedAt: at,
        overall: overall ?? state.overall,
        supplement: state.supplement && {
          ...state.supplement,
          until: supplementUntil ?? state.supplement.until,
        },
        rejection: state.rejection && {
          ...state.rejection,
          appealUntil: appealUntil ?? state.rejection.appealUntil,
        },
      };
    }
  }
}
