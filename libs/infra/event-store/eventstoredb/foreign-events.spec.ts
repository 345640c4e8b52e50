/** Events that somebody else wrote into the log: refused, until they are taken back by deleting their stream. */
import { START } from '#kernel/position';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { FakeEventStoreDb } from '../../../../test/stores/fake-eventstoredb.ts';
import { idsIn, idsOf, listOf, someEvents } from '../contract/rig.contract.ts';
import { StoreUnusable } from '../event-store.errors.ts';
import { type EventStore } from '../event-store.port.ts';
import { openEventStoreDb } from './eventstoredb-event-store.ts';

let fake: FakeEventStoreDb;
let store: EventStore;
const own = someEvents(3);
beforeEach(async () => {
  fake = await FakeEventStoreDb.start();
  store = await openEventStoreDb({ connectionString: fake.url });
  await store.append('case-1', 'no-stream', own.slice(0, 1));
  await appendForeign('foreign-1', 2);
  await store.append('case-1', 0, own.slice(1));
});
afterEach(async () => {
  await store.close();
  await fake.close();
});

/** As a program does that knows nothing of Casetrail. */
async function appendForeign(stream: string, count: number, behind = -1): Promise<void> {
  const client = EventStoreDBClient.connectionString(fake.url);
  for (let at = behind; at < behind + count; at++) {
    const options = { expectedRevision: at < 0 ? NO_STREAM : BigInt(at) } as const;
    await client.appendToStream(stream, jsonEvent({ type: 'OrderPlaced', data: {} }), options);
  }
  await client.dispose();
}

/** What a subscription gives until it has caught up. */
async function followed(): Promise<string[]> {
  const ids: string[] = [];
  const signal = new AbortController().signal;
  for await (const { events, live } of store.subscribe({ after: START, signal })) {
    ids.push(...idsOf(events));
    if (live) break;
  }
  return ids;
}

const READS = {
  readAll: () => idsIn(store.readAll()),
  'readAll by type': () => idsIn(store.readAll({ filter: { eventTypes: TYPES } })),
  subscribe: followed,
};
const TYPES = ['OrderPlaced', own[0]!.type];

describe.each(Object.keys(READS) as (keyof typeof READS)[])('%s', (read) => {
  it('refuses them, and says where they are and what to do', async () => {
    const refused = await READS[read]().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StoreUnusable);
    expect((refused as Error).message).toMatch(
      /^foreign-1@0 \(OrderPlaced\) is no event .* Delete the stream there/,
    );
  });

  it('passes over those whose stream was deleted, and loses none of the others', async () => {
    fake.delete('foreign-1');
    expect(await READS[read]()).toEqual(idsOf(own));
  });

  it('refuses those of one stream where only another was deleted', async () => {
    await appendForeign('foreign-2', 1);
    fake.delete('foreign-2');
    await expect(READS[read]()).rejects.toThrow('foreign-1@0');
  });
});

describe('an event of Casetrail’s own', () => {
  it('is there though its stream was deleted', async () => {
    fake.delete('foreign-1');
    fake.delete('case-1');
    expect(await idsIn(store.readAll())).toEqual(idsOf(own));
  });

  it('is missed where a stream does not begin with its first: what is left is not served as if it were all', async () => {
    fake.cutOff('case-1', 1);
    await expect(listOf(store.readStream('case-1'))).rejects.toThrow('case-1 begins at revision 1');
    await expect(listOf(store.readStream('case-1', { from: 0 }))).rejects.toBeInstanceOf(
      StoreUnusable,
    );
  });

  it('is followed by nothing of somebody else’s: the stream is refused from there on', async () => {
    await appendForeign('case-1', 1, 2);
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { id } of store.readStream('case-1')) seen.push(id);
    })();
    await expect(reading).rejects.toThrow('case-1@3');
    expect(seen).toEqual(idsOf(own));
    expect(await listOf(store.readStream('case-1', { limit: 3 }))).toHaveLength(3);
  });
});
