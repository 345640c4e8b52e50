/**
 * A frozen account stops its cases where they are, and their clocks with them; once it is in good
 * standing again they go on there, each clock with what it had left. Commands of a process: early,
 * late and twice, they change nothing.
 */
import { type Moment } from '#kernel/actor';
import { type Decision } from '#kernel/decider';
import { plusMs, type Instant } from '#kernel/instants';
import { calendarLeft, startClock, stopClock } from '../case.clocks.ts';
import { type CaseEvent } from '../case.events.ts';
import { type CaseFacts } from '../case.facts.ts';
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

export function suspendCase(
  { freezeId, cause, since }: SuspendCase,
  state: CaseState,
  { at }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  if (state.status === 'none') return caseViolation('case-not-found');
  const { account } = facts;
  if (state.suspension || !account || account.standing === 'good') return [];
  const stopped = since !== undefined && since < at ? since : at;
  if (!mayGoOn(state, stopped)) return [];
  const { review, overall, supplement, rejection, rules } = state;
  // Never longer than it was given for, where it was given after the freeze.
  const left = (until: Instant, from?: Instant) =>
    calendarLeft(until, from !== undefined && from > stopped ? from : stopped);
  const lease = review?.claim?.leaseUntil;
  return [
    {
      type: 'CaseSuspended',
      data: {
        freezeId,
        cause,
        accountRevision: account.revision,
        ...(review?.clock && rules
          ? { reviewLeftMs: stopClock(review.clock, stopped, rules, facts) }
          : {}),
        ...(overall && rules ? { overallLeftMs: stopClock(overall, stopped, rules, facts) } : {}),
        ...(lease ? { leaseLeftMs: left(lease, review.claim.renewedAt) } : {}),
        ...(supplement?.until ? { supplementLeftMs: left(supplement.until) } : {}),
        ...(rejection?.appealUntil
          ? { appealLeftMs: left(rejection.appealUntil, rejection.at) }
          : {}),
        ...(review?.snoozedUntil ? { snoozeLeftMs: left(review.snoozedUntil) } : {}),
      },
    },
  ];
}

export function resumeCase(
  _command: ResumeCase,
  state: CaseState,
  { at }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  if (state.status === 'none') return caseViolation('case-not-found');
  const { suspension: left, rules } = state;
  if (!left) return [];
  const standing = facts.account?.standing ?? 'closed';
  if (standing !== 'good') return caseViolation('freeze-not-lifted', { params: { standing } });
  const business = (ms: number | undefined) =>
    ms === undefined || !rules ? undefined : startClock(at, ms, rules, facts);
  const calendar = (ms: number | undefined) => (ms === undefined ? undefined : plusMs(at, ms));
  return [
    {
      type: 'CaseResumed',
      data: present({
        freezeId: left.freezeId,
        accountRevision: facts.account!.revision,
        review: business(left.reviewLeftMs),
        overall: business(left.overallLeftMs),
        // A lease that was only waiting for its end to be noticed ends now.
        leaseUntil: state.review?.claim ? calendar(left.leaseLeftMs) : undefined,
        supplementUntil: calendar(left.supplementLeftMs),
        appealUntil: calendar(left.appealLeftMs),
        snoozedUntil: calendar(left.snoozeLeftMs),
      }),
    },
  ];
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
