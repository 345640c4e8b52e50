/**
 * Each fault of the network and the server against each method of the event store port: every call
 * ends in time, what was acknowledged is there, nothing is there twice, and all is well afterwards.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type RecordedEvent } from '#kernel/envelope';
import { START, type Position } from '#kernel/position';
import { openEventStoreDb } from '#infra/event-store/eventstoredb/eventstoredb-event-store';
import { EventStoreError } from '#infra/event-store/event-store.errors';
import { type EventStore } from '#infra/event-store/event-store.port';
import {
  idsIn,
  idsOf,
  listOf,
  ownNames,
  someEvents,
} from '../../libs/infra/event-store/contract/rig.contract.ts';
import { type FaultProxy } from './fault-proxy.ts';
import {
  describeWithServer,
  describeWithServerProcess,
  relayTo,
  type ServerProcess,
} from './server-under-test.ts';

interface Fault {
  readonly name: string;
  begin(): Promise<void>;
  end(): Promise<void>;
}

const DEADLINE_MS = 1_500;
const GRACE_MS = 1_000;

function networkFaults(proxy: () => FaultProxy): Fault[] {
  let cutting: { over: boolean } | undefined;
  return [
    {
      name: 'cut again and again',
      begin: async () => {
        const round = (cutting = { over: false });
        proxy().cut();
        void (async () => {
          for (; !round.over; await sleep(30)) proxy().cut();
        })();
      },
      end: async () => void (cutting!.over = true),
    },
    {
      name: 'refused',
      begin: async () => proxy().refuse(),
      end: async () => proxy().admit(),
    },
    {
      name: 'half open',
      begin: async () => proxy().hold(),
      end: async () => proxy().release(),
    },
    {
      name: 'half open, and lost for good',
      begin: async () => proxy().hold(),
      end: async () => proxy().forget(),
    },
    {
      name: 'without answers',
      begin: async () => proxy().hold('answers'),
      end: async () => proxy().release(),
    },
    {
      name: 'late by 400 ms',
      begin: async () => proxy().delay(400),
      end: async () => proxy().flow(),
    },
    {
      name: 'a trickle of 200 bytes every 5 ms',
      begin: async () => proxy().trickle(200, 5),
      end: async () => proxy().flow(),
    },
  ];
}

function serverFaults(server: ServerProcess): Fault[] {
  return [
    {
      name: 'stopped and continued',
      begin: async () => server.signal('SIGSTOP'),
      end: async () => server.signal('SIGCONT'),
    },
    {
      name: 'killed and started again',
      begin: () => server.kill(),
      end: () => server.start(),
    },
  ];
}

/** What a call gave: its value, or one of the port's errors; anything else fails the test. */
async function outcome<T>(call: Promise<T>): Promise<{ value?: T; error?: EventStoreError }> {
  const late = new AbortController();
  const timer = sleep(DEADLINE_MS + GRACE_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error(`It has not ended ${GRACE_MS} ms after its deadline.`);
  });
  try {
    return { value: await Promise.race([call, timer]) };
  } catch (error) {
    if (error instanceof EventStoreError && error.retryable) return { error };
    throw error;
  } finally {
    timer.catch(() => undefined);
    late.abort();
  }
}

/** Until it succeeds: the fault is over, and only the connection is still to be made. */
async function eventually<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    const { value, error } = await outcome(call());
    if (!error) return value as T;
  }
}

type Check = (store: EventStore, fault: Fault) => Promise<void>;
const options = { deadlineMs: DEADLINE_MS };

const append: Check = async (store, fault) => {
  const stream = ownNames().stream('a');
  const events = someEvents(6);
  await store.append(stream, 'no-stream', [events[0]!]);
  await fault.begin();
  const tried = await outcome(store.append(stream, 0, events.slice(1, 3), options));
  // A second one at the same place tells whether a lost answer is believed to be a refusal.
  const again = await outcome(store.append(stream, 0, events.slice(1, 3), options));
  await fault.end();
  const answer = await eventually(() => store.append(stream, 0, events.slice(1, 3), options));
  for (const { value } of [tried, again]) if (value) expect(value).toEqual(answer);
  await eventually(() => store.append(stream, 2, events.slice(3), options));
  expect(await idsIn(store.readStream(stream))).toEqual(idsOf(events));
};

type Read = (store: EventStore, prefix: string, after: Position) => AsyncIterable<RecordedEvent>;

/** All of it, each step in time; null where a step failed. */
async function inSteps(events: AsyncIterable<RecordedEvent>): Promise<string[] | null> {
  const steps = events[Symbol.asyncIterator]();
  const ids: string[] = [];
  for (;;) {
    const { value: step, error } = await outcome(steps.next());
    if (error || !step) return null;
    if (step.done) return ids;
    ids.push(step.value.id);
  }
}

const reading =
  (read: Read, order: (ids: string[]) => string[] = (ids) => ids): Check =>
  async (store, fault) => {
    const names = ownNames();
    const events = someEvents(60);
    const after = await store.head();
    await store.append(names.stream('a'), 'no-stream', events);
    const expected = order(idsOf(events));
    await fault.begin();
    const during = await inSteps(read(store, names.prefix, after));
    await fault.end();
    if (during) expect(during).toEqual(expected);
    let afterwards: string[] | null = null;
    while (!afterwards) afterwards = await inSteps(read(store, names.prefix, after));
    expect(afterwards).toEqual(expected);
  };

const single =
  (call: (store: EventStore) => Promise<unknown>): Check =>
  async (store, fault) => {
    await fault.begin();
    await outcome(call(store));
    await fault.end();
    await eventually(() => call(store));
  };

const subscribe: Check = async (store, fault) => {
  const names = ownNames();
  const filter = { streamPrefixes: [names.prefix] };
  const after = await store.head();
  const events = someEvents(12);
  const send = (at: number) =>
    store.append(names.stream(`case-${at}`), 'no-stream', [events[at]!], options);
  const ending = new AbortController();
  const seen: string[] = [];
  const positions: string[] = [];
  let live = false;
  const following = (async () => {
    for await (const batch of store.subscribe({ after, filter, signal: ending.signal })) {
      seen.push(...idsOf(batch.events));
      positions.push(batch.position);
      live ||= batch.live;
      if (seen.length >= events.length) ending.abort();
    }
  })();
  for (let at = 0; at < 4; at++) await send(at);
  while (!live) await sleep(5);
  await fault.begin();
  for (let at = 4; at < 6; at++) await outcome(send(at));
  await fault.end();
  for (let at = 4; at < events.length; at++) await eventually(() => send(at));
  await following;
  expect([...seen].sort()).toEqual(idsOf(events).sort());
  expect([...positions].sort()).toEqual(positions);
};

const METHODS: readonly (readonly [string, Check])[] = [
  ['append', append],
  ['readStream', reading((store, prefix) => store.readStream(`${prefix}a`, options))],
  [
    'readStream backwards',
    reading(
      (store, prefix) => store.readStream(`${prefix}a`, { ...options, direction: 'backwards' }),
      (ids) => ids.reverse(),
    ),
  ],
  [
    'readAll',
    reading((store, prefix, after) =>
      store.readAll({ ...options, after, filter: { streamPrefixes: [prefix] } }),
    ),
  ],
  ['subscribe', subscribe],
  ['head', single((store) => store.head(options))],
  ['ready', single((store) => store.ready(options))],
];

function matrix(url: string, faultsOf: (proxy: () => FaultProxy) => Fault[]): void {
  let proxy: FaultProxy;
  let store: EventStore;
  beforeEach(async () => {
    const relay = await relayTo(url);
    proxy = relay.proxy;
    store = await openEventStoreDb({ connectionString: relay.url });
  });
  afterEach(async () => {
    await store.close();
    await proxy.close();
  });

  for (const fault of faultsOf(() => proxy)) {
    describe(`the server ${fault.name}`, () => {
      it.each(METHODS)('%s', (_, check) => check(store, fault), 120_000);

      it('close ends what waits', async () => {
        const { signal } = new AbortController();
        await fault.begin();
        const waiting = [
          listOf(store.readAll()),
          listOf(store.subscribe({ after: START, signal })),
          store.append(ownNames().stream('a'), 'no-stream', someEvents(1), options),
        ].map((call) => outcome(call as Promise<unknown>));
        const closing = store.close();
        await Promise.all([...waiting, outcome(closing)]);
        await fault.end();
      }, 120_000);
    });
  }
}

describeWithServer('EventStoreDB behind a bad network', (url) => matrix(url, networkFaults));

describeWithServerProcess('EventStoreDB, the server itself', (url, server) =>
  matrix(url, () => serverFaults(server)),
);
