/**
 * Promise: every round that is submitted or supplemented is screened. A crash before the command
 * leaves the checkpoint where it was, and the screening is asked for again; a crash after it finds the
 * round screened, and the case refuses the repetition. A case that a freeze stopped before it was
 * screened refuses too: it is screened when it goes on. One whose check could not be made says when it
 * is to be tried again, and a timer does.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { type Action, type Process } from '#kernel/process';
import { type CaseEventOf, caseIdOf } from '#modules/cases/index';

type Event = CaseEventOf<
  'CaseSubmitted' | 'CaseSupplemented' | 'ScreeningCompleted' | 'CaseResumed' | 'CaseWithdrawn'
>;

interface Screening {
  /** The round that is not screened yet; null for none. */
  readonly round: number | null;
}

export const screenOnSubmission: Process<Screening, Event> = {
  name: 'screen-on-submission',
  version: 2,
  handles: [
    'CaseSubmitted',
    'CaseSupplemented',
    'ScreeningCompleted',
    'CaseResumed',
    'CaseWithdrawn',
  ],
  key: (event) => caseIdOf(event),
  initial: { round: null },
  evolve: (state, event) => {
    switch (event.type) {
      case 'CaseSubmitted':
      case 'CaseSupplemented':
        return { round: event.data.round };
      case 'CaseResumed':
        return state.round === null ? null : state;
      default:
        return null;
    }
  },
  react: (event, { round }) => {
    switch (event.type) {
      case 'CaseSubmitted':
      case 'CaseSupplemented':
        return [screen(event, event.data.round)];
      case 'CaseResumed':
        return round === null ? [] : [screen(event, round)];
      default:
        return [];
    }
  },
};

const screen = (event: RecordedEvent<Event>, round: number): Action => ({
  to: 'case',
  id: caseIdOf(event),
  command: { type: 'ScreenCase', round } as Action['command'],
});
