/**
 * Whatever the events and however they come: live in any portions, over stops and starts, or all at
 * once in a rebuild, the documents are the same bytes, and so is what is parked.
 *
 * CASETRAIL_SEED repeats a run (fast-check prints the seed of a failure), CASETRAIL_RUNS makes a longer one.
 */
import fc from 'fast-check';
import { caughtUp, inSmallBatches, newRig, rowsOf, tallyView } from './projector.testkit.ts';

const { CASETRAIL_SEED, CASETRAIL_RUNS } = process.env;
const runs = {
  numRuns: Math.ceil(Number(CASETRAIL_RUNS ?? 300) / 20),
  seed: Number(CASETRAIL_SEED ?? 20_260_302),
};

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      stream: fc.constantFrom('a', 'b', 'c'),
      types: fc.array(
        fc.oneof(
          { weight: 10, arbitrary: fc.constant('Counted') },
          { weight: 2, arbitrary: fc.constantFrom('Cleared', 'SomethingElse') },
          { weight: 1, arbitrary: fc.constant('Poisoned') },
        ),
        { minLength: 1, maxLength: 4 },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom('stop' as const, 'wait' as const, 'rebuild' as const) },
);

it('live, over stops and starts, and a rebuild end in the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 10, maxLength: 30 }),
      fc.integer({ min: 1, max: 5 }),
      async (steps, size) => {
        const rig = await newRig();
        try {
          const eventStore = inSmallBatches(rig.eventStore, size);
          const live = rig.projector({ readStore: rig.openViews(), eventStore });
          await live.start();
          for (const one of steps) {
            if (one === 'stop') {
              await live.stop();
              await live.start();
            } else if (one === 'wait') await caughtUp(live, rig.eventStore);
            else if (one === 'rebuild') await live.rebuild('tally');
            else await rig.append(one.stream, ...one.types);
          }
          await caughtUp(live, rig.eventStore);

          const anew = rig.projector({ readStore: rig.openViews('anew.sqlite') });
          await anew.start();
          await caughtUp(anew, rig.eventStore);
          expect(rowsOf(rig.folder)).toEqual(rowsOf(rig.folder, 'anew.sqlite'));
          expect(await live.parked()).toEqual(await anew.parked());

          await live.stop();
          const views = [tallyView({ mended: true })];
          const mended = rig.projector({ readStore: rig.openViews(), eventStore, views });
          await mended.start();
          for (const { key } of await mended.parked()) await mended.retryParked('tally', key);
          const never = rig.projector({ readStore: rig.openViews('never.sqlite'), views });
          await never.start();
          await caughtUp(mended, rig.eventStore);
          await caughtUp(never, rig.eventStore);
          expect(rowsOf(rig.folder)).toEqual(rowsOf(rig.folder, 'never.sqlite'));
        } finally {
          await rig.dispose();
        }
      },
    ),
    runs,
  );
}, 300_000);
