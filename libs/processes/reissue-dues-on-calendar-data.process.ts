/**
 * Promise: a due time that reaches into a year without calendar data raises an alarm with the platform,
 * and is issued anew when data arrives - also one that was reckoned without it at that very moment.
 * A crash between two cases repeats the commands under the same ids: the first case answers as it did,
 * the second is reached. A case that stands still refuses, and is reckoned with the data when it goes on.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { type Action, type Process } from '#kernel/process';
import { type BusinessClock, type CaseEventOf, caseIdOf } from '#modules/cases/index';
import { type PlatformEvent } from '#modules/platforms/index';

const CLOCKS = [
  'CaseSubmitted',
  'CaseSupplemented',
  'ScreeningCompleted',
  'ReviewRequested',
  'CaseResumed',
] as const;
const ENDS = [
  'SupplementRequested',
  'CaseApproved',
  'CaseRejected',
  'AppealDismissed',
  'CaseWithdrawn',
  'CaseExpired',
] as const;

type Event =
  | CaseEventOf<(typeof CLOCKS)[number] | (typeof ENDS)[number] | 'DueReissued'>
  | Extract<PlatformEvent, { type: 'CalendarExtended' }>;

/** Of one platform. */
interface Provisional {
  /** The open cases with such a due time, by what it is of. */
  readonly review: readonly string[];
  readonly overall: readonly string[];
  /** Years of due times that an alarm was raised for since data last arrived. */
  readonly alarmed: readonly string[];
  /** The name of the data that arrived last; null before any did. */
  readonly version: string | null;
}

export const reissueDuesOnCalendarData: Process<Provisional, Event> = {
  name: 'reissue-dues-on-calendar-data',
  version: 1,
  handles: [...CLOCKS, ...ENDS, 'DueReissued', 'CalendarExtended'],
  key: (event) => (concerns(event) ? event.metadata.platform : null),
  initial: { review: [], overall: [], alarmed: [], version: null },
  evolve: (state, event) => {
    if (event.type === 'CalendarExtended') {
      return { ...state, alarmed: [], version: event.data.addition.version };
    }
    const caseId = caseIdOf(event);
    const next = isEnd(event) ? { ...state, ...without(state, caseId) } : noted(state, event);
    const { review, overall, alarmed, version } = next;
    const nothing = [review, overall, alarmed].every(({ length }) => length === 0);
    return nothing && version === null ? null : next;
  },
  react: (event, state) => {
    if (event.type === 'CalendarExtended') {
      return [...new Set([...state.review, ...state.overall])].map(reissue);
    }
    const provisional = Object.values(clocksOf(event)).filter(({ due }) => due.provisional);
    const late = provisional.some(({ due }) => isBehind(due.calendarVersion, state.version));
    const unknown = provisional.find(({ due }) => !state.alarmed.includes(yearOf(due.dueAt)));
    return [
      ...(unknown ? [alarm(event.metadata.platform, unknown)] : []),
      ...(late ? [reissue(caseIdOf(event))] : []),
    ];
  },
};

/** Most due times lie in years with data: they are nothing to this process. */
function concerns(event: RecordedEvent<Event>): boolean {
  return (
    event.type === 'CalendarExtended' ||
    event.type === 'DueReissued' ||
    isEnd(event) ||
    Object.values(clocksOf(event)).some(({ due }) => due.provisional)
  );
}

const isEnd = (event: Event): event is CaseEventOf<(typeof ENDS)[number]> =>
  (ENDS as readonly string[]).includes(event.type);

/** The clocks that the event sets going. */
function clocksOf(event: Event): Partial<Record<'review' | 'overall', BusinessClock>> {
  switch (event.type) {
    case 'CaseSubmitted':
    case 'CaseSupplemented':
    case 'ScreeningCompleted':
      return event.data.overall ? { overall: event.data.overall } : {};
    case 'ReviewRequested':
      return event.data.clock ? { review: event.data.clock } : {};
    case 'CaseResumed': {
      const { review, overall } = event.data;
      return { ...(review && { review }), ...(overall && { overall }) };
    }
    case 'DueReissued':
      return { [event.data.which]: event.data.clock };
    default:
      return {};
  }
}

function noted(state: Provisional, event: RecordedEvent<Event>): Provisional {
  const caseId = caseIdOf(event);
  let next = state;
  for (const [which, { due }] of Object.entries(clocksOf(event))) {
    const others = next[which as 'review' | 'overall'].filter((one) => one !== caseId);
    const year = yearOf(due.dueAt);
    next = due.provisional
      ? {
          ...next,
          [which]: [...others, caseId],
          alarmed: next.alarmed.includes(year) ? next.alarmed : [...next.alarmed, year],
        }
      : { ...next, [which]: others };
  }
  return next;
}

function without({ review, overall }: Provisional, caseId: string) {
  return {
    review: review.filter((one) => one !== caseId),
    overall: overall.filter((one) => one !== caseId),
  };
}

/** Whether a due time was reckoned before the data arrived that the log has told of already. */
function isBehind(calendarVersion: string, version: string | null): boolean {
  return version !== null && !calendarVersion.split('+').includes(version);
}

const yearOf = (at: string): string => at.slice(0, 4);

const reissue = (id: string): Action => ({ to: 'case', id, command: { type: 'ReissueDues' } });

const alarm = (platform: string, { startedAt, due }: BusinessClock): Action => ({
  to: 'platform',
  id: platform,
  command: { type: 'ReportCalendarGap', startedAt, dueAt: due.dueAt } as Action['command'],
});
