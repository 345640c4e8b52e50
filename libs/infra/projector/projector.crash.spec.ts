/**
 * A process that is killed between any two steps, and started again: each spec kills it before the
 * first step, before the second, and so on until it gets to its end, and looks each time at what the
 * next process makes of it. Documents and checkpoint are separate steps here, as not every store has
 * transactions.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AnyView } from '#kernel/view';
import { type EventStore } from '../event-store/event-store.port.ts';
import { type ReadStore } from '../read-store/read-store.port.ts';
import { type Projector } from './projector.ts';
import {
  caughtUp,
  documentOf,
  inSmallBatches,
  killedAfter,
  newRig,
  type Rig,
  rowsOf,
  tallyView,
} from './projector.testkit.ts';

let rig: Rig;
let eventStore: EventStore;
beforeEach(async () => {
  rig = await newRig();
  eventStore = inSmallBatches(rig.eventStore, 3);
});
afterEach(() => rig.dispose());

const STEPS_MAX = 200;

/**
 * @param task what the process does, to its end
 * @param look what must be true of the next process, whatever became of the first
 * @returns how many steps the task has
 */
async function killedBeforeEachStep(
  prepare: (readStore: ReadStore) => Promise<void>,
  views: readonly AnyView[],
  task: (projector: Projector) => Promise<unknown>,
  look: (readStore: ReadStore, file: string, projector: Projector) => Promise<void>,
): Promise<number> {
  for (let steps = 0; steps < STEPS_MAX; steps++) {
    const file = `views-${steps}.sqlite`;
    const first = rig.openViews(file);
    await prepare(first);
    const dying = killedAfter(steps, first);
    const victim = rig.projector({ readStore: dying, eventStore, views });
    const finished = await Promise.race([
      victim.start().then(() => task(victim)),
      dying.killed.then(() => 'killed'),
    ]).catch(() => 'killed');
    await victim.stop();
    await first.close();

    const readStore = rig.openViews(file);
    const projector = rig.projector({ readStore, eventStore, views });
    await projector.start();
    await look(readStore, file, projector);
    await projector.stop();
    await readStore.close();
    if (finished !== 'killed') return steps;
  }
  throw new Error(`It took more than ${STEPS_MAX} steps.`);
}

/** Everything folded by one process that nobody killed. */
async function undisturbed(view: AnyView): Promise<readonly string[]> {
  const file = 'undisturbed.sqlite';
  const readStore = rig.openViews(file);
  const projector = rig.projector({ readStore, eventStore, views: [view] });
  await projector.start();
  await caughtUp(projector, eventStore);
  await projector.stop();
  return rowsOf(rig.folder, file);
}

async function folded(readStore: ReadStore, view: AnyView): Promise<void> {
  const projector = rig.projector({ readStore, eventStore, views: [view] });
  await projector.start();
  await caughtUp(projector, eventStore);
  await projector.stop();
}

/** Waits until the version of this build serves, and has caught up. */
async function swappedIn(readStore: ReadStore, projector: Projector): Promise<void> {
  while ((await readStore.status()).length > 1) await nextTurn();
  await caughtUp(projector, eventStore);
}

const nothing = async (): Promise<void> => undefined;

describe('a process that is killed between two steps', () => {
  it('of following repeats nothing and loses nothing', async () => {
    for (const stream of ['a', 'b', 'a', 'c', 'b', 'a'])
      await rig.append(stream, 'Counted', 'Counted');
    await rig.append('c', 'Cleared');
    const expected = await undisturbed(tallyView());
    const steps = await killedBeforeEachStep(
      nothing,
      [tallyView()],
      (projector) => caughtUp(projector, eventStore),
      async (readStore, file, projector) => {
        await caughtUp(projector, eventStore);
        expect(rowsOf(rig.folder, file)).toEqual(expected);
        expect(await documentOf(readStore, 'b')).toMatchObject({ folded: ['1', '2', '3', '4'] });
      },
    );
    expect(steps).toBeGreaterThan(10);
  });

  it('of parking leaves the document parked, at the same event, and the others whole', async () => {
    await rig.append('a', 'Counted', 'Poisoned', 'Counted');
    await rig.append('b', 'Counted', 'Counted', 'Poisoned');
    await rig.append('a', 'Counted');
    await rig.append('c', 'Counted');
    const expected = await undisturbed(tallyView());
    const steps = await killedBeforeEachStep(
      nothing,
      [tallyView()],
      (projector) => caughtUp(projector, eventStore),
      async (_readStore, file, projector) => {
        await caughtUp(projector, eventStore);
        expect(rowsOf(rig.folder, file)).toEqual(expected);
        expect(await projector.parked()).toMatchObject([
          { key: 'a', position: '0000000000000002' },
          { key: 'b', position: '0000000000000006' },
        ]);
      },
    );
    expect(steps).toBeGreaterThan(5);
  });

  it('of a retry leaves a document that another retry mends, with nothing lost', async () => {
    await rig.append('a', 'Counted', 'Poisoned', 'Counted', 'Counted');
    const mended = tallyView({ mended: true });
    const expected = await undisturbed(mended);
    const steps = await killedBeforeEachStep(
      (readStore) => folded(readStore, tallyView()),
      [mended],
      async (projector) => {
        await caughtUp(projector, eventStore);
        await projector.retryParked('tally', 'a');
      },
      async (_readStore, file, projector) => {
        await caughtUp(projector, eventStore);
        expect(await projector.retryParked('tally', 'a')).not.toBe('still-parked');
        expect(rowsOf(rig.folder, file)).toEqual(expected);
        expect(await projector.parked()).toEqual([]);
      },
    );
    expect(steps).toBeGreaterThan(2);
  });

  it('of a version swap serves the old one or the new one, whole, and gets to the new one', async () => {
    for (const stream of ['a', 'b', 'a', 'a', 'b']) await rig.append(stream, 'Counted', 'Counted');
    const second = tallyView({ version: 2, weight: 10 });
    const expected = await undisturbed(second);
    const steps = await killedBeforeEachStep(
      (readStore) => folded(readStore, tallyView()),
      [second],
      async (projector) => {
        while ((await projector.status()).length > 1) await nextTurn();
        await caughtUp(projector, eventStore);
      },
      async (readStore, file, projector) => {
        expect([21, 210]).toContain((await documentOf(readStore, 'a'))?.total);
        await swappedIn(readStore, projector);
        expect(rowsOf(rig.folder, file)).toEqual(expected);
      },
    );
    expect(steps).toBeGreaterThan(5);
  });

  it('of a rebuild serves what was there or what was built, whole, and gets to its end', async () => {
    for (const stream of ['a', 'b', 'a', 'b']) await rig.append(stream, 'Counted', 'Counted');
    const right = tallyView();
    const expected = await undisturbed(right);
    const steps = await killedBeforeEachStep(
      (readStore) => folded(readStore, tallyView({ weight: 1_000 })),
      [right],
      (projector) => projector.rebuild('tally'),
      async (readStore, file, projector) => {
        expect([10, 10_000]).toContain((await documentOf(readStore, 'a'))?.total);
        await swappedIn(readStore, projector);
        // Killed before the rebuild was written down, nobody knows of it: it is asked for again.
        if ((await documentOf(readStore, 'a'))?.total === 10_000) await projector.rebuild('tally');
        expect(rowsOf(rig.folder, file)).toEqual(expected);
      },
    );
    expect(steps).toBeGreaterThan(5);
  });
});
