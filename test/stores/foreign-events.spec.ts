/** What another program wrote into the server, taken back by the server's own means. */
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { openEventStoreDb } from '#infra/event-store/eventstoredb/eventstoredb-event-store';
import { START } from '#kernel/position';
import { idsIn, idsOf, someEvents } from '../../libs/infra/event-store/contract/rig.contract.ts';
import { describeWithEmptyServer } from './server-under-test.ts';

describeWithEmptyServer('EventStoreDB: events of another program', (fresh) => {
  it.each(['deleteStream', 'tombstoneStream'] as const)(
    'are in the way until %s takes them back',
    async (takeBack) => {
      const connectionString = await fresh();
      const store = await openEventStoreDb({ connectionString });
      const client = EventStoreDBClient.connectionString(connectionString);
      const own = someEvents(2);
      await store.append('case-1', 'no-stream', own.slice(0, 1));
      await client.appendToStream('foreign-1', jsonEvent({ type: 'OrderPlaced', data: {} }));
      await store.append('case-1', 0, own.slice(1));
      await expect(idsIn(store.readAll())).rejects.toThrow('foreign-1@0');

      await client[takeBack]('foreign-1');
      expect(await idsIn(store.readAll())).toEqual(idsOf(own));
      const followed: string[] = [];
      const { signal } = new AbortController();
      for await (const { events, live } of store.subscribe({ after: START, signal })) {
        followed.push(...idsOf(events));
        if (live) break;
      }
      expect(followed).toEqual(idsOf(own));
      await client.dispose();
      await store.close();
    },
    60_000,
  );
});
