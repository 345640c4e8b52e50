/** Who holds a review: claim, renew, release, reassign, snooze, wake, and what time does to it. */
import { type Actor, type Moment } from '#kernel/actor';
import { type Decision } from '#kernel/decider';
import { daysToMs, msBetween, plusMs, type Instant } from '#kernel/instants';
import { type Violation } from '#kernel/violation';
import { leaseFrom } from '../case.clocks.ts';
import { type CaseEvent, type CaseEventOf, type CaseRules } from '../case.events.ts';
import { type CaseFacts } from '../case.facts.ts';
import {
  clocksStandStill,
  goesOn,
  heldBy,
  inGoodStanding,
  isLive,
  openReview,
  staffIn,
} from '../case.guards.ts';
import { type CaseState, type Review } from '../case.state.ts';
import { caseViolation } from '../case.violations.ts';
import { obstacles, type Takeable } from './eligibility.ts';

interface OnReview {
  readonly review: number;
}
export interface ClaimReview extends OnReview {
  readonly type: 'ClaimReview';
}
export interface RenewClaim extends OnReview {
  readonly type: 'RenewClaim';
}
export interface ReleaseReview extends OnReview {
  readonly type: 'ReleaseReview';
  /** Who holds it; by the holder themselves, a lead, or the system when they leave or may not hold it now. */
  readonly holder: string;
  readonly cause: 'holder' | 'lead' | 'staff-suspended' | 'staff-left' | 'not-eligible';
}
export interface ReassignReview extends OnReview {
  readonly type: 'ReassignReview';
  readonly to: string;
  /** Only while they hold it. */
  readonly from?: string;
}
export interface SnoozeReview extends OnReview {
  readonly type: 'SnoozeReview';
  readonly until: Instant;
  readonly cause: string;
}
export interface WakeReview extends OnReview {
  readonly type: 'WakeReview';
  readonly cause: 'time' | 'person';
}
export interface AddNote {
  readonly type: 'AddNote';
  readonly noteId: string;
  readonly textRef: string;
  readonly commitment: string;
}
/** Time's command carries what it was set for, so that early, late or twice does nothing. */
export interface ExpireLease extends OnReview {
  readonly type: 'ExpireLease';
  readonly leaseUntil: Instant;
}
export type ClaimCommand =
  | ClaimReview
  | RenewClaim
  | ReleaseReview
  | ReassignReview
  | SnoozeReview
  | WakeReview
  | AddNote
  | ExpireLease;

/** A month: what is put off for longer is forgotten. */
export const SNOOZE_DAYS_MAX = 30;

export function takeableOf(state: CaseState, review: Review, facts: CaseFacts): Takeable {
  return {
    level: review.level,
    skill: review.skill,
    escalated: review.escalated,
    accountId: state.accountId,
    deciders: state.deciders,
    overturned: state.overturned,
    holderId: facts.account?.principalId ?? null,
  };
}

export function claimReview(
  command: ClaimReview,
  state: CaseState,
  { at, by }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const open = reviewToTake(command, state);
  if ('violation' in open) return open;
  const { review, rules } = open;
  const stop =
    obstacles(takeableOf(state, review, facts), facts.staff, by.kind)[0] ??
    inGoodStanding(facts.account) ??
    snoozed(review, at);
  if (stop) return stop;
  if (isLive(review.claim, at)) {
    if (review.claim.by === by.id) return [];
    const params = { by: review.claim.by, until: review.claim.leaseUntil ?? '' };
    return caseViolation('review-claimed', { params });
  }
  return [
    ...lapsed(review),
    {
      type: 'ReviewClaimed',
      data: {
        review: review.number,
        by: by.id,
        leaseUntil: leaseFrom(at, rules),
        staffRevision: facts.staff!.revision,
        accountRevision: facts.account!.revision,
      },
    },
  ];
}

export function renewClaim(
  command: RenewClaim,
  state: CaseState,
  moment: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const open = reviewToTake(command, state);
  if ('violation' in open) return open;
  const { review, rules } = open;
  const stop =
    heldBy(review, moment) ??
    obstacles(takeableOf(state, review, facts), facts.staff, moment.by.kind)[0];
  if (stop) return stop;
  const claim = review.claim!;
  if (claim.renewals >= rules.renewalsMax) {
    return caseViolation('renewals-used-up', { params: { max: rules.renewalsMax } });
  }
  const from = plusMs(claim.renewedAt, Math.floor(rules.leaseMs / 2));
  if (moment.at < from) return caseViolation('renewed-too-soon', { params: { from } });
  const leaseUntil = leaseFrom(moment.at, rules);
  return [
    {
      type: 'ReviewClaimRenewed',
      data: { review: review.number, by: claim.by, leaseUntil, renewal: claim.renewals + 1 },
    },
  ];
}

/** Also possible while the case is suspended: somebody who leaves holds nothing. */
export function releaseReview(
  { review: number, holder, cause }: ReleaseReview,
  state: CaseState,
  { at, by }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  if (state.status === 'none') return caseViolation('case-not-found');
  const review = state.review;
  if (review?.number !== number) {
    return caseViolation('another-review', { params: { review: review?.number ?? 0 } });
  }
  if (!review.claim || review.claim.by !== holder) return caseViolation('review-not-claimed');
  const stop = mayRelease(cause, holder, by, facts);
  if (stop) return stop;
  const standsStill = state.suspension !== null || clocksStandStill(facts);
  if (!standsStill && !isLive(review.claim, at)) return lapsed(review);
  // Sent at whatever changed of the holder: here it is seen whether it stands in the way of this review.
  const against = () => obstacles(takeableOf(state, review, facts), facts.assignee, 'person');
  if (cause === 'not-eligible' && against().length === 0) return [];
  return [{ type: 'ReviewReleased', data: { review: number, by: holder, cause } }];
}

function mayRelease(
  cause: ReleaseReview['cause'],
  holder: string,
  by: Actor,
  facts: CaseFacts,
): Violation | null {
  if (cause === 'lead') return staffIn(facts.staff, ['lead']);
  if (cause === 'holder' ? holder === by.id : by.kind === 'system') return null;
  return caseViolation('review-not-held-by-you', { params: { by: holder, until: '' } });
}

export function reassignReview(
  command: ReassignReview,
  state: CaseState,
  { at }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const open = reviewToTake(command, state);
  if ('violation' in open) return open;
  const { review, rules } = open;
  const stop = staffIn(facts.staff, ['lead']) ?? inGoodStanding(facts.account);
  if (stop) return stop;
  const [obstacle] = obstacles(takeableOf(state, review, facts), facts.assignee, 'person');
  if (obstacle) {
    return caseViolation('assignee-not-eligible', {
      field: 'to',
      params: { to: command.to, why: obstacle.code },
    });
  }
  const holder = isLive(review.claim, at) ? review.claim.by : null;
  if (command.from !== undefined && holder !== command.from) {
    return caseViolation('review-not-claimed');
  }
  if (holder === command.to) return [];
  return [
    ...(holder === null ? lapsed(review) : []),
    {
      type: 'ReviewReassigned',
      data: {
        review: review.number,
        from: holder,
        to: command.to,
        leaseUntil: leaseFrom(at, rules),
        staffRevision: facts.assignee!.revision,
      },
    },
  ];
}

/** By the holder; or by a lead, where nobody holds it. */
export function snoozeReview(
  command: SnoozeReview,
  state: CaseState,
  moment: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const open = reviewToTake(command, state);
  if ('violation' in open) return open;
  const { review } = open;
  const held = isLive(review.claim, moment.at);
  const stop = held
    ? (heldBy(review, moment) ?? staffIn(facts.staff, ['reviewer', 'senior']))
    : staffIn(facts.staff, ['lead']);
  if (stop) return stop;
  const ahead = msBetween(moment.at, command.until);
  if (ahead <= 0 || ahead > daysToMs(SNOOZE_DAYS_MAX)) {
    return caseViolation('snooze-out-of-range', {
      field: 'until',
      params: { days: SNOOZE_DAYS_MAX },
    });
  }
  return [
    ...(held ? [] : lapsed(review)),
    {
      type: 'ReviewSnoozed',
      data: { review: review.number, by: moment.by.id, until: command.until, cause: command.cause },
    },
  ];
}

export function wakeReview(
  command: WakeReview,
  state: CaseState,
  { at }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = openReview(state, command.review);
  if (stop) return stop;
  if (command.cause === 'time' && clocksStandStill(facts)) return [];
  const until = state.review!.snoozedUntil;
  if (until === null) return caseViolation('review-not-snoozed');
  if (command.cause === 'time' && at < until) {
    return caseViolation('not-due-yet', { params: { dueAt: until } });
  }
  const not =
    command.cause === 'person' ? staffIn(facts.staff, ['reviewer', 'senior', 'lead']) : null;
  if (not) return not;
  return [{ type: 'ReviewWoken', data: { review: command.review, cause: command.cause } }];
}

/** On any case, open or closed: what is known of it can always be written down. */
export function addNote(
  command: AddNote,
  state: CaseState,
  _moment: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  if (state.status === 'none') return caseViolation('case-not-found');
  const stop = staffIn(facts.staff, ['reviewer', 'senior', 'lead', 'support']);
  if (stop) return stop;
  const { noteId, textRef, commitment } = command;
  return [{ type: 'NoteAdded', data: { noteId, textRef, commitment } }];
}

export function expireLease(
  { review, leaseUntil }: ExpireLease,
  state: CaseState,
  { at }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = openReview(state, review);
  if (stop) return stop;
  if (clocksStandStill(facts)) return [];
  const claim = state.review!.claim;
  if (!claim || claim.leaseUntil !== leaseUntil) return caseViolation('review-not-claimed');
  if (at < leaseUntil) return caseViolation('not-due-yet', { params: { dueAt: leaseUntil } });
  return lapsed(state.review!);
}

function reviewToTake(
  { review }: OnReview,
  state: CaseState,
): { review: Review; rules: CaseRules } | Violation {
  const stop = goesOn(state) ?? openReview(state, review);
  if (stop) return stop;
  return state.rules
    ? { review: state.review!, rules: state.rules }
    : caseViolation('no-rules-recorded');
}

/** Whether the review waits for somebody to take it: what the queue shows may have been taken since. */
export function waits(state: CaseState, number: number, at: Instant): boolean {
  const { review } = state;
  if (!review || openReview(state, number)) return false;
  return !isLive(review.claim, at) && !snoozed(review, at);
}

function snoozed(review: Review, at: Instant): Violation | null {
  const until = review.snoozedUntil;
  return until !== null && until > at
    ? caseViolation('review-snoozed', { params: { until } })
    : null;
}

/** A lease that ended unnoticed is recorded before anything follows from it. */
function lapsed({ number, claim }: Review): readonly CaseEventOf<'ReviewLeaseExpired'>[] {
  if (!claim?.leaseUntil) return [];
  const { by, leaseUntil } = claim;
  return [{ type: 'ReviewLeaseExpired', data: { review: number, by, leaseUntil } }];
}
