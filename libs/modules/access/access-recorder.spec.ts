import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faulty } from '#infra/command-handler/command-handler.testkit';
import { DeadlineExceeded, StoreUnavailable } from '#infra/event-store/event-store.errors';
import { type EventStore } from '#infra/event-store/event-store.port';
import { openSqliteEventStore } from '#infra/event-store/sqlite/sqlite-event-store';
import { type Actor } from '#kernel/actor';
import { type RecordedEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { AccessRecorder } from './access-recorder.ts';

const ADA: Actor = { kind: 'person', id: 'ada', role: 'reviewer' };
const NOVEMBER = instant('2026-11-30T23:59:59.999Z');
const DECEMBER = instant('2026-12-01T00:00:00.000Z');

let folder: string;
let log: EventStore;
let now = NOVEMBER;
let recorders = 0;
let appends: { stream: string; count: number }[];
/** Comes before and after each append. */
let fault: { before?: () => Promise<void>; after?: () => Promise<void> };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'casetrail-access-'));
  log = await openSqliteEventStore({ file: join(folder, 'events.sqlite'), worker: false });
  now = NOVEMBER;
  appends = [];
  fault = {};
});
afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true });
});

function recorder(): AccessRecorder {
  let ids = 0;
  const scope = deriveId('recorder', ++recorders);
  const store = faulty(log, {
    append: async (...args) => {
      appends.push({ stream: args[0], count: args[2].length });
      await fault.before?.();
      const result = await log.append(...args);
      await fault.after?.();
      return result;
    },
  });
  return new AccessRecorder(store, { now: () => now }, { next: () => deriveId(scope, ++ids) });
}

const look = (ref: string, platform = 'shop') => ({
  platform,
  actor: ADA,
  accountId: 'acc-1',
  event: {
    type: 'PersonalDataRevealed' as const,
    data: { caseId: 'c1', refs: [ref], purpose: 'review' as const },
  },
});

/** A request for the same, which can come again. */
const request = (key = 'k', digest = 'body') => ({
  commandId: deriveId('command', key),
  requestDigest: digest,
  platform: 'shop',
  actor: ADA,
});
const looking = (ref: string) => async () => {
  const { accountId, event } = look(ref);
  return { accountId, event };
};

async function recorded(stream = 'access-shop-2026-11'): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of log.readStream(stream)) events.push(event);
  return events;
}

const refsOf = (events: readonly RecordedEvent[]) =>
  events.map(({ data }) => (data as { refs: readonly string[] }).refs[0]);

describe('an access', () => {
  it('is durable before it counts as recorded: who, when, at what, for which purpose', async () => {
    const position = await recorder().record(look('ref-1'));
    const [event] = await recorded();
    expect(event).toMatchObject({
      position,
      type: 'PersonalDataRevealed',
      schemaVersion: 1,
      data: { caseId: 'c1', refs: ['ref-1'], purpose: 'review' },
      metadata: { platform: 'shop', actor: ADA, accountId: 'acc-1', occurredAt: NOVEMBER },
    });
  });

  it('is of its platform and its month', async () => {
    const access = recorder();
    await access.record(look('ref-1'));
    await access.record(look('ref-2', 'bank'));
    now = DECEMBER;
    await access.record(look('ref-3'));
    expect(refsOf(await recorded())).toEqual(['ref-1']);
    expect(refsOf(await recorded('access-bank-2026-11'))).toEqual(['ref-2']);
    expect(refsOf(await recorded('access-shop-2026-12'))).toEqual(['ref-3']);
  });

  it('that repeats another is one of its own', async () => {
    const access = recorder();
    await access.record(look('ref-1'));
    await access.record(look('ref-1'));
    expect(await recorded()).toHaveLength(2);
  });

  it('that is reported again under its id is recorded once, whatever became of the answer', async () => {
    const access = recorder();
    const again = (id: string) => access.record({ id: deriveId('denial', id), ...look(id) });
    await access.record(look('ref-1'));
    fault.after = () => Promise.reject(new StoreUnavailable('the answer was lost'));
    await expect(again('answer lost')).rejects.toThrow(StoreUnavailable);
    fault = { before: () => Promise.reject(new StoreUnavailable('not done')) };
    await expect(again('not done')).rejects.toThrow(StoreUnavailable);
    fault = {};
    now = DECEMBER;
    for (const id of ['not done', 'answer lost', 'answered']) {
      await again(id);
      await again(id);
    }
    expect(refsOf(await recorded())).toEqual(['ref-1', 'answer lost', 'not done']);
    expect(refsOf(await recorded('access-shop-2026-12'))).toEqual(['answered']);
  });

  it('follows what was recorded before, also by another server and after a restart', async () => {
    const [one, two] = [recorder(), recorder()];
    for (let n = 0; n < 4; n++) await (n % 2 ? one : two).record(look(`ref-${n}`));
    await recorder().record(look('ref-4'));
    expect(refsOf(await recorded())).toEqual(['ref-0', 'ref-1', 'ref-2', 'ref-3', 'ref-4']);
  });
});

describe('many accesses at once', () => {
  it('are appended together, in order, and none is lost', async () => {
    const access = recorder();
    const refs = Array.from({ length: 250 }, (_, n) => `ref-${n}`);
    const positions = await Promise.all(refs.map((ref) => access.record(look(ref))));
    expect(refsOf(await recorded())).toEqual(refs);
    expect(positions.at(-1)).toBe((await recorded()).at(-1)!.position);
    expect(appends.length).toBeLessThan(10);
    expect(Math.max(...appends.map(({ count }) => count))).toBe(100);
  });

  it('of several servers get past each other', async () => {
    const servers = [recorder(), recorder(), recorder()];
    await Promise.all(
      servers.flatMap((access, s) =>
        Array.from({ length: 20 }, (_, n) => access.record(look(`ref-${s}-${n}`))),
      ),
    );
    expect(new Set(refsOf(await recorded())).size).toBe(60);
    expect(await recorded()).toHaveLength(60);
  });

  it('of one platform are not held up by those of another', async () => {
    const access = recorder();
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    fault.before = () => (appends.at(-1)!.stream.includes('shop') ? held : Promise.resolve());
    const slow = access.record(look('ref-1'));
    await access.record(look('ref-2', 'bank'));
    expect(await recorded('access-bank-2026-11')).toHaveLength(1);
    go();
    await slow;
  });
});

describe('an access that cannot be recorded', () => {
  it('is told so, and the next one is recorded', async () => {
    const access = recorder();
    await access.record(look('ref-1'));
    fault.before = () => Promise.reject(new StoreUnavailable('The disk is full.'));
    await expect(access.record(look('ref-2'))).rejects.toThrow('The disk is full.');
    fault = {};
    await access.record(look('ref-3'));
    expect(refsOf(await recorded())).toEqual(['ref-1', 'ref-3']);
  });

  it('in time counts as not recorded, and holds up nothing that follows', async () => {
    const access = recorder();
    fault.after = () => Promise.reject(new DeadlineExceeded('No answer in time.'));
    await expect(access.record(look('ref-1'))).rejects.toBeInstanceOf(DeadlineExceeded);
    fault = {};
    await access.record(look('ref-2'));
    expect(refsOf(await recorded())).toEqual(['ref-1', 'ref-2']);
  });

  it('has only those told that were appended with it', async () => {
    const access = recorder();
    let first = true;
    fault.before = async () => {
      if (!first) return;
      first = false;
      throw new StoreUnavailable('The disk is full.');
    };
    const told = await Promise.allSettled(
      ['ref-1', 'ref-2'].map((ref) => access.record(look(ref))),
    );
    expect(told.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(refsOf(await recorded())).toEqual(['ref-2']);
  });
});

describe('an access that a request may repeat', () => {
  it('is recorded once, by its command id and with its digest', async () => {
    const access = recorder();
    for (let n = 0; n < 3; n++)
      expect(await access.recordOnce(request(), looking('ref-1'))).toEqual(
        await looking('ref-1')(),
      );
    expect(await recorded()).toMatchObject([{ metadata: { ...request(), accountId: 'acc-1' } }]);
  });

  it('costs two appends the first time and none after', async () => {
    const access = recorder();
    await access.recordOnce(request(), looking('ref-1'));
    expect(appends.map(({ stream }) => stream)).toEqual([
      `request-${request().commandId}`,
      'access-shop-2026-11',
    ]);
    await access.recordOnce(request(), looking('ref-1'));
    expect(appends).toHaveLength(2);
  });

  it('is found among others, also those recorded since, by another server and after a restart', async () => {
    const access = recorder();
    await access.record(look('ref-0'));
    await access.recordOnce(request(), looking('ref-1'));
    await recorder().record(look('ref-2'));
    await access.recordOnce(request(), looking('ref-1'));
    await recorder().recordOnce(request(), looking('ref-1'));
    expect(refsOf(await recorded())).toEqual(['ref-0', 'ref-1', 'ref-2']);
  });

  it('is looked for in the month in which it first came', async () => {
    const access = recorder();
    await access.recordOnce(request(), looking('ref-1'));
    now = DECEMBER;
    await access.recordOnce(request(), looking('ref-1'));
    expect(await recorded('access-shop-2026-12')).toEqual([]);
    expect(await recorded()).toHaveLength(1);
  });

  it('many times at once, at several servers, among others, is one', async () => {
    const servers = [recorder(), recorder(), recorder()];
    await Promise.all(
      servers.flatMap((access, s) =>
        Array.from({ length: 32 }, async (_, n) => {
          if (n % 8 === 0) await access.record(look(`other-${s}-${n}`));
          return access.recordOnce(request(), looking('ref-1'));
        }),
      ),
    );
    const refs = refsOf(await recorded());
    expect(refs.filter((ref) => ref === 'ref-1')).toHaveLength(1);
    expect(refs).toHaveLength(13);
  });

  it('is recorded by the repetition where a crash came right after its key was bound', async () => {
    fault.before = async () => {
      if (appends.at(-1)!.stream.startsWith('access-')) throw new StoreUnavailable('Crashed.');
    };
    await expect(recorder().recordOnce(request(), looking('ref-1'))).rejects.toThrow('Crashed.');
    fault = {};
    now = DECEMBER;
    const access = recorder();
    for (let n = 0; n < 2; n++) await access.recordOnce(request(), looking('ref-1'));
    // In the stream that its key was bound to, with the time at which it was.
    expect(await recorded()).toMatchObject([{ metadata: { recordedAt: DECEMBER } }]);
    expect(await recorded('access-shop-2026-12')).toEqual([]);
  });

  it('is not recorded anew where its append had no answer in time, and came about', async () => {
    const access = recorder();
    fault.after = async () => {
      if (appends.at(-1)!.stream.startsWith('access-')) throw new DeadlineExceeded('No answer.');
    };
    await expect(access.recordOnce(request(), looking('ref-1'))).rejects.toThrow('No answer.');
    fault = {};
    await access.recordOnce(request(), looking('ref-1'));
    expect(await recorded()).toHaveLength(1);
  });

  it('is not recorded anew where its first append comes about later than that of the repetition', async () => {
    const slow = recorder();
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    fault.before = () => (appends.at(-1)!.stream.startsWith('access-') ? held : Promise.resolve());
    const first = slow.recordOnce(request(), looking('ref-1'));
    while (appends.length < 2) await new Promise((resolve) => setImmediate(resolve));
    fault = {};
    await recorder().record(look('ref-0'));
    await recorder().recordOnce(request(), looking('ref-1'));
    go();
    await first;
    expect(refsOf(await recorded())).toEqual(['ref-0', 'ref-1']);
  });

  it('is refused where its key is that of another request, and not even looked at', async () => {
    const access = recorder();
    await access.recordOnce(request('k', 'body'), looking('ref-1'));
    const never = () => Promise.reject(new Error('It was looked at.'));
    expect(await access.recordOnce(request('k', 'other'), never)).toBe('key-reused');
    expect(refsOf(await recorded())).toEqual(['ref-1']);
  });

  it('with two bodies at once is one of them, and the other is refused', async () => {
    const outcomes = await Promise.all(
      ['one', 'two'].flatMap((digest) =>
        [recorder(), recorder()].map((access) =>
          access.recordOnce(request('k', digest), looking(digest)),
        ),
      ),
    );
    const [won, ...more] = refsOf(await recorded());
    expect(more).toEqual([]);
    const refused = ['key-reused', 'key-reused'];
    const shown = Array(2).fill(await looking(won!)());
    expect(outcomes).toEqual(won === 'one' ? [...shown, ...refused] : [...refused, ...shown]);
  });

  it('binds nothing where it is refused', async () => {
    const refused = () => Promise.reject(new Error('Not here.'));
    await expect(recorder().recordOnce(request(), refused)).rejects.toThrow('Not here.');
    expect(appends).toEqual([]);
  });
});
