/**
 * The clocks of one case through a freeze, reckoned from its events: each has at the end of the freeze
 * what it had at its beginning, or was given in between. Business time is the time of day here.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { msBetween, plusMs, type Instant } from '#kernel/instants';

interface Clock {
  readonly startedAt: Instant;
  readonly grantedMs: number;
}

/** Of the time of day: a lease, the time to supplement, the time to appeal. */
interface Term {
  readonly from: Instant;
  readonly until: Instant;
}

interface Clocks {
  readonly review?: Clock | undefined;
  readonly overall?: Clock | undefined;
  /** Stopped by a request for a supplement at that instant, or by a freeze before it. */
  readonly held?: { readonly clock: Clock; readonly at: Instant } | undefined;
  readonly lease?: Term | undefined;
  readonly supplement?: Term | undefined;
  readonly appeal?: Term | undefined;
}

interface Left {
  readonly reviewLeftMs?: number | undefined;
  readonly overallLeftMs?: number | undefined;
  readonly leaseLeftMs?: number | undefined;
  readonly supplementLeftMs?: number | undefined;
  readonly appealLeftMs?: number | undefined;
}

interface Data extends Left {
  readonly freezeId?: string;
  readonly clock?: Clock;
  readonly overall?: Clock;
  readonly review?: Clock | number;
  readonly until?: Instant;
  readonly leaseUntil?: Instant;
  readonly supplementUntil?: Instant;
  readonly appealUntil?: Instant | null;
}

const dataOf = (event: RecordedEvent): Data => event.data;
const atOf = ({ metadata }: RecordedEvent): Instant => metadata.occurredAt;

export const named = ({ type, stream, revision }: RecordedEvent): string =>
  `${type} (${stream}@${revision})`;

/** @returns in words, one each; none where all holds */
export function clocksThatRan(
  its: readonly RecordedEvent[],
  account: readonly RecordedEvent[],
): readonly string[] {
  const faults: string[] = [];
  let clocks: Clocks = {};
  let suspended: Data = {};
  for (const event of its) {
    if (event.type === 'CaseSuspended') {
      suspended = dataOf(event);
      const frozen = account.find(
        ({ type, data }) =>
          type === 'AccountFrozen' && (data as Data).freezeId === suspended.freezeId,
      );
      faults.push(...unlike(event, leftSaidBy(suspended), leftAt(clocks, atOf(frozen!))));
    }
    if (event.type === 'CaseResumed') {
      faults.push(...unlike(event, goingOn(dataOf(event)), goesOnWith(clocks, suspended, event)));
    }
    if (event.type === 'CaseSupplemented') {
      const ms = clocks.held && leftOf(clocks.held.clock, clocks.held.at);
      const overall = { from: atOf(event), ms };
      faults.push(...unlike(event, grantedBy(dataOf(event).overall), overall));
    }
    clocks = after(clocks, event);
  }
  return faults;
}

const leftSaidBy = (data: Data): Left => ({
  reviewLeftMs: data.reviewLeftMs,
  overallLeftMs: data.overallLeftMs,
  leaseLeftMs: data.leaseLeftMs,
  supplementLeftMs: data.supplementLeftMs,
  appealLeftMs: data.appealLeftMs,
});

function leftAt(
  { review, overall, held, lease, supplement, appeal }: Clocks,
  frozenAt: Instant,
): Left {
  const left = (term: Term | undefined) =>
    term && Math.max(0, msBetween(term.from > frozenAt ? term.from : frozenAt, term.until));
  // What stopped the clock after the freeze had read the account before it: the freeze stopped it.
  const ran = overall ?? (held && held.at > frozenAt ? held.clock : undefined);
  return {
    reviewLeftMs: review && leftOf(review, frozenAt),
    overallLeftMs: ran && leftOf(ran, frozenAt),
    leaseLeftMs: left(lease),
    supplementLeftMs: left(supplement),
    appealLeftMs: left(appeal),
  };
}

const leftOf = ({ startedAt, grantedMs }: Clock, at: Instant): number =>
  Math.max(0, grantedMs - Math.max(0, msBetween(startedAt, at)));

const goingOn = ({ review, overall, leaseUntil, supplementUntil, appealUntil }: Data) => ({
  review: grantedBy(review),
  overall: grantedBy(overall),
  leaseUntil,
  supplementUntil,
  appealUntil,
});

function goesOnWith({ lease, supplement }: Clocks, left: Left, event: RecordedEvent) {
  const from = atOf(event);
  const business = (ms: number | undefined) => (ms === undefined ? undefined : { from, ms });
  const calendar = (ms: number | undefined) => (ms === undefined ? undefined : plusMs(from, ms));
  return {
    review: business(left.reviewLeftMs),
    // While the applicant is asked for more, it goes on standing still.
    overall: supplement ? undefined : business(left.overallLeftMs),
    leaseUntil: lease && calendar(left.leaseLeftMs),
    supplementUntil: calendar(left.supplementLeftMs),
    appealUntil: calendar(left.appealLeftMs),
  };
}

const grantedBy = (clock: Clock | number | undefined) =>
  typeof clock === 'object' ? { from: clock.startedAt, ms: clock.grantedMs } : undefined;

function after(clocks: Clocks, event: RecordedEvent): Clocks {
  const { clock, overall, until, leaseUntil, appealUntil } = dataOf(event);
  const at = atOf(event);
  switch (event.type) {
    case 'CaseSubmitted':
    case 'CaseSupplemented':
      return { overall };
    case 'ReviewRequested':
      return { ...clocks, review: clock, lease: undefined };
    case 'ReviewClaimed':
      return { ...clocks, lease: { from: at, until: leaseUntil! } };
    case 'ReviewReleased':
    case 'ReviewLeaseExpired':
    case 'CaseEscalated':
      return { ...clocks, lease: undefined };
    case 'SupplementRequested':
      return {
        supplement: { from: at, until: until! },
        held: clocks.overall && { clock: clocks.overall, at },
      };
    case 'CaseRejected':
      return appealUntil ? { appeal: { from: at, until: appealUntil } } : {};
    case 'CaseApproved':
    case 'CaseAppealed':
      return {};
    case 'CaseSuspended':
      return clocks.held ? { ...clocks, held: heldSince(clocks.held, dataOf(event)) } : clocks;
    case 'CaseResumed':
      return resumed(clocks, event);
    default:
      return clocks;
  }
}

/** What the freeze left of it, where it was the freeze that stopped it. */
function heldSince(held: NonNullable<Clocks['held']>, { overallLeftMs }: Data): Clocks['held'] {
  return overallLeftMs === undefined
    ? held
    : { clock: { startedAt: held.at, grantedMs: overallLeftMs }, at: held.at };
}

function resumed(clocks: Clocks, event: RecordedEvent): Clocks {
  const { review, overall, leaseUntil, supplementUntil, appealUntil } = dataOf(event);
  const { lease, supplement, appeal } = clocks;
  return {
    ...clocks,
    review: typeof review === 'object' ? review : clocks.review,
    overall: overall ?? clocks.overall,
    lease: lease && { ...lease, until: leaseUntil ?? lease.until },
    supplement: supplement && { ...supplement, until: supplementUntil ?? supplement.until },
    appeal: appeal && { ...appeal, until: appealUntil ?? appeal.until },
  };
}

function unlike(
  event: RecordedEvent,
  said: object | undefined,
  expected: object | undefined,
): string[] {
  const [one, other] = [JSON.stringify(said), JSON.stringify(expected)];
  return one === other ? [] : [`${named(event)} says ${one}, and the clocks say ${other}`];
}
