import { type RecordedEvent } from '#kernel/envelope';
import { START, type Position } from '#kernel/position';
import { StoreUnavailable } from '../event-store.errors.ts';
import { type EventFilter, type EventStore, type SubscriptionBatch } from '../event-store.port.ts';
import {
  idsIn,
  idsOf,
  listOf,
  openForSection,
  openForTest,
  ownNames,
  someEvents,
  type RigFactory,
} from './rig.contract.ts';

/** More than this in one batch would fill the memory of a slow consumer. */
const BATCH_EVENTS_MAX = 1_024;

/** Takes batches until one of them satisfies, then ends the subscription. */
async function batchesUntil(
  store: EventStore,
  options: { after: Position; filter?: EventFilter },
  enough: (batch: SubscriptionBatch, events: readonly RecordedEvent[]) => boolean,
): Promise<{ batches: SubscriptionBatch[]; events: RecordedEvent[] }> {
  const ending = new AbortController();
  const batches: SubscriptionBatch[] = [];
  const events: RecordedEvent[] = [];
  for await (const batch of store.subscribe({ ...options, signal: ending.signal })) {
    batches.push(batch);
    events.push(...batch.events);
    if (enough(batch, events)) ending.abort();
  }
  return { batches, events };
}

async function appendMany(store: EventStore, stream: string, count: number, from = 0) {
  const events = someEvents(count);
  for (const [at, event] of events.entries()) {
    await store.append(stream, at + from ? at + from - 1 : 'no-stream', [event]);
  }
  return events;
}

export function subscribeContract(factory: RigFactory): void {
  const store = openForSection(factory);

  describe('subscribe', () => {
    it('catches up, then goes on live', async () => {
      const names = ownNames();
      const filter = { streamPrefixes: [names.prefix] };
      const after = await store().head();
      const past = await appendMany(store(), names.stream('a'), 5);
      const later = someEvents(3);
      const { events, batches } = await batchesUntil(store(), { after, filter }, (batch, seen) => {
        if (batch.live && seen.length === 5) {
          void store().append(names.stream('b'), 'no-stream', later);
        }
        return seen.length >= 8;
      });
      expect(idsOf(events)).toEqual(idsOf([...past, ...later]));
      expect(batches.at(-1)!.live).toBe(true);
    });

    it('catches up from the very start', async () => {
      const names = ownNames();
      const past = await appendMany(store(), names.stream('a'), 3);
      const { events } = await batchesUntil(
        store(),
        { after: START, filter: { streamPrefixes: [names.prefix] } },
        (batch) => batch.live,
      );
      expect(idsOf(events)).toEqual(idsOf(past));
    });

    it('misses and repeats nothing while many append', async () => {
      const names = ownNames();
      const filter = { streamPrefixes: [names.prefix] };
      const after = await store().head();
      await store().append(names.stream('past'), 'no-stream', someEvents(300));
      const writing = Array.from({ length: 8 }, (_, n) =>
        appendMany(store(), names.stream(`live-${n}`), 20),
      );
      const { events, batches } = await batchesUntil(
        store(),
        { after, filter },
        (_, seen) => seen.length >= 460,
      );
      await Promise.all(writing);
      expect(idsOf(events)).toEqual(await idsIn(store().readAll({ after, filter })));
      let reached = after;
      for (const batch of batches) {
        for (const event of batch.events) {
          expect(event.position > reached).toBe(true);
          reached = event.position;
        }
        expect(batch.position >= reached).toBe(true);
        expect(batch.events.length).toBeLessThanOrEqual(BATCH_EVENTS_MAX);
        reached = batch.position;
      }
    });

    it('gives events exactly as readAll does', async () => {
      const names = ownNames();
      const after = await store().head();
      await store().append(names.stream('a'), 'no-stream', someEvents(4));
      const filter = { streamPrefixes: [names.prefix] };
      const { events } = await batchesUntil(store(), { after, filter }, ({ live }) => live);
      expect(events).toStrictEqual(await listOf(store().readAll({ after, filter })));
    });

    it('says that it is live where there is nothing to catch up', async () => {
      const names = ownNames();
      await appendMany(store(), names.stream('a'), 1);
      const after = await store().head();
      const { batches } = await batchesUntil(
        store(),
        { after, filter: { streamPrefixes: [names.prefix] } },
        ({ live }) => live,
      );
      expect(batches.flatMap((batch) => batch.events)).toEqual([]);
      expect(batches.at(-1)!.position >= after).toBe(true);
    });

    it('begins after its position also where that event is not of the filter', async () => {
      const names = ownNames();
      const { position } = await store().append(names.stream('y'), 'no-stream', someEvents(1));
      const wanted = await appendMany(store(), names.stream('x'), 2);
      const { events } = await batchesUntil(
        store(),
        { after: position, filter: { streamPrefixes: [names.stream('x')] } },
        (_, seen) => seen.length === 2,
      );
      expect(idsOf(events)).toEqual(idsOf(wanted));
    });
  });

  describe('subscribe: how far it has looked', () => {
    // A query waits for its view to reach the position of a command, also when the command's events
    // are none of the view's: the reported position must reach the head by itself.
    it.each(['streamPrefixes', 'eventTypes'])(
      'is reported while catching up where nothing matches (%s)',
      async (by) => {
        const names = ownNames();
        const after = await store().head();
        const { position } = await store().append(names.stream('a'), 'no-stream', someEvents(500));
        const filter = { [by]: [names.stream('none')] } as unknown as EventFilter;
        const { events, batches } = await batchesUntil(
          store(),
          { after, filter },
          (batch) => batch.position >= position,
        );
        expect(events).toEqual([]);
        expect(batches.at(-1)!.position >= position).toBe(true);
      },
    );

    it.each([1, 90])('is reported live where %i events pass that do not match', async (count) => {
      const names = ownNames();
      const filter = { streamPrefixes: [names.stream('none')] };
      const ending = new AbortController();
      const { signal } = ending;
      const after = await store().head();
      const seen: RecordedEvent[] = [];
      let looked = after;
      let appending: Promise<Position> | undefined;
      let target: Position | undefined;
      const endWhenReached = () => {
        if (target !== undefined && looked >= target) ending.abort();
      };
      const appendOthers = async () => {
        await appendMany(store(), names.stream('a'), count);
        target = await store().head();
        endWhenReached();
        return target;
      };
      for await (const batch of store().subscribe({ after, filter, signal })) {
        seen.push(...batch.events);
        looked = batch.position;
        if (batch.live) appending ??= appendOthers();
        endWhenReached();
      }
      expect(looked >= (await appending!)).toBe(true);
      expect(seen).toEqual([]);
    });

    it('is a position to resume from: no event is missed, none comes again', async () => {
      const names = ownNames();
      const filter = { streamPrefixes: [names.stream('x')] };
      const after = await store().head();
      for (let n = 0; n < 6; n++) {
        await store().append(names.stream(`y-${n}`), 'no-stream', someEvents(100));
        await store().append(names.stream(`x-${n}`), 'no-stream', someEvents(100));
      }
      const all = await idsIn(store().readAll({ after, filter }));
      const { batches } = await batchesUntil(
        store(),
        { after, filter },
        (batch, seen) => batch.live && seen.length === all.length,
      );
      let seen = 0;
      for (const batch of batches) {
        seen += batch.events.length;
        const rest = await idsIn(store().readAll({ after: batch.position, filter }));
        expect(rest).toEqual(all.slice(seen));
        const resumed = await batchesUntil(
          store(),
          { after: batch.position, filter },
          ({ live }) => live,
        );
        expect(idsOf(resumed.events)).toEqual(all.slice(seen));
      }
    });
  });

  describe('subscribe: the consumer', () => {
    it('is waited for: a slow one gets bounded batches, and nothing is lost', async () => {
      const names = ownNames();
      const filter = { streamPrefixes: [names.prefix] };
      const after = await store().head();
      const total = 3_000;
      const seen: string[] = [];
      const ending = new AbortController();
      let written = 0;
      for await (const batch of store().subscribe({ after, filter, signal: ending.signal })) {
        expect(batch.events.length).toBeLessThanOrEqual(BATCH_EVENTS_MAX);
        seen.push(...idsOf(batch.events));
        // The consumer is busy writing while the log runs ahead of it.
        for (let n = 0; n < 4 && written < total; n++, written += 250) {
          await store().append(names.stream(`case-${written}`), 'no-stream', someEvents(250));
        }
        if (seen.length >= total) ending.abort();
      }
      expect(seen).toEqual(await idsIn(store().readAll({ after, filter })));
    });

    it('ends it by its signal without an error: before, while waiting, and between batches', async () => {
      const names = ownNames();
      const filter = { streamPrefixes: [names.prefix] };
      const after = await store().head();
      const before = AbortSignal.abort();
      expect(await listOf(store().subscribe({ after, filter, signal: before }))).toEqual([]);

      const waiting = new AbortController();
      const live = store().subscribe({ after, filter, signal: waiting.signal });
      const batches = live[Symbol.asyncIterator]();
      let batch = await batches.next();
      while (!batch.value.live) batch = await batches.next();
      const next = (async () => {
        for (;;) if ((await batches.next()).done) return 'ended';
      })();
      waiting.abort();
      expect(await next).toBe('ended');

      await store().append(names.stream('a'), 'no-stream', someEvents(2));
      const between = new AbortController();
      const seen: SubscriptionBatch[] = [];
      for await (const given of store().subscribe({ after, filter, signal: between.signal })) {
        seen.push(given);
        between.abort();
      }
      expect(seen).toHaveLength(1);
    });

    it('may leave it, and others go on', async () => {
      const names = ownNames();
      const filter = { streamPrefixes: [names.prefix] };
      const after = await store().head();
      const events = await appendMany(store(), names.stream('a'), 3);
      const { signal } = new AbortController();
      const seen: string[] = [];
      for await (const batch of store().subscribe({ after, filter, signal })) {
        seen.push(...idsOf(batch.events));
        if (seen.length) break;
      }
      const other = await batchesUntil(store(), { after, filter }, (_, all) => all.length === 3);
      expect(idsOf(other.events)).toEqual(idsOf(events));
      expect(idsOf(events).slice(0, seen.length)).toEqual(seen);
    });

    it('may be one of many: each gets everything', async () => {
      const names = ownNames();
      const filter = { streamPrefixes: [names.prefix] };
      const after = await store().head();
      const readers = Array.from({ length: 10 }, () =>
        batchesUntil(store(), { after, filter }, (_, seen) => seen.length === 25),
      );
      const events = await appendMany(store(), names.stream('a'), 25);
      for (const reader of await Promise.all(readers)) {
        expect(idsOf(reader.events)).toEqual(idsOf(events));
      }
    });
  });

  describe('subscribe: the store', () => {
    const opened = openForTest(factory);

    it('when it closes, a waiting subscription is told and does not stop silently', async () => {
      const after = await opened.store.head();
      const { signal } = new AbortController();
      const batches = opened.store.subscribe({ after, signal })[Symbol.asyncIterator]();
      await batches.next();
      const next = (async () => {
        for (;;) if ((await batches.next()).done) return 'ended silently';
      })();
      const told = expect(next).rejects.toBeInstanceOf(StoreUnavailable);
      await opened.store.close();
      await told;
    });

    it('when it restarts, a reported position still is where to go on', async () => {
      const names = ownNames();
      const filter = { streamPrefixes: [names.prefix] };
      const after = await opened.store.head();
      await appendMany(opened.store, names.stream('a'), 2);
      const first = await batchesUntil(
        opened.store,
        { after, filter },
        (_, all) => all.length === 2,
      );
      const restarted = await opened.rig.reopen();
      const later = await appendMany(restarted, names.stream('a'), 2, 2);
      const second = await batchesUntil(
        restarted,
        { after: first.batches.at(-1)!.position, filter },
        (_, all) => all.length === 2,
      );
      expect(idsOf(second.events)).toEqual(idsOf(later));
    });
  });
}
