/** Whatever comes in between: what was acknowledged once is answered so for ever, and done once. */
import fc from 'fast-check';
import {
  type BoxCommand,
  type BoxHandler,
  BoxRig,
  type Done,
  type Outcome,
} from './command-handler.testkit.ts';

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

/** Who is asked: what a process keeps of the streams may be all, nothing, or behind what another one has appended. */
const ASKED: Readonly<Record<string, (staying: BoxHandler, rig: BoxRig, n: number) => BoxHandler>> =
  {
    'a process that knows nothing yet': (_, rig) => rig.handler(),
    'one and the same process': (staying) => staying,
    'this process and others in turn': (staying, rig, n) => (n % 3 > 0 ? staying : rig.handler()),
  };

describe.each(Object.keys(ASKED))('a request that was acknowledged, sent to %s', (asked) => {
  it('is answered the same whenever it is repeated, and changes nothing', async () => {
    const rig = await BoxRig.open();
    const staying = rig.handler();
    let sent = 0;
    let life = 0;
    let unchanged = 0;
    await fc.assert(
      fc.asyncProperty(lives, async ([requests, order]) => {
        const name = `box-${++life}`;
        const acknowledged = new Map<number, Done>();
        for (const key of order) {
          const before = await rig.events(name);
          const handler = ASKED[asked]!(staying, rig, sent++);
          const answer = await handler.execute(`${name}-${key}`, requests[key]!, { name });
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
