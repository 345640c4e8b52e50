/** Whatever comes in between: what was acknowledged once is answered so for ever, and done once. */
import fc from 'fast-check';
import { type BoxCommand, BoxRig, type Done, type Outcome } from './command-handler.testkit.ts';

const STORED_SEED = 20_261_128;
const { CASETRAIL_SEED, CASETRAIL_RUNS } = process.env;
const runs = {
  numRuns: Number(CASETRAIL_RUNS ?? 25),
  seed: Number(CASETRAIL_SEED ?? STORED_SEED),
};
const KEYS = 12;

/** Few values, so that most are found done, undone and done again. */
const command: fc.Arbitrary<BoxCommand> = fc.oneof(
  fc.record({ type: fc.constant('Open' as const), size: fc.constantFrom(0, 2) }),
  fc.record({
    type: fc.constant('Put' as const),
    things: fc.subarray(['cup', 'jar']),
  }),
  fc.record({ type: fc.constant('Label' as const), label: fc.constantFrom('', 'fragile') }),
);

/** Which of the requests comes next: each with its key, so that most come several times. */
const lives = fc.tuple(
  fc.array(command, { minLength: KEYS, maxLength: KEYS }),
  fc.array(fc.nat(KEYS - 1), { minLength: 1, maxLength: 40, size: 'max' }),
);

const isDone = (outcome: Outcome): outcome is Done => outcome.kind === 'done';

describe('a request that was acknowledged', () => {
  it('is answered the same whenever it is repeated, and changes nothing', async () => {
    const rig = await BoxRig.open();
    let life = 0;
    let unchanged = 0;
    await fc.assert(
      fc.asyncProperty(lives, async ([requests, order]) => {
        const name = `box-${++life}`;
        const acknowledged = new Map<number, Done>();
        for (const key of order) {
          const before = await rig.events(name);
          const answer = await rig.handler().execute(`${name}-${key}`, requests[key]!, { name });
          const first = acknowledged.get(key);
          if (first) {
            expect(answer).toEqual({ ...first, repeated: true });
            expect(await rig.events(name)).toEqual(before);
          } else if (isDone(answer)) {
            acknowledged.set(key, answer);
            unchanged += answer.events.length === 0 ? 1 : 0;
          }
        }
      }),
      runs,
    );
    // Else the lives would prove nothing of requests without events.
    expect(unchanged).toBeGreaterThan(life);
    await rig.dispose();
  }, 300_000);
});
