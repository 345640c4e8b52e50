/** The documents of a read store inserted into a fresh file with its settings: no event, no fold, no check. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { openDatabase } from '#infra/read-store/sqlite/schema';

/** As many as the read store writes in one. */
const ROWS_A_COMMIT = 1_500;

interface Table {
  readonly name: string;
  readonly sql: string;
  readonly indexes: readonly string[];
}

export function documentsIn(file: string): number {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return tablesOf(db).reduce((sum, { name }) => sum + count(db, name), 0);
  } finally {
    db.close();
  }
}

/** @returns milliseconds of writing alone: what is inserted is read while the clock stands */
export function bulkInsertMs(from: string, file: string): number {
  const source = new DatabaseSync(from, { readOnly: true });
  const db = openDatabase({ file, lockWaitMs: 0, cacheKiB: 65_536 });
  let ms = 0;
  const timed = (work: () => void) => {
    const begun = performance.now();
    work();
    ms += performance.now() - begun;
  };
  try {
    for (const { name, sql, indexes } of tablesOf(source)) {
      db.exec(sql);
      const insert = db.prepare(`INSERT INTO ${name} (key, position, doc) VALUES (?, ?, ?)`);
      for (const rows of partsOf(source, name)) timed(() => insertAll(db, insert, rows));
      timed(() => indexes.forEach((index) => db.exec(index)));
    }
    return ms;
  } finally {
    db.close();
    source.close();
  }
}

type Row = readonly [key: string, position: string, doc: string | null];

function insertAll(db: DatabaseSync, insert: StatementSync, rows: readonly Row[]): void {
  db.exec('BEGIN IMMEDIATE');
  for (const row of rows) insert.run(...row);
  db.exec('COMMIT');
}

/** In the order in which they were first written. */
function* partsOf(db: DatabaseSync, table: string): Generator<readonly Row[]> {
  let rows: Row[] = [];
  const all = db.prepare(`SELECT key, position, doc FROM ${table} ORDER BY rowid`).iterate();
  for (const { key, position, doc } of all) {
    rows.push([key as string, position as string, doc as string | null]);
    if (rows.length < ROWS_A_COMMIT) continue;
    yield rows;
    rows = [];
  }
  yield rows;
}

function count(db: DatabaseSync, table: string): number {
  return Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()!['n']);
}

function tablesOf(db: DatabaseSync): Table[] {
  const found = db.prepare(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name GLOB 'docs_*'",
  );
  const indexes = db.prepare(
    "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?",
  );
  return found.all().map(({ name, sql }) => ({
    name: name as string,
    sql: sql as string,
    indexes: indexes.all(name!).map((index) => index['sql'] as string),
  }));
}
