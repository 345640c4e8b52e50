/** What a newer build wrote is not folded by an older one; when the newer one is back, nothing is missing. */
import { z } from 'zod';
import { defineEvent, EventCatalogue } from '#kernel/event-definition';
import { deriveId } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { metadataFor } from '#kernel/testing/metadata';
import { type AnyView } from '#kernel/view';
import { type ReadStore } from '../read-store/read-store.port.ts';
import { type Projector } from './projector.ts';
import { caughtUp, documentOf, newRig, type Rig, tallyView } from './projector.testkit.ts';

const AT = instant('2026-03-02T01:00:00Z');
const older = new EventCatalogue([
  defineEvent('Counted', 'Counted.', z.strictObject({ n: z.int() })),
]);
const newer = new EventCatalogue([
  defineEvent('Counted', 'Counted.', z.strictObject({ n: z.int() }), {
    schemaVersion: 2,
    upcasts: { 1: (data) => data },
  }),
]);
/** Only what the event says tells which document it is for. */
const byNumber: AnyView = {
  ...tallyView({ name: 'by-number' }),
  keys: ({ data }) => [`n${(data as { n: number }).n % 2}`],
};

let rig: Rig;
let readStore: ReadStore;
let troubles: (readonly [views: readonly string[], error: string])[];
beforeEach(async () => {
  rig = await newRig();
  readStore = rig.openViews();
  troubles = [];
  await rig.append('a', 'Counted');
  await rig.append('b', 'Counted');
});
afterEach(() => rig.dispose());

async function appendNewer(stream: string, type = 'Counted', schemaVersion = 2): Promise<void> {
  const id = deriveId('newer', stream, type);
  const event = { id, type, schemaVersion, data: { n: 50 }, metadata: metadataFor(id, AT) };
  await rig.eventStore.append(stream, 0, [event]);
}

async function started(
  catalogue: EventCatalogue,
  ...views: readonly AnyView[]
): Promise<Projector> {
  const onTrouble = ({ views, error }: { views: readonly string[]; error: unknown }) =>
    troubles.push([views, String(error)]);
  const projector = rig.projector({ readStore, views, catalogue, onTrouble });
  await projector.start();
  return projector;
}

describe('an event of a newer schema version', () => {
  it('parks the documents that its envelope names, and says why; all others go on', async () => {
    await appendNewer('a');
    const projector = await started(older, tallyView());
    await rig.append('b', 'Counted');
    await caughtUp(projector, rig.eventStore);
    expect(await projector.parked()).toMatchObject([
      {
        key: 'a',
        eventType: 'Counted',
        error: expect.stringContaining(
          'EventOfNewerBuild: a@1: Counted has schema version 2, this build knows 1.',
        ) as string,
      },
    ]);
    expect(await (await readStore.serving('tally'))!.get('a')).toMatchObject({
      document: { folded: ['1'] },
      degraded: true,
    });
    expect(await documentOf(readStore, 'b')).toMatchObject({ folded: ['1', '2'] });
  });

  it('is folded when the newer build is back and the document is driven again', async () => {
    await appendNewer('a');
    const before = await started(older, tallyView());
    await caughtUp(before, rig.eventStore);
    expect(await before.retryParked('tally', 'a')).toBe('still-parked');
    await before.stop();
    const after = await started(newer, tallyView());
    expect(await after.retryParked('tally', 'a')).toBe('mended');
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1', '50'] });
  });

  it('stops all of a view where only what it says tells which document it is for, and no other view', async () => {
    const before = await started(older, byNumber, tallyView());
    await caughtUp(before, rig.eventStore, 'by-number');
    const reached = before.reached('by-number');
    await appendNewer('a');
    await rig.append('b', 'Counted');
    await caughtUp(before, rig.eventStore);
    expect(before.reached('by-number')).toBe(reached);
    expect(troubles[0]).toEqual([['by-number'], expect.stringContaining('a@1: Counted')]);
    await before.stop();
    const after = await started(newer, byNumber, tallyView());
    await caughtUp(after, rig.eventStore, 'by-number');
    expect(await documentOf(readStore, 'n0', 'by-number')).toMatchObject({ folded: ['50', '2'] });
    expect(await after.parked('by-number')).toEqual([]);
  });

  it('is folded as it is by a view that reads every version', async () => {
    await appendNewer('a');
    const projector = await started(older, { ...tallyView(), readsAnyVersion: true });
    await caughtUp(projector, rig.eventStore);
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1', '50'] });
    expect(await projector.parked()).toEqual([]);
  });
});

describe('an event of a type that only a newer build knows', () => {
  it('is passed over, as a view handles the types that it names', async () => {
    await appendNewer('a', 'Painted', 1);
    const projector = await started(older, tallyView(), byNumber);
    await caughtUp(projector, rig.eventStore);
    await caughtUp(projector, rig.eventStore, 'by-number');
    expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1'] });
    expect([await projector.parked(), troubles]).toEqual([[], []]);
  });
});
