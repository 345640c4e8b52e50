/** What becomes of appends when the writer's thread dies: nothing acknowledged is lost, nothing doubled. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { START } from '#kernel/position';
import { idsIn, idsOf, listOf, someEvents } from '../contract/rig.contract.ts';
import { StoreUnavailable } from '../event-store.errors.ts';
import { LogReader } from './log-reader.ts';
import { SqliteEventStore } from './sqlite-event-store.ts';
import { WorkerWriter } from './worker-writer.ts';

describe('WorkerWriter', () => {
  let folder: string;
  let file: string;
  let writer: WorkerWriter;
  let store: SqliteEventStore;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'casetrail-worker-'));
    file = join(folder, 'events.db');
    const settings = { file, newStoreId: 'log-1', fullCheck: true, busyTimeoutMs: 5_000 };
    writer = await WorkerWriter.open(settings);
    store = new SqliteEventStore(writer, new LogReader(file), 250);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  /** Ends the present thread, whatever it is at. */
  const kill = () => writer.worker!.terminate();

  it('starts another thread where the one before died in idleness', async () => {
    const first = someEvents(1);
    const { position } = await store.append('case-1', 'no-stream', first);
    const { worker } = writer;
    await kill();
    const second = await store.append('case-1', 0, someEvents(1));
    expect(second.revision).toBe(1);
    expect(second.position > position).toBe(true);
    expect(writer.worker).not.toBe(worker);
    expect(store.storeId).toBe('log-1');
  });

  it('gives the batch of a thread that dies under it to the next one', async () => {
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const events = someEvents(3);
    const appending = store.append('case-1', 'no-stream', events);
    // The batch is with the thread now, which waits for the other connection's lock.
    await pause(50);
    const ended = kill();
    other.exec('ROLLBACK');
    other.close();
    await ended;
    expect((await appending).revision).toBe(2);
    expect(await idsIn(store.readStream('case-1'))).toEqual(idsOf(events));
  });

  it('answers what the dead thread had written already, and writes it once', async () => {
    const answered: string[] = [];
    let kills = 0;
    let writing = true;
    const killing = (async () => {
      // Each thread gets something done before it dies, at another moment of its work each time.
      for (let before = 0; writing; await pause(1)) {
        if (answered.length < before + 60) continue;
        await pause(kills % 4);
        await kill();
        before = answered.length;
        kills++;
      }
    })();
    const lanes = Array.from({ length: 8 }, async (_, lane) => {
      for (let n = 0; n < 60; n++) {
        const events = someEvents(2);
        const expected = n ? n * 2 - 1 : 'no-stream';
        for (;;) {
          try {
            const { revision } = await store.append(`case-${lane}`, expected, events);
            expect(revision).toBe(n * 2 + 1);
            answered.push(...idsOf(events));
            break;
          } catch (error) {
            if (!(error instanceof StoreUnavailable)) throw error;
          }
        }
      }
    });
    await Promise.all(lanes).finally(() => (writing = false));
    await killing;
    expect(kills).toBeGreaterThan(0);
    const stored = await listOf(store.readAll());
    expect(idsOf(stored).sort()).toEqual(answered.sort());
    expect(stored).toHaveLength(960);
  });

  it('is unavailable where the next thread dies too, and goes on with the one after', async () => {
    const events = someEvents(1);
    // A message that is no job: the shell throws, in each thread that it is given to.
    const poisoned = writer.apply(null as never);
    await expect(poisoned).rejects.toMatchObject({ fault: { fault: 'unavailable' } });
    expect((await store.append('case-1', 'no-stream', events)).revision).toBe(0);
    expect(await idsIn(store.readAll({ after: START }))).toEqual(idsOf(events));
  });

  it('closes while its thread is dead', async () => {
    await store.append('case-1', 'no-stream', someEvents(1));
    await kill();
    await store.close();
    await expect(store.append('case-1', 0, someEvents(1))).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
