/**
 * A crowd of reviewers and leads who want the same reviews, over real HTTP: they claim, renew, give up,
 * let leases run out, take what ran out, try to renew and give up what others hold, and send many a
 * request twice at once. The log alone says who held what; nobody ever held what another did.
 *
 * One process at a time serves a data folder (apps/server/src/folder-lock.ts): the crowd has one server.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { positionToken } from '#infra/http/position-token';
import { type RecordedEvent } from '#kernel/envelope';
import { plusMs } from '#kernel/instants';
import { describeInFull } from '#kernel/testing/full-run';
import { Chances } from '../crash/kills/random.testkit.ts';
import { claimFaultsOf, type Acknowledged, type ClaimWork } from './claims-checker.testkit.ts';
import { Crowd, hurryingClock, type Post, type Session } from './crowd.testkit.ts';

/** Two minutes of a lease are a second. */
const HURRY = 120;
const LEASE = { leaseMinutes: 2, renewalsMax: 4 };
const LEASE_MS = 1_000;
/** Of the clients, one in so many is a lead. */
const LEADS_EVERY = 20;
/** One in so many has the session of somebody else's person: two clients, one principal. */
const SHARED_EVERY = 10;
const TRIES = 5;

interface Size {
  readonly clients: number;
  readonly reviews: number;
  /** Reviews that are wanted at the same time. */
  readonly wanted: number;
  /** Of each client. */
  readonly turns: number;
}

interface Outcome {
  readonly events: readonly RecordedEvent[];
  readonly acknowledged: readonly Acknowledged[];
  readonly storeId: string;
  /** Refusals by what was asked and their code; answers that the same key got another time and were not equal. */
  readonly refused: ReadonlyMap<string, number>;
  readonly unlike: readonly string[];
  readonly requests: number;
}

class Client {
  readonly acknowledged: Acknowledged[] = [];
  readonly refused: string[] = [];
  readonly unlike: string[] = [];
  requests = 0;
  readonly #crowd: Crowd;
  readonly #session: Session;
  readonly #chances: Chances;
  readonly #label: string;
  #keys = 0;

  constructor(crowd: Crowd, session: Session, number: number, seed: number) {
    this.#crowd = crowd;
    this.#session = session;
    this.#label = `c${number}`;
    this.#chances = new Chances(seed + number);
  }

  /** Wants this review; then does with it one of the things that one may do with it. */
  async turn(caseId: string): Promise<void> {
    if (this.#chances.of(0.15)) await this.#actsOnAnothers(caseId);
    for (let tries = 0; tries < TRIES; tries++) {
      if (await this.#does('claim', caseId)) return this.#holds(caseId);
      await sleep(this.#chances.below(LEASE_MS / 3));
    }
  }

  /** Gives it to somebody, whoever holds it. */
  async reassigns(caseId: string, to: string): Promise<void> {
    const seen = await this.#crowd.get(this.#session, `/v1/cases/${caseId}`);
    this.requests++;
    await this.#does('reassignment', caseId, {
      ifMatch: seen.body.version as number,
      body: { to },
    });
  }

  async #holds(caseId: string): Promise<void> {
    const chance = this.#chances.next();
    // Walks off, and the lease runs out.
    if (chance < 0.3) return;
    if (chance < 0.6) {
      // Half of a lease has to pass; now and then more than all of it does.
      await sleep(LEASE_MS * (0.5 + this.#chances.next() * 0.7));
      await this.#does('renewal', caseId);
    }
    await this.#does('release', caseId);
  }

  async #actsOnAnothers(caseId: string): Promise<void> {
    await this.#does(this.#chances.of(0.5) ? 'renewal' : 'release', caseId);
  }

  async #does(work: ClaimWork, caseId: string, ask: Omit<Post, 'key'> = {}): Promise<boolean> {
    const post = { key: `${this.#label}-${++this.#keys}`, ...ask };
    const path = `/v1/cases/${caseId}/reviews/1/${work}`;
    const times = this.#chances.of(0.2) ? 2 : 1;
    const answers = await Promise.all(
      Array.from({ length: times }, () => this.#crowd.post(this.#session, path, post)),
    );
    this.requests += times;
    const [{ status, position, body }] = answers as [(typeof answers)[number]];
    if (
      new Set(answers.filter((one) => one.status < 300).map((one) => JSON.stringify(one))).size > 1
    )
      this.unlike.push(JSON.stringify(answers));
    const done = answers.find((one) => one.status < 300);
    if (!done) {
      this.refused.push(`${work}: ${status} ${body.code}`);
      return false;
    }
    const { claimedBy, leaseUntil } = done.body.review as Acknowledged;
    const { as } = this.#session;
    const told = { key: post.key, work, as, caseId, claimedBy, leaseUntil };
    this.acknowledged.push({ ...told, position: done === answers[0] ? position : done.position });
    return true;
  }
}

async function raced({ clients, reviews, wanted, turns }: Size, seed: number): Promise<Outcome> {
  const crowd = new Crowd(hurryingClock(HURRY), clients);
  try {
    await crowd.server.start();
    await crowd.publish('raced', LEASE);
    const isLead = (number: number) => number % LEADS_EVERY === 0;
    const nameOf = (number: number) =>
      isLead(number)
        ? `lead-${number}`
        : `reviewer-${number % SHARED_EVERY === 1 ? number + 1 : number}`;
    const names = Array.from({ length: clients }, (_, number) => nameOf(number));
    const reviewers = [...new Set(names.filter((name) => name.startsWith('reviewer')))];
    await crowd.enrol(reviewers, 'reviewer');
    await crowd.enrol(
      names.filter((name) => name.startsWith('lead')),
      'lead',
    );
    const applicants = Array.from({ length: reviews }, (_, number) => `applicant-${number}`);
    const cases = await crowd.waiting(applicants, 'raced');
    const all = await Promise.all(
      names.map(async (as, number) => new Client(crowd, await crowd.session(as), number, seed)),
    );
    await Promise.all(
      all.map(async (client, number) => {
        const chances = new Chances(seed - number);
        for (let turn = 0; turn < turns; turn++) {
          // What is wanted moves on through all of the reviews.
          const first = Math.floor((turn / (turns - 1)) * (reviews - wanted));
          const caseId = cases[first + ((number + turn * 13) % wanted)]!;
          if (isLead(number)) await client.reassigns(caseId, chances.pick(reviewers));
          else await client.turn(caseId);
        }
      }),
    );
    const refused = new Map<string, number>();
    for (const what of all.flatMap((client) => client.refused)) {
      refused.set(what, (refused.get(what) ?? 0) + 1);
    }
    return {
      events: await crowd.events(),
      acknowledged: all.flatMap(({ acknowledged }) => acknowledged),
      storeId: crowd.server.eventStore.storeId,
      refused,
      unlike: all.flatMap(({ unlike }) => unlike),
      requests: all.reduce((sum, { requests }) => sum + requests, 0),
    };
  } finally {
    await crowd.dispose();
  }
}

/** What a race may be refused by, each a thing that others were quicker at. */
const MAY_BE_REFUSED =
  /^(claim: 409 review-claimed|(renewal|release): (409|403) (review-not-claimed|review-not-held-by-you|lease-ended)|renewal: 409 (renewed-too-soon|renewals-used-up)|reassignment: (412 version-moved|409 \S+))$/;

function expectNoDoubleClaim({ events, acknowledged, storeId, refused, unlike }: Outcome): void {
  expect(claimFaultsOf(events, acknowledged, storeId)).toEqual([]);
  expect(unlike).toEqual([]);
  expect([...refused.keys()].filter((what) => !MAY_BE_REFUSED.test(what))).toEqual([]);
}

/** Whether there was a race at all. */
function expectAllOfItHappened({ events, refused }: Outcome): void {
  const count = new Map<string, number>();
  for (const { type, metadata } of events) {
    const by = metadata.actor.kind === 'system' ? ' by time' : '';
    count.set(type + by, (count.get(type + by) ?? 0) + 1);
  }
  expect([...count.keys()]).toEqual(
    expect.arrayContaining([
      'ReviewClaimed',
      'ReviewClaimRenewed',
      'ReviewReleased',
      'ReviewLeaseExpired',
      'ReviewLeaseExpired by time',
    ]),
  );
  expect(refused.get('claim: 409 review-claimed')).toBeGreaterThan(0);
}

describe('a crowd that wants the same reviews', () => {
  let outcome: Outcome;

  beforeAll(async () => {
    outcome = await raced({ clients: 24, reviews: 24, wanted: 6, turns: 4 }, 20_260_302);
  });

  it('never holds one of them by two, and is told what the log says', () => {
    expectNoDoubleClaim(outcome);
    expectAllOfItHappened(outcome);
  });

  /** The last of a type that was a person's doing, changed, in the log of this very race. */
  const damaged = (
    type: string,
    change: (event: RecordedEvent) => readonly RecordedEvent[],
  ): string => {
    const { events, acknowledged, storeId } = outcome;
    const at = events.findLastIndex((event) => event.type === type);
    expect(at).toBeGreaterThan(0);
    const changed = [...events.slice(0, at), ...change(events[at]!), ...events.slice(at + 1)];
    return claimFaultsOf(changed, acknowledged, storeId).join('\n');
  };
  const saying = (event: RecordedEvent, data: object): RecordedEvent => ({
    ...event,
    data: { ...event.data, ...data },
  });
  const byMallory = (event: RecordedEvent): RecordedEvent => ({
    ...saying(event, { by: 'mallory' }),
    metadata: { ...event.metadata, actor: { kind: 'person', id: 'mallory', role: 'reviewer' } },
  });

  it('would be found out if two held one', () => {
    const said = damaged('ReviewClaimed', (event) => [event, byMallory(event)]);
    expect(said).toMatch(/\S+ holds it until \S+, and mallory claims it/);
  });

  it('would be found out if one renewed or gave up what another holds', () => {
    expect(damaged('ReviewClaimRenewed', (event) => [byMallory(event)])).toMatch(
      /mallory renews what \S+ holds/,
    );
    expect(damaged('ReviewReleased', (event) => [byMallory(event)])).toMatch(
      /mallory gives up what \S+ holds/,
    );
  });

  it('would be found out if a lease ended before its time', () => {
    const early = (event: RecordedEvent): RecordedEvent => {
      const { leaseUntil } = event.data as { leaseUntil: Parameters<typeof plusMs>[0] };
      const at = plusMs(leaseUntil, -1);
      return { ...event, metadata: { ...event.metadata, occurredAt: at } };
    };
    expect(damaged('ReviewLeaseExpired', (event) => [early(event)])).toMatch(/before its time/);
  });

  it('would be found out if a claim that was acknowledged were lost, or another', () => {
    expect(damaged('ReviewClaimed', () => [])).toMatch(/was acknowledged, and is not in the log/);
    const longer = { leaseUntil: '2099-01-01T00:00:00.000Z' };
    expect(damaged('ReviewClaimed', (event) => [saying(event, longer)])).toMatch(/was told/);
  });

  it('would be found out if something were done that nobody asked for', () => {
    const { events, acknowledged, storeId } = outcome;
    const claimed = events.findLast(({ type }) => type === 'ReviewClaimed')!;
    const token = positionToken(storeId, claimed.position);
    const others = acknowledged.filter(({ position }) => position !== token);
    expect(claimFaultsOf(events, others, storeId).join('\n')).toMatch(
      /is the answer to 0 requests/,
    );
  });
});

describeInFull('200 clients at 1,000 reviews', () => {
  it('never hold one of them by two, and are told what the log says', async () => {
    const { CASETRAIL_SEED = '20260302' } = process.env;
    const outcome = await raced(
      { clients: 200, reviews: 1_000, wanted: 60, turns: 40 },
      Number(CASETRAIL_SEED),
    );
    expectNoDoubleClaim(outcome);
    expectAllOfItHappened(outcome);
    const { events, acknowledged, refused, requests } = outcome;
    const held = events.filter(
      ({ type }) => type === 'ReviewClaimed' || type === 'ReviewReassigned',
    );
    expect(new Set(held.map(({ stream }) => stream)).size).toBe(1_000);
    expect(requests).toBeGreaterThan(acknowledged.length + refused.size);
    const figures = {
      requests,
      acknowledged: acknowledged.length,
      events: events.length,
      refused: Object.fromEntries(refused),
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  }, 600_000);
});
