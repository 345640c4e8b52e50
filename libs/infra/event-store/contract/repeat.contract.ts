import { type NewEvent } from '#kernel/envelope';
import { RevisionConflict } from '../event-store.errors.ts';
import { type ExpectedRevision } from '../event-store.port.ts';
import {
  anEvent,
  idsIn,
  idsOf,
  listOf,
  openForSection,
  ownNames,
  someEvents,
  type RigFactory,
} from './rig.contract.ts';

export function repeatContract(factory: RigFactory): void {
  const store = openForSection(factory);

  describe('append repeated with the same event ids at the same place', () => {
    it.each([1, 3])('answers as the first time did (%i events, new stream)', async (count) => {
      const stream = ownNames().stream('case-1');
      const events = someEvents(count);
      const first = await store().append(stream, 'no-stream', events);
      expect(await store().append(stream, 'no-stream', events)).toEqual(first);
      expect(await store().append(stream, 'no-stream', events)).toEqual(first);
      expect(await idsIn(store().readStream(stream))).toEqual(idsOf(events));
    });

    it('answers as the first time did in a stream that was there', async () => {
      const stream = ownNames().stream('case-1');
      await store().append(stream, 'no-stream', someEvents(2));
      const events = someEvents(2);
      const first = await store().append(stream, 1, events);
      expect(await store().append(stream, 1, events)).toEqual(first);
      expect(await idsIn(store().readStream(stream, { from: 2 }))).toEqual(idsOf(events));
    });

    it('answers as the first time did after later events were appended', async () => {
      const stream = ownNames().stream('case-1');
      const opening = someEvents(2);
      const following = someEvents(2);
      const first = await store().append(stream, 'no-stream', opening);
      const second = await store().append(stream, 1, following);
      await store().append(stream, 3, someEvents(30));
      expect(await store().append(stream, 'no-stream', opening)).toEqual(first);
      expect(await store().append(stream, 1, following)).toEqual(second);
      expect(await idsIn(store().readStream(stream))).toHaveLength(34);
    });

    it('answers all alike while the first is in flight, and stores one', async () => {
      const stream = ownNames().stream('case-1');
      const events = someEvents(2);
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => store().append(stream, 'no-stream', events)),
      );
      expect(new Set(answers.map(({ position }) => position)).size).toBe(1);
      expect(answers.map(({ revision }) => revision)).toEqual([1, 1, 1, 1, 1, 1]);
      expect(await idsIn(store().readStream(stream))).toEqual(idsOf(events));
    });

    it('is answered beside appends of others that are under way', async () => {
      const names = ownNames();
      const events = someEvents(2);
      const first = await store().append(names.stream('a'), 'no-stream', events);
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          n % 3 === 1
            ? store().append(names.stream('a'), 'no-stream', events)
            : store().append(names.stream(`b-${n}`), 'no-stream', someEvents(2)),
        ),
      );
      const repeats = answers.filter((_, n) => n % 3 === 1);
      expect(repeats).toEqual([first, first, first, first]);
      const positions = answers.filter((_, n) => n % 3 !== 1).map(({ position }) => position);
      expect(new Set(positions).size).toBe(8);
      expect(positions.every((position) => position > first.position)).toBe(true);
    });

    it('goes by the ids: what was stored first stands', async () => {
      const stream = ownNames().stream('case-1');
      const event = anEvent({ data: { amount: 1 } });
      const first = await store().append(stream, 'no-stream', [event]);
      const repeated = await store().append(stream, 'no-stream', [
        { ...event, data: { amount: 2 } },
      ]);
      expect(repeated).toEqual(first);
      const [stored] = await listOf(store().readStream(stream));
      expect(stored!.data).toEqual({ amount: 1 });
    });
  });

  describe('append of other ids at a place that is taken', () => {
    const [a, b, c, x, y] = someEvents(5) as [NewEvent, NewEvent, NewEvent, NewEvent, NewEvent];

    it.each<[string, ExpectedRevision, NewEvent[]]>([
      ['all of them new', 'no-stream', [x, y]],
      ['the last one new', 'no-stream', [a, x]],
      ['the first one new', 'no-stream', [x, b]],
      ['the same in another order', 'no-stream', [b, a]],
      ['the same and one more', 'no-stream', [a, b, c, x]],
      ['an overlap that begins later and goes on', 1, [c, x]],
      ['an overlap that begins a place too late', 0, [a, b]],
      ['an overlap that begins a place too early', 'no-stream', [b, c]],
    ])('is a conflict: %s', async (_, expected, events) => {
      const stream = ownNames().stream('case-1');
      await store().append(stream, 'no-stream', [a, b, c]);
      const refused = store().append(stream, expected, events);
      await expect(refused).rejects.toBeInstanceOf(RevisionConflict);
      await expect(refused).rejects.toMatchObject({ expected, actual: 2 });
      expect(await idsIn(store().readStream(stream))).toEqual(idsOf([a, b, c]));
    });
  });
}
