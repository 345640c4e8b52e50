/** A document whose fold throws stands still and waits for its mend; everything else goes on. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { defineEvent, EventCatalogue } from '#kernel/event-definition';
import { type AnyView } from '#kernel/view';
import { type ReadStore } from '../read-store/read-store.port.ts';
import { type ParkedInView, type Projector } from './projector.ts';
import { caughtUp, documentOf, newRig, type Rig, tallyView } from './projector.testkit.ts';

let rig: Rig;
let readStore: ReadStore;
beforeEach(async () => {
  rig = await newRig();
  readStore = rig.openViews();
});
afterEach(() => rig.dispose());

const mended = tallyView({ mended: true });

async function started(...views: readonly AnyView[]): Promise<Projector> {
  const projector = rig.projector({ readStore, views });
  await projector.start();
  for (const { name } of views) await caughtUp(projector, rig.eventStore, name);
  return projector;
}

/** What a deployment of the mend does: the same stores, other code. */
async function restarted(projector: Projector, ...views: readonly AnyView[]): Promise<Projector> {
  await projector.stop();
  return started(...views);
}

const served = async (key: string) => (await readStore.serving('tally'))?.get(key);

describe('a document whose fold throws', () => {
  it('is parked with its cause, keeps what it was, and is served as degraded', async () => {
    await rig.append('a', 'Counted', 'Counted', 'Poisoned', 'Counted');
    const projector = await started(tallyView());
    expect(await projector.parked()).toEqual([
      {
        view: 'tally',
        key: 'a',
        platform: 'shop',
        position: '0000000000000003',
        eventType: 'Poisoned',
        error: 'TypeError: cannot be read',
        at: '2026-03-02T01:00:00.000Z',
      },
    ]);
    expect(await served('a')).toMatchObject({
      document: { folded: ['1', '2'] },
      position: '0000000000000002',
      degraded: true,
    });
    expect(await projector.status()).toMatchObject([{ parked: 1 }]);
  });

  it('is parked by what is wrong with the event, where it is the event that is damaged', async () => {
    const form = z.strictObject({ n: z.literal('no number') });
    const catalogue = new EventCatalogue([defineEvent('Poisoned', 'Poisoned.', form)]);
    await rig.append('a', 'Counted', 'Poisoned');
    const projector = rig.projector({ readStore, views: [tallyView()], catalogue });
    await projector.start();
    await caughtUp(projector, rig.eventStore);
    expect(await projector.parked()).toMatchObject([
      {
        key: 'a',
        error: expect.stringMatching(
          /^EventDamaged: a@1 \(position 0{15}2\): Poisoned is damaged/,
        ) as string,
      },
    ]);
  });

  it('holds up neither other documents nor other views', async () => {
    await rig.append('a', 'Poisoned');
    await rig.append('b', 'Counted');
    const well = tallyView({ name: 'well', mended: true });
    const projector = await started(tallyView(), well);
    await rig.append('a', 'Counted');
    await rig.append('b', 'Counted');
    await caughtUp(projector, rig.eventStore);
    await caughtUp(projector, rig.eventStore, 'well');
    expect(await documentOf(readStore, 'b')).toMatchObject({ folded: ['1', '2'] });
    expect(await documentOf(readStore, 'a', 'well')).toMatchObject({ folded: ['1', '2'] });
    expect(await projector.parked('tally')).toMatchObject([{ key: 'a' }]);
    expect(await projector.parked('well')).toEqual([]);
    expect(await projector.parked('nothing')).toEqual([]);
  });

  it('lets its later events wait, live and over a restart', async () => {
    await rig.append('a', 'Counted', 'Poisoned');
    const before = await started(tallyView());
    await rig.append('a', 'Counted');
    await caughtUp(before, rig.eventStore);
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1'] });

    // The mended fold alone folds nothing: that is asked for, since the tail must come first.
    const after = await restarted(before, mended);
    await rig.append('a', 'Counted');
    await caughtUp(after, rig.eventStore);
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1'] });
    expect(await after.parked()).toMatchObject([{ key: 'a', position: '0000000000000002' }]);
  });

  it('is parked also where what was thrown is no error', async () => {
    const odd: AnyView = {
      ...tallyView(),
      evolve: () => {
        throw null;
      },
    };
    await rig.append('a', 'Counted');
    const projector = await started(odd);
    expect(await projector.parked()).toMatchObject([{ key: 'a', error: 'null' }]);
  });

  it('is listed also while its version is still being built', async () => {
    await rig.append('a', 'Poisoned');
    const projector = rig.projector({ readStore });
    const promote = readStore.promote.bind(readStore);
    let promotions = 0;
    readStore.promote = async () => {
      promotions++;
      throw new Error('not yet');
    };
    await projector.start();
    while (promotions === 0) await nextTurn();
    expect(await projector.parked()).toMatchObject([{ view: 'tally', key: 'a' }]);
    readStore.promote = promote;
  });
});

describe('a retry', () => {
  it('folds, after the mend, what waited, in order, and then follows again', async () => {
    await rig.append('a', 'Counted', 'Poisoned', 'Counted');
    await rig.append('b', 'Counted');
    const before = await started(tallyView());
    await rig.append('a', 'Poisoned');
    await caughtUp(before, rig.eventStore);

    const after = await restarted(before, mended);
    expect(await after.retryParked('tally', 'a')).toBe('mended');
    expect(await served('a')).toMatchObject({
      document: { folded: ['1', '2', '3', '4'] },
      degraded: false,
    });
    expect(await after.parked()).toEqual([]);

    await rig.append('a', 'Counted');
    await caughtUp(after, rig.eventStore);
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1', '2', '3', '4', '5'] });
  });

  it('folds a document that could never be begun', async () => {
    await rig.append('a', 'Poisoned', 'Counted');
    const after = await restarted(await started(tallyView()), mended);
    expect(await served('a')).toBeUndefined();
    expect(await after.retryParked('tally', 'a')).toBe('mended');
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1', '2'] });
  });

  it('leaves no document where the tail deletes it', async () => {
    await rig.append('a', 'Poisoned', 'Cleared');
    const after = await restarted(await started(tallyView()), mended);
    expect(await after.retryParked('tally', 'a')).toBe('mended');
    expect(await served('a')).toBeUndefined();
    expect(await after.parked()).toEqual([]);
  });

  it('leaves it parked, at the event that is now in the way, where the fold throws again', async () => {
    await rig.append('a', 'Counted', 'Poisoned', 'Counted', 'Poisoned');
    const projector = await started(tallyView());
    expect(await projector.retryParked('tally', 'a')).toBe('still-parked');
    expect(await projector.parked()).toMatchObject([{ position: '0000000000000002' }]);

    // A mend for the first of the two alone.
    const half: AnyView = {
      ...tallyView(),
      evolve: (document, event, key) =>
        (event.data.n === 2 ? mended : tallyView()).evolve(document, event, key),
    };
    const after = await restarted(projector, half);
    expect(await after.retryParked('tally', 'a')).toBe('still-parked');
    expect(await after.parked()).toMatchObject([{ key: 'a', position: '0000000000000004' }]);
    expect(await served('a')).toMatchObject({
      document: { folded: ['1', '2', '3'] },
      degraded: true,
    });
  });

  it('says so where nothing of the kind is parked', async () => {
    await rig.append('a', 'Counted');
    const projector = await started(tallyView());
    expect(await projector.retryParked('tally', 'a')).toBe('not-parked');
    expect(await projector.retryParked('tally', 'no-such-key')).toBe('not-parked');
    expect(await projector.retryParked('no-such-view', 'a')).toBe('not-parked');
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1'] });
  });

  it('is not parked again by a parking that is done late, also where no document came of it', async () => {
    const deletes: AnyView = { ...mended, evolve: () => null };
    await rig.append('a', 'Poisoned');
    const before = await started(tallyView());
    const [{ view: _view, ...late }] = (await before.parked()) as [ParkedInView];
    const after = await restarted(before, deletes);
    expect(await after.retryParked('tally', 'a')).toBe('mended');
    await readStore.exact(deletes).park(late);
    expect(await after.parked()).toEqual([]);
  });

  it('of two at once folds the tail once', async () => {
    await rig.append('a', 'Poisoned', 'Counted');
    const after = await restarted(await started(tallyView()), mended);
    const outcomes = [after.retryParked('tally', 'a'), after.retryParked('tally', 'a')];
    expect(await Promise.all(outcomes)).toEqual(['mended', 'not-parked']);
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1', '2'] });
  });

  it('loses nothing of what is appended meanwhile', async () => {
    await rig.append('a', 'Poisoned');
    const after = await restarted(await started(tallyView()), mended);
    const retried = after.retryParked('tally', 'a');
    for (let n = 0; n < 20; n++) await rig.append('a', 'Counted');
    await retried;
    await caughtUp(after, rig.eventStore);
    const all = Array.from({ length: 21 }, (_, index) => `${index + 1}`);
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: all });
  });
});
