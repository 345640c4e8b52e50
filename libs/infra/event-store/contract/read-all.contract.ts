import { type NewEvent } from '#kernel/envelope';
import { START, type Position } from '#kernel/position';
import { UnknownPosition } from '../event-store.errors.ts';
import { type EventFilter } from '../event-store.port.ts';
import {
  anEvent,
  idsIn,
  idsOf,
  listOf,
  openForSection,
  openForTest,
  ownNames,
  someEvents,
  type RigFactory,
} from './rig.contract.ts';

export function readAllContract(factory: RigFactory): void {
  const store = openForSection(factory);

  /** Appends one event to each stream of a list, one after the other. */
  async function appendTo(streams: readonly string[], changes: Partial<NewEvent> = {}) {
    const events: NewEvent[] = [];
    for (const stream of streams) {
      const event = anEvent(changes);
      events.push(event);
      const [last] = await listOf(store().readStream(stream, { direction: 'backwards', limit: 1 }));
      await store().append(stream, last ? last.revision : 'no-stream', [event]);
    }
    return events;
  }

  describe('readAll', () => {
    it('gives the events of all streams in the order in which they were appended', async () => {
      const names = ownNames();
      const [a, b] = [names.stream('a'), names.stream('b')];
      const events = await appendTo([a, b, a, a, b]);
      const filter = { streamPrefixes: [names.prefix] };
      const stored = await listOf(store().readAll({ filter }));
      expect(idsOf(stored)).toEqual(idsOf(events));
      expect(stored.map((event) => [event.stream, event.revision])).toEqual([
        [a, 0],
        [b, 0],
        [a, 1],
        [a, 2],
        [b, 1],
      ]);
      expect(await idsIn(store().readAll({ after: START, filter }))).toEqual(idsOf(events));
    });

    it('gives positions that compare as text, the same as append and readStream gave', async () => {
      const names = ownNames();
      const given: Position[] = [];
      for (let n = 0; n < 40; n++) {
        const stream = names.stream(`case-${n % 4}`);
        const expected = n < 4 ? 'no-stream' : Math.floor(n / 4) - 1;
        given.push((await store().append(stream, expected, someEvents(1))).position);
      }
      const all = await listOf(store().readAll({ filter: { streamPrefixes: [names.prefix] } }));
      expect(all.map(({ position }) => position)).toEqual(given);
      expect([...given].sort((x, y) => (x < y ? -1 : 1))).toEqual(given);
      expect(given.every((position) => position > START)).toBe(true);
      const one = await listOf(store().readStream(names.stream('case-1')));
      expect(one.map(({ position }) => position)).toEqual(given.filter((_, n) => n % 4 === 1));
    });

    it('begins after a position: that event itself is not given again', async () => {
      const names = ownNames();
      const events = await appendTo(['a', 'b', 'a', 'b'].map(names.stream));
      const filter = { streamPrefixes: [names.prefix] };
      const stored = await listOf(store().readAll({ filter }));
      for (const [at, { position }] of stored.entries()) {
        expect(await idsIn(store().readAll({ after: position, filter }))).toEqual(
          idsOf(events.slice(at + 1)),
        );
      }
    });

    it('begins after a position whose event the filter leaves out', async () => {
      const names = ownNames();
      await appendTo(['x-1', 'y-1'].map(names.stream));
      const { position } = await store().append(names.stream('y-2'), 'no-stream', someEvents(1));
      const later = await appendTo([names.stream('x-1')]);
      const filter = { streamPrefixes: [names.stream('x-')] };
      expect(await idsIn(store().readAll({ after: position, filter }))).toEqual(idsOf(later));
    });

    it('gives each event of a batch a position of its own to begin after', async () => {
      const names = ownNames();
      const events = someEvents(3);
      await store().append(names.stream('a'), 'no-stream', events);
      const filter = { streamPrefixes: [names.prefix] };
      const [first] = await listOf(store().readAll({ filter, limit: 1 }));
      expect(await idsIn(store().readAll({ after: first!.position, filter }))).toEqual(
        idsOf(events.slice(1)),
      );
    });

    it('gives every event without a filter, and none twice', async () => {
      const after = await store().head();
      const events = await appendTo(['a', 'b', 'a'].map(ownNames().stream));
      const stored = await idsIn(store().readAll({ after }));
      expect(stored.filter((id) => idsOf(events).includes(id))).toEqual(idsOf(events));
      expect(new Set(stored).size).toBe(stored.length);
    });

    it('gives nothing after the head', async () => {
      const names = ownNames();
      await appendTo([names.stream('a')]);
      const after = await store().head();
      expect(
        await idsIn(store().readAll({ after, filter: { streamPrefixes: [names.prefix] } })),
      ).toEqual([]);
    });

    it('comes to an end while others append', async () => {
      const names = ownNames();
      let stop = false;
      const writing = (async () => {
        for (let n = 0; !stop; n++) {
          await store().append(names.stream('a'), n ? n - 1 : 'no-stream', someEvents(1));
        }
      })();
      await listOf(store().readAll());
      stop = true;
      await writing;
    });

    it('gives no event of the store itself', async () => {
      const stored = await listOf(store().readAll());
      expect(
        stored.filter(({ stream, type }) => stream.startsWith('$') || type.startsWith('$')),
      ).toEqual([]);
    });
  });

  describe('readAll: filters', () => {
    it.each<[string, string[], string[], string[]]>([
      ['the beginning of the name', ['case-'], ['case-1', 'case-2', 'case-'], ['xcase-1', 'cas']],
      ['% as itself', ['100%'], ['100%', '100%-a'], ['100-a', '100x-a']],
      ['_ as itself', ['a_b'], ['a_b', 'a_b1'], ['aXb', 'a-b1']],
      [
        '\\, * and . as themselves',
        ['a\\', 'b*', 'c.'],
        ['a\\1', 'b*1', 'c.1'],
        ['a1', 'b1', 'cx'],
      ],
      ['upper and lower case apart', ['Case-'], ['Case-1'], ['case-1', 'CASE-1']],
      ['any of a list', ['a-', 'c-'], ['a-1', 'c-1'], ['b-1']],
      ['overlapping ones once', ['a', 'ab', 'a'], ['a1', 'ab1'], ['b1']],
      ['letters beyond ASCII', ['案-', '👩'], ['案-1', '👩‍⚖️'], ['档-1', '👨']],
    ])('by stream prefix takes %s', async (_, prefixes, matching, others) => {
      const names = ownNames();
      const found: NewEvent[] = [];
      for (const stream of matching) {
        await appendTo(others.map(names.stream));
        found.push(...(await appendTo([names.stream(stream)])));
      }
      const filter = { streamPrefixes: prefixes.map(names.stream) };
      expect(await idsIn(store().readAll({ filter }))).toEqual(idsOf(found));
    });

    it('by event type takes the whole name, letter by letter', async () => {
      const names = ownNames();
      const stream = names.stream('a');
      const found: NewEvent[] = [];
      for (const type of ['Opened', 'A.B', 'Done%']) {
        found.push(...(await appendTo([stream], { type: names.type(type) })));
        for (const other of [`${type}Again`, type.slice(0, -1), type.toLowerCase(), 'AxB']) {
          await appendTo([stream], { type: names.type(other) });
        }
      }
      const filter = { eventTypes: ['Opened', 'A.B', 'Done%', 'NeverSeen'].map(names.type) };
      expect(await idsIn(store().readAll({ filter }))).toEqual(idsOf(found));
    });

    it('gives nothing where nothing matches, and where the list is empty', async () => {
      const names = ownNames();
      await appendTo([names.stream('a')]);
      const filters: EventFilter[] = [
        { streamPrefixes: [names.stream('b')] },
        { eventTypes: [names.type('Nothing')] },
        { streamPrefixes: [] },
        { eventTypes: [] },
      ];
      for (const filter of filters) expect(await idsIn(store().readAll({ filter }))).toEqual([]);
    });

    it.each(['prefix', 'type'])('counts only what matches towards the limit (%s)', async (by) => {
      const names = ownNames();
      const found: NewEvent[] = [];
      for (let n = 0; n < 5; n++) {
        await appendTo([names.stream('other'), names.stream('other')]);
        found.push(...(await appendTo([names.stream('wanted')], { type: names.type('Wanted') })));
      }
      const filter =
        by === 'prefix'
          ? { streamPrefixes: [names.stream('wanted')] }
          : { eventTypes: [names.type('Wanted')] };
      expect(await idsIn(store().readAll({ filter, limit: 3 }))).toEqual(idsOf(found.slice(0, 3)));
      expect(await idsIn(store().readAll({ filter, limit: 9 }))).toEqual(idsOf(found));
      expect(await idsIn(store().readAll({ filter, limit: 0 }))).toEqual([]);
    });

    it('finds few among many', async () => {
      const names = ownNames();
      const after = await store().head();
      const found: NewEvent[] = [];
      for (let n = 0; n < 6; n++) {
        await store().append(names.stream(`many-${n}`), 'no-stream', someEvents(400));
        found.push(...(await appendTo([names.stream('few')], { type: names.type('Rare') })));
      }
      for (const filter of [
        { streamPrefixes: [names.stream('few')] },
        { eventTypes: [names.type('Rare')] },
      ]) {
        expect(await idsIn(store().readAll({ after, filter }))).toEqual(idsOf(found));
      }
      const many = { streamPrefixes: [names.stream('many')] };
      const stored = await listOf(store().readAll({ after, filter: many }));
      expect(new Set(idsOf(stored)).size).toBe(2400);
      expect(stored.every(({ position }, at) => !at || position > stored[at - 1]!.position)).toBe(
        true,
      );
    });
  });

  describe('a position that the store never gave', () => {
    const opened = openForTest(factory);

    it('is refused by readAll and by subscribe', async () => {
      await opened.store.append(ownNames().stream('a'), 'no-stream', someEvents(2));
      for (const after of [...opened.rig.madeUpPositions, 'made-up' as Position, ' ' as Position]) {
        await expect(listOf(opened.store.readAll({ after }))).rejects.toBeInstanceOf(
          UnknownPosition,
        );
        const { signal } = new AbortController();
        const batches = opened.store.subscribe({ after, signal })[Symbol.asyncIterator]();
        await expect(batches.next()).rejects.toBeInstanceOf(UnknownPosition);
      }
    });
  });
}
