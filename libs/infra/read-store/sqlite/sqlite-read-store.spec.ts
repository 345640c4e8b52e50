import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Position } from '#kernel/position';
import type { AnyView } from '#kernel/view';
import { readStoreContract } from '../read-store.contract.ts';
import { type Query, ReadStoreUnavailable, ReadStoreUnusable } from '../read-store.port.ts';
import { pageSql, whereSql } from './query-sql.ts';
import { keepInWal, openDatabase } from './schema.ts';
import { openSqliteReadStore, type SqliteReadStoreOptions } from './sqlite-read-store.ts';

const folders: string[] = [];
const newFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'read-store-'));
  folders.push(folder);
  return join(folder, 'views.db');
};
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

for (const [name, options] of [
  ['embedded', {}],
  ['embedded, with everything long beside the main thread', { offThreadFrom: 0 }],
] as const) {
  readStoreContract(name, async () => {
    const store = openSqliteReadStore({ file: newFile(), ...options });
    return { store, dispose: () => store.close() };
  });
}

const reviews: AnyView = {
  name: 'reviews',
  version: 1,
  handles: [],
  keys: () => [],
  evolve: (document: object | null) => document,
  indexes: [
    ['platform', 'status', 'dueAt'],
    ['platform', 'queue', 'level'],
    ['platform', 'urgency', 'dueAt', 'requestedAt'],
  ],
};
const at = (n: number): Position => String(n).padStart(8, '0') as Position;
const write = (key: string, n: number) => ({
  key,
  document: { platform: 'p1', status: 'waiting', dueAt: '2026-03-01', text: 'x'.repeat(2_000) },
  position: at(n),
});

describe('queries that an index begins with', () => {
  let db: DatabaseSync;
  beforeAll(async () => {
    const file = newFile();
    const store = openSqliteReadStore({ file });
    await store.prepare(reviews);
    await store.exact(reviews).write([write('a', 1), write('b', 2)], at(2));
    await store.promote(reviews);
    await store.close();
    db = new DatabaseSync(file, { readOnly: true });
  });
  afterAll(() => db.close());

  const plan = (text: string, params: readonly unknown[]): string[] =>
    db
      .prepare(`EXPLAIN QUERY PLAN ${text}`)
      .all(...(params as string[]))
      .map((row) => String(row['detail']))
      .filter((detail) => detail.includes('docs_'));
  const pagePlan = (query: Query, cursor?: Parameters<typeof pageSql>[2]): string[] => {
    const { text, params } = pageSql('docs_1', query, cursor);
    return plan(text, params);
  };
  const dueAt = [{ field: 'dueAt', direction: 'desc' }] as const;
  const where = { platform: 'p1', status: 'waiting' };

  it('seek for equal values, in the order of the rest, without a sort', () => {
    const { text, params } = pageSql('docs_1', { where, orderBy: dueAt, limit: 50 }, undefined);
    const details = db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...params);
    expect(details.map((row) => String(row['detail']))).toEqual([
      expect.stringMatching(/^SEARCH docs_1 USING INDEX docs_1:platform,status,dueAt \(.*=.*=/),
    ]);
  });

  it('seek by the key alone where the order is by a field that all have the same of', () => {
    const query = {
      where: { platform: 'p1', queue: 'q', level: 'first' },
      orderBy: [{ field: 'level', direction: 'desc' }],
      limit: 50,
    } as const;
    for (const cursor of [undefined, { values: ['first'], key: 'a' }]) {
      const { text, params } = pageSql('docs_1', query, cursor);
      const details = db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...params);
      expect(details.map((row) => String(row['detail']))).toEqual([
        expect.stringMatching(/^SEARCH docs_1 USING INDEX docs_1:platform,queue,level \(.*=.*=.*=/),
      ]);
    }
  });

  it.each([null, '2026-03-01'])('seek in every range of the page after a cursor at %j', (value) => {
    for (const direction of ['asc', 'desc'] as const) {
      const orderBy = [{ field: 'dueAt', direction }];
      const details = pagePlan({ where, orderBy, limit: 50 }, { values: [value], key: 'a' });
      expect(details.length).toBeGreaterThan(0);
      for (const detail of details) {
        expect(detail).toMatch(/^SEARCH docs_1 USING INDEX docs_1:platform,status,dueAt/);
      }
    }
  });

  it.each([
    ['every range of the page after a cursor', 'p1'],
    ['every range of each value of a list', { in: ['p1', 'p2'] }],
  ])(
    'are answered in the order of the index in %s, and never sort what lies in one',
    (_, platform) => {
      const orderBy = ['urgency', 'dueAt', 'requestedAt'].map((field) => ({
        field,
        direction: 'asc' as const,
      }));
      const cursor = { values: [0, '2026-03-01', '2026-02-01'], key: 'a' };
      const { text, params } = pageSql(
        'docs_1',
        { where: { platform }, orderBy, limit: 50 },
        cursor,
      );
      const details = db
        .prepare(`EXPLAIN QUERY PLAN ${text}`)
        .all(...params)
        .map((row) => String(row['detail']));
      const searches = details.flatMap((detail, at) =>
        detail.startsWith('SEARCH') ? [[detail, details[at + 1]]] : [],
      );
      expect(searches.length).toBeGreaterThanOrEqual(4);
      for (const search of searches) {
        expect(search).toEqual([
          expect.stringMatching(/^SEARCH docs_1 USING INDEX docs_1:platform,urgency,dueAt,request/),
          expect.stringMatching(/^SCAN \(subquery/),
        ]);
      }
    },
  );

  it('seek for each value of a list', () => {
    const any = { platform: 'p1', status: { in: ['waiting', 'claimed', null] } };
    const details = pagePlan({ where: any, orderBy: dueAt, limit: 50 });
    expect(details).toHaveLength(3);
    for (const detail of details) expect(detail).toMatch(/^SEARCH docs_1 USING INDEX/);
  });

  it('seek for a range', () => {
    const range = { ...where, dueAt: { gte: '2026-01-01', lt: '2026-02-01' } };
    const details = pagePlan({ where: range, orderBy: dueAt, limit: 50 });
    expect(details).toEqual([expect.stringMatching(/^SEARCH .*<expr>>\? AND <expr><\?/)]);
  });

  it('count by the index', () => {
    const { text, params } = whereSql(where);
    expect(plan(`SELECT count(*) FROM docs_1 WHERE ${text}`, params)).toEqual([
      expect.stringMatching(/^SEARCH docs_1 USING (COVERING )?INDEX/),
    ]);
  });

  it('are told from those that none begins with (the control)', () => {
    expect(pagePlan({ where: { text: 'x' }, limit: 50 })).toEqual([
      expect.stringMatching(/^SCAN docs_1/),
    ]);
  });
});

describe('the file', () => {
  it('is readable to its owner alone, with its companions', async () => {
    const file = newFile();
    const store = openSqliteReadStore({ file });
    await store.prepare(reviews);
    for (const suffix of ['', '-wal', '-shm'])
      expect(statSync(file + suffix).mode & 0o777).toBe(0o600);
    await store.close();
  });

  it('keeps everything over a restart', async () => {
    const file = newFile();
    const first = openSqliteReadStore({ file });
    await first.prepare(reviews);
    await first.exact(reviews).write([write('a', 1)], at(4));
    await first.close();
    const second = openSqliteReadStore({ file });
    expect(await second.prepare(reviews)).toBe('building');
    expect(await second.exact(reviews).checkpoint()).toBe(at(4));
    expect((await second.exact(reviews).get('a'))?.position).toBe(at(1));
    await second.close();
  });

  it('drops at the start what a crash left between a promotion and the drop of the old version', async () => {
    const file = newFile();
    const store = openSqliteReadStore({ file });
    await store.prepare(reviews);
    await store.close();
    const db = new DatabaseSync(file);
    db.exec('CREATE TABLE docs_99 (key TEXT)');
    db.close();
    await openSqliteReadStore({ file }).close();
    const after = new DatabaseSync(file);
    const tables = after.prepare("SELECT name FROM sqlite_schema WHERE name GLOB 'docs_*'").all();
    after.close();
    expect(tables.map((row) => row['name'])).toEqual(['docs_1']);
  });

  it('is refused when it is damaged, saying that it can be deleted and rebuilt', async () => {
    const garbage = newFile();
    writeFileSync(garbage, 'this was a read store once. '.repeat(500));
    const open = () => openSqliteReadStore({ file: garbage });
    expect(open).toThrow(ReadStoreUnusable);
    expect(open).toThrow(/delete .* to rebuild/);

    const truncated = newFile();
    const store = openSqliteReadStore({ file: truncated });
    await store.prepare(reviews);
    await store.exact(reviews).write(
      Array.from({ length: 500 }, (_, n) => write(`k${n}`, n + 1)),
      at(500),
    );
    await store.close();
    truncateSync(truncated, 5_000);
    expect(() => openSqliteReadStore({ file: truncated })).toThrow(ReadStoreUnusable);
  });

  it('is refused when damage shows only as it is read', async () => {
    const file = newFile();
    const first = openSqliteReadStore({ file });
    await first.prepare(reviews);
    const writes = Array.from({ length: 500 }, (_, n) => write(`k${n}`, n + 1));
    await first.exact(reviews).write(writes, at(500));
    await first.close();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 64 * 1_024, 640 * 1_024);
    writeFileSync(file, bytes);
    const store = openSqliteReadStore({ file });
    await expect(store.exact(reviews).find({ limit: 500 })).rejects.toThrow(ReadStoreUnusable);
    await store.close();
  });

  it('is put back to WAL where another tool left it otherwise', async () => {
    const file = newFile();
    await openSqliteReadStore({ file }).close();
    const db = new DatabaseSync(file);
    db.exec('PRAGMA journal_mode = DELETE');
    db.close();
    await openSqliteReadStore({ file }).close();
    expect(readFileSync(file).readUInt16BE(18)).toBe(0x0202);
  });

  it('is refused where its file system takes no WAL', () => {
    const file = newFile();
    const db = new DatabaseSync(`file:${file}?vfs=unix-dotfile`);
    expect(() => keepInWal(db, file)).toThrow(ReadStoreUnavailable);
    expect(() => keepInWal(db, file)).toThrow(/a local disk does/);
    db.close();
  });

  it('is refused when a newer build made it', async () => {
    const file = newFile();
    await openSqliteReadStore({ file }).close();
    const db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 1000');
    db.close();
    expect(() => openSqliteReadStore({ file })).toThrow(/schema 1000, this build knows 2/);
  });

  it('that an earlier build made is brought to the schema of this one, and keeps what it holds', async () => {
    const file = newFile();
    const first = openSqliteReadStore({ file });
    await first.prepare(reviews);
    await first.exact(reviews).write([write('a', 1)], at(1));
    await first.close();
    const db = new DatabaseSync(file);
    db.exec('ALTER TABLE parked DROP COLUMN platform; PRAGMA user_version = 1');
    db.exec(
      "INSERT INTO parked VALUES (1, 'a', '0000000000000002', 'X', 'Error: x', '2026-01-01T00:00:00.000Z')",
    );
    db.close();
    const store = openSqliteReadStore({ file });
    expect(await store.exact(reviews).parked()).toMatchObject([{ key: 'a', platform: '' }]);
    expect(await store.exact(reviews).count()).toBe(1);
    await store.close();
  });

  it('is refused, and not to be deleted, when it is no read store', () => {
    const file = newFile();
    const db = new DatabaseSync(file);
    db.exec('CREATE TABLE event (id TEXT)');
    db.close();
    expect(() => openSqliteReadStore({ file })).toThrow(/not a read store.*do not delete/);
  });

  it('cannot be opened in a folder that is not there', () => {
    const file = join(newFile(), 'no', 'views.db');
    expect(() => openSqliteReadStore({ file })).toThrow(ReadStoreUnavailable);
  });
});

describe('trouble with the disk', () => {
  /** A store whose every new connection is told `pragma` first. */
  const troubled = () => {
    const disk = { pragma: '', opens: true };
    const open: SqliteReadStoreOptions['open'] = (options) => {
      if (!disk.opens) throw Object.assign(new Error('EPERM'), { syscall: 'open', code: 'EPERM' });
      const db = openDatabase(options);
      if (disk.pragma) db.exec(disk.pragma);
      disks.push(db);
      return db;
    };
    const disks: DatabaseSync[] = [];
    const store = openSqliteReadStore({ file: newFile(), open });
    const strike = (pragma: string) => {
      disk.pragma = pragma;
      for (const db of disks) if (db.isOpen) db.exec(pragma);
    };
    const mend = () => Object.assign(disk, { pragma: '', opens: true });
    return { store, strike, forbid: () => (disk.opens = false), mend };
  };

  it.each([
    ['full', 'PRAGMA max_page_count = 1'],
    ['read-only', 'PRAGMA query_only = ON'],
  ])(
    '%s: reads go on, writes are unavailable, and both work once it is mended',
    async (_, pragma) => {
      const { store, strike, mend } = troubled();
      await store.prepare(reviews);
      const view = store.exact(reviews);
      await view.write([write('a', 1)], at(1));
      strike(pragma);
      const many = Array.from({ length: 50 }, (_, n) => write(`b${n}`, n + 2));
      await expect(view.write(many, at(60))).rejects.toThrow(ReadStoreUnavailable);
      await expect(view.write(many, at(60))).rejects.toThrow(ReadStoreUnavailable);
      expect((await view.get('a'))?.position).toBe(at(1));
      expect(await view.checkpoint()).toBe(at(1));
      mend();
      await expect(view.write(many, at(60))).rejects.toThrow(ReadStoreUnavailable);
      await view.write(many, at(60));
      expect(await view.count()).toBe(51);
      await store.close();
    },
  );

  it('where no file can be opened for writing: reads go on by the connection that is there', async () => {
    const { store, strike, forbid, mend } = troubled();
    await store.prepare(reviews);
    const view = store.exact(reviews);
    await view.write([write('a', 1)], at(1));
    strike('PRAGMA query_only = ON');
    forbid();
    for (let attempt = 0; attempt < 3; attempt++) {
      await expect(view.write([write('b', 2)], at(2))).rejects.toThrow(ReadStoreUnavailable);
      expect((await view.get('a'))?.position).toBe(at(1));
    }
    mend();
    await view.write([write('b', 2)], at(2));
    expect(await view.count()).toBe(2);
    await store.close();
  });

  it('says that it is not ready while it cannot write', async () => {
    const { store, strike } = troubled();
    await expect(store.ready()).resolves.toBeUndefined();
    strike('PRAGMA query_only = ON');
    await expect(store.ready()).rejects.toThrow(ReadStoreUnavailable);
    await store.close();
  });

  it('waits for another process that writes no longer than it was told', async () => {
    const file = newFile();
    const store = openSqliteReadStore({ file, lockWaitMs: 1 });
    await store.prepare(reviews);
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const view = store.exact(reviews);
    await expect(view.write([write('a', 1)], at(1))).rejects.toThrow(ReadStoreUnavailable);
    other.exec('COMMIT');
    other.close();
    await view.write([write('a', 1)], at(1));
    expect(await view.count()).toBe(1);
    await store.close();
  });

  it('throws unavailable once it is closed', async () => {
    const store = openSqliteReadStore({ file: newFile() });
    await store.close();
    await expect(store.status()).rejects.toThrow(ReadStoreUnavailable);
  });
});
