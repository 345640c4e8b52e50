/**
 * A frozen account stops its cases where they are, and their clocks with them; once it is in good
 * standing again they go on there, each clock with what it had left. Commands of a process: early,
 * late and twice, they change nothing. Where the process has not come yet with a freeze, or with its end,
 * whatever else happens to the case makes up for it first.
 */
import { type Moment } from '#kernel/actor';
import { type Decision } from '#kernel/decider';
import { earlier, later, plusMs, type Instant } from '#kernel/instants';
import { isViolation } from '#kernel/violation';
import { calendarLeft, startClock, stopClock } from '../case.clocks.ts';
import { type Decide } from '../case.decide.ts';
import { type CaseEvent, type CaseEventOf } from '../case.events.ts';
import { evolveCaseBy } from '../case.evolve.ts';
import { type AccountStop, type CaseFacts } from '../case.facts.ts';
import { isOpen, type CaseState } from '../case.state.ts';
import { caseViolation } from '../case.violations.ts';

export interface SuspendCase {
  readonly type: 'SuspendCase';
  readonly freezeId: string;
  readonly cause: string;
  /** When the account was frozen: the clocks stop there, however late the command comes. Default: now. */
  readonly since?: Instant;
}
export interface ResumeCase {
  readonly type: 'ResumeCase';
}
export type HoldCommand = SuspendCase | ResumeCase;

type Suspension = CaseEventOf<'CaseSuspended'>['data'];

/**
 * A freeze that has ended before its case heard of it stopped the clocks all the same: the case is
 * stopped as of then and goes on now, in one decision, so that nothing is left standing still.
 */
export function suspendCase(
  { freezeId, cause, since }: SuspendCase,
  state: CaseState,
  { at }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  if (state.status === 'none') return caseViolation('case-not-found');
  const { account } = facts;
  if (state.suspension || !account || state.stoppedBy.includes(freezeId)) return [];
  const began = earlier(since ?? at, at);
  // What it had when it went on since then, it was given then.
  const stopped = earlier(later(began, state.resumedAt ?? began), at);
  const over = account.standing === 'good';
  const counted = stopped === at || began < stopped;
  if (!mayGoOn(state, stopped) || (over && counted)) return [];
  const { standing } = account;
  const left = {
    freezeId,
    cause,
    ...(standing === 'frozen' || standing === 'banned' ? { standing } : {}),
    accountRevision: account.revision,
    ...leftOf(state, stopped, facts),
  };
  const suspended: CaseEvent = { type: 'CaseSuspended', data: left };
  return over ? [suspended, resumption(left, state, at, facts)] : [suspended];
}

/**
 * The same decision, of the case as it is once it has heard of its account's freezes. Time's commands
 * record one that is over also where nothing else comes of them, so that a process that stays away is not
 * waited for. Of one that goes on, a person's command finds the case standing still already.
 */
export function withStopsMadeUpFor<Command>(decide: Decide<Command>): Decide<Command> {
  return (command, state, moment, facts) => {
    const isTime = moment.by.kind === 'system';
    const made = [
      ...madeUpFor(state, moment, facts),
      ...(isTime ? [] : stopNow(state, moment, facts)),
    ];
    const decision = decide(command, evolveCaseBy(state, made, moment), moment, facts);
    if (!isViolation(decision) && decision.length > 0) return [...made, ...decision];
    return made.length > 0 && isTime ? made : decision;
  };
}

/** What the process will find to do: the account is frozen or banned, and the case has not stopped for it. */
function stopNow(state: CaseState, moment: Moment, facts: CaseFacts): readonly CaseEvent[] {
  const { standing, stops = [] } = facts.account ?? {};
  const stop = stops.at(-1);
  if (!stop || (standing !== 'frozen' && standing !== 'banned')) return [];
  return stopFor(stop, state, moment, facts);
}

function stopFor(
  stop: AccountStop,
  state: CaseState,
  moment: Moment,
  facts: CaseFacts,
): readonly CaseEvent[] {
  const decision = suspendCase({ type: 'SuspendCase', ...stop }, state, moment, facts);
  return isViolation(decision) ? [] : decision;
}

/**
 * Of freezes that are over: until then the clocks stand still anyway (`clocksStandStill`). A case that has
 * not heard of the end goes on now; of several stops the first is made up for until now, and the others
 * with it.
 */
function madeUpFor(state: CaseState, moment: Moment, facts: CaseFacts): readonly CaseEvent[] {
  const { suspension, openSince } = state;
  const { account } = facts;
  if (account?.standing !== 'good') return [];
  const made: CaseEvent[] = [];
  let caughtUp = state;
  const make = (events: readonly CaseEvent[]): void => {
    made.push(...events);
    caughtUp = evolveCaseBy(caughtUp, events, moment);
  };
  if (suspension) {
    // An account that was read before it was frozen says nothing of the end of that.
    if (account.revision <= suspension.accountRevision) return [];
    make([resumption(suspension, state, moment.at, facts)]);
  }
  for (const stop of account.stops) {
    if (openSince === null || stop.since < openSince) continue;
    make(stopFor(stop, caughtUp, moment, facts));
  }
  return made;
}

/**
 * Of each clock: never longer than it was given for, where it was given after the freeze. A supplement
 * asked for meanwhile, or a screening that failed, has stopped the clock of the whole later than the freeze.
 */
function leftOf(
  { review, overall, stopped: stood, supplement, rejection, rules }: CaseState,
  stopped: Instant,
  facts: CaseFacts,
): Partial<Suspension> {
  const left = (until: Instant, from?: Instant) =>
    calendarLeft(until, from !== undefined && from > stopped ? from : stopped);
  const lease = review?.claim?.leaseUntil;
  const running = stood && stood.at > stopped ? stood.overall : overall;
  return {
    ...(review?.clock && rules
      ? { reviewLeftMs: stopClock(review.clock, stopped, rules, facts) }
      : {}),
    ...(running && rules ? { overallLeftMs: stopClock(running, stopped, rules, facts) } : {}),
    ...(lease ? { leaseLeftMs: left(lease, review.claim.renewedAt) } : {}),
    ...(supplement?.until
      ? { supplementLeftMs: Math.min(left(supplement.until), rules?.supplementMs ?? Infinity) }
      : {}),
    ...(rejection?.appealUntil ? { appealLeftMs: left(rejection.appealUntil, rejection.at) } : {}),
    ...(review?.snoozedUntil ? { snoozeLeftMs: left(review.snoozedUntil) } : {}),
  };
}

export function resumeCase(
  _command: ResumeCase,
  state: CaseState,
  { at }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  if (state.status === 'none') return caseViolation('case-not-found');
  if (!state.suspension) return [];
  const standing = facts.account?.standing ?? 'closed';
  if (standing !== 'good') return caseViolation('freeze-not-lifted', { params: { standing } });
  return [resumption(state.suspension, state, at, facts)];
}

/** Each clock goes on from `at` with what it had left. The account is there, in good standing. */
function resumption(
  left: Suspension,
  { rules, review, overall }: CaseState,
  at: Instant,
  facts: CaseFacts,
): CaseEvent {
  const business = (ms: number | undefined) =>
    ms === undefined || !rules ? undefined : startClock(at, ms, rules, facts);
  const calendar = (ms: number | undefined) => (ms === undefined ? undefined : plusMs(at, ms));
  return {
    type: 'CaseResumed',
    data: present({
      freezeId: left.freezeId,
      accountRevision: facts.account!.revision,
      review: business(left.reviewLeftMs),
      // What stood still already goes on standing still.
      overall: overall ? business(left.overallLeftMs) : undefined,
      // A lease that was only waiting for its end to be noticed ends now.
      leaseUntil: review?.claim ? calendar(left.leaseLeftMs) : undefined,
      supplementUntil: calendar(left.supplementLeftMs),
      appealUntil: calendar(left.appealLeftMs),
      snoozedUntil: calendar(left.snoozeLeftMs),
    }),
  };
}

/** Open, or closed with an appeal that is still possible. */
function mayGoOn(state: CaseState, at: Instant): boolean {
  if (isOpen(state)) return true;
  const { rejection } = state;
  return !!rejection?.appealUntil && rejection.appealUntil > at && !rejection.appealed;
}

/** Without the members that are undefined: JSON has none. */
function present<T extends object>(data: T): T {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)) as T;
}
