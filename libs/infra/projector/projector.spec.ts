import { z } from 'zod';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { defineEvent, EventCatalogue } from '#kernel/event-definition';
import { START, type Position } from '#kernel/position';
import { type AnyView } from '#kernel/view';
import { type ReadStore } from '../read-store/read-store.port.ts';
import { type ProjectorOptions } from './projector.ts';
import { caughtUp, documentOf, newRig, type Rig, rowsOf, tallyView } from './projector.testkit.ts';
import { ViewBehind } from './view-behind.ts';

let rig: Rig;
let readStore: ReadStore;
beforeEach(async () => {
  rig = await newRig();
  readStore = rig.openViews();
});
afterEach(() => rig.dispose());

async function started(options: Partial<ProjectorOptions> = {}) {
  const projector = rig.projector({ readStore, ...options });
  await projector.start();
  return projector;
}

describe('following the log', () => {
  it('folds what is there, and then what comes', async () => {
    await rig.append('a', 'Counted', 'Counted');
    const projector = await started();
    await caughtUp(projector, rig.eventStore);
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1', '2'], total: 3 });

    await rig.append('a', 'Counted');
    await rig.append('b', 'Counted');
    await caughtUp(projector, rig.eventStore);
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1', '2', '3'] });
    expect(await documentOf(readStore, 'b')).toMatchObject({ folded: ['1'] });
  });

  it('serves an empty log too', async () => {
    const projector = await started();
    await projector.waitFor('tally', START, { deadlineMs: 5_000 });
    expect(await (await readStore.serving('tally'))?.count()).toBe(0);
  });

  it('goes on from its checkpoint, and looks at nothing before it', async () => {
    await rig.append('a', 'Counted', 'Counted');
    const first = await started();
    await caughtUp(first, rig.eventStore);
    await first.stop();
    await rig.append('a', 'Counted');

    const seen: string[] = [];
    const watched: AnyView = {
      ...tallyView(),
      evolve: (document, event, key) => {
        seen.push(String(event.data.n));
        return tallyView().evolve(document, event, key);
      },
    };
    const second = await started({ views: [watched] });
    await caughtUp(second, rig.eventStore);
    expect(seen).toEqual(['3']);
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1', '2', '3'] });
  });

  it('stores, when it stops, how far it has looked, also where nothing was for it', async () => {
    const projector = await started();
    await rig.append('a', 'Counted');
    const { position } = await rig.append('a', 'SomethingElse');
    await caughtUp(projector, rig.eventStore);
    await projector.stop();
    expect((await readStore.status())[0]?.checkpoint).toBe(position);
  });

  it('writes nothing of a document that was not there and still is not', async () => {
    const projector = await started();
    await rig.append('a', 'Cleared', 'Cleared');
    await rig.append('b', 'Counted', 'Cleared');
    const { position } = await rig.append('b', 'Cleared');
    await caughtUp(projector, rig.eventStore);
    await projector.stop();
    expect(rowsOf(rig.folder)).toEqual([expect.stringMatching(/^tally 1 b /)]);
    expect((await readStore.status())[0]?.checkpoint).toBe(position);
  });

  it('deletes a document, and lets a later event begin it anew', async () => {
    const projector = await started();
    await rig.append('a', 'Counted', 'Cleared');
    await caughtUp(projector, rig.eventStore);
    expect(await documentOf(readStore, 'a')).toBeUndefined();
    await rig.append('a', 'Counted');
    await caughtUp(projector, rig.eventStore);
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['3'] });
  });

  it('gives an event of an older schema version in its present form', async () => {
    const counted = defineEvent('Counted', 'Counted.', z.strictObject({ n: z.int() }), {
      schemaVersion: 2,
      upcasts: { 1: () => ({ n: 100 }) },
    });
    const catalogue = new EventCatalogue([counted]);
    await rig.append('a', 'Counted');
    const projector = await started({ catalogue });
    await caughtUp(projector, rig.eventStore);
    expect(await documentOf(readStore, 'a')).toMatchObject({ total: 100 });
  });

  it('may be started twice, and again once it was stopped', async () => {
    const projector = await started();
    await projector.start();
    await projector.stop();
    await rig.append('a', 'Counted');
    await projector.start();
    await caughtUp(projector, rig.eventStore);
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1'] });
  });

  it('may be started again where the read store failed it', async () => {
    let broken = true;
    const prepare = readStore.prepare.bind(readStore);
    readStore.prepare = async (view) => {
      if (broken) throw new Error('no disk');
      return prepare(view);
    };
    const projector = rig.projector({ readStore });
    await expect(projector.start()).rejects.toThrow('no disk');
    broken = false;
    await projector.start();
    await projector.waitFor('tally', START, { deadlineMs: 5_000 });
  });

  it('says of each view how far it is', async () => {
    await rig.append('a', 'Counted');
    const projector = await started({ views: [tallyView(), tallyView({ name: 'other' })] });
    const { position } = await rig.append('a', 'SomethingElse');
    await caughtUp(projector, rig.eventStore);
    await caughtUp(projector, rig.eventStore, 'other');
    expect(await projector.status()).toMatchObject([
      { name: 'other', version: 1, state: 'serving', reached: position, parked: 0 },
      { name: 'tally', version: 1, state: 'serving', reached: position, parked: 0 },
    ]);
  });
});

describe('waiting for a position', () => {
  it('ends when the view has reached it', async () => {
    const projector = await started();
    const { position } = await rig.append('a', 'Counted');
    await projector.waitFor('tally', position, { deadlineMs: 5_000 });
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1'] });
  });

  it('ends at its deadline, and says how far the view is', async () => {
    await rig.append('a', 'Counted');
    const projector = await started();
    await caughtUp(projector, rig.eventStore);
    const reached = await rig.eventStore.head();
    const beyond = `${reached}0` as Position;
    const waiting = projector.waitFor('tally', beyond, { deadlineMs: 10 });
    await expect(waiting).rejects.toEqual(new ViewBehind('tally', beyond, reached));
    await expect(waiting).rejects.toMatchObject({ reached, position: beyond, retryable: true });
  });

  it.each([
    ['while it waits', () => AbortSignal.timeout(10)],
    ['before it began', () => AbortSignal.abort()],
  ])('ends when who asked went away %s', async (_when, signal) => {
    const projector = await started();
    const waiting = projector.waitFor('tally', 'f' as Position, {
      deadlineMs: 100_000,
      signal: signal(),
    });
    await expect(waiting).rejects.toThrow(ViewBehind);
  });

  it('ends when the server stops, which must not wait for who waits', async () => {
    const projector = await started();
    const waiting = projector.waitFor('tally', 'f' as Position, { deadlineMs: 100_000 });
    await Promise.all([expect(waiting).rejects.toThrow(ViewBehind), projector.stop()]);
  });

  it('ends at its deadline for a view that nobody keeps', async () => {
    const projector = await started();
    const waiting = projector.waitFor('nothing', START, { deadlineMs: 1 });
    await expect(waiting).rejects.toMatchObject({ reached: START });
  });
});

describe('when something fails in the middle', () => {
  it('waits for a read store that is locked, and goes on where it was', async () => {
    const trouble: string[] = [];
    const projector = await started({
      onTrouble: ({ error }) => trouble.push((error as Error).name),
      pause: () => nextTurn(),
    });
    await caughtUp(projector, rig.eventStore);
    const other = new DatabaseSync(join(rig.folder, 'views.sqlite'));
    other.exec('BEGIN IMMEDIATE');
    await rig.append('a', 'Counted', 'Counted');
    while (trouble.length === 0) await nextTurn();
    other.exec('ROLLBACK');
    other.close();
    await caughtUp(projector, rig.eventStore);
    expect(new Set(trouble)).toEqual(new Set(['ReadStoreUnavailable']));
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1', '2'] });
  });

  it('goes on where it was when the log fails it', async () => {
    let failures = 2;
    const { eventStore } = rig;
    const subscribe = eventStore.subscribe.bind(eventStore);
    eventStore.subscribe = async function* (options) {
      for await (const batch of subscribe(options)) {
        yield batch;
        if (failures-- > 0) throw new Error('connection lost');
      }
    };
    await rig.append('a', 'Counted');
    const projector = await started();
    await rig.append('a', 'Counted');
    await rig.append('a', 'Counted');
    await caughtUp(projector, eventStore);
    expect(failures).toBeLessThanOrEqual(0);
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1', '2', '3'] });
  });

  it('keeps the others going when one view fails as a whole, and that one from its mend on', async () => {
    let broken = true;
    const sick: AnyView = {
      ...tallyView({ name: 'sick' }),
      keys: (event) => {
        if (broken) throw new TypeError('no key');
        return tallyView().keys(event);
      },
    };
    const trouble: (readonly string[])[] = [];
    const projector = await started({
      views: [sick, tallyView()],
      onTrouble: ({ views }) => trouble.push(views),
    });
    await rig.append('a', 'Counted', 'Counted');
    await caughtUp(projector, rig.eventStore);
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1', '2'] });
    while (trouble.length === 0) await nextTurn();
    expect(new Set(trouble.flat())).toEqual(new Set(['sick']));

    broken = false;
    await caughtUp(projector, rig.eventStore, 'sick');
    expect(await documentOf(readStore, 'a', 'sick')).toMatchObject({ folded: ['1', '2'] });
  });

  it('changes nothing with a write that comes again, or too late', async () => {
    const projector = await started();
    await rig.append('a', 'Counted', 'Counted');
    await caughtUp(projector, rig.eventStore);
    const store = readStore.exact(tallyView());
    const { document, position } = (await store.get('a'))!;
    const earlier = position.replace(/.$/, '1') as Position;
    const early = { folded: ['lost'], total: 0 };
    await store.write([{ key: 'a', document: early, position }], position);
    await store.write([{ key: 'a', document: early, position: earlier }], START);
    expect(await store.get('a')).toEqual({ key: 'a', document, position, degraded: false });
  });
});
