/**
 * Promise: while an account is frozen or banned its cases stand still, and once it is in good standing
 * again they go on; a closed account's open cases end. A case that is opened or submitted just before
 * the freeze reached it is suspended a moment later. A crash between two cases repeats both commands
 * under the same ids: the first case answers as it did, the second is reached.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { type Action, type Process } from '#kernel/process';
import { type AccountEvent } from '#modules/accounts/index';
import { type CaseEventOf } from '#modules/cases/index';

const MOVES = [
  'CaseOpened',
  'CaseSubmitted',
  'CaseSupplemented',
  'CaseAppealed',
  'CaseReopened',
] as const;
const STANDINGS = ['AccountFrozen', 'AccountUnfrozen', 'AccountBanned', 'AccountClosed'] as const;

type Event =
  CaseEventOf<(typeof MOVES)[number]> | Extract<AccountEvent, { type: (typeof STANDINGS)[number] }>;

interface Cases {
  readonly caseIds: readonly string[];
  /** What stops them; null while nothing does. */
  readonly stop: { readonly freezeId: string; readonly cause: string } | null;
}

export const suspendCasesOnFreeze: Process<Cases, Event> = {
  name: 'suspend-cases-on-freeze',
  version: 1,
  handles: [...MOVES, ...STANDINGS],
  key: ({ stream, metadata }) =>
    stream.startsWith('account-') ? stream.slice('account-'.length) : (metadata.accountId ?? null),
  initial: { caseIds: [], stop: null },
  evolve: (state, event) => {
    switch (event.type) {
      case 'CaseOpened':
        return { ...state, caseIds: [...state.caseIds, caseIdOf(event)] };
      case 'AccountFrozen':
      case 'AccountBanned':
        return { ...state, stop: stopOf(event) };
      case 'AccountUnfrozen':
        return event.data.stillFrozen ? state : { ...state, stop: null };
      default:
        return state;
    }
  },
  react: (event, { caseIds, stop }) => {
    switch (event.type) {
      case 'AccountFrozen':
      case 'AccountBanned':
        return caseIds.map((id) => suspend(id, stopOf(event)));
      case 'AccountUnfrozen':
        return event.data.stillFrozen
          ? []
          : caseIds.map((id) => ({ to: 'case', id, command: { type: 'ResumeCase' } }));
      case 'AccountClosed':
        return caseIds.map((id) => ({
          to: 'case',
          id,
          command: { type: 'EndCaseOfClosedAccount' },
        }));
      default:
        return stop ? [suspend(caseIdOf(event), stop)] : [];
    }
  },
};

const caseIdOf = ({ stream }: RecordedEvent<Event>): string => stream.slice('case-'.length);

function stopOf(
  event: Extract<RecordedEvent<Event>, { type: 'AccountFrozen' | 'AccountBanned' }>,
): NonNullable<Cases['stop']> {
  return {
    freezeId: event.type === 'AccountFrozen' ? event.data.freezeId : event.id,
    cause: event.data.cause,
  };
}

const suspend = (id: string, { freezeId, cause }: NonNullable<Cases['stop']>): Action => ({
  to: 'case',
  id,
  command: { type: 'SuspendCase', freezeId, cause } as Action['command'],
});
