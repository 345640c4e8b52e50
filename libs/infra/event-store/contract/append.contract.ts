import { setImmediate as nextTurn } from 'node:timers/promises';
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
import { raceFaultsAt } from './revision-race.contract.ts';

export function appendContract(factory: RigFactory): void {
  const store = openForSection(factory);

  async function conflictOf(stream: string, expected: ExpectedRevision) {
    const before = await idsIn(store().readStream(stream));
    const error = await store()
      .append(stream, expected, someEvents(2))
      .then(
        () => null,
        (thrown: unknown) => thrown,
      );
    expect(error).toBeInstanceOf(RevisionConflict);
    expect(await idsIn(store().readStream(stream))).toEqual(before);
    const { stream: named, expected: asked, actual } = error as RevisionConflict;
    expect({ named, asked }).toEqual({ named: stream, asked: expected });
    return actual;
  }

  describe('append', () => {
    it('starts a stream at revision 0 and answers with its last event', async () => {
      const stream = ownNames().stream('case-1');
      const events = someEvents(3);
      const answer = await store().append(stream, 'no-stream', events);
      const stored = await listOf(store().readStream(stream));
      expect(idsOf(stored)).toEqual(idsOf(events));
      expect(stored.map(({ revision }) => revision)).toEqual([0, 1, 2]);
      expect(answer).toEqual({ revision: 2, position: stored[2]!.position });
    });

    it('goes on at the exact revision, at a later position', async () => {
      const stream = ownNames().stream('case-1');
      const first = await store().append(stream, 'no-stream', someEvents(2));
      const second = await store().append(stream, 1, someEvents(1));
      expect(second.revision).toBe(2);
      expect(second.position > first.position).toBe(true);
    });

    it('refuses to start a stream that is there, and says where it is', async () => {
      const stream = ownNames().stream('case-1');
      await store().append(stream, 'no-stream', someEvents(2));
      expect(await conflictOf(stream, 'no-stream')).toBe(1);
    });

    it('refuses a revision of a stream that is not there', async () => {
      const stream = ownNames().stream('case-1');
      expect(await conflictOf(stream, 0)).toBe('no-stream');
      expect(await conflictOf(stream, 7)).toBe('no-stream');
    });

    it('refuses a revision before the last one', async () => {
      const stream = ownNames().stream('case-1');
      await store().append(stream, 'no-stream', someEvents(4));
      expect(await conflictOf(stream, 0)).toBe(3);
      expect(await conflictOf(stream, 2)).toBe(3);
    });

    it('refuses a revision after the last one', async () => {
      const stream = ownNames().stream('case-1');
      await store().append(stream, 'no-stream', someEvents(1));
      expect(await conflictOf(stream, 1)).toBe(0);
    });

    it('refuses a batch of no events, and makes no stream of it', async () => {
      const names = ownNames();
      await store().append(names.stream('there'), 'no-stream', someEvents(1));
      await expect(store().append(names.stream('missing'), 'no-stream', [])).rejects.toThrow(
        RangeError,
      );
      await expect(store().append(names.stream('there'), 0, [])).rejects.toThrow(RangeError);
      expect(await idsIn(store().readStream(names.stream('missing')))).toEqual([]);
      await store().append(names.stream('missing'), 'no-stream', someEvents(1));
    });

    it.each([-1, 0.5, Number.NaN])('refuses %p, which is no revision', async (revision) => {
      const stream = ownNames().stream('case-1');
      await expect(store().append(stream, revision, someEvents(1))).rejects.toThrow(RangeError);
    });

    it.each(['', '$system', 'a\u0000b', 'half \ud800'])(
      'refuses the stream name %j, which not every store can hold',
      async (stream) => {
        await expect(store().append(stream, 'no-stream', someEvents(1))).rejects.toThrow(
          RangeError,
        );
      },
    );

    it.each([{ type: '' }, { type: '$metadata' }, { id: 'no-uuid' }, { schemaVersion: 0 }])(
      'refuses an event with %j',
      async (changes) => {
        const stream = ownNames().stream('case-1');
        await expect(
          store().append(stream, 'no-stream', [anEvent(), anEvent(changes)]),
        ).rejects.toThrow(RangeError);
        expect(await idsIn(store().readStream(stream))).toEqual([]);
      },
    );

    it('counts each stream for itself, also where one name begins with another', async () => {
      const names = ownNames();
      await store().append(names.stream('case-1'), 'no-stream', someEvents(2));
      const other = await store().append(names.stream('case-11'), 'no-stream', someEvents(1));
      expect(other.revision).toBe(0);
      expect(await listOf(store().readStream(names.stream('case-1')))).toHaveLength(2);
    });

    it('takes the same event ids in another stream as other events', async () => {
      const names = ownNames();
      const events = someEvents(2);
      const one = await store().append(names.stream('a'), 'no-stream', events);
      const two = await store().append(names.stream('b'), 'no-stream', events);
      expect(two.position > one.position).toBe(true);
      expect(await idsIn(store().readStream(names.stream('b')))).toEqual(idsOf(events));
    });

    it('stores the events as they were when it was called', async () => {
      const stream = ownNames().stream('case-1');
      const data = { amount: 1 };
      const events = [anEvent({ data })];
      const appended = store().append(stream, 'no-stream', events);
      data.amount = 2;
      events.push(anEvent());
      await appended;
      const stored = await listOf(store().readStream(stream));
      expect(stored.map((event) => event.data)).toEqual([{ amount: 1 }]);
    });

    it('never shows a part of a batch', async () => {
      const stream = ownNames().stream('case-1');
      let done = false;
      const writing = (async () => {
        for (let batch = 0; batch < 20; batch++) {
          await store().append(stream, batch ? batch * 5 - 1 : 'no-stream', someEvents(5));
        }
        done = true;
      })();
      const counts: number[] = [];
      while (!done) {
        counts.push((await idsIn(store().readStream(stream))).length);
        await nextTurn();
      }
      await writing;
      expect(counts.filter((count) => count % 5)).toEqual([]);
      expect(await idsIn(store().readStream(stream))).toHaveLength(100);
    });
  });

  describe('append: many writers', () => {
    it('lets one of 64 win each revision, and tells the others where the stream is', async () => {
      const stream = ownNames().stream('case-1');
      for (let revision = 0; revision < 3; revision++) {
        expect(await raceFaultsAt(store(), stream, revision)).toEqual([]);
      }
    });

    it('loses and doubles nothing where writers try again at the revision that they are told', async () => {
      const stream = ownNames().stream('case-1');
      const written: string[] = [];
      const writer = async () => {
        let expected: ExpectedRevision = 'no-stream';
        for (const event of someEvents(6)) {
          for (;;) {
            try {
              expected = (await store().append(stream, expected, [event])).revision;
              written.push(event.id);
              break;
            } catch (error) {
              if (!(error instanceof RevisionConflict)) throw error;
              expected = error.actual;
            }
          }
        }
      };
      await Promise.all(Array.from({ length: 8 }, writer));
      const stored = await listOf(store().readStream(stream));
      expect(idsOf(stored).sort()).toEqual(written.sort());
      expect(stored.map(({ revision }) => revision)).toEqual([...Array(48).keys()]);
    });

    it('gives every writer of a stream of its own its place', async () => {
      const names = ownNames();
      const answers = await Promise.all(
        Array.from({ length: 64 }, (_, n) =>
          store().append(names.stream(`case-${n}`), 'no-stream', someEvents(1 + (n % 3))),
        ),
      );
      expect(answers.map(({ revision }) => revision)).toEqual(answers.map((_, n) => n % 3));
      expect(new Set(answers.map(({ position }) => position)).size).toBe(64);
    });
  });
}
