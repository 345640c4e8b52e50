/** The contract against a real server, the one that EVENTSTOREDB_URL names. */
import { type Position } from '#kernel/position';
import { describeWithServer, relayTo } from '../../../../test/stores/server-under-test.ts';
import { eventStoreContract, type EventStoreRig } from '../event-store.contract.ts';
import { type EventStore } from '../event-store.port.ts';
import { openEventStoreDb } from './eventstoredb-event-store.ts';

async function eventStoreDbRig(server: string): Promise<EventStoreRig> {
  const { proxy, url } = await relayTo(server);
  let store: EventStore | undefined;
  const open = async () => (store = await openEventStoreDb({ connectionString: url }));
  return {
    open,
    reopen: async () => {
      await store?.close();
      return open();
    },
    dispose: async () => {
      await store?.close();
      await proxy.close();
    },
    madeUpPositions: ['f'.repeat(40), '0'.repeat(40), '1', 'F'.repeat(40)].map(
      (token) => token as Position,
    ),
    stall: async () => {
      proxy.hold();
      return async () => proxy.release();
    },
  };
}

describeWithServer('EventStoreDB', (url) => {
  eventStoreContract('EventStoreDB', () => eventStoreDbRig(url));
});
