/** What every read store promises, whatever it is made of. Each adapter's spec calls it. */
import { type Instant } from '#kernel/instants';
import { type Position, START } from '#kernel/position';
import type { AnyView } from '#kernel/view';
import {
  BadCursor,
  type Condition,
  type OrderBy,
  type Query,
  type ReadStore,
  type Scalar,
  type ViewStore,
  ViewVersionGone,
  type Where,
} from './read-store.port.ts';

export interface ReadStoreFixture {
  /** Empty. */
  readonly store: ReadStore;
  /** Lets go of everything, and removes what was stored. */
  dispose(): Promise<void>;
}

interface Review {
  readonly platform: string;
  readonly status: string;
  readonly dueAt: string | null;
  readonly rank?: Scalar;
}

const viewOf = (version = 1, indexes: AnyView['indexes'] = [['platform', 'dueAt']]): AnyView => ({
  name: 'reviews',
  version,
  handles: [],
  keys: () => [],
  evolve: (document: object | null) => document,
  indexes,
});

const at = (n: number): Position => String(n).padStart(8, '0') as Position;

const review = (over: Partial<Review> = {}): Review => ({
  platform: 'p1',
  status: 'waiting',
  dueAt: '2026-03-01',
  ...over,
});

async function keysOf(store: ViewStore, query: Query): Promise<string[]> {
  return (await store.find(query)).documents.map(({ key }) => key);
}

/** All pages, two documents at a time. */
async function keysPageByPage(store: ViewStore, query: Omit<Query, 'limit'>): Promise<string[]> {
  const keys: string[] = [];
  let after: string | undefined;
  do {
    const page = await store.find({ ...query, limit: 2, after });
    keys.push(...page.documents.map(({ key }) => key));
    after = page.next;
  } while (after !== undefined);
  return keys;
}

export function readStoreContract(name: string, factory: () => Promise<ReadStoreFixture>): void {
  describe(`read store contract: ${name}`, () => {
    let fixture: ReadStoreFixture;
    let store: ReadStore;
    let reviews: ViewStore<Review>;
    const view = viewOf();

    /** Writes documents at positions 1, 2, 3 … */
    const put = async (documents: Readonly<Record<string, object | null>>): Promise<void> => {
      const writes = Object.entries(documents).map(([key, document], index) => ({
        key,
        document,
        position: at(index + 1),
      }));
      await reviews.write(writes, at(writes.length));
    };

    beforeEach(async () => {
      fixture = await factory();
      store = fixture.store;
      await store.prepare(view);
      reviews = store.exact<Review>(view);
    });
    afterEach(() => fixture.dispose());

    describe('write', () => {
      it('stores a document with its position and sets the checkpoint', async () => {
        await reviews.write([{ key: 'a', document: review(), position: at(3) }], at(5));
        expect(await reviews.get('a')).toEqual({
          key: 'a',
          document: review(),
          position: at(3),
          degraded: false,
        });
        expect(await reviews.checkpoint()).toBe(at(5));
      });

      it('changes nothing at a lower or an equal position', async () => {
        await reviews.write([{ key: 'a', document: review(), position: at(3) }], at(3));
        const late = review({ status: 'claimed' });
        await reviews.write([{ key: 'a', document: late, position: at(3) }], at(3));
        await reviews.write([{ key: 'a', document: late, position: at(2) }], at(3));
        expect((await reviews.get('a'))?.document).toEqual(review());
      });

      it('replaces the whole document at a higher position', async () => {
        await reviews.write([{ key: 'a', document: review({ rank: 1 }), position: at(1) }], at(1));
        await reviews.write([{ key: 'a', document: review(), position: at(2) }], at(2));
        expect((await reviews.get('a'))?.document).toEqual(review());
      });

      it('never moves the checkpoint back', async () => {
        await reviews.write([], at(5));
        await reviews.write([], at(4));
        expect(await reviews.checkpoint()).toBe(at(5));
      });

      it('leaves a tombstone, so that a repeated earlier write does not bring a document back', async () => {
        const first = { key: 'a', document: review(), position: at(1) };
        await reviews.write([first], at(1));
        await reviews.write([{ key: 'a', document: null, position: at(2) }], at(2));
        await reviews.write([first], at(2));
        expect(await reviews.get('a')).toBeUndefined();
        expect(await reviews.count()).toBe(0);
        expect(await keysOf(reviews, { limit: 10 })).toEqual([]);
      });

      it('brings a deleted document back at a higher position', async () => {
        await reviews.write([{ key: 'a', document: null, position: at(2) }], at(2));
        await reviews.write([{ key: 'a', document: review(), position: at(3) }], at(3));
        expect((await reviews.get('a'))?.document).toEqual(review());
      });

      it('takes the writes of several views that are asked for at once', async () => {
        const other = { ...viewOf(), name: 'cases' };
        await store.prepare(other);
        const cases = store.exact(other);
        await Promise.all([
          reviews.write([{ key: 'a', document: review(), position: at(1) }], at(1)),
          cases.write([{ key: 'a', document: { open: true }, position: at(1) }], at(2)),
        ]);
        expect((await reviews.get('a'))?.document).toEqual(review());
        expect((await cases.get('a'))?.document).toEqual({ open: true });
        expect(await cases.checkpoint()).toBe(at(2));
      });
    });

    describe('getForFold', () => {
      it('answers in the order of the keys, with tombstones, START and what is parked', async () => {
        await put({ a: review(), b: null });
        await reviews.park({
          key: 'c',
          platform: 'shop',
          position: at(3),
          eventType: 'X',
          error: 'Error: x',
          at: '2026-01-01T00:00:00.000Z' as Instant,
        });
        expect(await reviews.getForFold(['c', 'b', 'a', 'd'])).toEqual([
          { key: 'c', document: null, position: START, parked: true },
          { key: 'b', document: null, position: at(2), parked: false },
          { key: 'a', document: review(), position: at(1), parked: false },
          { key: 'd', document: null, position: START, parked: false },
        ]);
      });
    });

    describe('find: conditions', () => {
      beforeEach(() =>
        put({
          nothing: review({ rank: null }),
          missing: review(),
          one: review({ rank: 1 }),
          two: review({ rank: 2.5 }),
          text: review({ rank: '1' }),
          later: review({ rank: 'b' }),
          yes: review({ rank: true }),
          no: review({ rank: false }),
        }),
      );

      const matches: readonly [string, Condition, string[]][] = [
        ['a number equals itself, not its text and not true', 1, ['one']],
        ['a string', '1', ['text']],
        ['true', true, ['yes']],
        ['false', false, ['no']],
        ['null, which a missing property counts as', null, ['missing', 'nothing']],
        ['any of a list', { in: [1, 'b', 1] }, ['later', 'one']],
        ['any of a list with null', { in: [null, true] }, ['missing', 'nothing', 'yes']],
        ['nothing of an empty list', { in: [] }, []],
        ['not', { not: 1 }, ['later', 'missing', 'no', 'nothing', 'text', 'two', 'yes']],
        ['not null', { not: null }, ['later', 'no', 'one', 'text', 'two', 'yes']],
        ['a range of numbers, and no other type', { gt: 1 }, ['two']],
        ['a closed range', { gte: 1, lte: 2.5 }, ['one', 'two']],
        ['a half-open range', { gte: 1, lt: 2.5 }, ['one']],
        ['a range of strings, and no other type', { gte: '1' }, ['later', 'text']],
        ['strings below', { lt: 'b' }, ['text']],
        ['nothing by a null bound', { gte: null }, []],
      ];
      it.each(matches)('matches %s', async (_what, rank, keys) => {
        expect(await keysOf(reviews, { where: { rank }, limit: 20 })).toEqual(keys);
        expect(await reviews.count({ rank })).toBe(keys.length);
      });

      it('asks for all conditions to hold', async () => {
        const where: Where = { rank: { not: null }, platform: 'p2' };
        expect(await keysOf(reviews, { where, limit: 20 })).toEqual([]);
      });

      it('refuses a condition that was left undefined, rather than widen the query', async () => {
        const where = { platform: undefined } as unknown as Where;
        await expect(reviews.find({ where, limit: 1 })).rejects.toThrow(RangeError);
      });

      it('counts by value, nulls and missing together', async () => {
        const counts = await reviews.countBy('rank', { rank: { in: [1, null, true, false] } });
        expect(new Map(counts)).toEqual(
          new Map<Scalar, number>([
            [null, 2],
            [1, 1],
            [true, 1],
            [false, 1],
          ]),
        );
      });
    });

    describe('find: order and pages', () => {
      const ascending = ['c', 'f', 'b', 'd', 'a', 'e', 'g'];
      beforeEach(() =>
        put({
          a: review({ dueAt: '2026-03-03', status: 'claimed' }),
          b: review({ dueAt: '2026-03-01', status: 'waiting' }),
          c: review({ dueAt: null, status: 'waiting' }),
          d: review({ dueAt: '2026-03-02', status: 'claimed' }),
          e: review({ dueAt: '2026-03-03', status: 'waiting' }),
          f: review({ dueAt: null, status: 'claimed' }),
          g: review({ dueAt: '2026-03-04', status: 'closed' }),
          h: review({ platform: 'p2', dueAt: '2026-03-01' }),
        }),
      );

      const orders: readonly [string, readonly OrderBy[], Where, string[]][] = [
        ['key alone', [], { platform: 'p1' }, ['a', 'b', 'c', 'd', 'e', 'f', 'g']],
        [
          'a field, nulls first',
          [{ field: 'dueAt', direction: 'asc' }],
          { platform: 'p1' },
          ascending,
        ],
        [
          'a field backwards, the key with it and nulls last',
          [{ field: 'dueAt', direction: 'desc' }],
          { platform: 'p1' },
          [...ascending].reverse(),
        ],
        [
          'a field that all have the same of: by the key, in its direction',
          [{ field: 'platform', direction: 'desc' }],
          { platform: 'p1' },
          ['g', 'f', 'e', 'd', 'c', 'b', 'a'],
        ],
        [
          'a field that all have the same of, and another after it',
          [
            { field: 'platform', direction: 'desc' },
            { field: 'dueAt', direction: 'asc' },
          ],
          { platform: 'p1' },
          ascending,
        ],
        [
          'a field that none has',
          [{ field: 'dueAt', direction: 'desc' }],
          { platform: 'p1', dueAt: null },
          ['f', 'c'],
        ],
        [
          'two fields of opposite directions',
          [
            { field: 'dueAt', direction: 'desc' },
            { field: 'status', direction: 'asc' },
          ],
          { platform: 'p1' },
          ['g', 'a', 'e', 'd', 'b', 'f', 'c'],
        ],
        [
          'a field, over several values of another',
          [{ field: 'dueAt', direction: 'asc' }],
          { platform: 'p1', status: { in: ['closed', 'waiting', 'waiting'] } },
          ['c', 'b', 'e', 'g'],
        ],
        [
          'a field within a range of itself',
          [{ field: 'dueAt', direction: 'desc' }],
          { platform: 'p1', dueAt: { gt: '2026-03-01', lte: '2026-03-03' } },
          ['e', 'a', 'd'],
        ],
      ];
      it.each(orders)('sorts by %s', async (_what, orderBy, where, keys) => {
        expect(await keysOf(reviews, { where, orderBy, limit: 20 })).toEqual(keys);
        expect(await keysPageByPage(reviews, { where, orderBy })).toEqual(keys);
      });

      it.each(['asc', 'desc'] as const)(
        'sorts by a field over several of its own values, of whatever types, %s',
        async (direction) => {
          // In their order; the two strings have another one in UTF-16.
          const ranks = [null, -1, 10, 'B', 'a', '\u{ffff}', '\u{1f600}', false, true];
          const ranked = ranks.flatMap((rank, index) =>
            ['x', 'y'].map(
              (twin) => [`r${index}${twin}`, review({ platform: 'p3', rank })] as const,
            ),
          );
          await put(Object.fromEntries(ranked));
          const keys = ranked.map(([key]) => key);
          if (direction === 'desc') keys.reverse();
          const orderBy = [{ field: 'rank', direction }] as const;
          const wheres: readonly Where[] = [
            { platform: 'p3' },
            { platform: 'p3', rank: { in: ranks } },
          ];
          for (const where of wheres) {
            expect(await keysPageByPage(reviews, { where, orderBy })).toEqual(keys);
          }
        },
      );

      it('gives no cursor with the last page, also when it is full', async () => {
        const page = await reviews.find({ where: { platform: 'p1' }, limit: 7 });
        expect(page.documents).toHaveLength(7);
        expect(page.next).toBeUndefined();
      });

      it('neither repeats nor skips what stays in place while others come and go', async () => {
        const query = { orderBy: [{ field: 'dueAt', direction: 'asc' }] } as const;
        const first = await reviews.find({ ...query, limit: 3 });
        await reviews.write(
          [
            { key: 'c', document: null, position: at(20) },
            { key: 'aa', document: review({ dueAt: null }), position: at(21) },
          ],
          at(21),
        );
        const rest = await keysOf(reviews, { ...query, limit: 20, after: first.next });
        expect(first.documents.map(({ key }) => key)).toEqual(['c', 'f', 'b']);
        expect(rest).toEqual(['h', 'd', 'a', 'e', 'g']);
      });

      it('refuses the cursor of another query', async () => {
        const page = await reviews.find({ where: { platform: 'p1' }, limit: 2 });
        const other: Query = { where: { platform: 'p2' }, limit: 2, after: page.next };
        await expect(reviews.find(other)).rejects.toThrow(BadCursor);
        const sorted: Query = {
          where: { platform: 'p1' },
          orderBy: [{ field: 'dueAt', direction: 'asc' }],
          limit: 2,
          after: page.next,
        };
        await expect(reviews.find(sorted)).rejects.toThrow(BadCursor);
      });

      it.each(['', 'garbage', '{}', 'W10', 'bnVsbA', '\u0000'])(
        'refuses the cursor %j, which no page gave',
        async (after) => {
          await expect(reviews.find({ limit: 2, after })).rejects.toThrow(BadCursor);
        },
      );

      it('takes a cursor with another limit', async () => {
        const page = await reviews.find({ limit: 2 });
        expect(await keysOf(reviews, { limit: 3, after: page.next })).toEqual(['c', 'd', 'e']);
      });

      it.each([0, -1, 1.5, Number.NaN])('refuses a page of %d documents', async (limit) => {
        await expect(reviews.find({ limit })).rejects.toThrow(RangeError);
      });
    });

    describe('parked documents', () => {
      const parked = {
        key: 'a',
        platform: 'shop',
        position: at(2),
        eventType: 'ReviewClaimed',
        error: 'TypeError: no reviewer',
        at: '2026-01-01T00:00:00.000Z' as Instant,
      };

      it('are listed, and served as degraded, until they are mended', async () => {
        await put({ a: review() });
        await reviews.park(parked);
        expect(await reviews.parked()).toEqual([parked]);
        expect((await reviews.get('a'))?.degraded).toBe(true);
        expect((await reviews.find({ limit: 1 })).documents[0]?.degraded).toBe(true);
        expect((await store.status())[0]?.parked).toBe(1);

        await reviews.unpark('a');
        expect(await reviews.parked()).toEqual([]);
        expect((await reviews.get('a'))?.degraded).toBe(false);
      });

      it('are not parked by an event that they have passed', async () => {
        const late = { ...parked, position: at(1) };
        await put({ a: review() });
        await reviews.park(late);
        await reviews.write([{ key: 'b', document: null, position: at(2) }], START);
        await reviews.park({ ...parked, key: 'b' });
        expect(await reviews.parked()).toEqual([]);
      });

      it('are parked once, with the last cause', async () => {
        await reviews.park(parked);
        await reviews.park({ ...parked, error: 'TypeError: no queue' });
        expect(await reviews.parked()).toEqual([{ ...parked, error: 'TypeError: no queue' }]);
      });
    });

    describe('versions', () => {
      it('a new view is being built, and not served, until it is promoted', async () => {
        expect(await store.prepare(view)).toBe('building');
        expect(await store.serving('reviews')).toBeUndefined();
        await put({ a: review() });
        await store.promote(view);
        expect(await store.prepare(view)).toBe('serving');
        const serving = await store.serving<Review>('reviews');
        expect((await serving?.get('a'))?.document).toEqual(review());
      });

      it('the old version serves while the new one is built, then goes', async () => {
        await put({ a: review({ status: 'old' }) });
        await store.promote(view);
        expect(await store.prepare(viewOf(2))).toBe('building');
        await store
          .exact(viewOf(2))
          .write([{ key: 'a', document: review({ status: 'new' }), position: at(1) }], at(1));
        const serving = (await store.serving<Review>('reviews'))!;
        expect((await serving.get('a'))?.document.status).toBe('old');
        expect((await store.status()).map(({ version, state }) => [version, state])).toEqual([
          [1, 'serving'],
          [2, 'building'],
        ]);

        await store.promote(viewOf(2));
        expect((await serving.get('a'))?.document.status).toBe('new');
        expect(await store.status()).toEqual([
          { name: 'reviews', version: 2, state: 'serving', checkpoint: at(1), parked: 0 },
        ]);
        await expect(reviews.get('a')).rejects.toThrow(ViewVersionGone);
        await expect(reviews.write([], at(9))).rejects.toThrow(ViewVersionGone);
      });

      it('promoting twice is promoting once', async () => {
        await store.promote(view);
        await store.promote(view);
        expect((await store.status()).map(({ state }) => state)).toEqual(['serving']);
      });

      it('promotes nothing that was not prepared', async () => {
        await expect(store.promote(viewOf(7))).rejects.toThrow(ViewVersionGone);
        expect(() => store.exact(viewOf(7))).toThrow(ViewVersionGone);
      });

      it('a build that is reset begins again, and its writer notices', async () => {
        await put({ a: review() });
        await store.reset(view);
        await expect(reviews.write([], at(9))).rejects.toThrow(ViewVersionGone);
        const afresh = store.exact(view);
        expect(await afresh.checkpoint()).toBe(START);
        expect(await afresh.count()).toBe(0);
      });

      it('a serving version that is reset goes on serving until the rebuilt one is promoted', async () => {
        await put({ a: review({ status: 'old' }) });
        await store.promote(view);
        const serving = (await store.serving<Review>('reviews'))!;
        await store.reset(view);
        const rebuilt = store.exact<Review>(view);
        expect(await rebuilt.getForFold(['a'])).toMatchObject([{ position: START }]);
        await rebuilt.write(
          [{ key: 'a', document: review({ status: 'new' }), position: at(1) }],
          at(1),
        );
        expect((await serving.get('a'))?.document.status).toBe('old');
        await store.promote(view);
        expect((await serving.get('a'))?.document.status).toBe('new');
        expect((await store.status()).map(({ state }) => state)).toEqual(['serving']);
      });

      it('parked documents belong to one version', async () => {
        await reviews.park({
          key: 'a',
          platform: 'shop',
          position: at(1),
          eventType: 'X',
          error: 'Error: x',
          at: '2026-01-01T00:00:00.000Z' as Instant,
        });
        await store.prepare(viewOf(2));
        expect(await store.exact(viewOf(2)).parked()).toEqual([]);
      });

      it('takes other indexes for a version that serves already', async () => {
        await put({ a: review(), b: review({ status: 'claimed' }) });
        await store.promote(view);
        await store.prepare(viewOf(1, [['status'], ['platform', 'status']]));
        const query: Query = { where: { status: 'claimed' }, limit: 5 };
        expect(await keysOf(store.exact(view), query)).toEqual(['b']);
      });

      it('finds the same with an index of some documents alone, also once they are others', async () => {
        const of = (rank: Scalar) => review({ rank });
        await put({ a: of(true), b: of(false), c: of(null), d: of('high'), e: of(true) });
        await store.promote(view);
        const fields = ['platform', 'rank', 'dueAt'];
        await store.prepare(
          viewOf(1, [
            { fields, where: { field: 'rank', is: 'true' } },
            { fields, where: { field: 'rank', is: 'present' } },
          ]),
        );
        const found = (rank: Scalar) =>
          keysOf(store.exact(view), { where: { platform: 'p1', rank }, limit: 5 });
        expect(await found(true)).toEqual(['a', 'e']);
        await store.exact(view).write([{ key: 'a', document: of('high'), position: at(9) }], at(9));
        expect(await found(true)).toEqual(['e']);
        expect(await found('high')).toEqual(['a', 'd']);
        expect(await found(false)).toEqual(['b']);
        expect(await found(null)).toEqual(['c']);
        expect(await store.exact(view).count({ platform: 'p1', rank: true })).toBe(1);
      });
    });

    it('is ready when it can write', async () => {
      await expect(store.ready()).resolves.toBeUndefined();
    });
  });
}
