import { hoursToMs, type Instant, instant, minutesToMs, plusMs } from '#kernel/instants';
import { type SweeperOptions, VaultSweeper } from './sweeper.ts';

const NOW = instant('2026-11-25T12:00:00.000Z');
const minutesAgo = (minutes: number): Instant => plusMs(NOW, -minutesToMs(minutes));

interface Stored {
  ref: string;
  platform: string;
  storedAt: Instant;
}

/** Only the two calls that the sweeper makes, over a list in the order of storing. */
function shelf(...stored: Stored[]) {
  return {
    get refs() {
      return stored.map((record) => record.ref);
    },
    async refsStoredBetween(after: Instant, before: Instant, limit: number): Promise<Stored[]> {
      const all = stored.filter((r) => r.storedAt > after && r.storedAt < before);
      const last = all[limit - 1];
      return last ? all.filter((r) => r.storedAt <= last.storedAt) : all;
    },
    async sweep(refs: readonly string[]): Promise<number> {
      const before = stored.length;
      stored = stored.filter((record) => !refs.includes(record.ref));
      return before - stored.length;
    },
  };
}

const stored = (ref: string, minutes: number): Stored => ({
  ref,
  platform: 'shop',
  storedAt: minutesAgo(minutes),
});

function sweeper(
  vault: SweeperOptions['vault'],
  named: readonly string[],
  more: Partial<SweeperOptions> = {},
): VaultSweeper {
  return new VaultSweeper({
    vault,
    isNamed: async (refs) => new Set(refs.filter((ref) => named.includes(ref))),
    clock: { now: () => NOW },
    longestDeadlineMs: minutesToMs(5),
    ...more,
  });
}

describe('VaultSweeper', () => {
  it('removes what no event names, and never what one names', async () => {
    const vault = shelf(stored('a', 200), stored('b', 190), stored('c', 180));
    const report = await sweeper(vault, ['b']).run();
    expect(vault.refs).toEqual(['b']);
    expect(report).toEqual({ looked: 3, swept: 2, resumeAfter: minutesAgo(180) });
  });

  it('leaves alone what is younger than the grace, to the millisecond', async () => {
    const vault = shelf(stored('old', 61), stored('at the grace', 60), stored('young', 1));
    await sweeper(vault, []).run();
    expect(vault.refs).toEqual(['at the grace', 'young']);
  });

  it('goes through all pages, whatever their size', async () => {
    const refs = Array.from({ length: 57 }, (_, index) => `r${index}`);
    const named = refs.filter((_, index) => index % 3 === 0);
    for (const pageSize of [1, 2, 10, 500]) {
      const vault = shelf(...refs.map((ref, index) => stored(ref, 500 - (index >> 1))));
      const report = await sweeper(vault, named, { pageSize }).run();
      expect(vault.refs).toEqual(named);
      expect(report).toMatchObject({ looked: 57, swept: 38 });
    }
  });

  it('looks at nothing twice: the next run goes on where the last one ended', async () => {
    const vault = shelf(stored('a', 200), stored('b', 100), stored('c', 10));
    const asked: string[][] = [];
    let now = NOW;
    const isNamed = async (refs: readonly string[]) => {
      asked.push([...refs]);
      return new Set(['a']);
    };
    const sweep = sweeper(vault, [], { isNamed, clock: { now: () => now } });
    await sweep.run();
    now = plusMs(NOW, hoursToMs(1));
    await sweep.run();
    expect(asked).toEqual([['a', 'b'], ['c']]);
  });

  it('goes on where an earlier sweeper stopped', async () => {
    const vault = shelf(stored('a', 200), stored('b', 100));
    await sweeper(vault, [], { resumeAfter: minutesAgo(200) }).run();
    expect(vault.refs).toEqual(['a']);
  });

  it('removes nothing when it cannot learn what is named, and looks again next time', async () => {
    const vault = shelf(stored('a', 200), stored('b', 100));
    let down = true;
    const isNamed = async () => {
      if (down) throw new Error('The log is not there.');
      return new Set(['a']);
    };
    const sweep = sweeper(vault, [], { isNamed });
    await expect(sweep.run()).rejects.toThrow('The log is not there.');
    expect(vault.refs).toEqual(['a', 'b']);
    down = false;
    expect(await sweep.run()).toMatchObject({ looked: 2, swept: 1 });
    expect(vault.refs).toEqual(['a']);
  });

  it('stops between two pages when it is told to', async () => {
    const vault = shelf(stored('a', 200), stored('b', 190), stored('c', 180));
    const stop = new AbortController();
    const isNamed = async (refs: readonly string[]) => {
      if (refs.includes('b')) stop.abort();
      return new Set<string>();
    };
    const report = await sweeper(vault, [], { isNamed, pageSize: 1 }).run(stop.signal);
    expect(vault.refs).toEqual(['c']);
    expect(report.resumeAfter).toBe(minutesAgo(190));
  });

  it('refuses a grace in which a request could still be running', () => {
    const vault = shelf();
    expect(() => sweeper(vault, [], { graceMs: minutesToMs(5) })).toThrow(RangeError);
    expect(() => sweeper(vault, [], { longestDeadlineMs: hoursToMs(1) })).toThrow(RangeError);
  });
});
