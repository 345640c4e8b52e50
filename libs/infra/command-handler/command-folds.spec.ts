import { type BoxCommand, BoxRig, counting } from './command-handler.testkit.ts';

let rig: BoxRig;
beforeEach(async () => {
  rig = await BoxRig.open();
});
afterEach(() => rig.dispose());

const put = (...things: string[]): BoxCommand => ({ type: 'Put', things });

describe('a stream that commands were sent to', () => {
  it('is read from where the last command left it, and not from its beginning', async () => {
    const store = counting(rig.log);
    const handler = rig.handler(store);
    await handler.execute('open', { type: 'Open', size: 100 });
    for (let n = 0; n < 20; n++) await handler.execute(`put-${n}`, put(`thing-${n}`));
    // Each reads the event of the one before.
    expect(store.read).toBe(20);
    expect(await handler.execute('put', put('last'))).toMatchObject({ kind: 'done', revision: 21 });
  });

  it('is as fresh as the store: what another process appended meanwhile is seen', async () => {
    const handler = rig.handler();
    await handler.execute('open', { type: 'Open', size: 3 });
    await rig.handler().execute('beside', put('cup', 'jar'));
    expect(await handler.execute('put', put('lid'))).toMatchObject({
      kind: 'done',
      state: { things: ['cup', 'jar', 'lid'] },
    });
    expect(await handler.execute('more', put('straw'))).toMatchObject({ kind: 'refused' });
  });

  it('is read whole for a command that it has seen, as its answer is the state of then', async () => {
    const handler = rig.handler();
    await handler.execute('open', { type: 'Open', size: 3 });
    const first = await handler.execute('put', put('cup'));
    await handler.execute('later', put('jar'));
    expect(await handler.execute('put', put('cup'))).toEqual({ ...first, repeated: true });
    expect(await handler.execute('put', put('pan'))).toEqual({ kind: 'key-reused' });
  });
});
