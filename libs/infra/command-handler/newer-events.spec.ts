/** A server that was put back to an older build decides nothing by what it cannot read. */
import { EventOfNewerBuild } from '#kernel/newer-event';
import { type BoxCommand, BoxRig } from './command-handler.testkit.ts';

let rig: BoxRig;
beforeEach(async () => {
  rig = await BoxRig.open();
  await rig.handler().execute('open', { type: 'Open', size: 3 });
});
afterEach(() => rig.dispose());

const put: BoxCommand = { type: 'Put', things: ['cup'] };

describe('an event of a newer schema version', () => {
  it('in the stream lets no command through: nothing is decided, appended or noted', async () => {
    await rig.appendNewer('box-one', 0, 'ThingPut');
    const before = await rig.log.head();
    const label: BoxCommand = { type: 'Label', label: '' };
    for (const command of [put, label])
      await expect(rig.handler().execute('late', command)).rejects.toThrow(EventOfNewerBuild);
    expect(await rig.log.head()).toBe(before);
    expect(await rig.noted('late')).toEqual([]);
  });

  it('in a stream that facts come from lets none through that asks for them', async () => {
    const handler = rig.handler();
    expect((await handler.execute('before', put)).kind).toBe('done');
    await rig.appendNewer('caps', 'no-stream', 'BoxesCapped');
    for (const key of ['after', 'again'])
      await expect(handler.execute(key, put)).rejects.toThrow('caps@0: BoxesCapped');
    expect(await rig.types()).toEqual(['BoxOpened', 'ThingPut']);
  });

  it('in another stream is nobody’s concern', async () => {
    await rig.appendNewer('box-two', 'no-stream', 'BoxOpened');
    expect((await rig.handler().execute('put', put)).kind).toBe('done');
  });
});

describe('an event of a type that only a newer build knows', () => {
  it('is passed over: a new type says only what an older build may do without', async () => {
    await rig.appendNewer('box-one', 0, 'BoxPainted');
    expect(await rig.handler().execute('put', put)).toMatchObject({
      kind: 'done',
      state: { things: ['cup'], notes: 0 },
      revision: 2,
    });
  });
});
