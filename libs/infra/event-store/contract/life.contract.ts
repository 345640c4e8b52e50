import { setImmediate as nextTurn } from 'node:timers/promises';
import { START } from '#kernel/position';
import { StoreUnavailable } from '../event-store.errors.ts';
import {
  idsIn,
  idsOf,
  listOf,
  openForTest,
  ownNames,
  someEvents,
  type RigFactory,
} from './rig.contract.ts';

export function lifeContract(factory: RigFactory): void {
  describe('head', () => {
    const opened = openForTest(factory);

    it('is at or after the last append, and moves on with the next', async () => {
      const stream = ownNames().stream('a');
      const before = await opened.store.head();
      const first = await opened.store.append(stream, 'no-stream', someEvents(2));
      expect(first.position > before).toBe(true);
      const between = await opened.store.head();
      expect(between >= first.position).toBe(true);
      const second = await opened.store.append(stream, 1, someEvents(1));
      expect(second.position > between).toBe(true);
      expect((await opened.store.head()) >= second.position).toBe(true);
      expect(before >= START).toBe(true);
    });
  });

  describe('a restart', () => {
    const opened = openForTest(factory);

    it('keeps every event that was acknowledged, with its place', async () => {
      const names = ownNames();
      const filter = { streamPrefixes: [names.prefix] };
      for (let n = 0; n < 30; n++) {
        await opened.store.append(names.stream(`case-${n}`), 'no-stream', someEvents(1 + (n % 4)));
      }
      const before = await listOf(opened.store.readAll({ filter }));
      const restarted = await opened.rig.reopen();
      expect(await listOf(restarted.readAll({ filter }))).toStrictEqual(before);
      const after = before[7]!.position;
      expect(await idsIn(restarted.readAll({ after, filter }))).toEqual(idsOf(before.slice(8)));
    });

    it('keeps the revisions and positions growing', async () => {
      const stream = ownNames().stream('a');
      const first = await opened.store.append(stream, 'no-stream', someEvents(2));
      const restarted = await opened.rig.reopen();
      const second = await restarted.append(stream, 1, someEvents(1));
      expect(second.revision).toBe(2);
      expect(second.position > first.position).toBe(true);
    });

    it('keeps an append repeatable', async () => {
      const stream = ownNames().stream('a');
      const events = someEvents(3);
      const first = await opened.store.append(stream, 'no-stream', events);
      const restarted = await opened.rig.reopen();
      expect(await restarted.append(stream, 'no-stream', events)).toEqual(first);
      expect(await idsIn(restarted.readStream(stream))).toEqual(idsOf(events));
    });

    it('keeps the name of the store', async () => {
      const { storeId } = opened.store;
      expect(storeId).not.toBe('');
      expect((await opened.rig.reopen()).storeId).toBe(storeId);
    });
  });

  describe('ready', () => {
    const opened = openForTest(factory);

    it('resolves while the store takes appends', async () => {
      await opened.store.ready();
      await opened.store.append(ownNames().stream('a'), 'no-stream', someEvents(1));
      await opened.store.ready();
    });
  });

  describe('close', () => {
    const opened = openForTest(factory);

    it('finishes the appends that were under way', async () => {
      const names = ownNames();
      const events = someEvents(40);
      const send = (from: number, to: number) =>
        events
          .slice(from, to)
          .map((event, n) =>
            opened.store.append(names.stream(`${from + n}`), 'no-stream', [event]),
          );
      const sent = send(0, 20);
      // The second half is called while the first is with the store.
      await nextTurn();
      const waiting = send(20, 40);
      await opened.store.close();
      await Promise.all([...sent, ...waiting]);
      const restarted = await opened.rig.reopen();
      const stored = await idsIn(restarted.readAll({ filter: { streamPrefixes: [names.prefix] } }));
      expect(stored.sort()).toEqual(idsOf(events).sort());
    });

    it('makes every later call fail, and may be called again', async () => {
      const stream = ownNames().stream('a');
      await opened.store.append(stream, 'no-stream', someEvents(1));
      const { store } = opened;
      const reading = store.readStream(stream);
      await store.close();
      await store.close();
      const after = START;
      const { signal } = new AbortController();
      for (const call of [
        () => store.append(stream, 0, someEvents(1)),
        () => listOf(reading),
        () => listOf(store.readStream(stream)),
        () => listOf(store.readAll()),
        () => listOf(store.subscribe({ after, signal })),
        () => store.head(),
        () => store.ready(),
      ]) {
        await expect(call()).rejects.toBeInstanceOf(StoreUnavailable);
      }
    });
  });
}
