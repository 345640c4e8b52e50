/** What overturns a decision, or is tried to. */
import { type Moment } from '#kernel/actor';
import { type CaseEventOf, type FileValue } from '../case.events.ts';
import { type CaseState } from '../case.state.ts';
import { closed, including } from '../common.evolve.ts';

export function applyAppeal(
  state: CaseState,
  event: CaseEventOf<
    'CaseAppealed' | 'AppealEvidenceProvided' | 'AppealGranted' | 'AppealDismissed' | 'CaseReopened'
  >,
  { at }: Moment,
): CaseState {
  switch (event.type) {
    case 'CaseAppealed':
      return {
        ...state,
        appeals: event.data.appeal,
        appealEvidence: withEvidence(state, event.data),
        rejection: state.rejection && { ...state.rejection, appealed: true },
      };
    case 'AppealEvidenceProvided':
      return { ...state, appealEvidence: withEvidence(state, event.data) };
    case 'AppealGranted': {
      const fallen = state.rejection?.by ?? null;
      return {
        ...state,
        review: null,
        rejection: null,
        deciders: including(state.deciders, event.data.by),
        overturned: fallen === null ? state.overturned : including(state.overturned, fallen),
      };
    }
    case 'AppealDismissed':
      return {
        ...closed(state, 'rejected'),
        rejection: state.rejection,
        deciders: including(state.deciders, event.data.by),
      };
    case 'CaseReopened':
      return { ...state, approval: null, rejection: null, review: null, openSince: at };
  }
}

function withEvidence(
  { appealEvidence }: CaseState,
  { appeal, files }: { readonly appeal: number; readonly files: readonly FileValue[] },
): CaseState['appealEvidence'] {
  return [...appealEvidence, ...files.map((file) => ({ appeal, file }))];
}
