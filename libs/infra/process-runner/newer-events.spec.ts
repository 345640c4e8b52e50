/** What a newer build wrote sets nothing off in an older one; when the newer one is back, all of it follows. */
import { z } from 'zod';
import { defineEvent, EventCatalogue } from '#kernel/event-definition';
import { type ReadStore } from '../read-store/read-store.port.ts';
import { ProcessRig, tellWhatWasAsked, until } from './process-runner.testkit.ts';

const schema = z.strictObject({ n: z.int(), commands: z.int() });
const older = new EventCatalogue([defineEvent('Asked', 'Asked.', schema)]);
const newer = new EventCatalogue([
  defineEvent('Asked', 'Asked.', schema, { schemaVersion: 2, upcasts: { 1: (data) => data } }),
]);

let rig: ProcessRig;
let views: ReadStore;
beforeEach(async () => {
  rig = await ProcessRig.open();
  rig.catalogue = older;
  views = rig.openViews();
  await rig.ask('a');
  await rig.ask('a', { schemaVersion: 2 });
  await rig.ask('a');
  await rig.ask('b');
});
afterEach(() => rig.dispose());

describe('an event of a newer schema version', () => {
  it('is a dead letter of its instance, which waits; the others go on', async () => {
    const runner = rig.runner(views);
    await runner.start();
    await rig.caughtUp(views);
    expect(await rig.told('a')).toEqual(['>1.0']);
    expect(await rig.told('b')).toEqual(['>1.0']);
    const letters = await runner.deadLetters();
    expect(letters).toMatchObject([
      {
        key: 'shop/a',
        position: '0000000000000002',
        error: expect.stringMatching(
          /^EventOfNewerBuild: a@1: Asked has schema version 2/,
        ) as string,
      },
    ]);
    expect(await runner.driveAgain(letters[0]!.id)).toBe('failed-again');
    expect(await rig.told('a')).toEqual(['>1.0']);
  });

  it('is driven, with all that waited behind it, by the newer build', async () => {
    const before = rig.runner(views);
    await before.start();
    await rig.caughtUp(views);
    await before.stop();
    rig.catalogue = newer;
    const after = rig.runner(views);
    await after.start();
    const [letter] = await after.deadLetters();
    expect(await after.driveAgain(letter!.id)).toBe('done');
    expect(await rig.told('a')).toEqual(['>1.0', '1>2.0', '1,2>3.0']);
  });

  it('stops the process where only what it says tells which instance it is for', async () => {
    const byWhatItSays = tellWhatWasAsked({
      key: ({ stream, data }) => (data.commands > 0 ? stream : null),
    });
    const before = rig.runner(views, byWhatItSays);
    await before.start();
    await until(() => rig.troubles.length > 1);
    expect(rig.troubles[0]).toMatchObject({
      parked: false,
      error: { code: 'event-of-newer-build' },
    });
    expect(await before.deadLetters()).toEqual([]);
    await before.stop();
    rig.catalogue = newer;
    await rig.runner(views, byWhatItSays).start();
    await rig.caughtUp(views);
    expect(await rig.told('a')).toEqual(['>1.0', '1>2.0', '1,2>3.0']);
  });

  it('is a dead letter also where an older form of the state is folded from the log', async () => {
    rig.catalogue = newer;
    const later = rig.runner(views, tellWhatWasAsked({ version: 2 }));
    await later.start();
    await rig.caughtUp(views);
    await later.stop();
    const sent = rig.sent.length;
    rig.catalogue = older;
    const put = rig.runner(views, tellWhatWasAsked());
    await put.start();
    expect(await put.deadLetters()).toMatchObject([
      { key: 'shop/a', position: '0000000000000002' },
    ]);
    await rig.ask('a');
    await rig.ask('b');
    await rig.caughtUp(views);
    expect(rig.sent.slice(sent)).toMatchObject([{ to: 'b', text: '1>2.0' }]);
  });
});
