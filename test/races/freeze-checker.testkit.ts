/**
 * What must hold of a log in which an account was frozen, whatever else was under way: read from the
 * events alone, with arithmetic of its own. All of it happens within the hours of one business day, so
 * that business time and the time of day are one.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { earlier, later, msBetween, type Instant } from '#kernel/instants';
import { clocksThatRan, named } from './clocks-checker.testkit.ts';
import { type Sent } from './frozen-account.testkit.ts';

/**
 * What needs an account in good standing, and says at which revision it was read. A rejection, a request
 * for a supplement and an escalation need one too and do not say it: they are known by when they were sent.
 */
const NEEDS_GOOD_STANDING = new Set([
  'CaseSubmitted',
  'CaseSupplemented',
  'CaseAppealed',
  'ReviewClaimed',
  'ApprovalProposed',
  'CaseApproved',
  'CaseResumed',
]);
/** What may happen to a case that stands still. */
const WHILE_SUSPENDED = new Set(['CaseResumed', 'ReviewReleased', 'NoteAdded', 'CaseWithdrawn']);
/** A rejection is not among them: what follows it, a resubmission or an appeal, has to wait as well. */
const CLOSED = new Set(['CaseApproved', 'CaseWithdrawn']);

interface Lease {
  readonly from: Instant;
  readonly until: Instant;
}

interface Data {
  readonly accountRevision?: number;
  readonly leaseUntil?: Instant;
}

const dataOf = (event: RecordedEvent): Data => event.data;
const atOf = ({ metadata }: RecordedEvent): Instant => metadata.occurredAt;

/** @returns in words, one each; none where all holds */
export function freezeFaultsOf(
  events: readonly RecordedEvent[],
  sent: readonly Sent[],
): readonly string[] {
  const account = events.filter(({ stream }) => stream.startsWith('account-'));
  const cases = events.filter(({ stream }) => stream.startsWith('case-'));
  return [
    ...gaps(events),
    ...decidedOnFrozen(account, cases),
    ...[...Map.groupBy(cases, ({ stream }) => stream)].flatMap(([stream, its]) => [
      ...movedWhileSuspended(its),
      ...clocksThatRan(its, account),
      ...leftBehind(stream, its, account),
    ]),
    ...withEffectInTheFreeze(events, sent),
    ...endedWhileStandingStill(events, sent),
  ];
}

function gaps(events: readonly RecordedEvent[]): string[] {
  const next = new Map<string, number>();
  return events.flatMap((event) => {
    const expected = next.get(event.stream) ?? 0;
    next.set(event.stream, event.revision + 1);
    return event.revision === expected ? [] : [`${named(event)} comes where ${expected} should`];
  });
}

/** Whether the account was frozen at that revision of its own stream. */
function frozenAt(account: readonly RecordedEvent[], revision: number): boolean {
  const last = account
    .filter((event) => event.revision <= revision)
    .findLast(({ type }) => type === 'AccountFrozen' || type === 'AccountUnfrozen');
  return last?.type === 'AccountFrozen';
}

function decidedOnFrozen(
  account: readonly RecordedEvent[],
  cases: readonly RecordedEvent[],
): string[] {
  return cases
    .filter(({ type }) => NEEDS_GOOD_STANDING.has(type))
    .filter((event) => frozenAt(account, dataOf(event).accountRevision!))
    .map((event) => `${named(event)} was decided on an account that was frozen`);
}

function movedWhileSuspended(its: readonly RecordedEvent[]): string[] {
  const faults: string[] = [];
  let suspended = false;
  for (const event of its) {
    if (suspended && !WHILE_SUSPENDED.has(event.type)) {
      faults.push(`${named(event)} moved a case that stands still`);
    }
    if (event.type === 'CaseResumed' && !suspended) faults.push(`${named(event)} resumed nothing`);
    if (event.type === 'CaseSuspended') suspended = true;
    if (event.type === 'CaseResumed') suspended = false;
  }
  return faults;
}

/** Where the processes have left it, once they have nothing to do any more. */
function leftBehind(
  stream: string,
  its: readonly RecordedEvent[],
  account: readonly RecordedEvent[],
): string[] {
  const holds = its.findLast(({ type }) => type === 'CaseSuspended' || type === 'CaseResumed');
  const isSuspended = holds?.type === 'CaseSuspended';
  const isOpen = !its.some(({ type }) => CLOSED.has(type));
  const isFrozen = frozenAt(account, Infinity);
  const has = (type: string) => its.some((event) => event.type === type);
  const granted = account.some(
    ({ type, data }) =>
      type === 'VerificationGranted' && `case-${(data as { caseId: string }).caseId}` === stream,
  );
  return [
    ...(isFrozen && isOpen && !isSuspended
      ? [`${stream} goes on while its account is frozen`]
      : []),
    ...(!isFrozen && isSuspended ? [`${stream} stands still for ever`] : []),
    ...(!isFrozen && has('CaseSubmitted') && !has('ReviewRequested')
      ? [`${stream} is not screened`]
      : []),
    ...(has('CaseApproved') === granted ? [] : [`${stream} is approved, and nothing granted`]),
  ];
}

/**
 * Whoever finds a lease ended once the freeze is there, lifted or not, does not count the time of the
 * freeze: also where no process has stopped the case for it yet.
 */
function endedWhileStandingStill(
  events: readonly RecordedEvent[],
  sent: readonly Sent[],
): readonly string[] {
  const began = events.findIndex(({ type }) => type === 'AccountFrozen');
  if (began < 0) return [];
  const since = atOf(events[began]!);
  const lifted = events.find(({ type }) => type === 'AccountUnfrozen');
  const beganAfterIt = (at: number, commandId: string) =>
    sent.some(
      (one) => one.commandId === commandId && one.from > began && one.from <= at && at < one.to,
    );
  const leases = new Map<string, Lease>();
  const faults: string[] = [];
  for (const [index, event] of events.entries()) {
    const lease = leases.get(event.stream);
    const at = atOf(event);
    const { commandId } = event.metadata;
    if (event.type === 'ReviewLeaseExpired' && lease && beganAfterIt(index, commandId)) {
      const stoodStill = overlapMs(lease.from, at, since, lifted ? atOf(lifted) : at);
      const ran = msBetween(lease.from, at) - stoodStill;
      const granted = msBetween(lease.from, lease.until);
      if (ran < granted) faults.push(`${named(event)} ended after ${ran} ms of ${granted}`);
    }
    const { leaseUntil } = dataOf(event);
    if (leaseUntil) leases.set(event.stream, { from: at, until: leaseUntil });
  }
  return faults;
}

function overlapMs(from: Instant, to: Instant, since: Instant, until: Instant): number {
  return Math.max(0, msBetween(later(from, since), earlier(to, until)));
}

/** Whoever asks for something once the freeze is there is refused until it is lifted. */
function withEffectInTheFreeze(
  events: readonly RecordedEvent[],
  sent: readonly Sent[],
): readonly string[] {
  const frozen = events.findIndex(({ type }) => type === 'AccountFrozen');
  if (frozen < 0) return [];
  const lifted = events.findIndex(({ type }) => type === 'AccountUnfrozen');
  const end = lifted < 0 ? Infinity : lifted;
  return sent
    .filter(({ what, from, to }) => !/Account/.test(what) && from > frozen && to <= end)
    .flatMap(({ what, commandId, from, to }) => {
      const own = events.slice(from, to).find(({ metadata }) => metadata.commandId === commandId);
      return own ? [`${what} came after the freeze, and ${named(own)} followed`] : [];
    });
}
