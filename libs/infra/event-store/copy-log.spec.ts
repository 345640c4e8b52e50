import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { anEvent, listOf, someEvents } from './contract/rig.contract.ts';
import { CopyCutShort, copyLog, type CopyProgress, LogsDiffer, summaryOf } from './copy-log.ts';
import { CallAborted, DeadlineExceeded, StoreUnavailable } from './event-store.errors.ts';
import { type EventStore } from './event-store.port.ts';
import { openSqliteEventStore } from './sqlite/sqlite-event-store.ts';

let folder: string;
let from: EventStore;
let to: EventStore;
const open = (name: string) =>
  openSqliteEventStore({ file: join(folder, `${name}.db`), worker: false });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'casetrail-copy-'));
  from = await open('from');
  to = await open('to');
});

afterEach(async () => {
  await from.close();
  await to.close();
  rmSync(folder, { recursive: true });
});

const never = new AbortController().signal;
const copy = (onProgress?: (progress: CopyProgress) => void, signal = never) =>
  copyLog({ from, to, signal, ...(onProgress && { onProgress }) });

/** Runs of events that take turns between streams. */
async function write(store: EventStore, runs: readonly (readonly [string, number])[]) {
  const revisions = new Map<string, number>();
  for (const [stream, count] of runs) {
    const last = revisions.get(stream);
    const { revision } = await store.append(stream, last ?? 'no-stream', someEvents(count));
    revisions.set(stream, revision);
  }
}

const RUNS = [
  ['case-1', 3],
  ['case-2', 1],
  ['case-1', 2],
  ['account-1', 1],
  ['case-2', 4],
] as const;

const withoutPositions = async (store: EventStore) =>
  (await listOf(store.readAll())).map(({ position: _, ...event }) => event);

describe('a log that is copied', () => {
  it('holds every event with its id, times and metadata, in the same order', async () => {
    await write(from, RUNS);
    const summary = await copy();
    expect(await withoutPositions(to)).toEqual(await withoutPositions(from));
    expect(summary).toEqual({ events: 11, streams: 3, sha256: expect.any(String) });
    expect(await summaryOf(to, never)).toEqual(summary);
  });

  it('is empty where there is nothing', async () => {
    expect(await copy()).toMatchObject({ events: 0, streams: 0 });
  });

  it('is written nothing more to by a second copy', async () => {
    await write(from, RUNS);
    const first = await copy();
    const head = await to.head();
    expect(await copy()).toEqual(first);
    expect(await to.head()).toBe(head);
  });

  it('may be of any streams, and be gone on with from anywhere', async () => {
    const runs = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 4 })));
    let n = 0;
    const alike = fc.asyncProperty(runs, fc.nat(20), async (those, cutAfter) => {
      const [one, other] = [await open(`one-${++n}`), await open(`other-${n}`)];
      try {
        await write(one, those);
        const cut = new AbortController();
        const options = { from: one, to: other };
        const stopAt = ({ step, done }: CopyProgress) => {
          if (step === 'copying' && done === cutAfter) cut.abort();
        };
        await copyLog({ ...options, signal: cut.signal, onProgress: stopAt }).catch(() => null);
        await copyLog({ ...options, signal: never });
        expect(await withoutPositions(other)).toEqual(await withoutPositions(one));
      } finally {
        await one.close();
        await other.close();
      }
    });
    await fc.assert(alike, { numRuns: 25, seed: 20_261_128 });
  });

  it('tells how far it is', async () => {
    await write(from, RUNS);
    const told: CopyProgress[] = [];
    await copy((progress) => told.push(progress));
    expect(told.filter(({ step }) => step === 'reading')).toHaveLength(11);
    expect(told.filter(({ step }) => step === 'copying').at(-1)).toEqual({
      step: 'copying',
      done: 11,
      total: 11,
      found: 0,
    });
    expect(told.at(-1)).toEqual({ step: 'proving', done: 11, total: 11, found: 0 });
  });

  it('goes on after what a copy that was cut short has left', async () => {
    await write(from, RUNS);
    const cut = new AbortController();
    const cutAt = ({ step, done }: CopyProgress) => {
      if (step === 'copying' && done === 6) cut.abort();
    };
    await expect(copy(cutAt, cut.signal)).rejects.toThrow(CallAborted);
    const left = (await listOf(to.readAll())).length;
    expect(left).toBeGreaterThan(0);
    let found = 0;
    await copy((progress) => (found = progress.found));
    expect(found).toBe(left);
    expect(await withoutPositions(to)).toEqual(await withoutPositions(from));
  });
});

describe('an end that cannot serve now', () => {
  const calls = ['head', 'readAll', 'append'] as const;
  const cases = [
    new StoreUnavailable('It is gone.'),
    new DeadlineExceeded('It is silent.'),
  ].flatMap((failure) => calls.map((call) => [failure.name, call, failure] as const));

  /** The store, whose call fails from now on. */
  function failing(store: EventStore, call: (typeof calls)[number], failure: Error): EventStore {
    const fails = () => Promise.reject(failure);
    return {
      storeId: store.storeId,
      limits: store.limits,
      append: call === 'append' ? fails : (...given) => store.append(...given),
      head: call === 'head' ? fails : (options) => store.head(options),
      readStream: (...given) => store.readStream(...given),
      async *readAll(options) {
        yield* store.readAll(call === 'readAll' ? { ...options, limit: 2 } : options);
        if (call === 'readAll') throw failure;
      },
      subscribe: (options) => store.subscribe(options),
      ready: (options) => store.ready(options),
      close: () => store.close(),
    };
  }

  it.each(cases)('cuts the copy short, which says which end: %s of %s', async (_, call, cause) => {
    await write(from, RUNS);
    const ends = [
      ...(call === 'append' ? [] : [['from', { from: failing(from, call, cause), to }] as const]),
      ...(call === 'head' ? [] : [['to', { from, to: failing(to, call, cause) }] as const]),
    ];
    for (const [end, both] of ends) {
      const cut = await copyLog({ ...both, signal: never }).catch((error: unknown) => error);
      expect(cut).toBeInstanceOf(CopyCutShort);
      expect(cut).toMatchObject({ end, cause });
    }
    await copy();
    expect(await withoutPositions(to)).toEqual(await withoutPositions(from));
  });

  it('is no reason for what never passes: that is thrown as it is', async () => {
    await write(from, RUNS);
    const failure = new RangeError('a defect');
    const copying = copyLog({ from: failing(from, 'readAll', failure), to, signal: never });
    await expect(copying).rejects.toBe(failure);
  });
});

describe('a target that is no copy', () => {
  it('is refused, and left as it is, when it holds another log', async () => {
    await write(from, RUNS);
    await write(to, [['case-9', 2]]);
    const before = await withoutPositions(to);
    await expect(copy()).rejects.toThrow(LogsDiffer);
    expect(await withoutPositions(to)).toEqual(before);
  });

  it('is refused when one event differs in nothing but its data', async () => {
    const event = anEvent();
    await from.append('case-1', 'no-stream', [event]);
    await to.append('case-1', 'no-stream', [{ ...event, data: { note: 'ref-2' } }]);
    await expect(copy()).rejects.toThrow(/case-1@0/);
  });

  it('is refused when it holds more than the source', async () => {
    await write(from, RUNS);
    await copy();
    await to.append('case-1', 4, someEvents(1));
    await expect(copy()).rejects.toThrow(/more events/);
  });
});

describe('a source', () => {
  it('that is written to meanwhile is not said to be copied', async () => {
    await write(from, RUNS);
    const writing: Promise<unknown>[] = [];
    const once = ({ step }: CopyProgress) => {
      if (step === 'proving' && writing.length === 0) {
        writing.push(from.append('case-7', 'no-stream', someEvents(1)));
      }
    };
    await expect(copy(once)).rejects.toThrow(/written to meanwhile/);
    await Promise.all(writing);
    expect(await copy()).toMatchObject({ events: 12, streams: 4 });
  });
});
