/** The adapter where the network and the server do what they do, through a relay to the server of EVENTSTOREDB_URL. */
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import { type RecordedEvent } from '#kernel/envelope';
import { START } from '#kernel/position';
import { describeWithServer, relayTo } from '../../../../test/stores/server-under-test.ts';
import { type FaultProxy } from '../../../../test/stores/fault-proxy.ts';
import { idsIn, idsOf, listOf, ownNames, someEvents } from '../contract/rig.contract.ts';
import {
  RevisionConflict,
  StoreUnavailable,
  StoreUnusable,
  UnknownPosition,
} from '../event-store.errors.ts';
import { type EventStore, type SubscriptionBatch } from '../event-store.port.ts';
import { openEventStoreDb } from './eventstoredb-event-store.ts';
import { PositionTokens } from './position-token.ts';

describeWithServer('EventStoreDB: faults', (server) => {
  let proxy: FaultProxy;
  let connectionString: string;
  let store: EventStore;
  beforeEach(async () => {
    ({ proxy, url: connectionString } = await relayTo(server));
    store = await openEventStoreDb({ connectionString });
  });
  afterEach(async () => {
    await store.close();
    await proxy.close();
  });

  describe('an append', () => {
    it('that was stored, whose answer was lost with the connection, is answered and stored once', async () => {
      const stream = ownNames().stream('a');
      await store.append(stream, 'no-stream', someEvents(1));
      const events = someEvents(2);
      proxy.hold('answers');
      const appending = store.append(stream, 0, events);
      // Another connection shows that the server has it.
      const beside = await openEventStoreDb({ connectionString: server });
      while ((await idsIn(beside.readStream(stream))).length < 3) await sleep(5);
      await beside.close();
      proxy.cut();
      proxy.release();
      const stored = await listOf(store.readStream(stream, { from: 1 }));
      expect(await appending).toEqual({ revision: 2, position: stored[1]!.position });
      expect(idsOf(stored)).toEqual(idsOf(events));
    });

    it('outlives a connection that is cut again and again', async () => {
      const stream = ownNames().stream('a');
      const events = someEvents(40);
      let done = false;
      const cutting = (async () => {
        for (; !done; await sleep(40)) proxy.cut();
      })();
      for (const [at, event] of events.entries()) {
        const { revision } = await store.append(stream, at ? at - 1 : 'no-stream', [event]);
        expect(revision).toBe(at);
      }
      done = true;
      await cutting;
      expect(await idsIn(store.readStream(stream))).toEqual(idsOf(events));
    });

    it('to a server that is away is unavailable in time, and succeeds as soon as it is back', async () => {
      const stream = ownNames().stream('a');
      const events = someEvents(1);
      proxy.refuse();
      for (const call of [
        () => store.append(stream, 'no-stream', events),
        () => store.ready(),
        () => store.head(),
        () => listOf(store.readStream(stream)),
        () => listOf(store.readAll()),
      ]) {
        await expect(call()).rejects.toBeInstanceOf(StoreUnavailable);
      }
      proxy.admit();
      expect((await store.append(stream, 'no-stream', events)).revision).toBe(0);
    }, 60_000);

    it('leaves a connection that answers nothing for one that does', async () => {
      const stream = ownNames().stream('a');
      proxy.hold();
      await expect(store.head({ deadlineMs: 100 })).rejects.toMatchObject({
        code: 'deadline-exceeded',
      });
      // The old connection stays held for ever; only what is new gets through.
      proxy.forget();
      expect((await store.append(stream, 'no-stream', someEvents(1))).revision).toBe(0);
    });
  });

  describe('a read', () => {
    it.each(['readStream', 'readAll', 'readAll by prefix'])(
      'goes on where it was when the connection is cut: %s',
      async (method) => {
        const names = ownNames();
        const after = await store.head();
        const events = someEvents(900);
        for (let at = 0; at < events.length; at += 300) {
          const expected = at ? at - 1 : 'no-stream';
          await store.append(names.stream('a'), expected, events.slice(at, at + 300));
        }
        const filter = { streamPrefixes: [names.prefix] };
        const reading =
          method === 'readStream'
            ? store.readStream(names.stream('a'))
            : store.readAll(method === 'readAll' ? { after } : { after, filter });
        const seen: RecordedEvent[] = [];
        for await (const event of reading) {
          if (seen.push(event) % 200 === 0) proxy.cut();
        }
        expect(idsOf(seen)).toEqual(idsOf(events));
      },
    );
  });

  describe('a subscription', () => {
    it('goes on after cuts and an outage, without gap or repeat', async () => {
      const names = ownNames();
      const filter = { streamPrefixes: [names.stream('wanted')] };
      const after = await store.head();
      const ending = new AbortController();
      const beside = await openEventStoreDb({ connectionString: server });
      const seen: SubscriptionBatch[] = [];
      const following = (async () => {
        for await (const batch of store.subscribe({ after, filter, signal: ending.signal })) {
          seen.push(batch);
          if (seen.flatMap(({ events }) => events).length >= 60) ending.abort();
        }
      })();
      const written: string[] = [];
      for (let n = 0; n < 60; n++) {
        const [event] = someEvents(1);
        await beside.append(names.stream(`wanted-${n}`), 'no-stream', [event!]);
        await beside.append(names.stream(`other-${n}`), 'no-stream', someEvents(1));
        written.push(event!.id);
        if (n % 10 === 5) proxy.cut();
        if (n === 30) proxy.refuse();
        if (n === 40) proxy.admit();
      }
      await following;
      await beside.close();
      expect(idsOf(seen.flatMap(({ events }) => events))).toEqual(written);
      const positions = seen.map(({ position }) => position);
      expect([...positions].sort()).toEqual(positions);
    }, 60_000);

    it('that nobody reads stays on the server', async () => {
      const names = ownNames();
      const filter = { streamPrefixes: [names.prefix] };
      const after = await store.head();
      const data = { text: 'x'.repeat(200_000) };
      const total = 200;
      for (let n = 0; n < total; n += 4) {
        await store.append(names.stream(`case-${n}`), 'no-stream', someEvents(4, { data }));
      }
      const ending = new AbortController();
      const batches = store.subscribe({ after, filter, signal: ending.signal });
      const before = proxy.answered;
      const first = await batches[Symbol.asyncIterator]().next();
      const taken = (first.value as SubscriptionBatch).events.length;
      let quiet = -1;
      while (quiet !== proxy.answered) {
        quiet = proxy.answered;
        await sleep(300);
      }
      const eventsSent = (proxy.answered - before) / 200_000;
      expect(eventsSent).toBeLessThan(total / 2);
      ending.abort();
      const ids: string[] = [];
      for await (const batch of store.subscribe({
        after,
        filter,
        signal: AbortSignal.timeout(20_000),
      })) {
        ids.push(...idsOf(batch.events));
        if (ids.length >= total) break;
      }
      expect([new Set(ids).size, taken > 0]).toEqual([total, true]);
    }, 60_000);
  });

  describe('what others did to the log', () => {
    let client: EventStoreDBClient;
    beforeEach(() => {
      client = EventStoreDBClient.connectionString(server);
    });
    afterEach(() => client.dispose());

    it('a stream that was deleted for good is told, not taken for an empty one', async () => {
      const stream = ownNames().stream('a');
      await store.append(stream, 'no-stream', someEvents(2));
      await client.tombstoneStream(stream);
      for (const call of [
        () => listOf(store.readStream(stream)),
        () => store.append(stream, 1, someEvents(1)),
        () => store.append(stream, 'no-stream', someEvents(1)),
      ]) {
        await expect(call()).rejects.toBeInstanceOf(StoreUnusable);
      }
    });

    it('a stream that was deleted reads as none, goes on counting when it is begun again, and is not served as if that were all', async () => {
      const stream = ownNames().stream('a');
      await store.append(stream, 'no-stream', someEvents(2));
      await client.deleteStream(stream);
      expect(await idsIn(store.readStream(stream))).toEqual([]);
      const events = someEvents(2);
      const again = await store.append(stream, 'no-stream', events);
      expect(again.revision).toBe(3);
      const rest = await listOf(store.readStream(stream, { from: 2 }));
      expect(rest.map(({ revision }) => revision)).toEqual([2, 3]);
      await expect(listOf(store.readStream(stream))).rejects.toThrow('begins at revision 2');
      expect(
        await store.append(stream, 'no-stream', events).catch((error) => error),
      ).toBeInstanceOf(RevisionConflict);
    });

    it("the server's own events are in no read and no subscription, and move the position", async () => {
      const names = ownNames();
      const after = await store.head();
      await store.append(names.stream('a'), 'no-stream', someEvents(1));
      await client.setStreamMetadata(names.stream('a'), { maxCount: 9 });
      await client.deleteStream(names.stream('a'));
      const head = await store.head();
      expect(await listOf(store.readAll({ after }))).toHaveLength(1);
      for await (const batch of store.subscribe({ after, signal: AbortSignal.timeout(20_000) })) {
        expect(batch.events.filter(({ type }) => type.startsWith('$'))).toEqual([]);
        if (batch.position >= head) break;
      }
    });

    it('a position beyond the end, as after a restore, is refused', async () => {
      const beyond = new PositionTokens(store.storeId).tokenOf({
        commit: 2n ** 62n,
        prepare: 2n ** 62n,
      });
      await expect(listOf(store.readAll({ after: beyond }))).rejects.toBeInstanceOf(
        UnknownPosition,
      );
      const { signal } = new AbortController();
      await expect(listOf(store.subscribe({ after: beyond, signal }))).rejects.toBeInstanceOf(
        UnknownPosition,
      );
    });
  });

  describe('opening', () => {
    it('names the address and no secret where nobody listens', async () => {
      proxy.refuse();
      const away = connectionString.replace('esdb://', 'esdb://user:SECRET@');
      const opening = openEventStoreDb({ connectionString: away, openMs: 1_000 });
      await expect(opening).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(opening).rejects.toThrow(`127.0.0.1:${proxy.port}`);
      await expect(opening).rejects.not.toThrow('SECRET');
    });

    it('gives up in time where the server takes connections and says nothing', async () => {
      proxy.hold();
      await expect(openEventStoreDb({ connectionString, openMs: 500 })).rejects.toBeInstanceOf(
        StoreUnavailable,
      );
      proxy.release();
    });

    it('gives a store that many opened at once one name', async () => {
      const stores = await Promise.all([1, 2, 3].map(() => openEventStoreDb({ connectionString })));
      expect(new Set(stores.map(({ storeId }) => storeId)).size).toBe(1);
      expect((await listOf(stores[0]!.readAll({ after: START, limit: 1 }))).length).toBe(1);
      await Promise.all(stores.map((each) => each.close()));
    });
  });
});
