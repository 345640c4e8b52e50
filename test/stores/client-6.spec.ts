/**
 * What @eventstore/db-client 6 and the server do by themselves. The adapter rests on some of it and
 * makes up for the rest; where a new version behaves otherwise, this is where it shows. All streams
 * begin with `$`, so that no log of Casetrail's holds them.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  END,
  EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  START,
  streamNameFilter,
  type AllStreamResolvedEvent,
  type AppendExpectedRevision,
  type AppendResult,
  type EventData,
  type Position,
} from '@eventstore/db-client';
import { type FaultProxy } from './fault-proxy.ts';
import { describeWithServer, relayTo } from './server-under-test.ts';

const newStream = () => `$t-${randomUUID()}`;
const anEvent = (id: string = randomUUID(), data: Record<string, unknown> = { a: 1 }) =>
  jsonEvent({ id, type: 'T', data }) as EventData;
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: Error & { type?: string; code?: unknown }) => error,
  );

describeWithServer('@eventstore/db-client 6', (url) => {
  let client: EventStoreDBClient;
  beforeAll(() => {
    client = EventStoreDBClient.connectionString(url);
  });
  afterAll(() => client.dispose());

  const append = (
    stream: string,
    expectedRevision: AppendExpectedRevision,
    ...events: EventData[]
  ): Promise<AppendResult> => client.appendToStream(stream, events, { expectedRevision });

  async function allFrom(position: Position, count: number, options = {}) {
    const items: AllStreamResolvedEvent[] = [];
    for await (const item of client.readAll({
      fromPosition: position,
      maxCount: count,
      ...options,
    })) {
      items.push(item);
    }
    return items;
  }

  async function subscribedFrom(position: Position | typeof START, stream: string) {
    const subscription = client.subscribeToAll({
      fromPosition: position,
      filter: streamNameFilter({ prefixes: [stream] }),
    });
    const ids: string[] = [];
    await new Promise<void>((resolve, reject) => {
      subscription.on('error', reject);
      subscription.on('data', ({ event }) => void ids.push(event!.id));
      subscription.on('caughtUp', () => setImmediate(resolve));
    });
    await subscription.unsubscribe();
    return ids;
  }

  it('sends no filter with readAll, whatever it is given', async () => {
    const wanted = newStream();
    const { position } = await append(wanted, NO_STREAM, anEvent());
    const other = newStream();
    await append(other, NO_STREAM, anEvent());
    const filter = streamNameFilter({ prefixes: [wanted] });
    const items = await allFrom(position!, 2, { filter });
    expect(items.map(({ event }) => event!.streamId)).toEqual([wanted, other]);
  });

  it('begins a read with the event at the position, and a subscription after it', async () => {
    const stream = newStream();
    const events = [anEvent(), anEvent()];
    const { position } = await append(stream, NO_STREAM, events[0]!);
    await append(stream, 0n, events[1]!);
    const [first] = await allFrom(position!, 1);
    expect(first!.event!.id).toBe(events[0]!.id);
    expect(await subscribedFrom(position!, stream)).toEqual([events[1]!.id]);
  });

  it('answers a position that is none with an unknown error, and one beyond the end with nothing', async () => {
    const { position } = await append(newStream(), NO_STREAM, anEvent(), anEvent());
    const between = { commit: position!.commit - 3n, prepare: position!.prepare - 3n };
    expect(await errorOf(allFrom(between, 1))).toMatchObject({ type: 'unknown' });
    expect(await allFrom({ commit: 2n ** 60n, prepare: 2n ** 60n }, 1)).toEqual([]);
  });

  it('fails a repeat that comes while the first is in flight, and stores one', async () => {
    const stream = newStream();
    const event = anEvent();
    const outcomes = await Promise.all(
      [1, 2, 3].map(() => errorOf(append(stream, NO_STREAM, event))),
    );
    expect(outcomes.filter((error) => error === undefined).length).toBeGreaterThan(0);
    const failed = outcomes.filter((error) => error !== undefined);
    expect(failed.every(({ type }) => type === 'deadline-exceeded')).toBe(true);
    const stored = [];
    for await (const item of client.readStream(stream)) stored.push(item);
    expect(stored).toHaveLength(1);
    expect((await append(stream, NO_STREAM, event)).nextExpectedRevision).toBe(0n);
  });

  it('goes by ids and never by data, and takes the same id again at a later place', async () => {
    const stream = newStream();
    const event = anEvent();
    const first = await append(stream, NO_STREAM, event);
    expect(await append(stream, NO_STREAM, anEvent(event.id, { other: 2 }))).toEqual(first);
    expect((await append(stream, 0n, event)).nextExpectedRevision).toBe(1n);
  });

  it('refuses a repeat with new ids among it by an error without a message', async () => {
    const stream = newStream();
    const event = anEvent();
    await append(stream, NO_STREAM, event);
    expect(await errorOf(append(stream, NO_STREAM, event, anEvent()))).toMatchObject({
      type: 'wrong-expected-version',
      message: '',
      actualVersion: 0n,
    });
  });

  it('claims that no events were appended to a stream that is not there', async () => {
    const stream = newStream();
    expect((await append(stream, NO_STREAM)).success).toBe(true);
    expect(await errorOf(client.readStream(stream).toArray())).toMatchObject({
      type: 'stream-not-found',
    });
  });

  it('goes on counting in a stream that was deleted and begun again, and keeps all of it in $all', async () => {
    const stream = newStream();
    const { position } = await append(stream, NO_STREAM, anEvent(), anEvent());
    await client.deleteStream(stream);
    expect((await append(stream, NO_STREAM, anEvent())).nextExpectedRevision).toBe(2n);
    await client.tombstoneStream(stream);
    const types = (await allFrom(position!, 10)).map(({ event }) => event!.type);
    expect(types).toEqual(expect.arrayContaining(['T', '$metadata', '$streamDeleted']));
  });

  it('refuses more than 1 MiB in one append', async () => {
    const large = anEvent(randomUUID(), { text: 'x'.repeat(1024 * 1024) });
    expect(await errorOf(append(newStream(), NO_STREAM, large))).toMatchObject({
      type: 'maximum-append-size-exceeded',
    });
  });

  it('gives metadata that looks like JSON as an object, whatever was sent, and else bytes', async () => {
    const stream = newStream();
    const bytes = (text: string) => new TextEncoder().encode(text);
    await append(
      stream,
      NO_STREAM,
      jsonEvent({ type: 'T', data: {}, metadata: bytes('{"a":1}') }) as EventData,
      jsonEvent({ type: 'T', data: {}, metadata: bytes('\u0001') }) as EventData,
    );
    const metadata: unknown[] = [];
    for await (const { event } of client.readStream(stream)) metadata.push(event!.metadata);
    expect(metadata).toEqual([{ a: 1 }, bytes('\u0001')]);
  });

  describe('when the connection is lost', () => {
    let proxy: FaultProxy;
    let relayed: EventStoreDBClient;
    beforeEach(async () => {
      const relay = await relayTo(url);
      proxy = relay.proxy;
      relayed = EventStoreDBClient.connectionString(relay.url);
    });
    afterEach(async () => {
      await proxy.close();
    });

    it('a subscription reports an error once and never resumes; calls fail by a plain error too', async () => {
      const stream = newStream();
      const subscription = relayed.subscribeToAll({
        fromPosition: END,
        filter: streamNameFilter({ prefixes: [stream] }),
      });
      const seen: unknown[] = [];
      const errors: Error[] = [];
      subscription.on('error', (error) => void errors.push(error));
      subscription.on('data', (item) => void seen.push(item));
      await new Promise<void>((resolve) => subscription.on('confirmation', resolve));
      proxy.refuse();
      while (errors.length === 0) await sleep(5);
      const call = () =>
        errorOf(relayed.appendToStream(stream, anEvent(), { expectedRevision: NO_STREAM }));
      const kinds = new Set<string>();
      for (let n = 0; n < 4; n++) {
        const error = (await call())!;
        kinds.add(`${error.type ?? 'plain'} ${String(error.code)}`);
      }
      expect([...kinds]).toEqual(expect.arrayContaining(['plain 14']));
      proxy.admit();
      const { position } = await append(stream, NO_STREAM, anEvent());
      // One that begins anew gets it; the old one had the time for it too.
      expect(await subscribedFrom(position!, stream)).toEqual([]);
      expect(await subscribedFrom(START, stream)).toHaveLength(1);
      expect([seen.length, errors.length]).toEqual([0, 1]);
    });
  });
});
