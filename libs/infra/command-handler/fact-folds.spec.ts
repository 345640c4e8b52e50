import { deriveId } from '#kernel/ids';
import { metadataFor } from '#kernel/testing/metadata';
import { StoreUnavailable } from '../event-store/event-store.errors.ts';
import { AT, boxEvents, BoxRig, caps, counting, faulty } from './command-handler.testkit.ts';
import { FactFolds } from './fact-folds.ts';
import { foldStream } from './fold-stream.ts';

let rig: BoxRig;
beforeEach(async () => {
  rig = await BoxRig.open();
});
afterEach(() => rig.dispose());

/** Whoever configures says how much any box may hold. */
async function cap(max: number, revision: number): Promise<void> {
  const id = deriveId('cap', revision);
  await rig.log.append('caps', revision === 0 ? 'no-stream' : revision - 1, [
    {
      id,
      type: 'BoxesCapped',
      schemaVersion: 1,
      data: { max },
      metadata: metadataFor(id, AT),
    },
  ]);
}

const fold = (folds: FactFolds) => folds.fold('caps', caps, boxEvents);

describe('the fold of a stream', () => {
  it('says what is known, how far it was read, and whose it is', async () => {
    await cap(5, 0);
    await cap(7, 1);
    const folded = await foldStream(rig.log, 'caps', caps, boxEvents);
    expect(folded).toMatchObject({ state: 7, revision: 1, platform: 'shop' });
    expect(folded.position).toBe(await rig.log.head());
  });

  it('of no stream is where it begins', async () => {
    const folded = await foldStream(rig.log, 'caps', caps, boxEvents);
    expect(folded).toMatchObject({ state: 100, revision: -1, platform: undefined });
  });

  it('shows each event with the state after it', async () => {
    await cap(5, 0);
    await cap(7, 1);
    const seen: unknown[] = [];
    await foldStream(rig.log, 'caps', caps, boxEvents, {}, ({ revision }, state) =>
      seen.push([revision, state]),
    );
    expect(seen).toEqual([
      [0, 5],
      [1, 7],
    ]);
  });
});

describe('a fact from another stream', () => {
  it('is as fresh as the store at every look, and only what is new is read', async () => {
    const store = counting(rig.log);
    const folds = new FactFolds(store);
    await cap(5, 0);
    expect(await fold(folds)).toMatchObject({ state: 5, revision: 0 });
    await cap(7, 1);
    await cap(9, 2);
    expect(await fold(folds)).toMatchObject({ state: 9, revision: 2 });
    expect(await fold(folds)).toMatchObject({ state: 9, revision: 2 });
    expect(store.read).toBe(3);
  });

  it('begins to be known when its stream does', async () => {
    const folds = new FactFolds(rig.log);
    expect(await fold(folds)).toMatchObject({ state: 100, revision: -1 });
    await cap(5, 0);
    expect(await fold(folds)).toMatchObject({ state: 5, revision: 0 });
  });

  it('is never older than the one before, however many look at once', async () => {
    const folds = new FactFolds(rig.log);
    const looks: number[] = [];
    for (let revision = 0; revision < 20; revision++) {
      const look = async () => void looks.push((await fold(folds)).revision);
      await Promise.all([cap(revision, revision), look(), look()]);
    }
    expect(looks).toEqual([...looks].sort((a, b) => a - b));
    expect(await fold(folds)).toMatchObject({ state: 19, revision: 19 });
  });

  it('that cannot be read is an error, never what was known before', async () => {
    let down = false;
    const store = faulty(rig.log, {
      readStream: async function* (...args) {
        if (down) throw new StoreUnavailable('The disk is gone.');
        yield* rig.log.readStream(...args);
      },
    });
    const folds = new FactFolds(store);
    await cap(5, 0);
    await fold(folds);
    down = true;
    await expect(fold(folds)).rejects.toThrow('gone');
    down = false;
    expect(await fold(folds)).toMatchObject({ state: 5 });
  });

  it('is read anew at every decision: what moved it in between counts', async () => {
    const handler = rig.handler();
    await handler.execute('open', { type: 'Open', size: 9 });
    await cap(1, 0);
    const two = { type: 'Put', things: ['a', 'b'] } as const;
    expect(await handler.execute('put', two)).toMatchObject({ kind: 'refused' });
    await cap(2, 1);
    expect(await handler.execute('put', two)).toMatchObject({ kind: 'done' });
  });

  it('keeps the streams that were looked at last, and reads the others again', async () => {
    const store = counting(rig.log);
    const folds = new FactFolds(store);
    await cap(5, 0);
    await fold(folds);
    for (let other = 0; other < 5_000; other++) await folds.fold(`none-${other}`, caps, boxEvents);
    expect(await fold(folds)).toMatchObject({ state: 5 });
    expect(store.read).toBe(2);
  });
});
