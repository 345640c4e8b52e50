/** A version of a view is built beside what serves, and swapped in; readers never find a gap. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AnyView } from '#kernel/view';
import { type EventStore } from '../event-store/event-store.port.ts';
import { type ReadStore } from '../read-store/read-store.port.ts';
import { type Projector, type ProjectorOptions } from './projector.ts';
import { caughtUp, documentOf, newRig, type Rig, rowsOf, tallyView } from './projector.testkit.ts';
import { ViewBehind } from './view-behind.ts';

let rig: Rig;
let readStore: ReadStore;
beforeEach(async () => {
  rig = await newRig();
  readStore = rig.openViews();
});
afterEach(() => rig.dispose());

const second = tallyView({ version: 2, weight: 10 });

async function started(options: Partial<ProjectorOptions> = {}): Promise<Projector> {
  const projector = rig.projector({ readStore, ...options });
  await projector.start();
  return projector;
}

/** A log whose subscriptions give nothing until they are let go: a build that has not caught up. */
function held(inner: EventStore): EventStore & { letGo: () => void } {
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const { subscribe } = inner;
  return Object.assign(Object.create(inner) as EventStore, {
    storeId: inner.storeId,
    letGo,
    subscribe: async function* (options: Parameters<EventStore['subscribe']>[0]) {
      const aborted = new Promise((resolve) => options.signal.addEventListener('abort', resolve));
      if (!options.signal.aborted) await Promise.race([gate, aborted]);
      yield* subscribe.call(inner, options);
    },
    append: inner.append.bind(inner),
    head: inner.head.bind(inner),
    readAll: inner.readAll.bind(inner),
  });
}

async function servingFirst(): Promise<void> {
  await rig.append('a', 'Counted', 'Counted');
  const first = await started();
  await caughtUp(first, rig.eventStore);
  await first.stop();
}

describe('a view whose version changed', () => {
  it('is built beside the old one, which is served meanwhile, and is swapped in', async () => {
    await servingFirst();
    const eventStore = held(rig.eventStore);
    const projector = await started({ views: [second], eventStore });
    const upToNow = await rig.eventStore.head();
    await projector.waitFor('tally', upToNow, { deadlineMs: 1 });
    expect(await documentOf(readStore, 'a')).toMatchObject({ total: 3 });
    expect(await projector.status()).toMatchObject([
      { version: 1, state: 'serving', reached: upToNow },
      { version: 2, state: 'building', reached: '' },
    ]);

    // The old one follows no more: who needs to see more is told to wait, not answered stale.
    await rig.append('a', 'Counted');
    const own = await rig.eventStore.head();
    await expect(projector.waitFor('tally', own, { deadlineMs: 1 })).rejects.toMatchObject({
      reached: upToNow,
    });

    eventStore.letGo();
    await projector.waitFor('tally', own, { deadlineMs: 5_000 });
    expect(await documentOf(readStore, 'a')).toMatchObject({ total: 60 });
    expect(await readStore.status()).toMatchObject([{ version: 2, state: 'serving' }]);
  });

  it('may go back a version, as a deployment may', async () => {
    await servingFirst();
    const newer = await started({ views: [second] });
    await newer.rebuild('tally');
    await newer.stop();
    const older = await started({ views: [tallyView()] });
    while ((await readStore.status()).some(({ version }) => version === 2)) await nextTurn();
    await caughtUp(older, rig.eventStore);
    expect(await documentOf(readStore, 'a')).toMatchObject({ total: 3 });
  });

  it('holds up no other view while it is built', async () => {
    await servingFirst();
    const other = tallyView({ name: 'other' });
    const before = await started({ views: [tallyView(), other] });
    await caughtUp(before, rig.eventStore, 'other');
    await before.stop();
    const stuck: AnyView = {
      ...second,
      keys: () => {
        throw new Error('never');
      },
    };
    const projector = await started({ views: [stuck, other] });
    await rig.append('a', 'Counted');
    await caughtUp(projector, rig.eventStore, 'other');
    expect(await documentOf(readStore, 'a', 'other')).toMatchObject({ total: 6 });
  });
});

describe('a rebuild', () => {
  /** A view that folded wrongly, and now folds rightly, without a new version. */
  const wrong = tallyView({ weight: 1_000 });

  it('ends with the very bytes that following live had given', async () => {
    const projector = await started();
    for (const stream of ['a', 'b', 'a', 'c', 'a']) await rig.append(stream, 'Counted', 'Counted');
    await rig.append('b', 'Cleared');
    await caughtUp(projector, rig.eventStore);
    const live = rowsOf(rig.folder);
    await projector.rebuild('tally');
    expect(rowsOf(rig.folder)).toEqual(live);
    expect(live).toHaveLength(3);
  });

  it('serves what was there until it is done, and repairs it', async () => {
    await rig.append('a', 'Counted');
    const before = await started({ views: [wrong] });
    await caughtUp(before, rig.eventStore);
    await before.stop();

    const eventStore = held(rig.eventStore);
    const projector = await started({ eventStore });
    const rebuilt = projector.rebuild('tally');
    while ((await readStore.status()).length < 2) await nextTurn();
    expect(await documentOf(readStore, 'a')).toMatchObject({ total: 1_000 });
    eventStore.letGo();
    await rebuilt;
    expect(await documentOf(readStore, 'a')).toMatchObject({ total: 1 });

    await rig.append('a', 'Counted');
    await caughtUp(projector, rig.eventStore);
    expect(await documentOf(readStore, 'a')).toMatchObject({ total: 3 });
  });

  it('follows what is appended while it runs', async () => {
    await rig.append('a', 'Counted');
    const projector = await started();
    const rebuilt = projector.rebuild('tally');
    for (let n = 0; n < 10; n++) await rig.append('a', 'Counted');
    await rebuilt;
    await caughtUp(projector, rig.eventStore);
    expect(await documentOf(readStore, 'a')).toMatchObject({ total: 66 });
  });

  it('asked for twice at once ends once, with one version that serves', async () => {
    await rig.append('a', 'Counted');
    const projector = await started();
    await Promise.all([projector.rebuild('tally'), projector.rebuild('tally')]);
    await rig.append('a', 'Counted');
    await caughtUp(projector, rig.eventStore);
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1', '2'] });
    expect(await readStore.status()).toMatchObject([{ version: 1, state: 'serving' }]);
  });

  it('asked for while the view is first built starts that afresh', async () => {
    await rig.append('a', 'Counted');
    const eventStore = held(rig.eventStore);
    const projector = await started({ eventStore });
    const rebuilt = projector.rebuild('tally');
    eventStore.letGo();
    await rebuilt;
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1'] });
    expect(await readStore.status()).toHaveLength(1);
  });

  it('frees what was parked by a fold that is mended', async () => {
    await rig.append('a', 'Poisoned', 'Counted');
    const before = await started();
    await caughtUp(before, rig.eventStore);
    await before.stop();
    const after = await started({ views: [tallyView({ mended: true })] });
    await after.rebuild('tally');
    expect(await after.parked()).toEqual([]);
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1', '2'] });
  });

  it('is given up when the server stops, and what was there serves on', async () => {
    await servingFirst();
    const eventStore = held(rig.eventStore);
    const projector = await started({ eventStore });
    const rebuilt = projector.rebuild('tally').catch((error: unknown) => error);
    while ((await readStore.status()).length < 2) await nextTurn();
    await projector.stop();
    expect(await rebuilt).toBeInstanceOf(ViewBehind);
    expect(await documentOf(readStore, 'a')).toMatchObject({ total: 3 });
  });

  it('is of a view that runs', async () => {
    const projector = rig.projector({ readStore });
    await expect(projector.rebuild('tally')).rejects.toThrow(RangeError);
    await projector.start();
    await expect(projector.rebuild('no-such-view')).rejects.toThrow(RangeError);
  });
});
