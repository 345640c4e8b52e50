/**
 * A server of another log takes the place of the one that was opened, under the feet of a store that is
 * open: an emptied server, another folder's, whatever the address leads to by now.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { START } from '#kernel/position';
import { FakeEventStoreDb } from '../../../../test/stores/fake-eventstoredb.ts';
import { idsOf, listOf, someEvents } from '../contract/rig.contract.ts';
import { type EventStore } from '../event-store.port.ts';
import { openEventStoreDb } from './eventstoredb-event-store.ts';
import { OtherLog } from './store-name.ts';

let own: FakeEventStoreDb;
let other: FakeEventStoreDb | undefined;
let store: EventStore;
let port: number;
beforeEach(async () => {
  own = await FakeEventStoreDb.start();
  ({ port } = own);
  other = undefined;
  store = await openEventStoreDb({
    connectionString: own.url,
    log: { name: randomUUID(), begin: true },
  });
  await store.append('kept', 'no-stream', someEvents(2));
});
afterEach(async () => {
  await store.close();
  await other?.close();
  await own.close();
});

/** Puts another server at the address. */
async function swap(holds: 'another log' | 'nothing'): Promise<FakeEventStoreDb> {
  await own.close();
  other = await FakeEventStoreDb.start(port);
  if (holds === 'another log') {
    const connectionString = other.url;
    const others = await openEventStoreDb({
      connectionString,
      log: { name: randomUUID(), begin: true },
    });
    await others.append('kept', 'no-stream', someEvents(2));
    await others.close();
  }
  return other;
}

const first = async <T>(batches: AsyncIterable<T>): Promise<T | undefined> => {
  for await (const batch of batches) return batch;
  return undefined;
};

const CALLS = {
  append: () => store.append('new', 'no-stream', someEvents(1)),
  'append that would fit': () => store.append('kept', 1, someEvents(1)),
  readStream: () => listOf(store.readStream('kept')),
  readAll: () => listOf(store.readAll()),
  'readAll by prefix': () => listOf(store.readAll({ filter: { streamPrefixes: ['k'] } })),
  head: () => store.head(),
  // Asked once, it may only find that the connection is lost.
  ready: () => store.ready().catch(() => store.ready()),
  subscribe: () => first(store.subscribe({ after: START, signal: new AbortController().signal })),
};

describe.each(['another log', 'nothing'] as const)('a server that holds %s', (holds) => {
  it.each(Object.keys(CALLS) as (keyof typeof CALLS)[])('is not used: %s', async (call) => {
    const { streams } = await swap(holds);
    const refused = await CALLS[call]().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(OtherLog);
    expect(refused).toMatchObject({ holds });
    expect(other!.streams).toEqual(streams);
  });

  it('gets no append of those that were under way', async () => {
    let refusals = 0;
    const working = Array.from({ length: 16 }, async (_, writer) => {
      for (let n = 0; ; n++) {
        try {
          await store.append(`under-way-${writer}-${n}`, 'no-stream', someEvents(1));
        } catch (error) {
          if (!(error instanceof OtherLog)) continue;
          if (++refusals > 100) return;
        }
      }
    });
    await sleep(50);
    await swap(holds);
    await Promise.all(working);
    expect(other!.streams.filter((stream) => stream.startsWith('under-way'))).toEqual([]);
  });
});

describe('an older copy of its own log', () => {
  beforeEach(async () => {
    await own.close();
    own.forget('kept');
    await own.listen(port);
  });

  it.each(Object.keys(CALLS) as (keyof typeof CALLS)[])('is not gone on with: %s', async (call) => {
    const { streams } = own;
    const refused = await CALLS[call]().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(OtherLog);
    expect(refused).toMatchObject({ holds: 'an older copy' });
    expect(own.streams).toEqual(streams);
  });

  it('is taken by a store that is opened on it, of which nobody has seen more', async () => {
    await store.close();
    store = await openEventStoreDb({ connectionString: own.url });
    expect(await listOf(store.readStream('kept'))).toEqual([]);
    await store.ready();
  });
});

describe('when its own log is back at the address', () => {
  it('a store that met another one goes on without being opened anew', async () => {
    await swap('another log');
    await expect(CALLS.append()).rejects.toBeInstanceOf(OtherLog);
    await other!.close();
    await own.listen(port);
    const events = someEvents(1);
    expect(await store.append('kept', 1, events)).toMatchObject({ revision: 2 });
    expect(idsOf(await listOf(store.readStream('kept', { from: 2 })))).toEqual(idsOf(events));
    await store.ready();
  });

  it('a subscription that met another one is taken up again where it was', async () => {
    const { position } = await store.append('kept', 1, someEvents(1));
    await swap('another log');
    const subscribe = () =>
      first(store.subscribe({ after: position, signal: new AbortController().signal }));
    await expect(subscribe()).rejects.toBeInstanceOf(OtherLog);
    await other!.close();
    await own.listen(port);
    const events = someEvents(1);
    await store.append('kept', 2, events);
    expect(idsOf((await subscribe())!.events)).toEqual(idsOf(events));
  });
});
