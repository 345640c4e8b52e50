/**
 * Promise: while an account is frozen or banned its cases stand still, from the moment of the freeze
 * on, and once it is in good standing again they go on; a closed account's open cases end. A case that
 * is opened, submitted or taken up again just before the freeze reached it is suspended a moment later,
 * and one that the freeze reaches only after its end is stopped and goes on at once: no time is lost to it.
 * A crash between two cases repeats both commands under the same ids: the first case answers as it did,
 * the second is reached.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { type Instant } from '#kernel/instants';
import { type Action, type Process } from '#kernel/process';
import { type AccountEvent } from '#modules/accounts/index';
import { type CaseEventOf, caseIdOf } from '#modules/cases/index';

const MOVES = [
  'CaseOpened',
  'CaseSubmitted',
  'CaseSupplemented',
  'CaseAppealed',
  'CaseReopened',
  'CaseResumed',
] as const;
const STANDINGS = ['AccountFrozen', 'AccountUnfrozen', 'AccountBanned', 'AccountClosed'] as const;

type Event =
  CaseEventOf<(typeof MOVES)[number]> | Extract<AccountEvent, { type: (typeof STANDINGS)[number] }>;

/** What stops the cases, and since when. */
interface Stop {
  readonly freezeId: string;
  readonly cause: string;
  readonly since: Instant;
}

interface Cases {
  readonly caseIds: readonly string[];
  /** Null while nothing does. */
  readonly stop: Stop | null;
  readonly closed: boolean;
}

export const suspendCasesOnFreeze: Process<Cases, Event> = {
  name: 'suspend-cases-on-freeze',
  version: 2,
  handles: [...MOVES, ...STANDINGS],
  key: ({ stream, metadata }) =>
    stream.startsWith('account-') ? stream.slice('account-'.length) : (metadata.accountId ?? null),
  initial: { caseIds: [], stop: null, closed: false },
  evolve: (state, event) => {
    switch (event.type) {
      case 'CaseOpened':
        return { ...state, caseIds: [...state.caseIds, caseIdOf(event)] };
      case 'AccountFrozen':
      case 'AccountBanned':
        // Of several freezes the first is when the cases stopped.
        return { ...state, stop: state.stop ?? stopOf(event) };
      case 'AccountUnfrozen':
        return event.data.stillFrozen ? state : { ...state, stop: null };
      case 'AccountClosed':
        return { ...state, closed: true };
      default:
        return state;
    }
  },
  react: (event, { caseIds, stop, closed }) => {
    switch (event.type) {
      case 'AccountFrozen':
      case 'AccountBanned':
        return caseIds.map((id) => suspend(id, stop ?? stopOf(event)));
      case 'AccountUnfrozen':
        return event.data.stillFrozen ? [] : caseIds.map(resume);
      case 'AccountClosed':
        return caseIds.map(end);
      default:
        if (closed) return [end(caseIdOf(event))];
        return stop ? [suspend(caseIdOf(event), stop)] : [];
    }
  },
};

function stopOf(
  event: Extract<RecordedEvent<Event>, { type: 'AccountFrozen' | 'AccountBanned' }>,
): Stop {
  return {
    freezeId: event.type === 'AccountFrozen' ? event.data.freezeId : event.id,
    cause: event.data.cause,
    since: event.metadata.occurredAt,
  };
}

const suspend = (id: string, stop: Stop): Action => ({
  to: 'case',
  id,
  command: { type: 'SuspendCase', ...stop } as Action['command'],
});

const resume = (id: string): Action => ({ to: 'case', id, command: { type: 'ResumeCase' } });

const end = (id: string): Action => ({
  to: 'case',
  id,
  command: { type: 'EndCaseOfClosedAccount' },
});
