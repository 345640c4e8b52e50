import { type RecordedEvent } from '#kernel/envelope';
import { hoursToMs, type Instant, instant, minutesToMs, plusMs } from '#kernel/instants';
import { type Position, START } from '#kernel/position';
import { takeOutNamed } from './named-in-log.ts';
import { type SweepMark, type SweeperOptions, VaultSweeper } from './sweeper.ts';

const NOW = instant('2026-11-25T12:00:00.000Z');
const minutesAgo = (minutes: number): Instant => plusMs(NOW, -minutesToMs(minutes));

interface Stored {
  ref: string;
  platform: string;
  storedAt: Instant;
}

/** The calls that the sweeper makes of a vault, over a list in the order of storing. */
class Shelf {
  #stored: Stored[] = [];

  constructor(...stored: Stored[]) {
    this.#stored = stored;
  }

  get refs() {
    return this.#stored.map(({ ref }) => ref);
  }

  put(ref: string, storedAt: Instant): void {
    this.#stored = this.#stored.filter((one) => one.ref !== ref);
    this.#stored.push({ ref, platform: 'shop', storedAt });
  }

  async refsStoredBetween(after: Instant, before: Instant, limit: number): Promise<Stored[]> {
    const all = this.#stored.filter((r) => r.storedAt > after && r.storedAt < before);
    const last = all[limit - 1];
    return last ? all.filter((r) => r.storedAt <= last.storedAt) : all;
  }

  async sweep(refs: readonly string[], storedBefore: Instant): Promise<number> {
    const before = this.#stored.length;
    this.#stored = this.#stored.filter(
      ({ ref, storedAt }) => !refs.includes(ref) || storedAt >= storedBefore,
    );
    return before - this.#stored.length;
  }
}

/** The calls that the sweeper makes of a log; counts the events that were read. */
class Log {
  read = 0;
  readonly #data: unknown[];
  onRead: (data: unknown) => void = () => undefined;

  constructor(...data: unknown[]) {
    this.#data = data;
  }

  append(data: unknown): void {
    this.#data.push(data);
  }

  async head(): Promise<Position> {
    return positionOf(this.#data.length);
  }

  async *readAll({ after = START }: { after?: Position } = {}): AsyncGenerator<RecordedEvent> {
    for (const [index, data] of this.#data.entries()) {
      if (positionOf(index + 1) <= after) continue;
      this.read += 1;
      this.onRead(data);
      yield { position: positionOf(index + 1), data } as RecordedEvent;
    }
  }
}

const positionOf = (number: number): Position =>
  (number === 0 ? '' : String(number).padStart(6, '0')) as Position;

class Marks {
  mark: SweepMark | undefined;
  async load() {
    return this.mark;
  }
  async save(mark: SweepMark) {
    this.mark = mark;
  }
}

const stored = (ref: string, minutes: number): Stored => ({
  ref,
  platform: 'shop',
  storedAt: minutesAgo(minutes),
});

function sweeper(
  vault: SweeperOptions['vault'],
  log: SweeperOptions['log'],
  more: Partial<SweeperOptions> = {},
): VaultSweeper {
  return new VaultSweeper({
    vault,
    log,
    marks: new Marks(),
    clock: { now: () => NOW },
    graceMs: hoursToMs(1),
    longestRequestMs: minutesToMs(5),
    ...more,
  });
}

describe('a sweep', () => {
  it('removes what no event names, and never what one names', async () => {
    const vault = new Shelf(stored('a', 200), stored('b', 190), stored('c', 180));
    const report = await sweeper(vault, new Log({ fields: { name: { ref: 'b' } } })).run();
    expect(vault.refs).toEqual(['b']);
    expect(report).toEqual({ looked: 3, swept: 2 });
  });

  it.each<[string, unknown]>([
    ['under a member that no list knows', { somethingNew: { evenDeeper: 'b' } }],
    ['in a list', { refs: ['x', 'b'] }],
    ['in a list of lists', [[{ at: ['b'] }]]],
  ])('spares what an event names %s', async (_where, data) => {
    const vault = new Shelf(stored('a', 200), stored('b', 190));
    await sweeper(vault, new Log(data)).run();
    expect(vault.refs).toEqual(['b']);
  });

  it('leaves alone what is younger than the grace, to the millisecond', async () => {
    const vault = new Shelf(stored('old', 61), stored('at the grace', 60), stored('young', 1));
    await sweeper(vault, new Log()).run();
    expect(vault.refs).toEqual(['at the grace', 'young']);
  });

  it('goes through all windows, whatever their size', async () => {
    const refs = Array.from({ length: 57 }, (_, index) => `r${index}`);
    const named = refs.filter((_, index) => index % 3 === 0);
    for (const windowSize of [1, 2, 10, 500]) {
      const vault = new Shelf(...refs.map((ref, index) => stored(ref, 500 - (index >> 1))));
      const log = new Log(...named.map((ref) => ({ ref })));
      const report = await sweeper(vault, log, { windowSize }).run();
      expect(vault.refs).toEqual(named);
      expect(report).toEqual({ looked: 57, swept: 38 });
    }
  });

  it('spares what a second try put again while it looked: its event may be on its way', async () => {
    const vault = new Shelf(stored('a', 200), stored('b', 190));
    const log = new Log({ unrelated: 'x' });
    log.onRead = () => vault.put('a', NOW);
    expect(await sweeper(vault, log).run()).toEqual({ looked: 2, swept: 1 });
    expect(vault.refs).toEqual(['a']);
  });

  it('looks at what was put again once its new grace is over', async () => {
    const vault = new Shelf(stored('a', 200));
    const log = new Log();
    let now = NOW;
    const sweep = sweeper(vault, log, { clock: { now: () => now } });
    vault.put('a', minutesAgo(30));
    expect(await sweep.run()).toEqual({ looked: 0, swept: 0 });
    now = plusMs(NOW, hoursToMs(1));
    expect(await sweep.run()).toEqual({ looked: 1, swept: 1 });
  });

  it('removes nothing when it cannot learn what is named, and looks again next time', async () => {
    const vault = new Shelf(stored('a', 200), stored('b', 100));
    const log = new Log({ ref: 'a' });
    log.onRead = () => {
      throw new Error('The log is not there.');
    };
    const sweep = sweeper(vault, log);
    await expect(sweep.run()).rejects.toThrow('The log is not there.');
    expect(vault.refs).toEqual(['a', 'b']);
    log.onRead = () => undefined;
    expect(await sweep.run()).toEqual({ looked: 2, swept: 1 });
    expect(vault.refs).toEqual(['a']);
  });

  it('begins no further window once it is told to stop', async () => {
    const vault = new Shelf(stored('a', 200), stored('b', 190), stored('c', 180));
    const log = new Log({ unrelated: 'x' });
    const stop = new AbortController();
    log.onRead = () => stop.abort();
    await sweeper(vault, log, { windowSize: 1 }).run(stop.signal);
    expect(vault.refs).toEqual(['b', 'c']);
  });

  it('is refused a grace in which a request could still be running', () => {
    const make = (more: Partial<SweeperOptions>) => () => sweeper(new Shelf(), new Log(), more);
    expect(make({ graceMs: minutesToMs(5) })).toThrow(RangeError);
    expect(make({ longestRequestMs: hoursToMs(1) })).toThrow(RangeError);
  });
});

describe('the mark of a sweep', () => {
  it('spares the next one what was looked at, in the vault and in the log', async () => {
    const vault = new Shelf(stored('a', 200), stored('b', 100), stored('c', 10));
    const log = new Log({ ref: 'a' }, { unrelated: 'x' }, { ref: 'b' }, { ref: 'c' });
    const marks = new Marks();
    await sweeper(vault, log, { marks }).run();
    expect([log.read, marks.mark?.resumeAfter]).toEqual([3, minutesAgo(100)]);
    const later = { now: () => plusMs(NOW, hoursToMs(1)) };
    expect(await sweeper(vault, log, { marks, clock: later }).run()).toEqual({
      looked: 1,
      swept: 0,
    });
    expect(log.read).toBe(4);
  });

  it('that is too late never costs a record: the whole log is looked through before one goes', async () => {
    const vault = new Shelf(stored('a', 200), stored('b', 190));
    const log = new Log({ ref: 'a' }, { unrelated: 'x' }, { unrelated: 'y' });
    const marks = new Marks();
    marks.mark = { resumeAfter: minutesAgo(300), position: positionOf(3) };
    await sweeper(vault, log, { marks }).run();
    expect(vault.refs).toEqual(['a']);
  });

  it('beyond the end of a log that was restored from its backup is not used', async () => {
    const vault = new Shelf(stored('a', 200), stored('b', 190));
    const marks = new Marks();
    marks.mark = { resumeAfter: minutesAgo(300), position: positionOf(99) };
    await sweeper(vault, new Log({ ref: 'a' }), { marks }).run();
    expect(vault.refs).toEqual(['a']);
    expect(marks.mark.position).toBe(positionOf(1));
  });
});

describe('taking out what the log names', () => {
  it('reads no further than it must', async () => {
    const log = new Log({ ref: 'a' }, { ref: 'b' }, { ref: 'c' });
    const refs = new Set(['a', 'b']);
    expect(await takeOutNamed(refs, log, START)).toBe(positionOf(2));
    expect([refs.size, log.read]).toEqual([0, 2]);
  });
});
