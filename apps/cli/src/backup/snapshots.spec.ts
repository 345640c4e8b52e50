import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CallAborted } from '#infra/event-store/event-store.errors';
import { pinTogether, Snapshot } from './snapshots.ts';

const ROWS = 20_000;
/** Many more than the steps that copying takes. */
const WRITES_MAX = 1_000;
const never = new AbortController().signal;

let folder: string;
let writer: DatabaseSync;
let snapshot: Snapshot;
const TEXT = 'x'.repeat(2_000);
const add = () => writer.prepare('INSERT INTO entry (text) VALUES (?)').run(TEXT);
const countIn = (file: string) => {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return db.prepare('SELECT count(*) AS n FROM entry').get()!['n'];
  } finally {
    db.close();
  }
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'casetrail-snapshot-'));
  writer = new DatabaseSync(join(folder, 'live.sqlite'));
  writer.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  writer.exec('CREATE TABLE entry (id INTEGER PRIMARY KEY, text TEXT NOT NULL)');
  writer.exec(`INSERT INTO entry (text)
    WITH RECURSIVE row (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < ${ROWS})
    SELECT '${TEXT}' FROM row`);
  snapshot = new Snapshot(folder, 'live.sqlite');
});
afterEach(() => {
  snapshot.release();
  writer.close();
  rmSync(folder, { recursive: true });
});

describe('a file that is pinned', () => {
  it('is copied as it was then, though it is written to between any two steps', async () => {
    snapshot.pin();
    let steps = 0;
    await snapshot.copyTo(join(folder, 'copy.sqlite'), never, () => {
      if (++steps > WRITES_MAX) throw new Error('It begins anew at each step.');
      add();
    });
    expect(steps).toBeGreaterThan(2);
    expect(countIn(join(folder, 'copy.sqlite'))).toBe(ROWS);
    expect(countIn(join(folder, 'live.sqlite'))).toBe(ROWS + steps);
  });

  it('becomes one file of its owner alone, beside which reading it makes no other', async () => {
    snapshot.pin();
    await snapshot.copyTo(join(folder, 'copy.sqlite'), never);
    countIn(join(folder, 'copy.sqlite'));
    expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual(['copy.sqlite']);
    expect(statSync(join(folder, 'copy.sqlite')).mode & 0o777).toBe(0o600);
  });

  it('is given up on between two steps', async () => {
    snapshot.pin();
    const abort = new AbortController();
    const copying = snapshot.copyTo(join(folder, 'copy.sqlite'), abort.signal, () => abort.abort());
    await expect(copying).rejects.toThrow(CallAborted);
  });
});

describe('files that are pinned together', () => {
  const still = () => join(folder, 'still.sqlite');
  let vault: DatabaseSync;
  beforeEach(() => {
    vault = new DatabaseSync(still(), { timeout: 0 });
    vault.exec('PRAGMA journal_mode = WAL; CREATE TABLE entry (id INTEGER PRIMARY KEY)');
  });
  afterEach(() => vault.close());

  it('are pinned when whoever writes to the one that holds still has committed', async () => {
    vault.exec('BEGIN IMMEDIATE');
    const pinning = pinTogether([snapshot], still(), never);
    // Written while it waits, hence in it.
    add();
    vault.exec('COMMIT');
    await pinning;
    add();
    await snapshot.copyTo(join(folder, 'copy.sqlite'), never);
    expect(countIn(join(folder, 'copy.sqlite'))).toBe(ROWS + 1);
  });

  it('are pinned while nobody can write to that one, and let go of it', async () => {
    let refused: unknown;
    const pin = snapshot.pin.bind(snapshot);
    snapshot.pin = () => {
      try {
        vault.exec('BEGIN IMMEDIATE');
      } catch (error) {
        refused = error;
      }
      pin();
    };
    await pinTogether([snapshot], still(), never);
    expect(refused).toMatchObject({ errcode: 5 });
    vault.exec('BEGIN IMMEDIATE; INSERT INTO entry (id) VALUES (1); COMMIT');
  });

  it('are given up on while somebody else holds it', async () => {
    vault.exec('BEGIN IMMEDIATE');
    const abort = new AbortController();
    const pinning = pinTogether([snapshot], still(), abort.signal);
    abort.abort();
    await expect(pinning).rejects.toThrow(CallAborted);
  });
});
