import { AppendTooLarge, CallAborted, DeadlineExceeded } from '../event-store.errors.ts';
import { type CallOptions, type EventStore } from '../event-store.port.ts';
import {
  anEvent,
  idsIn,
  idsOf,
  listOf,
  openForSection,
  openForTest,
  ownNames,
  someEvents,
  type RigFactory,
} from './rig.contract.ts';

type Call = (store: EventStore, stream: string, options: CallOptions) => Promise<unknown>;

const CALLS: readonly (readonly [string, Call])[] = [
  ['append', (store, stream, options) => store.append(stream, 0, someEvents(1), options)],
  ['readStream', (store, stream, options) => listOf(store.readStream(stream, options))],
  [
    'readStream backwards',
    (store, stream, options) =>
      listOf(store.readStream(stream, { ...options, direction: 'backwards' })),
  ],
  ['readAll', (store, _, options) => listOf(store.readAll(options))],
  ['head', (store, _, options) => store.head(options)],
  ['ready', (store, _, options) => store.ready(options)],
];

export function callsContract(factory: RigFactory): void {
  const store = openForSection(factory);

  describe('deadlines and signals', () => {
    it.each(CALLS)('%s whose time is up already fails and does nothing', async (_, call) => {
      const stream = ownNames().stream('a');
      const events = someEvents(1);
      await store().append(stream, 'no-stream', events);
      await expect(call(store(), stream, { deadlineMs: 0 })).rejects.toBeInstanceOf(
        DeadlineExceeded,
      );
      expect(await idsIn(store().readStream(stream))).toEqual(idsOf(events));
    });

    it.each(CALLS)('%s with an aborted signal fails and does nothing', async (_, call) => {
      const stream = ownNames().stream('a');
      const events = someEvents(1);
      await store().append(stream, 'no-stream', events);
      await expect(call(store(), stream, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(
        CallAborted,
      );
      expect(await idsIn(store().readStream(stream))).toEqual(idsOf(events));
    });

    it.each(CALLS)('%s succeeds within its time', async (_, call) => {
      const stream = ownNames().stream('a');
      await store().append(stream, 'no-stream', someEvents(1));
      const { signal } = new AbortController();
      await call(store(), stream, { deadlineMs: 20_000, signal });
    });

    it('an append that is aborted on its way can be repeated, and is stored once', async () => {
      const stream = ownNames().stream('a');
      const events = someEvents(2);
      const calling = new AbortController();
      const appending = store().append(stream, 'no-stream', events, { signal: calling.signal });
      calling.abort();
      await expect(appending).rejects.toBeInstanceOf(CallAborted);
      const answer = await store().append(stream, 'no-stream', events);
      const stored = await listOf(store().readStream(stream));
      expect(idsOf(stored)).toEqual(idsOf(events));
      expect(answer).toEqual({ revision: 1, position: stored[1]!.position });
    });

    it.each(['readStream', 'readAll'] as const)('%s can be aborted on its way', async (method) => {
      const names = ownNames();
      await store().append(names.stream('a'), 'no-stream', someEvents(20));
      const calling = new AbortController();
      const { signal } = calling;
      const events =
        method === 'readStream'
          ? store().readStream(names.stream('a'), { signal })
          : store().readAll({ signal, filter: { streamPrefixes: [names.prefix] } });
      let seen = 0;
      const reading = (async () => {
        for await (const _ of events) if (++seen === 3) calling.abort();
      })();
      await expect(reading).rejects.toBeInstanceOf(CallAborted);
      expect(seen).toBe(3);
    });

    it('the time of a slow consumer is not the time of the store', async () => {
      const names = ownNames();
      await store().append(names.stream('a'), 'no-stream', someEvents(3));
      let seen = 0;
      for await (const _ of store().readStream(names.stream('a'), { deadlineMs: 1_000 })) {
        if (++seen === 1) await new Promise((resolve) => setTimeout(resolve, 1_100));
      }
      expect(seen).toBe(3);
    });
  });

  describe('size', () => {
    /** An event whose data and metadata take exactly so many bytes as JSON. */
    function eventOf(bytes: number, letter = 'x') {
      const event = anEvent({ data: { text: '' } });
      const empty = JSON.stringify(event.data).length + JSON.stringify(event.metadata).length;
      const width = Buffer.byteLength(letter);
      const letters = Math.floor((bytes - empty) / width);
      const text = letter.repeat(letters) + 'x'.repeat(bytes - empty - letters * width);
      return { ...event, data: { text } };
    }

    it('takes the largest event and gives it back', async () => {
      const stream = ownNames().stream('a');
      const largest = eventOf(store().limits.maxEventBytes);
      await store().append(stream, 'no-stream', [largest]);
      const [stored] = await listOf(store().readStream(stream));
      expect(stored!.data).toEqual(largest.data);
    });

    it.each(['x', '汉', '👩'])('refuses one byte more, counted as UTF-8 (%s)', async (letter) => {
      const stream = ownNames().stream('a');
      const { maxEventBytes } = store().limits;
      const fitting = eventOf(maxEventBytes, letter);
      const larger = eventOf(maxEventBytes + 1, letter);
      await expect(store().append(stream, 'no-stream', [anEvent(), larger])).rejects.toBeInstanceOf(
        AppendTooLarge,
      );
      expect(await idsIn(store().readStream(stream))).toEqual([]);
      await store().append(stream, 'no-stream', [fitting]);
    });

    it('takes the largest batch, and refuses one byte more', async () => {
      const stream = ownNames().stream('a');
      const { maxBatchBytes, maxEventBytes } = store().limits;
      const sizes: number[] = [];
      for (let left = maxBatchBytes; left > 0; left -= sizes.at(-1)!) {
        const share = left - maxEventBytes;
        sizes.push(share > 0 && share < 2_000 ? left - 2_000 : Math.min(left, maxEventBytes));
      }
      const batch = sizes.map((bytes) => eventOf(bytes));
      await expect(
        store().append(stream, 'no-stream', [...batch.slice(0, -1), eventOf(sizes.at(-1)! + 1)]),
      ).rejects.toBeInstanceOf(AppendTooLarge);
      expect(await idsIn(store().readStream(stream))).toEqual([]);
      await store().append(stream, 'no-stream', batch);
      expect(await idsIn(store().readStream(stream))).toEqual(idsOf(batch));
    });

    it('takes as many events as it says, and refuses one more', async () => {
      const stream = ownNames().stream('a');
      const { maxBatchEvents } = store().limits;
      const batch = someEvents(maxBatchEvents);
      await expect(
        store().append(stream, 'no-stream', [...batch, anEvent()]),
      ).rejects.toBeInstanceOf(AppendTooLarge);
      expect((await store().append(stream, 'no-stream', batch)).revision).toBe(maxBatchEvents - 1);
    });
  });
}

export function stallContract(factory: RigFactory): void {
  describe('a store that does not answer', () => {
    const opened = openForTest(factory);

    /** Runs what is to happen while nothing is answered. */
    async function whileStalled(during: () => Promise<void>) {
      const resume = await opened.rig.stall();
      try {
        await during();
      } finally {
        await resume();
      }
    }

    it('fails an append at its deadline; repeated later it is stored once', async () => {
      const stream = ownNames().stream('a');
      const events = someEvents(2);
      await whileStalled(async () => {
        await expect(
          opened.store.append(stream, 'no-stream', events, { deadlineMs: 100 }),
        ).rejects.toBeInstanceOf(DeadlineExceeded);
        await expect(opened.store.ready({ deadlineMs: 100 })).rejects.toBeInstanceOf(
          DeadlineExceeded,
        );
      });
      expect((await opened.store.append(stream, 'no-stream', events)).revision).toBe(1);
      expect(await idsIn(opened.store.readStream(stream))).toEqual(idsOf(events));
    });

    it('lets a waiting append be aborted', async () => {
      const stream = ownNames().stream('a');
      const calling = new AbortController();
      const { signal } = calling;
      await whileStalled(async () => {
        const waiting = opened.store.append(stream, 'no-stream', someEvents(1), { signal });
        setTimeout(() => calling.abort(), 50);
        await expect(waiting).rejects.toBeInstanceOf(CallAborted);
      });
    });

    it('refuses what is too large without asking it', async () => {
      const { limits } = opened.store;
      const huge = anEvent({ data: { text: 'x'.repeat(limits.maxEventBytes) } });
      await whileStalled(async () => {
        await expect(
          opened.store.append(ownNames().stream('a'), 'no-stream', [huge]),
        ).rejects.toBeInstanceOf(AppendTooLarge);
      });
    });

    it('lets every read end: with its events or at its deadline', async () => {
      const stream = ownNames().stream('a');
      const events = someEvents(1);
      await opened.store.append(stream, 'no-stream', events);
      await whileStalled(async () => {
        for (const read of [
          () => idsIn(opened.store.readStream(stream, { deadlineMs: 100 })),
          () => opened.store.head({ deadlineMs: 100 }),
        ]) {
          const end = await read().catch((error: unknown) => error);
          if (end instanceof Error) expect(end).toBeInstanceOf(DeadlineExceeded);
        }
      });
      expect(await idsIn(opened.store.readStream(stream))).toEqual(idsOf(events));
    });
  });
}
