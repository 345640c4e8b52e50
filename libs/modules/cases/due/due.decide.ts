/**
 * What time does to the clocks in business time, of a review and of the case as a whole: used up, they
 * are overdue, and the case goes on. A due time that newer calendar data or maintenance has moved is
 * issued anew by an event of its own: when the data arrives, when somebody takes the review, or before it
 * counts as missed. Whoever only reads is shown what it would be.
 */
import { type Moment, SYSTEM } from '#kernel/actor';
import { type Decision } from '#kernel/decider';
import { type Instant } from '#kernel/instants';
import { isViolation } from '#kernel/violation';
import { reissueClock } from '../case.clocks.ts';
import { type Decide } from '../case.decide.ts';
import { type CaseEvent, type CaseEventOf } from '../case.events.ts';
import { type CaseFacts } from '../case.facts.ts';
import { clocksStandStill, goesOn, openReview } from '../case.guards.ts';
import { evolveCaseBy } from '../case.evolve.ts';
import { type CaseState } from '../case.state.ts';
import { caseViolation } from '../case.violations.ts';

/** Both carry the due time that they were set for, so that early, late or twice does nothing. */
export interface MarkOverdue {
  readonly type: 'MarkOverdue';
  readonly review: number;
  readonly dueAt: Instant;
}
export interface MarkCaseOverdue {
  readonly type: 'MarkCaseOverdue';
  readonly dueAt: Instant;
}
/** Calendar data has arrived. (Announced maintenance sends none: it is one event, never one a case.) */
export interface ReissueDues {
  readonly type: 'ReissueDues';
}
export type DueCommand = MarkOverdue | MarkCaseOverdue | ReissueDues;

type Which = CaseEventOf<'DueReissued'>['data']['which'];
type ClockFacts = Pick<CaseFacts, 'calendar' | 'maintenance' | 'account'>;

export function markOverdue(
  { review, dueAt }: MarkOverdue,
  state: CaseState,
  { at }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = openReview(state, review);
  if (stop) return stop;
  const missed: CaseEvent = { type: 'ReviewOverdue', data: { review, dueAt } };
  return whenDue('review', missed, state, at, facts);
}

export function markCaseOverdue(
  { dueAt }: MarkCaseOverdue,
  state: CaseState,
  { at }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = goesOn(state);
  if (stop) return stop;
  return whenDue('overall', { type: 'CaseOverdue', data: { dueAt } }, state, at, facts);
}

/** Of a case that stands still nothing is issued: it gets new due times when it goes on. */
export function reissueDues(
  _command: ReissueDues,
  state: CaseState,
  { at }: Moment,
  facts: ClockFacts,
): Decision<CaseEvent> {
  const stop = goesOn(state);
  if (stop) return stop;
  if (clocksStandStill(facts)) return [];
  return [reissued('review', state, at, facts), reissued('overall', state, at, facts)].filter(
    (event) => event !== null,
  );
}

/** The case as `reissueDues` would leave it: for who reads it, before an event of the case says so. */
export function withDuesNow(state: CaseState, at: Instant, facts: ClockFacts): CaseState {
  const moment = { at, by: SYSTEM };
  const anew = reissueDues({ type: 'ReissueDues' }, state, moment, facts);
  return isViolation(anew) ? state : evolveCaseBy(state, anew, moment);
}

/** The same decision, with the due times issued anew before it: whoever takes a review goes by them. */
export function withDuesReissued<Command>(decide: Decide<Command>): Decide<Command> {
  return (command, state, moment, facts) => {
    const decision = decide(command, state, moment, facts);
    if (isViolation(decision) || decision.length === 0) return decision;
    const anew = reissueDues({ type: 'ReissueDues' }, state, moment, facts);
    return isViolation(anew) ? decision : [...anew, ...decision];
  };
}

function whenDue(
  which: Which,
  missed: CaseEventOf<'ReviewOverdue'> | CaseEventOf<'CaseOverdue'>,
  state: CaseState,
  at: Instant,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const { dueAt } = missed.data;
  const { clock, overdue } = clockOf(which, state);
  if (clocksStandStill(facts) || clock?.due.dueAt !== dueAt || overdue) return [];
  const anew = reissued(which, state, at, facts);
  if (anew && anew.data.clock.due.dueAt > at) return [anew];
  return at < dueAt ? caseViolation('not-due-yet', { params: { dueAt } }) : [missed];
}

function clockOf(which: Which, { review, overall, overallOverdue }: CaseState) {
  return which === 'review'
    ? { clock: review?.clock ?? null, overdue: review?.overdue ?? false }
    : { clock: overall, overdue: overallOverdue };
}

/** Null where nothing moves it, or where it was missed and would be again. */
function reissued(
  which: Which,
  state: CaseState,
  at: Instant,
  facts: ClockFacts,
): CaseEventOf<'DueReissued'> | null {
  const { clock, overdue } = clockOf(which, state);
  const anew = clock && state.rules && reissueClock(clock, state.rules, facts);
  if (!anew || (overdue && anew.due.dueAt <= at)) return null;
  const sameCalendar = anew.due.calendarVersion === clock.due.calendarVersion;
  return {
    type: 'DueReissued',
    data: {
      which,
      ...(which === 'review' ? { review: state.review!.number } : {}),
      clock: anew,
      cause: sameCalendar ? 'maintenance' : 'calendar',
    },
  };
}
