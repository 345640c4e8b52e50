/** What something else wrote into the log is told from a defect of ours, and named by its place. */
import { EventDamaged } from '#kernel/damaged-event';
import { deriveId } from '#kernel/ids';
import { metadataFor } from '#kernel/testing/metadata';
import { AT, type BoxCommand, boxEvents, BoxRig } from './command-handler.testkit.ts';
import { foldStream } from './fold-stream.ts';

let rig: BoxRig;
beforeEach(async () => {
  rig = await BoxRig.open();
  await rig.handler().execute('open', { type: 'Open', size: 3 });
});
afterEach(() => rig.dispose());

/** The next events of a stream, with data that need not have the form of their schema. */
async function append(
  stream: string,
  expected: number | 'no-stream',
  ...events: readonly (readonly [type: string, data: object | null])[]
): Promise<void> {
  const written = events.map(([type, data], index) => {
    const id = deriveId('damaged', stream, type, index);
    return { id, type, schemaVersion: 1, data: data!, metadata: metadataFor(id, AT) };
  });
  await rig.log.append(stream, expected, written);
}

const put: BoxCommand = { type: 'Put', things: ['cup'] };

describe('an event whose data do not have the form of its schema', () => {
  it('lets no command through, and is named by stream, revision, position and type', async () => {
    await append('box-one', 0, ['BoxLabelled', null]);
    const handled = rig.handler().execute('put', put);
    await expect(handled).rejects.toThrow(EventDamaged);
    await expect(handled).rejects.toThrow(
      'box-one@1 (position 0000000000000002): BoxLabelled is damaged',
    );
    await expect(handled).rejects.toThrow('Restore the log from its backup.');
    await expect(handled).rejects.toMatchObject({ code: 'event-damaged' });
  });

  it('lets none through that asks for facts of its stream', async () => {
    await append('caps', 'no-stream', ['BoxesCapped', null]);
    await expect(rig.handler().execute('put', put)).rejects.toThrow('caps@0 ');
  });

  it('is named where the fold fails only at a sound event after it', async () => {
    await append('box-one', 0, ['ThingPut', { thing: 7 }], ['ThingPut', { thing: 'cup' }]);
    const fold = {
      initial: '',
      evolve: (before: string, { type, data }: { type: string; data: { thing?: string } }) => {
        if (type !== 'ThingPut') return before;
        return before === '' ? data.thing! : before.toUpperCase();
      },
    };
    await expect(foldStream(rig.log, 'box-one', fold, boxEvents)).rejects.toThrow('box-one@1 ');
  });

  it('is named where only a rule stumbles over what it left', async () => {
    await append('box-one', 0, ['ThingPut', {}]);
    const stumbles = {
      beforeAppend: (_: unknown, { things }: { things: readonly string[] }) =>
        Promise.resolve(things.forEach((thing) => thing.toUpperCase())),
    };
    const handled = rig.handler().execute('put', put, { handling: stumbles });
    await expect(handled).rejects.toThrow('box-one@1 ');
  });
});

it('an error on sound events stays what it is: a defect', async () => {
  const defect = new TypeError('a defect');
  const fold = {
    initial: 0,
    evolve: (): number => {
      throw defect;
    },
  };
  await expect(foldStream(rig.log, 'box-one', fold, boxEvents)).rejects.toBe(defect);
  const stumbles = { beforeAppend: () => Promise.reject(defect) };
  await expect(rig.handler().execute('put', put, { handling: stumbles })).rejects.toBe(defect);
});
