/**
 * Promise: every round that is submitted or supplemented is screened. A crash before the command
 * leaves the checkpoint where it was, and the screening is asked for again; a crash after it finds the
 * round screened, and the case refuses the repetition.
 */
import { type Process } from '#kernel/process';
import { type CaseEventOf } from '#modules/cases/index';

type Event = CaseEventOf<'CaseSubmitted' | 'CaseSupplemented'>;

export const screenOnSubmission: Process<object, Event> = {
  name: 'screen-on-submission',
  version: 1,
  handles: ['CaseSubmitted', 'CaseSupplemented'],
  key: ({ stream }) => stream.slice('case-'.length),
  initial: {},
  // It remembers nothing: the event says it all.
  evolve: () => null,
  react: ({ stream, data: { round } }) => [
    { to: 'case', id: stream.slice('case-'.length), command: { type: 'ScreenCase', round } },
  ],
};
