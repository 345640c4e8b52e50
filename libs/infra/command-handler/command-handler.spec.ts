import { deriveId } from '#kernel/ids';
import { metadataFor } from '#kernel/testing/metadata';
import {
  DeadlineExceeded,
  RevisionConflict,
  StoreUnavailable,
} from '../event-store/event-store.errors.ts';
import { type EventStore } from '../event-store/event-store.port.ts';
import {
  ANN,
  beforeFirstAppend,
  type BoxCommand,
  BoxRig,
  type Done,
  faulty,
  type Outcome,
} from './command-handler.testkit.ts';

const open: BoxCommand = { type: 'Open', size: 3 };
const put = (...things: string[]): BoxCommand => ({ type: 'Put', things });
const note: BoxCommand = { type: 'Note', note: 'fragile' };

let rig: BoxRig;
beforeEach(async () => {
  rig = await BoxRig.open();
});
afterEach(() => rig.dispose());

function done(outcome: Outcome): Done {
  if (outcome.kind !== 'done') throw new Error(`Not done: ${JSON.stringify(outcome)}`);
  return outcome;
}

async function opened(): Promise<void> {
  done(await rig.handler().execute('open', open));
}

describe('a command', () => {
  it('is decided from the stream and appended to it, in one envelope of who, when and why', async () => {
    await opened();
    const outcome = await rig.handler().execute('put', put('cup', 'jar'));
    expect(outcome).toMatchObject({
      kind: 'done',
      revision: 2,
      repeated: false,
      state: { things: ['cup', 'jar'], version: 3, by: 'ann' },
    });
    const commandId = deriveId('command', 'put');
    const [, first, second] = await rig.events();
    expect(first).toMatchObject({
      id: deriveId('event', commandId, 'box-one', 0),
      type: 'ThingPut',
      schemaVersion: 1,
      data: { thing: 'cup' },
      metadata: metadataFor(commandId, rig.now, { actor: ANN }),
    });
    expect(second!.id).toBe(deriveId('event', commandId, 'box-one', 1));
    expect(done(outcome).position).toBe(second!.position);
  });

  it('says what set it off, and what it is about, where that is known', async () => {
    await rig.handler().execute('open', open, {
      correlationId: 'chain',
      causationId: 'event',
      handling: { about: ({ size }) => ({ policyVersion: `box@${size}`, accountId: 'acc' }) },
    });
    expect((await rig.events())[0]!.metadata).toMatchObject({
      correlationId: 'chain',
      causationId: 'event',
      policyVersion: 'box@3',
      accountId: 'acc',
    });
  });

  it('that leaves nothing to do is done, with nothing appended', async () => {
    await opened();
    const outcome = done(await rig.handler().execute('again', open));
    expect(outcome).toMatchObject({ events: [], revision: 0, repeated: false });
    expect(await rig.types()).toEqual(['BoxOpened']);
  });

  it('can be made once the stream is known', async () => {
    await opened();
    await rig.handler().execute('note', async ({ size }) => ({ type: 'Note', note: `of ${size}` }));
    expect((await rig.events())[1]!.data).toEqual({ note: 'of 3' });
  });

  it('finds nothing where there is no stream, unless it begins one', async () => {
    const refused = { kind: 'refused', violation: { code: 'not-found' } };
    const answer = await rig.handler().execute('put', put('cup'));
    expect(answer).toMatchObject(refused);
    expect(answer).not.toHaveProperty('hiddenFrom');
    expect(await rig.types()).toEqual([]);
  });

  it('finds nothing where the stream is another platform’s, or is not to be known of', async () => {
    await opened();
    const refused = { kind: 'refused', violation: { code: 'not-found' }, hiddenFrom: 'platform' };
    const elsewhere = { platform: 'bank', expectedVersion: 7 };
    expect(await rig.handler().execute('put', put('cup'), elsewhere)).toMatchObject(refused);
    const hidden = { handling: { visible: () => false }, expectedVersion: 7 };
    expect(await rig.handler().execute('put', put('cup'), hidden)).toMatchObject({
      ...refused,
      hiddenFrom: 'caller',
    });
    // Nor is the answer to another platform's own command given away.
    expect(await rig.handler().execute('open', open, { platform: 'bank' })).toMatchObject(refused);
  });

  it('is not appended where what goes before it fails', async () => {
    await opened();
    const beforeAppend = () => Promise.reject(new StoreUnavailable('The vault is full.'));
    const tried = rig.handler().execute('put', put('cup'), { handling: { beforeAppend } });
    await expect(tried).rejects.toThrow('The vault is full.');
    expect(await rig.types()).toEqual(['BoxOpened']);
  });

  it('that is refused, or has nothing to do, has nothing go before it', async () => {
    await opened();
    let went = 0;
    const handling = { beforeAppend: async () => void went++ };
    await rig.handler().execute('many', put('a', 'b', 'c', 'd'), { handling });
    await rig.handler().execute('again', open, { handling });
    expect(went).toBe(0);
    await rig.handler().execute('put', put('a'), { handling });
    expect(went).toBe(1);
  });
});

describe('the same command again', () => {
  it('is answered as the first time, also after others and after a restart', async () => {
    await opened();
    const first = done(await rig.handler().execute('put', put('cup', 'jar')));
    await rig.handler().execute('more', put('pan'));
    const again = { ...first, repeated: true };
    expect(await rig.handler().execute('put', put('cup', 'jar'))).toEqual(again);
    await rig.restart();
    expect(await rig.handler().execute('put', put('cup', 'jar'))).toEqual(again);
    expect(await rig.types()).toEqual(['BoxOpened', 'ThingPut', 'ThingPut', 'ThingPut']);
  });

  it('is answered before the version is looked at: the first one moved it', async () => {
    await opened();
    const handler = rig.handler();
    const at1 = { expectedVersion: 1 };
    const first = done(await handler.execute('put', put('cup'), at1));
    expect(await handler.execute('put', put('cup'), at1)).toEqual({ ...first, repeated: true });
  });

  it('is answered though it could not be decided so any more', async () => {
    await opened();
    const handler = rig.handler();
    await handler.execute('put', put('a', 'b', 'c'));
    expect(await handler.execute('put', put('a', 'b', 'c'))).toMatchObject({ repeated: true });
  });

  it('with another body is another request, and is refused', async () => {
    await opened();
    const handler = rig.handler();
    await handler.execute('put', put('cup'));
    expect(await handler.execute('put', put('jar'))).toEqual({ kind: 'key-reused' });
    await rig.restart();
    expect(await rig.handler().execute('put', put('jar'))).toEqual({ kind: 'key-reused' });
    expect(await rig.types()).toEqual(['BoxOpened', 'ThingPut']);
  });

  it('needs no digest where the id alone tells it', async () => {
    await opened();
    const handler = rig.handler();
    const byId = { requestDigest: undefined } as unknown as { requestDigest: string };
    await handler.execute('put', put('cup'), byId);
    expect(await handler.execute('put', put('cup'), byId)).toMatchObject({ repeated: true });
  });

  it('that was refused is decided again, and may be done then', async () => {
    await opened();
    const handler = rig.handler();
    const noRoom = { handling: { facts: async () => ({ max: 0 }) } };
    const refused = { kind: 'refused', violation: { code: 'full', params: { room: 0 } } };
    expect(await handler.execute('put', put('cup'), noRoom)).toMatchObject(refused);
    expect(await handler.execute('put', put('cup'), noRoom)).toMatchObject(refused);
    expect(await rig.types()).toEqual(['BoxOpened']);
    expect(await handler.execute('put', put('cup'))).toMatchObject({
      kind: 'done',
      repeated: false,
    });
  });

  it('is a new one to another stream', async () => {
    await opened();
    await rig.handler().execute('open', open, { name: 'two' });
    expect(await rig.types('two')).toEqual(['BoxOpened']);
    expect((await rig.events('two'))[0]!.id).not.toBe((await rig.events())[0]!.id);
  });

  it('at once has one effect, and the answers are equal', async () => {
    await opened();
    const handler = rig.handler();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => handler.execute('put', put('cup'))),
    );
    const [first, ...others] = answers.map(done);
    expect(first!.repeated).toBe(false);
    for (const other of others) expect(other).toEqual({ ...first, repeated: true });
    expect(await rig.types()).toEqual(['BoxOpened', 'ThingPut']);
  });

  it('at once with another body: one of them is refused', async () => {
    await opened();
    const handler = rig.handler();
    const [one, two] = await Promise.all([
      handler.execute('put', put('cup')),
      handler.execute('put', put('jar')),
    ]);
    expect([one.kind, two.kind].sort()).toEqual(['done', 'key-reused']);
    expect(await rig.types()).toEqual(['BoxOpened', 'ThingPut']);
  });

  it('at once goes on where the first failed', async () => {
    await opened();
    let down = true;
    const store = faulty(rig.log, {
      append: async (...args) => {
        if (!down) return rig.log.append(...args);
        down = false;
        throw new StoreUnavailable('The disk is full.');
      },
    });
    const handler = rig.handler(store);
    const answers = await Promise.allSettled([
      handler.execute('put', put('cup')),
      handler.execute('put', put('cup')),
    ]);
    expect(answers).toMatchObject([
      { status: 'rejected' },
      { status: 'fulfilled', value: { kind: 'done', repeated: false } },
    ]);
  });
});

describe('a request that found done what it asked for', () => {
  const label = (to: string): BoxCommand => ({ type: 'Label', label: to });
  const FRAGILE = label('fragile');
  const found = () => rig.handler().execute('found', FRAGILE);

  beforeEach(async () => {
    await opened();
    done(await rig.handler().execute('label', FRAGILE));
  });

  it('is answered as the first time when it comes again, and does not do what is undone since', async () => {
    const first = done(await found());
    expect(first).toMatchObject({ events: [], revision: 1, repeated: false });
    done(await rig.handler().execute('undo', label('')));
    expect(await found()).toEqual({ ...first, repeated: true });
    await rig.restart();
    expect(await found()).toEqual({ ...first, repeated: true });
    expect(await rig.types()).toEqual(['BoxOpened', 'BoxLabelled', 'BoxLabelled']);
    expect(await rig.noted('found')).toEqual(['RequestFoundDone']);
  });

  it('is answered before the version is looked at', async () => {
    const at2 = { expectedVersion: 2 };
    const first = done(await rig.handler().execute('found', FRAGILE, at2));
    await rig.handler().execute('undo', label(''));
    const again = await rig.handler().execute('found', FRAGILE, at2);
    expect(again).toEqual({ ...first, repeated: true });
  });

  it('with another body is another request, and is refused', async () => {
    await found();
    expect(await rig.handler().execute('found', label('heavy'))).toEqual({ kind: 'key-reused' });
  });

  it('is remembered for each stream that it acted on', async () => {
    await rig.handler().execute('open', open, { name: 'two' });
    await rig.handler().execute('label', FRAGILE, { name: 'two' });
    const inTwo = () => rig.handler().execute('found', FRAGILE, { name: 'two' });
    const [one, two] = [done(await found()), done(await inTwo())];
    await rig.handler().execute('undo', label(''));
    await rig.handler().execute('undo', label(''), { name: 'two' });
    expect([await found(), await inTwo()]).toEqual([
      { ...one, repeated: true },
      { ...two, repeated: true },
    ]);
  });

  it('is remembered also where there is no stream', async () => {
    const nothing = () =>
      rig.handler().execute('nothing', label(''), { name: 'none', handling: { begins: true } });
    const first = done(await nothing());
    await rig.handler().execute('open', open, { name: 'none' });
    await rig.handler().execute('label', FRAGILE, { name: 'none' });
    expect(await nothing()).toEqual({ ...first, repeated: true });
  });

  it('at once at several servers is noted once, and answered by all as by the first', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, found));
    const answers = outcomes.map((outcome) => ({ ...done(outcome), repeated: true }));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await rig.noted('found')).toEqual(['RequestFoundDone']);
  });

  it('is answered by what another server noted first, of a later state', async () => {
    const other = rig.handler();
    let first: Done | undefined;
    const store = beforeFirstAppend(rig.log, async () => {
      await other.execute('note', note);
      first = done(await other.execute('found', FRAGILE));
    });
    const answer = await rig.handler(store).execute('found', FRAGILE);
    expect(answer).toEqual({ ...first, repeated: true });
  });

  it('is answered so though the first answer was lost after it was noted', async () => {
    const slow = faulty(rig.log, {
      append: async (...args) => {
        await rig.log.append(...args);
        throw new DeadlineExceeded('No answer in time.');
      },
    });
    const lost = rig.handler(slow).execute('found', FRAGILE);
    await expect(lost).rejects.toBeInstanceOf(DeadlineExceeded);
    await rig.handler().execute('undo', label(''));
    expect(await found()).toMatchObject({ events: [], revision: 1, repeated: true });
  });

  it('and could not be noted is decided again', async () => {
    const down = faulty(rig.log, {
      append: () => Promise.reject(new StoreUnavailable('The disk is full.')),
    });
    await expect(rig.handler(down).execute('found', FRAGILE)).rejects.toThrow('The disk is full.');
    await rig.handler().execute('undo', label(''));
    expect(await found()).toMatchObject({ events: [{ type: 'BoxLabelled' }], repeated: false });
  });

  it('is not remembered of what is no request: time and processes guard their own commands', async () => {
    const byId = { requestDigest: undefined } as unknown as { requestDigest: string };
    await rig.handler().execute('found', FRAGILE, byId);
    expect(await rig.noted('found')).toEqual([]);
  });
});

describe('others that write in between', () => {
  const between = (command: BoxCommand): EventStore =>
    beforeFirstAppend(rig.log, () => rig.handler().execute('between', command));

  it('and change nothing of what is decided are no hindrance', async () => {
    await opened();
    const outcome = await rig.handler(between(note)).execute('put', put('cup'), {
      expectedVersion: 1,
    });
    expect(outcome).toMatchObject({ kind: 'done', revision: 2, state: { notes: 1 } });
    expect(await rig.types()).toEqual(['BoxOpened', 'BoxNoted', 'ThingPut']);
  });

  it('and change it have it decided again', async () => {
    await opened();
    const handler = rig.handler(between(put('a', 'b', 'c')));
    expect(await handler.execute('put', put('cup'))).toMatchObject({
      kind: 'refused',
      violation: { code: 'full' },
    });
  });

  it('and move the version that the sender has seen are told', async () => {
    await opened();
    const handler = rig.handler(between(put('a')));
    const outcome = await handler.execute('put', put('cup'), { expectedVersion: 1 });
    expect(outcome).toEqual({ kind: 'version-moved', version: 2 });
    expect(await rig.types()).toEqual(['BoxOpened', 'ThingPut']);
  });

  it('are looked for the command’s own id: who was first is answered with', async () => {
    await opened();
    const other = rig.handler();
    const store = beforeFirstAppend(rig.log, async () => {
      await other.execute('note', note);
      await other.execute('put', put('cup'));
    });
    expect(await rig.handler(store).execute('put', put('cup'))).toMatchObject({ repeated: true });
    expect(await rig.types()).toEqual(['BoxOpened', 'BoxNoted', 'ThingPut']);
  });

  it('have the command made anew, and what goes before it', async () => {
    await opened();
    const seen: number[] = [];
    await rig.handler(between(put('a'))).execute(
      'note',
      async ({ version }) => {
        seen.push(version);
        return note;
      },
      { handling: { beforeAppend: async (_events, { version }) => void seen.push(version) } },
    );
    expect(seen).toEqual([1, 1, 2, 2]);
  });

  it('all the time are too many at last, and the command can be sent again', async () => {
    await opened();
    let tries = 0;
    const store = faulty(rig.log, {
      append: (stream, expected) => {
        tries++;
        return Promise.reject(new RevisionConflict(stream, expected, 99));
      },
    });
    const tried = rig.handler(store).execute('put', put('cup'));
    await expect(tried).rejects.toBeInstanceOf(StoreUnavailable);
    expect(tries).toBe(20);
    expect(await rig.handler().execute('put', put('cup'))).toMatchObject({ kind: 'done' });
  });

  it('a hundred at once all get their turn', async () => {
    done(await rig.handler().execute('open', { type: 'Open', size: 100 }));
    const handlers = Array.from({ length: 5 }, () => rig.handler());
    const answers = await Promise.all(
      handlers.flatMap((handler, h) =>
        [0, 1, 2].map((n) => handler.execute(`put-${h}-${n}`, put(`${h}-${n}`))),
      ),
    );
    expect(answers.every(({ kind }) => kind === 'done')).toBe(true);
    expect(await rig.types()).toHaveLength(16);
  });
});

describe('a store that fails', () => {
  it('before the append leaves nothing, and the command is a new one when it comes again', async () => {
    await opened();
    const down = faulty(rig.log, {
      append: () => Promise.reject(new StoreUnavailable('The disk is full.')),
    });
    await expect(rig.handler(down).execute('put', put('cup'))).rejects.toThrow('The disk is full.');
    expect(await rig.types()).toEqual(['BoxOpened']);
    expect(await rig.handler().execute('put', put('cup'))).toMatchObject({ repeated: false });
  });

  it('after the append has lost the answer, not the events: the next one is told of them', async () => {
    await opened();
    const slow = faulty(rig.log, {
      append: async (...args) => {
        await rig.log.append(...args);
        throw new DeadlineExceeded('No answer in time.');
      },
    });
    const lost = rig.handler(slow).execute('put', put('cup'));
    await expect(lost).rejects.toBeInstanceOf(DeadlineExceeded);
    expect(await rig.handler().execute('put', put('cup'))).toMatchObject({
      kind: 'done',
      repeated: true,
      revision: 1,
    });
    expect(await rig.types()).toEqual(['BoxOpened', 'ThingPut']);
  });

  it('while it is read fails the command, which nobody remembers', async () => {
    await opened();
    const unread = faulty(rig.log, {
      // eslint-disable-next-line require-yield -- it fails before it gives anything
      readStream: async function* () {
        throw new StoreUnavailable('The disk is gone.');
      },
    });
    await expect(rig.handler(unread).execute('put', put('cup'))).rejects.toThrow('gone');
    expect(await rig.handler().execute('put', put('jar'))).toMatchObject({ kind: 'done' });
  });

  it('is not waited for by whoever gave up', async () => {
    await opened();
    const signal = AbortSignal.abort();
    await expect(rig.handler().execute('put', put('cup'), { signal })).rejects.toMatchObject({
      code: 'call-aborted',
    });
  });
});

describe('a key whose stream follows from the body', () => {
  const handling = { namedByBody: true };

  it('is bound to the first body: another one, to another stream, is refused', async () => {
    const handler = rig.handler();
    await handler.execute('open', open, { name: 'one', handling });
    const other: BoxCommand = { type: 'Open', size: 9 };
    expect(await handler.execute('open', other, { name: 'two', handling })).toEqual({
      kind: 'key-reused',
    });
    expect(await rig.types('two')).toEqual([]);
    expect(await handler.execute('open', open, { name: 'one', handling })).toMatchObject({
      repeated: true,
    });
  });

  it('is not bound by what is refused', async () => {
    const handler = rig.handler();
    await handler.execute('put', put('cup'), { name: 'one', handling });
    expect(await handler.execute('put', open, { name: 'two', handling })).toMatchObject({
      kind: 'done',
    });
  });
});
