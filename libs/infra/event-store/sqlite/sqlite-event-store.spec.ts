import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { START, type Position } from '#kernel/position';
import { idsIn, idsOf, listOf, ownNames, someEvents } from '../contract/rig.contract.ts';
import { eventStoreContract, type EventStoreRig } from '../event-store.contract.ts';
import { StoreUnavailable, StoreUnusable } from '../event-store.errors.ts';
import { type EventStore } from '../event-store.port.ts';
import { keepInWal } from './schema.ts';
import { openSqliteEventStore } from './sqlite-event-store.ts';

async function sqliteRig(worker: boolean): Promise<EventStoreRig> {
  const folder = mkdtempSync(join(tmpdir(), 'casetrail-events-'));
  const file = join(folder, 'events.db');
  let store: EventStore | undefined;
  const open = async () => (store = await openSqliteEventStore({ file, worker }));
  return {
    open,
    reopen: async () => {
      await store?.close();
      return open();
    },
    dispose: async () => {
      await store?.close();
      rmSync(folder, { recursive: true });
    },
    madeUpPositions: ['ffffffffffffffff', '0000000000000000', '000000000000000A', '1'].map(
      (token) => token as Position,
    ),
    // Another connection holds the write lock.
    stall: async () => {
      const other = new DatabaseSync(file);
      other.exec('BEGIN IMMEDIATE');
      return async () => other.close();
    },
  };
}

eventStoreContract('SQLite, writing in a worker thread', () => sqliteRig(true));
eventStoreContract("SQLite, writing on the caller's thread", () => sqliteRig(false), {
  stalls: false,
});

describe('SqliteEventStore: its file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'casetrail-events-'));
    file = join(folder, 'events.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const openInline = (check: 'quick' | 'full' = 'quick') =>
    openSqliteEventStore({ file, worker: false, check });

  async function writeLog(batches: number) {
    const store = await openInline();
    for (let n = 0; n < batches; n++) {
      await store.append(`case-${n}`, 'no-stream', someEvents(10));
    }
    await store.close();
  }

  function alter(sql: string) {
    const db = new DatabaseSync(file);
    db.exec(sql);
    db.close();
  }

  async function refusal(check: 'quick' | 'full' = 'quick', worker = false): Promise<string> {
    const opening = openSqliteEventStore({ file, worker, check });
    await expect(opening).rejects.toBeInstanceOf(StoreUnusable);
    return opening.then(
      () => '',
      (error: Error) => error.message,
    );
  }

  it('begins empty, with a head at START', async () => {
    const store = await openInline();
    expect(await store.head()).toBe(START);
    expect(await listOf(store.readAll())).toEqual([]);
    await store.close();
  });

  it('is readable by its owner alone, with what SQLite lays beside it', async () => {
    const store = await openInline();
    await store.append('case-1', 'no-stream', someEvents(1));
    for (const suffix of ['', '-wal', '-shm']) {
      expect(statSync(`${file}${suffix}`).mode & 0o777).toBe(0o600);
    }
    await store.close();
  });

  it('writes in WAL with full syncs, and leaves one file when it is closed', async () => {
    await writeLog(3);
    expect(() => statSync(`${file}-wal`)).toThrow('ENOENT');
    expect(readFileSync(file).readUInt16BE(18)).toBe(0x0202);
  });

  it.each(['DELETE', 'TRUNCATE', 'PERSIST'])(
    'is put back to WAL where another tool left its journal in the mode %s',
    async (mode) => {
      await writeLog(3);
      alter(`PRAGMA journal_mode = ${mode}; UPDATE meta SET value = value`);
      expect(readFileSync(file).readUInt16BE(18)).toBe(0x0101);
      for (const worker of [true, false]) {
        const store = await openSqliteEventStore({ file, worker });
        expect(await listOf(store.readAll())).toHaveLength(30);
        await store.append(`more-${worker}`, 'no-stream', someEvents(1));
        expect(readFileSync(file).readUInt16BE(18)).toBe(0x0202);
        expect(() => statSync(`${file}-journal`)).toThrow('ENOENT');
        await store.close();
        alter('DELETE FROM events WHERE position > 30');
        alter(`PRAGMA journal_mode = ${mode}; UPDATE meta SET value = value`);
      }
    },
  );

  it('is refused while another tool has it in use in such a mode, and opens when that has ended', async () => {
    await writeLog(1);
    const other = new DatabaseSync(file);
    other.exec('PRAGMA journal_mode = DELETE; BEGIN IMMEDIATE');
    const opening = openInline();
    await expect(opening).rejects.toThrow(StoreUnavailable);
    await expect(opening).rejects.toThrow(/another process/);
    other.close();
    await (await openInline()).close();
    expect(readFileSync(file).readUInt16BE(18)).toBe(0x0202);
  });

  it('is refused where its file system takes no WAL', () => {
    // This way of locking has no memory that processes share, as many network file systems have none.
    const db = new DatabaseSync(`file:${file}?vfs=unix-dotfile`);
    expect(() => keepInWal(db, file)).toThrow(/stays in the mode "delete".* a local disk does/);
    db.close();
  });

  it('gives positions without a gap', async () => {
    await writeLog(3);
    const store = await openInline();
    const positions = (await listOf(store.readAll())).map((event) => event.position);
    expect(positions.map((token) => Number.parseInt(token, 16))).toEqual(
      positions.map((_, at) => at + 1),
    );
    await store.close();
  });

  it('refuses a file that is no database', async () => {
    writeFileSync(
      file,
      'This is a letter and no database at all, however long it goes on.\n'.repeat(90),
    );
    expect(await refusal()).toContain('no database');
    expect(await refusal('quick', true)).toContain('no database');
  });

  it('refuses a database of somebody else, and leaves it as it was', async () => {
    alter('CREATE TABLE songs (title TEXT)');
    expect(await refusal()).toContain('no event log');
    const db = new DatabaseSync(file);
    expect(db.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'songs' }]);
    db.close();
  });

  it('refuses a log that a newer build has written', async () => {
    await writeLog(1);
    alter('PRAGMA user_version = 99');
    expect(await refusal()).toContain('newer build');
  });

  it('refuses a log whose last events have a hole among them', async () => {
    await writeLog(3);
    alter('DELETE FROM events WHERE position = 20');
    expect(await refusal()).toContain('events are missing');
  });

  it('refuses, when asked to look at everything, a hole far back and a revision that is missing', async () => {
    const store = await openInline();
    for (let n = 0; n < 3; n++) {
      await store.append(`case-${n}`, 'no-stream', someEvents(500));
    }
    await store.close();
    await (await openInline('full')).close();
    alter('UPDATE events SET revision = 900 WHERE position = 30');
    expect(await refusal('full')).toContain('revisions are missing');
    alter('DELETE FROM events WHERE position = 30');
    await (await openInline()).close();
    expect(await refusal('full')).toContain('events are missing');
  });

  it.each([
    ['data', '{"review":'],
    ['data', 'null'],
    ['metadata', '[]'],
  ])('refuses an event among the last whose %s are %s, and names it', async (column, text) => {
    await writeLog(3);
    alter(`UPDATE events SET ${column} = '${text}' WHERE position = 12`);
    for (const check of ['quick', 'full'] as const)
      expect(await refusal(check)).toContain('the event at position 12 (case-1@1) is damaged');
  });

  it('refuses one far back when asked to look at everything, and else where it is read', async () => {
    const first = await openInline();
    for (let n = 0; n < 3; n++) await first.append(`case-${n}`, 'no-stream', someEvents(500));
    await first.close();
    alter(`UPDATE events SET data = '{' WHERE position = 7`);
    expect(await refusal('full')).toContain('position 7 (case-0@6) is damaged');
    const store = await openInline();
    await expect(listOf(store.readStream('case-0'))).rejects.toThrow(
      'position 7 (case-0@6) is damaged: it is no JSON. Restore the log from its backup.',
    );
    await store.close();
  });

  it('refuses a file that was cut off', async () => {
    await writeLog(20);
    truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096);
    expect(await refusal()).toContain('damaged');
  });

  it('says that it is unusable where a read meets a damaged page', async () => {
    await writeLog(200);
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 4096 * 40, bytes.length - 4096 * 40);
    writeFileSync(file, bytes);
    const opening = openInline().then(async (store) => {
      try {
        await listOf(store.readAll());
      } finally {
        await store.close();
      }
    });
    await expect(opening).rejects.toBeInstanceOf(StoreUnusable);
  });

  it('is unavailable where its folder is missing', async () => {
    file = join(folder, 'missing', 'events.db');
    for (const worker of [true, false]) {
      await expect(openSqliteEventStore({ file, worker })).rejects.toBeInstanceOf(StoreUnavailable);
    }
  });

  it('takes the name that it is given when it is made, and keeps it', async () => {
    const ids = { next: () => 'a-name' };
    const first = await openSqliteEventStore({ file, worker: false, ids });
    await first.close();
    const second = await openInline();
    expect([first.storeId, second.storeId]).toEqual(['a-name', 'a-name']);
    await second.close();
  });
});

describe('SqliteEventStore: two of them on one file, as two processes have it', () => {
  let folder: string;
  let here: EventStore;
  let there: EventStore;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'casetrail-events-'));
    const file = join(folder, 'events.db');
    here = await openSqliteEventStore({ file, watchMs: 5 });
    there = await openSqliteEventStore({ file, watchMs: 5 });
  });
  afterEach(async () => {
    await Promise.all([here.close(), there.close()]);
    rmSync(folder, { recursive: true });
  });

  it('agree on its name and on one order of events', async () => {
    expect(there.storeId).toBe(here.storeId);
    const names = ownNames();
    await Promise.all(
      [here, there].map(async (store, which) => {
        for (let n = 0; n < 40; n++) {
          await store.append(names.stream(`${which}-${n}`), 'no-stream', someEvents(2));
        }
      }),
    );
    const seenHere = await listOf(here.readAll());
    expect(seenHere).toHaveLength(160);
    expect(await idsIn(there.readAll())).toEqual(idsOf(seenHere));
  });

  it('wake each other: a waiting subscription gets what the other appends', async () => {
    const ending = new AbortController();
    const { signal } = ending;
    const events = someEvents(2);
    const seen: string[] = [];
    for await (const batch of here.subscribe({ after: START, signal })) {
      seen.push(...idsOf(batch.events));
      if (batch.live && seen.length === 0) await there.append('case-1', 'no-stream', events);
      if (seen.length === 2) ending.abort();
    }
    expect(seen).toEqual(idsOf(events));
  });
});
