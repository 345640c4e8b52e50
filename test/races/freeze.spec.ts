/**
 * A freeze, and whatever else may be done to the account's cases at that moment, in the orders that a
 * scheduler of fast-check makes of their calls to the log. No store writes two streams at once, so what
 * read the account before the freeze may be written after it: a decision that is overtaken like this
 * counts, anything that leaves the case open is suspended a moment later, and its clocks stood still
 * from the freeze on, also where it is over before any process has come to it. What begins after the
 * freeze is refused.
 *
 * CASETRAIL_SEED repeats a run (fast-check prints the seed of a failure), CASETRAIL_RUNS makes a longer one.
 */
import fc from 'fast-check';
import { type EventStore } from '#infra/event-store/event-store.port';
import { RevisionConflict } from '#infra/event-store/event-store.errors';
import { type RecordedEvent } from '#kernel/envelope';
import { plusMs, minutesToMs, type Instant } from '#kernel/instants';
import { changed } from '#kernel/testing/changed';
import { ALL_DECISIONS, DECISIONS, type Decision } from './decisions.testkit.ts';
import { freezeFaultsOf } from './freeze-checker.testkit.ts';
import {
  ada,
  before,
  bob,
  FrozenAccount,
  lea,
  wei,
  type Circumstances,
} from './frozen-account.testkit.ts';
import { type MemoryLog } from './memory-log.testkit.ts';

const { CASETRAIL_SEED = '20260302', CASETRAIL_RUNS = '200' } = process.env;
// Nothing is made smaller of a failure: fewer calls are no simpler order, and there are thousands.
const runs = {
  seed: Number(CASETRAIL_SEED),
  numRuns: Number(CASETRAIL_RUNS),
  endOnFailure: true,
};

const FOR_ALL_MS = 600_000;

let past: readonly [readonly RecordedEvent[], Instant];

beforeAll(async () => {
  past = await before();
});

interface Race {
  readonly scheduler: fc.Scheduler;
  /** What the holder of the review of `in-review` makes of it. */
  readonly decision: Decision;
  readonly oneProcess: boolean;
  /** Whether the freeze is lifted while the others are still at it. */
  readonly lifted: boolean;
  /** Whether the processes look only after all of that, and the freeze lasts for half an hour until then. */
  readonly behind: boolean;
}

const race: fc.Arbitrary<Race> = fc.record({
  scheduler: fc.scheduler(),
  decision: fc.constantFrom(...ALL_DECISIONS),
  oneProcess: fc.boolean(),
  lifted: fc.boolean(),
  behind: fc.boolean(),
});

async function ran(
  { scheduler, decision, lifted, behind, ...others }: Race,
  changes: Partial<Circumstances> = {},
) {
  const world = new FrozenAccount(...past, { scheduler, ...others, ...changes });
  /** Begins when it is let go, which may be after the freeze, and tries once more. */
  const twice = async (tries: () => Promise<unknown>) => {
    await scheduler.schedule(Promise.resolve(), 'begins');
    await tries();
    await tries();
  };
  const all = Promise.all([
    world.freeze().then(() => {
      if (behind) world.now = plusMs(world.now, minutesToMs(30));
      return lifted ? world.unfreeze() : undefined;
    }),
    twice(() => world.submit()),
    twice(() => world.claim()),
    twice(() => world.decide(decision)),
    world.expireLease(),
    behind ? undefined : world.lookNowAndThen(),
  ]);
  await scheduler.waitFor(all);
  world.raceIsOver();
  await world.runProcesses();
  return world;
}

const faultsOf = ({ log, sent }: FrozenAccount) => freezeFaultsOf(log.events, sent);
const typesOf = ({ log }: FrozenAccount, caseId: string) =>
  log.events.filter(({ stream }) => stream === `case-${caseId}`).map(({ type }) => type);

/** In which order the log has what was raced for: which of the possible came to pass. */
function cameTo({ log }: FrozenAccount, decision: Decision): readonly string[] {
  const raced = log.events.slice(past[0].length);
  const frozen = raced.findIndex(({ type }) => type === 'AccountFrozen');
  return [...OTHERS, [decision, DECISIONS[decision].event] as const].map(([what, event]) => {
    const at = raced.findIndex(({ type }) => type === event);
    if (at < 0) return `no ${what}`;
    return at < frozen ? `${what} before the freeze` : `${what} overtaken by it`;
  });
}

const OTHERS = [
  ['submission', 'CaseSubmitted'],
  ['claim', 'ReviewClaimed'],
  ['end of a lease', 'ReviewLeaseExpired'],
] as const;

describe('a freeze at the moment of a submission, a claim, a decision and the end of a lease', () => {
  it(
    'lets nothing be decided of a frozen account, whose clocks stand still',
    async () => {
      await fc.assert(
        fc.asyncProperty(race, async (drawn) => {
          expect(faultsOf(await ran(drawn))).toEqual([]);
        }),
        runs,
      );
    },
    FOR_ALL_MS,
  );

  it(
    'lets all go on once it is lifted, where it was',
    async () => {
      await fc.assert(
        fc.asyncProperty(race, async (drawn) => {
          const world = await ran(drawn);
          if (!drawn.lifted) {
            expect(await doneWhileFrozen(world, drawn.decision)).toEqual([]);
            await world.unfreeze();
            await world.runProcesses();
          }
          await goOn(world, drawn.decision);
          expect(faultsOf(world)).toEqual([]);
          expect(typesOf(world, 'draft')).toContain('ReviewRequested');
          expect(typesOf(world, 'waiting')).toContain('ReviewClaimed');
          expect(typesOf(world, 'in-review')).toContain(DECISIONS[drawn.decision].event);
          expect(typesOf(world, 'in-review').at(-1)).toBe(DECISIONS[drawn.decision].last);
          expect(typesOf(world, 'ending')).toContain('ReviewLeaseExpired');
          expect(
            world.log.events.filter(({ type }) => type === 'VerificationGranted'),
          ).toHaveLength(drawn.decision === 'approval' ? 1 : 0);
        }),
        runs,
      );
    },
    FOR_ALL_MS,
  );

  it('comes before, in the middle of, and after each of them in these runs', async () => {
    const seen = new Set<string>();
    for (const drawn of fc.sample(race, { seed: 20_260_302, numRuns: 200 })) {
      for (const one of cameTo(await ran(drawn), drawn.decision)) seen.add(one);
    }
    for (const what of [...OTHERS.map(([other]) => other), ...ALL_DECISIONS]) {
      expect([...seen]).toEqual(
        expect.arrayContaining([
          `${what} before the freeze`,
          `${what} overtaken by it`,
          `no ${what}`,
        ]),
      );
    }
  });
});

describe('the checker of these logs', () => {
  const DECIDERS = new Set([wei.id, ada.id, bob.id]);

  /** Of as many runs as it takes to find this. @returns of sixty, where it is not found */
  async function faultsUntil(
    found: RegExp,
    changes: Partial<Circumstances>,
    draws: Partial<Race> = {},
  ): Promise<string> {
    const faults: string[] = [];
    for (const drawn of fc.sample(race, { seed: 20_260_302, numRuns: 60 })) {
      const apart = { ...drawn, oneProcess: false, lifted: false, ...draws };
      faults.push(...faultsOf(await ran(apart, changes)));
      if (faults.some((fault) => found.test(fault))) break;
    }
    return faults.join('\n');
  }

  it('finds what a log lets through that does not compare revisions', async () => {
    const over = (log: MemoryLog): EventStore =>
      changed<EventStore>(log, {
        append: (stream, expected, events) =>
          log.append(stream, expected, events).catch((error: unknown) => {
            if (!(error instanceof RevisionConflict)) throw error;
            return log.append(stream, error.actual, events);
          }),
      });
    // Only where a process comes to the cases while others are at them is there anything to overwrite.
    const moved = /moved a case that stands still/;
    expect(await faultsUntil(moved, { over }, { behind: false })).toMatch(moved);
  });

  it.each(ALL_DECISIONS)(
    'finds who decides by an account as it was before: %s',
    async (decision) => {
      const over = (log: MemoryLog, who: string): EventStore =>
        changed<EventStore>(log, {
          readStream: async function* (stream, options) {
            for await (const event of log.readStream(stream, options)) {
              if (event.type !== 'AccountFrozen' || !DECIDERS.has(who)) yield event;
            }
          },
        });
      const { event } = DECISIONS[decision];
      const late = new RegExp(`came after the freeze, and ${event} .* followed`);
      expect(await faultsUntil(late, { over }, { decision })).toMatch(late);
    },
  );

  it('finds who counts the time of a freeze that was over before a process had come to it', async () => {
    const over = (log: MemoryLog, who: string): EventStore =>
      changed<EventStore>(log, {
        readStream: async function* (stream, options) {
          const isOver = log.events.some(({ type }) => type === 'AccountUnfrozen');
          for await (const event of log.readStream(stream, options)) {
            const hidden = isOver && who !== lea.id && event.type === 'AccountFrozen';
            if (!hidden) yield event;
          }
        },
      });
    const early = /ReviewLeaseExpired .* ended after \d+ ms of 3600000/;
    expect(await faultsUntil(early, { over }, { lifted: true, behind: true })).toMatch(early);
  });

  it('finds cases that nobody suspends', async () => {
    const goesOn = /goes on while its account is frozen/;
    expect(await faultsUntil(goesOn, { withoutSuspensions: true })).toMatch(goesOn);
  });

  it.each([
    ['CaseSuspended', 'reviewLeftMs', 60_000, /the clocks say/],
    ['CaseSuspended', 'leaseLeftMs', 60_000, /the clocks say/],
    ['CaseSuspended', 'supplementLeftMs', 60_000, /the clocks say/],
    ['CaseSuspended', 'appealLeftMs', 60_000, /the clocks say/],
    ['CaseResumed', 'leaseUntil', '2026-03-02T09:00:00.000Z', /the clocks say/],
    ['ReviewClaimed', 'accountRevision', 1, /decided on an account that was frozen/],
  ])('finds a %s with another %s', async (type, member, value, said) => {
    const [drawn] = fc.sample(race, { seed: 20_260_302, numRuns: 1 });
    const world = await ran({ ...drawn!, lifted: true });
    await goOn(world, drawn!.decision);
    const damaged = world.log.events.map((event) =>
      event.type === type && event.stream !== 'case-draft'
        ? { ...event, data: { ...event.data, [member]: value } }
        : event,
    );
    expect(freezeFaultsOf(world.log.events, world.sent)).toEqual([]);
    expect(freezeFaultsOf(damaged, world.sent).join('\n')).toMatch(said);
  });
});

/** Whoever tries now is refused. @returns what was done all the same */
async function doneWhileFrozen(
  world: FrozenAccount,
  decision: Decision,
): Promise<readonly string[]> {
  const length = world.log.events.length;
  await world.submit();
  await world.claim();
  await world.decide(decision);
  for (const next of DECISIONS[decision].next) await world.case('in-review', next, wei);
  await world.expireLease();
  return world.log.events.slice(length).map(({ type }) => type);
}

/** Each of them, once more, as they would: what was refused is done now, what was done stays done. */
async function goOn(world: FrozenAccount, decision: Decision): Promise<void> {
  await world.submit();
  await world.claim();
  // Whoever's lease has run out meanwhile takes the review again.
  const claim = { type: 'ClaimReview', review: 1 } as const;
  await world.case('in-review', claim, bob);
  await world.decide(decision);
  for (const next of DECISIONS[decision].next) await world.case('in-review', next, wei);
  await world.runProcesses();
  world.now = plusMs(world.now, minutesToMs(61));
  await world.expireEnded('ending');
}
