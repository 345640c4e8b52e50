/**
 * Who held which review when, by the log alone: nothing is asked of the state that the product folds.
 * What the clients were told is held against it.
 */
import { positionToken } from '#infra/http/position-token';
import { type RecordedEvent } from '#kernel/envelope';
import { type Instant } from '#kernel/instants';

export type ClaimWork = 'claim' | 'renewal' | 'release' | 'reassignment';

/** One request that was answered with 2xx, and what the answer says of the review. */
export interface Acknowledged {
  readonly key: string;
  readonly work: ClaimWork;
  readonly as: string;
  readonly caseId: string;
  readonly position: string | undefined;
  readonly claimedBy: string | null;
  readonly leaseUntil: Instant | null;
}

interface Held {
  readonly by: string;
  readonly until: Instant;
  readonly renewals: number;
}

interface Data {
  readonly by: string;
  readonly from: string | null;
  readonly to: string;
  readonly cause: string;
  readonly leaseUntil: Instant;
  readonly renewal: number;
}

const WORK: Readonly<Record<string, ClaimWork>> = {
  ReviewClaimed: 'claim',
  ReviewClaimRenewed: 'renewal',
  ReviewReleased: 'release',
  ReviewReassigned: 'reassignment',
};

const named = ({ type, stream, revision }: RecordedEvent) => `${type} (${stream}@${revision})`;

/** @returns in words, one each; none where all holds */
export function claimFaultsOf(
  events: readonly RecordedEvent[],
  acknowledged: readonly Acknowledged[],
  storeId: string,
): readonly string[] {
  const faults: string[] = [];
  /** Right after each event, by its position token. */
  const after = new Map<string, { readonly event: RecordedEvent; readonly held: Held | null }>();
  const holders = new Map<string, Held | null>();
  const foundDone = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'RequestFoundDone') {
      const { stream, revision } = event.data as { stream: string; revision: number };
      const place = `${stream}@${revision}`;
      foundDone.set(place, (foundDone.get(place) ?? 0) + 1);
    }
    const before = holders.get(event.stream) ?? null;
    const what = wrongWith(event, before);
    if (what !== undefined) faults.push(`${named(event)}: ${what}`);
    const held = heldAfter(event, before);
    holders.set(event.stream, held);
    after.set(positionToken(storeId, event.position), { event, held });
  }
  for (const told of acknowledged) {
    const there = after.get(told.position ?? '');
    const who = `the ${told.work} ${told.key} of ${told.as}`;
    if (there?.event.stream !== `case-${told.caseId}`) {
      faults.push(`${who} was acknowledged, and is not in the log`);
    } else if (
      (there.held?.by ?? null) !== told.claimedBy ||
      (there.held?.until ?? null) !== told.leaseUntil
    ) {
      faults.push(`${who} was told ${told.claimedBy} until ${told.leaseUntil}, and the log says
        ${there.held?.by} until ${there.held?.until}`);
    }
  }
  return [...faults, ...ofNoRequest(events, acknowledged, foundDone, storeId)];
}

/** What stands in the way of an event, by who held the review before it. */
function wrongWith(event: RecordedEvent, held: Held | null): string | undefined {
  const { metadata } = event;
  const { by, from, leaseUntil, cause, renewal } = event.data as Data;
  const at = metadata.occurredAt;
  const actor = metadata.actor.id;
  const isOver = held !== null && held.until <= at;
  const holds = (who: string | null) => (held?.by ?? null) === who && !isOver;
  switch (event.type) {
    case 'ReviewClaimed':
      if (held) return `${held.by} holds it until ${held.until}, and ${by} claims it at ${at}`;
      return actor === by ? undefined : `${actor} claims it for ${by}`;
    case 'ReviewReassigned':
      return holds(from) ? undefined : `it is taken from ${from}, who does not hold it`;
    case 'ReviewClaimRenewed':
      if (!holds(by) || actor !== by) return `${actor} renews what ${held?.by} holds`;
      return renewal === held!.renewals + 1 ? undefined : `renewal ${renewal} is out of turn`;
    case 'ReviewReleased':
      if (!holds(by)) return `${by} gives up what ${held?.by} holds until ${held?.until}, at ${at}`;
      return cause !== 'holder' || actor === by ? undefined : `${actor} gives up what ${by} holds`;
    case 'ReviewLeaseExpired':
      if (held?.by !== by || held.until !== leaseUntil) return `${by} has no such lease`;
      return isOver ? undefined : `it ends at ${at}, before its time`;
    default:
      return undefined;
  }
}

function heldAfter({ type, data }: RecordedEvent, held: Held | null): Held | null {
  const { by, to, leaseUntil: until, renewal } = data as Data;
  switch (type) {
    case 'ReviewClaimed':
      return { by, until, renewals: 0 };
    case 'ReviewReassigned':
      return { by: to, until, renewals: 0 };
    case 'ReviewClaimRenewed':
      return { by, until, renewals: renewal };
    case 'ReviewRequested':
    case 'ReviewReleased':
    case 'ReviewLeaseExpired':
      return null;
    default:
      return held;
  }
}

/** Each event of a person is the answer to one request; others that were told of it have a note that they found it done. */
function ofNoRequest(
  events: readonly RecordedEvent[],
  acknowledged: readonly Acknowledged[],
  foundDone: ReadonlyMap<string, number>,
  storeId: string,
): readonly string[] {
  const byPosition = Map.groupBy(acknowledged, ({ position }) => position);
  return events
    .filter(({ type, metadata }) => WORK[type] && metadata.actor.kind === 'person')
    .flatMap((event) => {
      const told = byPosition.get(positionToken(storeId, event.position)) ?? [];
      const keys = new Set(told.map(({ key }) => key)).size;
      const others = foundDone.get(`${event.stream}@${event.revision}`) ?? 0;
      const own = told.filter(({ work }) => work === WORK[event.type]).length;
      return own > 0 && keys === 1 + others
        ? []
        : [`${named(event)} is the answer to ${keys} requests, of which ${others} found it done`];
    });
}
