import {
  AppendTooLarge,
  DeadlineExceeded,
  StoreUnavailable,
} from '#infra/event-store/event-store.errors';
import { type EventStore } from '#infra/event-store/event-store.port';
import { openSqliteEventStore } from '#infra/event-store/sqlite/sqlite-event-store';
import { type NewEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { START } from '#kernel/position';
import { metadataFor } from '#kernel/testing/metadata';
import { NAME_CHARS_MAX } from '../xes/map-trace.ts';
import { logXml, packed, type Step, traceXml } from '../xes/xes.testkit.ts';
import { ImportedOtherwise } from './case-writer.ts';
import {
  APPROVED,
  eventsOf,
  ImportRig,
  lasting,
  logOf,
  mappingFor,
  OPEN,
  REJECTED,
  RULES,
} from './import.testkit.ts';

const LOG = logOf({ A1: APPROVED, A2: REJECTED, A3: OPEN });
const mapping = mappingFor();

const newRig = () => new ImportRig().open((file) => openSqliteEventStore({ file, worker: false }));

let rig: ImportRig;
beforeEach(async () => (rig = await newRig()));
afterEach(() => rig.dispose());

type Append = EventStore['append'];

/** The rig's store with another `append`, and perhaps other limits. */
function storeWith(
  append: (real: Append) => Append,
  limits: Partial<EventStore['limits']> = {},
): EventStore {
  const { store } = rig;
  return {
    storeId: store.storeId,
    limits: { ...store.limits, ...limits },
    append: append((...call) => store.append(...call)),
    readStream: (...call) => store.readStream(...call),
    readAll: (...call) => store.readAll(...call),
    subscribe: (...call) => store.subscribe(...call),
    head: (...call) => store.head(...call),
    ready: (...call) => store.ready(...call),
    close: () => store.close(),
  };
}

/** Something that a person did to a case after it was imported. */
const note = (name: string): NewEvent => ({
  id: deriveId('note', name),
  type: 'NoteAdded',
  schemaVersion: 1,
  data: { noteId: 'n1', textRef: 'ref', commitment: 'c' },
  metadata: metadataFor(deriveId('command', name), rig.now, { platform: 'old-bank' }),
});

describe('an import', () => {
  it('ends every event of the log in one of three ways, and counts them', async () => {
    const { outcomes, ...result } = await rig.importer().run({ log: rig.write(LOG), mapping });
    expect(result).toMatchObject({
      platform: 'old-bank',
      traces: 3,
      cases: 3,
      stopped: false,
      logEvents: { total: 24, meant: 20, history: 3, refused: 1 },
      domainEvents: { total: 26, appended: 26, alreadyThere: 0 },
      refusals: { 'test-data': 1 },
    });
    expect(result.error).toBeUndefined();
    expect(outcomes.reduce((sum, { events }) => sum + events, 0)).toBe(24);
    expect(outcomes).toContainEqual({
      activity: 'Submit',
      transition: 'COMPLETE',
      end: 'meant',
      became: ['CaseOpened', 'CaseSubmitted'],
      reason: null,
      events: 3,
    });
    expect(outcomes).toContainEqual({
      activity: 'Ring',
      transition: 'COMPLETE',
      end: 'history',
      became: ['HistoryRecorded'],
      reason: 'no-rule',
      events: 1,
    });
  });

  it('says where each refused event is', async () => {
    const log = logOf({ A1: OPEN, A2: ['Screen'] });
    const { refusalExamples } = await rig.importer().run({ log: rig.write(log), mapping });
    expect(refusalExamples).toEqual([
      { reason: 'test-data', trace: 'A1', traceIndex: 0, index: 4, line: 8 },
      { reason: 'case-not-opened', trace: 'A2', traceIndex: 1, index: 0, line: 9 },
    ]);
  });

  it('refuses names that no event should hold, and keeps the rest of the trace', async () => {
    const long = 'x'.repeat(NAME_CHARS_MAX + 1);
    const log = logOf({ A1: ['Submit', long, ['Yes', 'COMPLETE', long], 'Never mind'] });
    const result = await rig.importer().run({ log: rig.write(log), mapping });
    expect(result.refusals).toEqual({ 'name-too-long': 2 });
    expect((await rig.events()).map(({ type }) => type)).toEqual([
      'CaseOpened',
      'CaseSubmitted',
      'CaseWithdrawn',
    ]);
  });

  it('refuses traces whose names tell no case apart, and makes no case of them', async () => {
    const twice = [traceXml('A1', eventsOf(OPEN)), traceXml('A1', eventsOf(OPEN))];
    const log = logXml(...twice, traceXml(undefined, eventsOf(OPEN)), traceXml('A2', []));
    const result = await rig.importer().run({ log: rig.write(log), mapping });
    expect(result.refusals).toEqual({
      'test-data': 1,
      'trace-name-missing': 5,
      'trace-name-repeated': 5,
    });
    expect(result).toMatchObject({ traces: 4, cases: 1 });
    expect(result.logEvents.total).toBe(15);
  });

  it('reads the same from a packed log, whose file is another one', async () => {
    await rig.importer().run({ log: rig.write(packed(LOG), 'small.xes.gz'), mapping });
    const types = (await rig.events()).map(({ type }) => type);
    await rig.importer().run({ log: rig.write(LOG), mapping });
    const both = (await rig.events()).map(({ type }) => type);
    expect(both).toEqual([...types, ...types]);
  });

  it('tells how far it is while it runs', async () => {
    const importer = rig.importer();
    expect(importer.progress).toEqual({
      bytesRead: 0,
      bytesTotal: undefined,
      traces: 0,
      logEvents: 0,
    });
    const log = rig.write(LOG);
    await importer.run({ log, mapping });
    expect(importer.progress).toEqual({
      bytesRead: Buffer.byteLength(LOG),
      bytesTotal: Buffer.byteLength(LOG),
      traces: 3,
      logEvents: 24,
    });
  });
});

describe('a second import', () => {
  it('appends nothing', async () => {
    const log = rig.write(LOG);
    const first = await rig.importer().run({ log, mapping });
    const before = await rig.events();
    rig.now = instant('2027-01-01T00:00:00Z');
    const second = await rig.importer().run({ log, mapping });
    expect(await rig.events()).toEqual(before);
    expect(second.domainEvents).toEqual({ total: 26, appended: 0, alreadyThere: 26 });
    expect(second).toEqual({ ...first, domainEvents: second.domainEvents });
  });

  it('appends nothing either where the cases went on since, and leaves that alone', async () => {
    const log = rig.write(LOG);
    await rig.importer().run({ log, mapping });
    const before = await rig.events();
    for (const { stream, revision } of before.filter(({ type }) => type === 'CaseRejected')) {
      await rig.store.append(stream, revision, [note(stream)]);
    }
    const after = await rig.events();
    expect(after).toHaveLength(before.length + 1);
    const again = await rig.importer().run({ log, mapping });
    expect(again.domainEvents).toMatchObject({ appended: 0, alreadyThere: 26 });
    expect(await rig.events()).toEqual(after);
  });

  it('with another mapping is refused, as what was imported is never rewritten', async () => {
    const log = rig.write(LOG);
    await rig.importer().run({ log, mapping });
    const before = await rig.events();
    const others = [
      mappingFor({ policy: { key: 'loan', version: 4, label: 'newer' } }),
      mappingFor({}, [{ activity: 'Ring', as: 'withdrawn' }, ...RULES]),
      mappingFor({}, [{ activity: ['Ring', 'Letter'], refuse: 'noise' }, ...RULES]),
      mappingFor({}, [{ activity: 'Submit', as: 'case-opened' }, ...RULES]),
    ];
    for (const other of others) {
      await expect(rig.importer().run({ log, mapping: other })).rejects.toThrow(ImportedOtherwise);
    }
    expect(await rig.events()).toEqual(before);
  });

  it('to another platform makes cases of its own', async () => {
    const log = rig.write(LOG);
    await rig.importer().run({ log, mapping });
    const other = mappingFor({ platform: 'new-bank' });
    const result = await rig.importer().run({ log, mapping: other });
    expect(result.domainEvents.appended).toBe(26);
    const streams = new Set((await rig.events()).map(({ stream }) => stream));
    expect(streams.size).toBe(6);
  });
});

describe('an import that breaks off', () => {
  /** A store that takes this many appends and then is gone for good. */
  const goneAfter = (appends: number, done: boolean) => {
    let left = appends;
    return storeWith((real) => async (...call) => {
      if (left-- > 0) return real(...call);
      if (done && left === -1) await real(...call);
      throw new StoreUnavailable('The disk is full.');
    });
  };

  const uninterrupted = async () => {
    const other = await newRig();
    await other.importer().run({ log: rig.write(LOG), mapping });
    const events = (await other.events()).map(lasting);
    await other.dispose();
    return events;
  };
  const byPlace = (a: { stream: string; revision: number }, b: typeof a) =>
    a.stream === b.stream ? a.revision - b.revision : a.stream < b.stream ? -1 : 1;

  it.each([
    [0, false, 0],
    [1, false, 15],
    [2, false, 21],
    [1, true, 21],
    [2, true, 26],
  ])(
    'after %i appends (and one unanswered: %s) goes on where it was',
    async (appends, done, events) => {
      const expected = (await uninterrupted()).sort(byPlace);
      const log = rig.write(LOG);
      const broken = rig.importer({ eventStore: goneAfter(appends, done) });
      await expect(broken.run({ log, mapping })).rejects.toThrow('The disk is full.');
      const there = (await rig.events()).length;
      expect(there).toBe(events);
      const { domainEvents } = await rig.importer().run({ log, mapping });
      expect(domainEvents).toEqual({ total: 26, appended: 26 - there, alreadyThere: there });
      expect((await rig.events()).map(lasting).sort(byPlace)).toEqual(expected);
    },
  );

  it('within a case that takes several appends goes on within it', async () => {
    const small = { maxBatchEvents: 4 };
    const limited = (appends: number) => {
      let left = appends;
      return storeWith(
        (real) =>
          async (...call) => {
            if (left-- > 0) return real(...call);
            throw new StoreUnavailable('Gone.');
          },
        small,
      );
    };
    const log = rig.write(logOf({ A1: APPROVED }));
    await expect(rig.importer({ eventStore: limited(2) }).run({ log, mapping })).rejects.toThrow(
      'Gone.',
    );
    expect(await rig.events()).toHaveLength(8);
    // Also where the parts are others than the first time.
    const { domainEvents } = await rig.importer().run({ log, mapping });
    expect(domainEvents).toEqual({ total: 15, appended: 7, alreadyThere: 8 });
    const revisions = (await rig.events()).map(({ revision }) => revision);
    expect(revisions).toEqual(Array.from({ length: 15 }, (_, at) => at));
  });

  it('by a case that somebody else has gone on with turns that case away, and takes the rest', async () => {
    const log = rig.write(LOG);
    const small = storeWith(
      (real) => async (stream, expected, events, options) => {
        if (expected !== 'no-stream') throw new StoreUnavailable('Gone.');
        return real(stream, expected, events, options);
      },
      { maxBatchEvents: 10 },
    );
    await expect(rig.importer({ eventStore: small }).run({ log, mapping })).rejects.toThrow(
      'Gone.',
    );
    const [torn] = await rig.events();
    await rig.store.append(torn!.stream, 9, [note('early')]);
    const { refusals, cases } = await rig.importer().run({ log, mapping });
    expect(refusals).toEqual({ 'stream-taken': 14, 'test-data': 1 });
    expect(cases).toBe(2);
  });

  it('by its user ends after what is in hand, and says so', async () => {
    const stop = AbortSignal.abort();
    const log = rig.write(LOG);
    const { stopped, traces } = await rig.importer().run({ log, mapping, signal: stop });
    expect({ stopped, traces }).toEqual({ stopped: true, traces: 1 });
    expect(new Set((await rig.events()).map(({ stream }) => stream)).size).toBe(1);
  });
});

describe('a store that gives trouble', () => {
  it('is asked again, also when the append was done and only its answer is lost', async () => {
    let troubles = 3;
    const eventStore = storeWith((real) => async (...call) => {
      const answer = await real(...call);
      if (troubles-- > 0) throw new DeadlineExceeded('No answer in time.');
      return answer;
    });
    const log = rig.write(LOG);
    const { domainEvents } = await rig.importer({ eventStore }).run({ log, mapping });
    expect(domainEvents).toEqual({ total: 26, appended: 26, alreadyThere: 0 });
    expect(rig.paused.length).toBe(3);
    expect(await rig.events()).toHaveLength(26);
  });

  it('that takes less at a time gets less at a time, in order', async () => {
    const sizes: number[] = [];
    const eventStore = storeWith((real) => (stream, expected, events, options) => {
      if (events.length > 4) throw new AppendTooLarge('More than four.');
      sizes.push(events.length);
      return real(stream, expected, events, options);
    });
    const log = rig.write(logOf({ A1: APPROVED }));
    const { domainEvents } = await rig.importer({ eventStore }).run({ log, mapping });
    expect(domainEvents.appended).toBe(15);
    expect(sizes).toEqual([4, 4, 4, 3]);
  });

  it('that does not take one event alone ends the import in its words', async () => {
    const eventStore = storeWith(() => async () => {
      throw new AppendTooLarge('Nothing at all.');
    });
    const run = rig.importer({ eventStore }).run({ log: rig.write(LOG), mapping });
    await expect(run).rejects.toThrow('Nothing at all.');
  });
});

describe('a log that is not well', () => {
  const traces: Readonly<Record<string, readonly Step[]>> = { A1: APPROVED, A2: REJECTED };

  it('keeps what stands before the fault, and says file, place and reason', async () => {
    const log = rig.write(logOf(traces).replace('</log>', '<trace><event></trace>'));
    const { error, domainEvents, cases, position } = await rig.importer().run({ log, mapping });
    expect(error).toMatchObject({ code: 'malformed-xml', file: log, place: { line: 23 } });
    expect(error!.message).toMatch(/small\.xes:23:\d+: Not well-formed XML/);
    expect({ cases, appended: domainEvents.appended }).toEqual({ cases: 2, appended: 21 });
    expect(position).toBe((await rig.events()).at(-1)!.position);
  });

  it('packed and cut off keeps the whole traces', async () => {
    const filler = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => [`T${at}-${deriveId('t', at)}`, REJECTED]),
    );
    const bytes = packed(logOf(filler));
    const log = rig.write(bytes.subarray(0, Math.floor(bytes.length / 2)), 'half.xes.gz');
    const { error, traces: read, logEvents } = await rig.importer().run({ log, mapping });
    expect(error).toMatchObject({ code: 'truncated', file: log });
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(300);
    expect(logEvents.total).toBe(read * 5);
    expect(await rig.events()).toHaveLength(read * 6);
  });

  it('that is no log at all imports nothing', async () => {
    const { error, position } = await rig.importer().run({ log: rig.write('not XML'), mapping });
    expect(error).toMatchObject({ code: 'malformed-xml' });
    expect(position).toBe(START);
    await expect(rig.importer().run({ log: '/nowhere/log.xes', mapping })).rejects.toMatchObject({
      code: 'unreadable',
      file: '/nowhere/log.xes',
    });
  });
});
