import { setTimeout as sleep } from 'node:timers/promises';
import { SYSTEM } from '#kernel/actor';
import { deriveId } from '#kernel/ids';
import { START } from '#kernel/position';
import { StoreUnavailable } from '../event-store/event-store.errors.ts';
import { type ReadStore, ReadStoreUnavailable } from '../read-store/read-store.port.ts';
import {
  KEY_REUSED,
  ProcessRig,
  REFUSES,
  tell,
  tellWhatWasAsked,
  until,
  watchedWrites,
} from './process-runner.testkit.ts';

let rig: ProcessRig;
let views: ReadStore;
beforeEach(async () => {
  rig = await ProcessRig.open();
  views = rig.openViews();
});
afterEach(() => rig.dispose());

/** A read store that cannot write the states of processes, this often. */
function failingWrites(inner: ReadStore, times: number): ReadStore {
  let left = times;
  return watchedWrites(inner, (states) => {
    if (states.length > 0 && left-- > 0) throw new ReadStoreUnavailable('The disk is full.');
  });
}

const numbersTo = (last: number) => Array.from({ length: last }, (_, n) => n + 1).join(',');

describe('following the log', () => {
  it('sends what follows from each event, with the state that the events before it left', async () => {
    await rig.ask('a');
    await rig.ask('a', { commands: 2 });
    await rig.ask('b');
    const runner = rig.runner(views);
    await runner.start();
    await rig.caughtUp(views);
    await rig.ask('a');
    await rig.caughtUp(views);
    expect(await rig.told('a')).toEqual(['>1.0', '1>2.0', '1>2.1', '1,2>3.0']);
    expect(await rig.told('b')).toEqual(['>1.0']);
  });

  it('acts as the system, in the chain of the event, under ids that follow from it', async () => {
    const asked = await rig.ask('a', { commands: 2 });
    await rig.runner(views).start();
    await rig.caughtUp(views);
    expect(rig.sent).toMatchObject(
      [0, 1].map((index) => ({
        commandId: deriveId('action', 'tell-what-was-asked', asked.id, index),
        platform: 'shop',
        actor: SYSTEM,
        correlationId: asked.metadata.correlationId,
        causationId: asked.id,
      })),
    );
  });

  it('goes on from its checkpoint: what was done before is not sent again', async () => {
    await rig.ask('a');
    const first = rig.runner(views);
    await first.start();
    await rig.caughtUp(views);
    await first.stop();
    await rig.ask('a');
    await rig.runner(views).start();
    await rig.caughtUp(views);
    expect(rig.sent.map(({ text }) => text)).toEqual(['>1.0', '1>2.0']);
  });

  it('sends again what it could not note as done, under the same id, which changes nothing', async () => {
    await rig.ask('a');
    await rig.runner(failingWrites(views, 2)).start();
    await rig.caughtUp(views);
    expect(rig.sent).toHaveLength(3);
    expect(new Set(rig.sent.map(({ commandId }) => commandId)).size).toBe(1);
    expect(await rig.told('a')).toEqual(['>1.0']);
  });

  it('does nothing twice when two owners run it at once', async () => {
    for (let asked = 0; asked < 5; asked++) await rig.ask('a', { commands: 2 });
    await rig.runner(views).start();
    await rig.runner(rig.openViews()).start();
    await rig.caughtUp(views);
    expect(await rig.told('a')).toHaveLength(10);
  });

  it('does nothing twice when its states were lost with the read store', async () => {
    await rig.ask('a', { commands: 2 });
    await rig.ask('b');
    await rig.runner(views).start();
    await rig.caughtUp(views);
    const anew = rig.openViews('anew.sqlite');
    await rig.runner(anew).start();
    await rig.caughtUp(anew);
    expect(rig.sent).toHaveLength(6);
    expect(await rig.told('a')).toEqual(['>1.0', '>1.1']);
    expect(await rig.told('b')).toEqual(['>1.0']);
  });

  it('is set off by nothing that was brought in, and knows of it', async () => {
    await rig.ask('a', { imported: true });
    await rig.ask('a');
    await rig.runner(views).start();
    await rig.caughtUp(views);
    expect(await rig.told('a')).toEqual(['1>2.0']);
  });

  it('keeps instances of two platforms apart that have the same key', async () => {
    await rig.ask('a', { platform: 'shop' });
    await rig.ask('b', { platform: 'bank' });
    await rig.ask('a', { platform: 'shop' });
    await rig.runner(views, tellWhatWasAsked({ key: () => 'the-same' })).start();
    await rig.caughtUp(views);
    expect(await rig.told('a')).toEqual(['>1.0', '1>2.0']);
    expect(await rig.told('b')).toEqual(['>1.0']);
  });

  it('forgets an instance whose state becomes nothing', async () => {
    await rig.ask('a');
    await rig.ask('a');
    await rig.runner(views, tellWhatWasAsked({ evolve: () => null })).start();
    await rig.caughtUp(views);
    expect(await rig.told('a')).toEqual(['>1.0', '>2.0']);
  });

  it('looks at no event that belongs to no instance', async () => {
    await rig.ask('a');
    await rig.ask('b');
    const onlyB = tellWhatWasAsked({ key: ({ stream }) => (stream === 'b' ? stream : null) });
    await rig.runner(views, onlyB).start();
    await rig.caughtUp(views);
    expect(rig.sent.map(({ to }) => to)).toEqual(['b']);
  });
});

describe('events from which nothing follows', () => {
  /** How many states each write has that has any. */
  function countedWrites(inner: ReadStore) {
    const counts: number[] = [];
    const readStore = watchedWrites(inner, ({ length }) => {
      if (length > 0) counts.push(length);
    });
    return { readStore, counts };
  }

  it('are written together with the checkpoint, one state an instance', async () => {
    for (let asked = 0; asked < 20; asked++) {
      for (const stream of ['a', 'b']) await rig.ask(stream, { imported: true });
      await rig.ask('c', { commands: 0 });
    }
    const { readStore, counts } = countedWrites(views);
    await rig.runner(readStore).start();
    await rig.caughtUp(views);
    expect(counts).toEqual([3]);
    await rig.ask('a');
    await rig.caughtUp(views);
    expect(await rig.told('a')).toEqual([`${numbersTo(20)}>21.0`]);
  });

  it('are written at once where something follows from a later one: a crash sends that no sooner again', async () => {
    await rig.ask('a', { imported: true });
    await rig.ask('a');
    await rig.ask('a', { imported: true });
    const { readStore, counts } = countedWrites(views);
    await rig.runner(readStore).start();
    await rig.caughtUp(views);
    expect(counts).toEqual([1, 1]);
    expect(rig.sent.map(({ text }) => text)).toEqual(['1>2.0']);
  });

  it('come again where their states could not be written, and nothing is sent twice', async () => {
    await rig.ask('a');
    for (const stream of ['a', 'b', 'b']) await rig.ask(stream, { imported: true });
    let failed = false;
    const full = watchedWrites(views, (states, checkpoint) => {
      if (failed || checkpoint === START || states.length === 0) return;
      failed = true;
      throw new ReadStoreUnavailable('The disk is full.');
    });
    await rig.runner(full).start();
    await rig.caughtUp(views);
    expect(failed).toBe(true);
    for (const stream of ['a', 'b']) await rig.ask(stream);
    await rig.caughtUp(views);
    expect(rig.sent.map(({ text }) => text)).toEqual(['>1.0', '1,2>3.0', '1,2>3.0']);
  });

  it('are not lost before one that is parked, nor behind one that is driven again', async () => {
    await rig.ask('a', { imported: true });
    await rig.ask('a');
    for (let asked = 0; asked < 3; asked++) await rig.ask('a', { imported: true });
    rig.fault = () => new TypeError('broken');
    const runner = rig.runner(views);
    await runner.start();
    await rig.caughtUp(views);
    const [letter] = await runner.deadLetters();
    rig.fault = () => undefined;
    expect(await runner.driveAgain(letter!.id)).toBe('done');
    await rig.ask('a');
    await rig.caughtUp(views);
    expect(await rig.told('a')).toEqual(['1>2.0', '1,2,3,4,5>6.0']);
  });
});

describe('an action', () => {
  it('that is refused is done: its target has moved on', async () => {
    await rig.ask('a');
    await rig.ask('a');
    rig.fault = ({ text }) => (text === '>1.0' ? REFUSES : undefined);
    const runner = rig.runner(views);
    await runner.start();
    await rig.caughtUp(views);
    expect(await rig.told('a')).toEqual(['1>2.0']);
    expect(await runner.deadLetters()).toEqual([]);
  });

  it('that fails for now is tried until it gets through, waiting longer each time', async () => {
    await rig.ask('a');
    rig.fault = () =>
      rig.sent.length <= 6 ? new StoreUnavailable('The disk is full.') : undefined;
    const runner = rig.runner(views);
    await runner.start();
    await rig.caughtUp(views);
    expect(rig.pauses).toEqual([50, 200, 1_000, 5_000, 15_000, 15_000]);
    expect(await rig.told('a')).toEqual(['>1.0']);
    expect(await runner.deadLetters()).toEqual([]);
  });

  it('that fails unexpectedly is given two more chances', async () => {
    await rig.ask('a');
    rig.fault = () => (rig.sent.length <= 2 ? new TypeError('not a function') : undefined);
    const runner = rig.runner(views);
    await runner.start();
    await rig.caughtUp(views);
    expect(await rig.told('a')).toEqual(['>1.0']);
    expect(await runner.deadLetters()).toEqual([]);
  });
});

describe('a dead letter', () => {
  const failA = () => {
    rig.fault = ({ text, to }) =>
      to === 'a' && text.endsWith('>2.0') ? new TypeError('李四 is not a function') : undefined;
  };

  it('is what fails for good: its instance waits, all others go on', async () => {
    for (const stream of ['a', 'a', 'b', 'a', 'b']) await rig.ask(stream);
    failA();
    const runner = rig.runner(views);
    await runner.start();
    await rig.caughtUp(views);
    expect(await rig.told('a')).toEqual(['>1.0']);
    expect(await rig.told('b')).toEqual(['>1.0', '1>2.0']);
    expect(rig.troubles.filter(({ parked }) => parked)).toMatchObject([{ key: 'shop/a' }]);
  });

  it('says what it is: which process, whose, which event, and why as far as that may be said', async () => {
    await rig.ask('a');
    await rig.ask('a');
    failA();
    const runner = rig.runner(views);
    await runner.start();
    await rig.caughtUp(views);
    expect(await runner.deadLetters()).toEqual([
      {
        id: deriveId('dead-letter', 'tell-what-was-asked', 'shop/a'),
        process: 'tell-what-was-asked',
        platform: 'shop',
        key: 'shop/a',
        position: '0000000000000002',
        eventType: 'Asked',
        error: 'TypeError',
        at: rig.now,
      },
    ]);
    expect(await runner.deadLetters('shop')).toHaveLength(1);
    expect(await runner.deadLetters('bank')).toEqual([]);
  });

  it.each([
    ['no target', 'nowhere', undefined, 'No command goes to "nowhere".'],
    ['an id of another command', 'ledger', KEY_REUSED, 'Tell: its id was used by another command.'],
  ])('names an action that %s takes', async (_, to, fault, words) => {
    await rig.ask('a');
    rig.fault = () => fault;
    const runner = rig.runner(
      views,
      tellWhatWasAsked({ react: ({ stream }) => [{ ...tell(stream, 'x'), to }] }),
    );
    await runner.start();
    await rig.caughtUp(views);
    expect(await runner.deadLetters()).toMatchObject([{ error: `ActionFailed: ${words}` }]);
  });

  it('is also what a process throws of itself', async () => {
    await rig.ask('a');
    const react = () => {
      throw new RangeError('cannot be told');
    };
    const runner = rig.runner(views, tellWhatWasAsked({ react }));
    await runner.start();
    await rig.caughtUp(views);
    expect(await runner.deadLetters()).toMatchObject([{ error: 'RangeError' }]);
  });

  it('lies there after a restart, under the same id', async () => {
    await rig.ask('a');
    await rig.ask('a');
    failA();
    const first = rig.runner(views);
    await first.start();
    await rig.caughtUp(views);
    const letters = await first.deadLetters();
    await first.stop();
    expect(await first.deadLetters()).toEqual([]);
    const second = rig.runner(views);
    await second.start();
    expect(await second.deadLetters()).toEqual(letters);
  });
});

describe('driving a dead letter again', () => {
  async function withLetter() {
    for (const stream of ['a', 'a', 'a']) await rig.ask(stream, { commands: 2 });
    rig.fault = ({ text }) => (text.endsWith('>2.1') ? new TypeError('broken') : undefined);
    const runner = rig.runner(views);
    await runner.start();
    await rig.caughtUp(views);
    const [letter] = await runner.deadLetters();
    return { runner, id: letter!.id };
  }
  const all = ['>1.0', '>1.1', '1>2.0', '1>2.1', '1,2>3.0', '1,2>3.1'];

  it('does what it could not, and then all that waited behind it, once and in order', async () => {
    const { runner, id } = await withLetter();
    expect(await rig.told('a')).toEqual(all.slice(0, 3));
    rig.fault = () => undefined;
    expect(await runner.driveAgain(id)).toBe('done');
    expect(await rig.told('a')).toEqual(all);
    expect(await runner.deadLetters()).toEqual([]);
    await rig.ask('a');
    await rig.caughtUp(views);
    expect(await rig.told('a')).toEqual([...all, '1,2,3>4.0']);
  });

  it('knows no letter of another platform', async () => {
    const { runner, id } = await withLetter();
    expect(await runner.driveAgain(id, undefined, 'elsewhere')).toBe('no-such-letter');
    expect(await runner.deadLetters()).toMatchObject([{ id }]);
  });

  it('leaves it where it is while the cause stands', async () => {
    const { runner, id } = await withLetter();
    expect(await runner.driveAgain(id)).toBe('failed-again');
    expect(await runner.deadLetters()).toMatchObject([{ id, position: '0000000000000002' }]);
    await rig.ask('a');
    await rig.caughtUp(views);
    expect(await rig.told('a')).toEqual(all.slice(0, 3));
  });

  it('stops at what fails behind it: the letter is then that one', async () => {
    const { runner, id } = await withLetter();
    rig.fault = ({ text }) => (text.endsWith('>3.0') ? new TypeError('broken') : undefined);
    expect(await runner.driveAgain(id)).toBe('failed-again');
    expect(await rig.told('a')).toEqual(all.slice(0, 4));
    expect(await runner.deadLetters()).toMatchObject([{ id }]);
    rig.fault = () => undefined;
    expect(await runner.driveAgain(id)).toBe('done');
    expect(await rig.told('a')).toEqual(all);
  });

  it('knows no letter that lies nowhere, or does no more', async () => {
    const { runner, id } = await withLetter();
    expect(await runner.driveAgain(deriveId('dead-letter', 'x'))).toBe('no-such-letter');
    rig.fault = () => undefined;
    const both = await Promise.all([runner.driveAgain(id), runner.driveAgain(id)]);
    expect(both.sort()).toEqual(['done', 'no-such-letter']);
    expect(await rig.told('a')).toEqual(all);
  });

  it('misses nothing that comes in meanwhile', async () => {
    const { runner, id } = await withLetter();
    rig.fault = () => undefined;
    const asking = (async () => {
      for (let asked = 0; asked < 20; asked++) await rig.ask('a', { commands: 1 });
    })();
    expect(await runner.driveAgain(id)).toBe('done');
    await asking;
    await rig.caughtUp(views);
    expect(await rig.told('a')).toHaveLength(all.length + 20);
    expect((await rig.told('a')).at(-1)).toBe(`${numbersTo(22)}>23.0`);
  });

  it('can be given up while the store is down; it then lies where it got to', async () => {
    const { runner, id } = await withLetter();
    rig.fault = () => new StoreUnavailable('The disk is full.');
    const gaveUp = new AbortController();
    const driven = runner.driveAgain(id, gaveUp.signal);
    await sleep(5);
    gaveUp.abort();
    expect(await driven).toBe('interrupted');
    rig.fault = () => undefined;
    expect(await runner.driveAgain(id)).toBe('done');
    expect(await rig.told('a')).toEqual(all);
  });

  it('ends when the server does', async () => {
    const { runner, id } = await withLetter();
    rig.fault = () => new StoreUnavailable('The disk is full.');
    const driven = runner.driveAgain(id);
    await until(() => rig.pauses.length > 3);
    await runner.stop();
    expect(await driven).toBe('interrupted');
  });

  it('loses nothing when it is killed on the way: the states are written, the letter goes last', async () => {
    const { runner, id } = await withLetter();
    await runner.stop();
    rig.fault = () => undefined;
    // The process is gone after its first write, and the next one has the letter still.
    const killed = rig.runner(failingWritesAfter(views, 1));
    await killed.start();
    await expect(killed.driveAgain(id)).rejects.toThrow('The disk is full.');
    await killed.stop();
    const next = rig.runner(views);
    await next.start();
    expect(await next.deadLetters()).toMatchObject([{ id }]);
    expect(await next.driveAgain(id)).toBe('done');
    expect(await rig.told('a')).toEqual(all);
  });

  /** A read store whose disk is full after that many writes of states. */
  function failingWritesAfter(inner: ReadStore, good: number): ReadStore {
    let written = 0;
    return watchedWrites(inner, (states) => {
      if (states.length > 0 && written++ >= good)
        throw new ReadStoreUnavailable('The disk is full.');
    });
  }
});

describe('a new form of the state', () => {
  const counting = tellWhatWasAsked({
    version: 2,
    initial: { asked: [0] },
  });

  it('is folded from the log, and nothing is sent again', async () => {
    await rig.ask('a');
    await rig.ask('a');
    const old = rig.runner(views);
    await old.start();
    await rig.caughtUp(views);
    await old.stop();
    const sent = rig.sent.length;
    await rig.runner(views, counting).start();
    await rig.caughtUp(views);
    expect(rig.sent).toHaveLength(sent);
    await rig.ask('a');
    await rig.caughtUp(views);
    expect((await rig.told('a')).at(-1)).toBe('0,1,2>3.0');
  });

  it('is folded over a log longer than what is folded together', async () => {
    for (let asked = 0; asked < 300; asked++) {
      await rig.ask(asked % 2 === 0 ? 'a' : 'b', { imported: true });
    }
    const old = rig.runner(views);
    await old.start();
    await rig.caughtUp(views);
    await old.stop();
    await rig.runner(views, counting).start();
    for (const stream of ['a', 'b']) await rig.ask(stream);
    await rig.caughtUp(views);
    for (const stream of ['a', 'b']) {
      expect(await rig.told(stream)).toEqual([`0,${numbersTo(150)}>151.0`]);
    }
  });

  it('reacts to what the old one had not come to', async () => {
    await rig.ask('a');
    const old = rig.runner(views);
    await old.start();
    await rig.caughtUp(views);
    await old.stop();
    await rig.ask('a');
    await rig.runner(views, counting).start();
    await rig.caughtUp(views);
    expect(await rig.told('a')).toEqual(['>1.0', '0,1>2.0']);
  });

  it('keeps the dead letters, with all that waits behind them', async () => {
    for (const stream of ['a', 'a', 'b', 'a']) await rig.ask(stream);
    rig.fault = ({ text, to }) =>
      to === 'a' && text.endsWith('>2.0') ? new TypeError('broken') : undefined;
    const old = rig.runner(views);
    await old.start();
    await rig.caughtUp(views);
    const letters = await old.deadLetters();
    await old.stop();
    rig.fault = () => undefined;
    const mended = rig.runner(views, counting);
    await mended.start();
    expect(await mended.deadLetters()).toEqual(letters);
    expect(await mended.driveAgain(letters[0]!.id)).toBe('done');
    expect(await rig.told('a')).toEqual(['>1.0', '0,1>2.0', '0,1,2>3.0']);
    expect(await rig.told('b')).toEqual(['>1.0']);
  });
});
