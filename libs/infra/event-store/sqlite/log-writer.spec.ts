import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type EncodedEvent } from '../append-checks.ts';
import { LogWriter } from './log-writer.ts';
import { connectForWriting } from './schema.ts';
import { StorageError } from './storage-fault.ts';
import { type AppendRequest } from './write-protocol.ts';

const event = (id: string, text = 'x'): EncodedEvent => ({
  id,
  type: 'CaseOpened',
  schemaVersion: 1,
  data: JSON.stringify({ text }),
  metadata: '{}',
  bytes: text.length + 13,
});

const request = (stream: string, expected: number, ...ids: string[]): AppendRequest => ({
  stream,
  expected,
  events: ids.map((id) => event(id)),
});

describe('LogWriter', () => {
  let folder: string;
  let file: string;
  let writer: LogWriter;
  /** What happens to each connection that the writer opens. */
  let weather: string;

  const settings = () => ({ file, newStoreId: 'log-1', fullCheck: true, busyTimeoutMs: 0 });
  const connect = (path: string, busyTimeoutMs: number) => {
    const db = connectForWriting(path, busyTimeoutMs);
    db.exec(weather);
    return db;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'casetrail-writer-'));
    file = join(folder, 'events.db');
    weather = '';
    writer = new LogWriter(settings(), connect);
  });
  afterEach(() => {
    writer.close();
    rmSync(folder, { recursive: true });
  });

  function query(sql: string) {
    const db = new DatabaseSync(file, { readOnly: true });
    try {
      return db.prepare(sql).all();
    } finally {
      db.close();
    }
  }

  const storedIds = () => query('SELECT id FROM events ORDER BY position').map(({ id }) => id);

  function faultOf(work: () => unknown) {
    try {
      work();
    } catch (error) {
      if (error instanceof StorageError) return error.fault;
      throw error;
    }
    return null;
  }

  it('answers each request of a batch for itself: one conflict spoils no other', () => {
    expect(
      writer.apply([
        request('case-1', -1, 'a', 'b'),
        request('case-2', 4, 'c'),
        request('case-3', -1, 'd'),
        request('case-1', 0, 'e'),
      ]),
    ).toEqual([
      { revision: 1, position: 2 },
      { actual: -1 },
      { revision: 0, position: 3 },
      { actual: 1 },
    ]);
    expect(storedIds()).toEqual(['a', 'b', 'd']);
  });

  it('lets a request build on an earlier one of its batch', () => {
    expect(
      writer.apply([
        request('case-1', -1, 'a'),
        request('case-1', 0, 'b'),
        request('case-1', 1, 'c'),
      ]),
    ).toEqual([
      { revision: 0, position: 1 },
      { revision: 1, position: 2 },
      { revision: 2, position: 3 },
    ]);
  });

  it('answers a repeat alike, in its own batch and in a later one, and gives no position twice', () => {
    const first = request('case-1', -1, 'a', 'b');
    const answer = { revision: 1, position: 2 };
    expect(writer.apply([first, first])).toEqual([answer, answer]);
    expect(writer.apply([request('case-2', -1, 'c'), first, request('case-3', -1, 'd')])).toEqual([
      { revision: 0, position: 3 },
      answer,
      { revision: 0, position: 4 },
    ]);
  });

  it('commits a whole batch at once: one transaction for all its requests', () => {
    let seen = 0;
    const watching = new LogWriter(settings(), (path) => {
      const db = connectForWriting(path, 0);
      db.setAuthorizer((action, what) => {
        // 22 is SQLITE_TRANSACTION.
        if (action === 22 && what === 'COMMIT') seen++;
        return 0;
      });
      return db;
    });
    const opening = seen;
    watching.apply([1, 2, 3].map((n) => request(`case-${n}`, -1, `id-${n}`)));
    watching.apply([4, 5, 6].map((n) => request(`case-${n}`, -1, `id-${n}`)));
    watching.close();
    expect(seen - opening).toBe(2);
    expect(storedIds()).toHaveLength(6);
  });

  it('writes in WAL and syncs every commit', () => {
    const db = connectForWriting(file, 0);
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    // 2 is FULL: https://sqlite.org/pragma.html#pragma_synchronous
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    db.close();
  });

  it('finds few events of a type by an index, not by reading all', () => {
    const [step] = query('EXPLAIN QUERY PLAN SELECT * FROM events WHERE type_id = 1');
    expect(step!.detail).toContain('USING INDEX events_by_type');
  });

  it('on a full disk writes nothing of the batch, and goes on when there is room again', () => {
    writer.apply([request('case-1', -1, 'a')]);
    writer.close();
    weather = 'PRAGMA max_page_count = 24';
    const huge = { ...request('case-2', -1), events: [event('b', 'x'.repeat(200_000))] };
    expect(faultOf(() => writer.apply([request('case-1', 0, 'c'), huge]))).toMatchObject({
      fault: 'unavailable',
      message: expect.stringContaining('the disk is full'),
    });
    expect(faultOf(() => writer.probe())?.fault).toBe('unavailable');
    expect(storedIds()).toEqual(['a']);
    weather = '';
    writer.probe();
    expect(writer.apply([request('case-1', 0, 'c'), huge])).toEqual([
      { revision: 1, position: 2 },
      { revision: 0, position: 3 },
    ]);
  });

  it('on a full disk still takes what finds room, streams that are new in the failed batch too', () => {
    writer.close();
    weather = 'PRAGMA max_page_count = 24';
    const huge = { ...request('case-2', -1), events: [event('b', 'x'.repeat(200_000))] };
    faultOf(() => writer.apply([request('case-1', -1, 'a'), huge]));
    expect(writer.apply([request('case-1', -1, 'a')])).toEqual([{ revision: 0, position: 1 }]);
    expect(query('SELECT name FROM streams')).toEqual([{ name: 'case-1' }]);
  });

  it('on a read-only file says so, and goes on when it can be written again', () => {
    writer.close();
    const reopened = () => new LogWriter(settings(), connect);
    weather = 'PRAGMA query_only = ON';
    expect(faultOf(reopened)).toMatchObject({
      fault: 'unavailable',
      message: expect.stringContaining('it is read-only'),
    });
    expect(faultOf(() => writer.apply([request('case-1', -1, 'a')]))?.fault).toBe('unavailable');
    expect(faultOf(() => writer.probe())?.fault).toBe('unavailable');
    weather = '';
    writer.probe();
    expect(writer.apply([request('case-1', -1, 'a')])).toEqual([{ revision: 0, position: 1 }]);
  });

  it('is unavailable while another process writes, and goes on after it', () => {
    const other = connectForWriting(file, 0);
    other.exec('BEGIN IMMEDIATE');
    expect(faultOf(() => writer.apply([request('case-1', -1, 'a')]))).toMatchObject({
      fault: 'unavailable',
      message: expect.stringContaining('another process'),
    });
    expect(faultOf(() => writer.probe())?.fault).toBe('unavailable');
    other.exec('ROLLBACK');
    other.close();
    expect(writer.apply([request('case-1', -1, 'a')])).toEqual([{ revision: 0, position: 1 }]);
  });

  it('sees what another process has appended to the same streams', () => {
    const other = new LogWriter(settings());
    expect(other.storeId).toBe('log-1');
    writer.apply([request('case-1', -1, 'a')]);
    other.apply([request('case-1', 0, 'b'), request('case-2', -1, 'c')]);
    expect(writer.apply([request('case-1', 0, 'd'), request('case-2', 0, 'e')])).toEqual([
      { actual: 1 },
      { revision: 1, position: 4 },
    ]);
    other.close();
  });

  it('probes without leaving anything behind', () => {
    writer.apply([request('case-1', -1, 'a')]);
    writer.probe();
    expect(query('SELECT name FROM meta')).toEqual([{ name: 'store-id' }]);
  });
});
