/**
 * What it costs to write alone what a measuring left in the views: the same documents over the same
 * ones from before, with their indexes, bare. No server can take less for them.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { documentsTable, openDatabase } from '#infra/read-store/sqlite/schema';

/** As many requests to a commit as come together over 32 connections. */
const REQUESTS_A_COMMIT = 32;

interface Write {
  readonly table: string;
  readonly key: string;
  readonly position: string;
  readonly doc: string | null;
}

/** What the views were at a moment, as a file of its own. @param to a path where nothing is */
export function copyOfViews(viewsFile: string, to: string): string {
  const db = new DatabaseSync(viewsFile, { readOnly: true });
  try {
    db.prepare('VACUUM INTO ?').run(to);
  } finally {
    db.close();
  }
  return to;
}

/**
 * Writes into `before` what `after` has that is newer, in the order in which it came to be.
 * @returns microseconds of CPU a request, and documents a request
 */
export function bareDocuments(
  before: string,
  after: string,
  requests: number,
): { readonly us: number; readonly documents: number } {
  const db = openDatabase({ file: before, lockWaitMs: 0, cacheKiB: 65_536 });
  try {
    const writes = newerIn(after, db);
    const aCommit = Math.ceil((writes.length / requests) * REQUESTS_A_COMMIT);
    const upsertOf = upserts(db, writes);
    const begun = process.cpuUsage();
    for (let at = 0; at < writes.length; at += aCommit) {
      db.exec('BEGIN IMMEDIATE');
      for (const { table, key, position, doc } of writes.slice(at, at + aCommit))
        upsertOf.get(table)!.run(key, position, doc);
      db.exec('COMMIT');
    }
    const { user, system } = process.cpuUsage(begun);
    return { us: (user + system) / requests, documents: writes.length / requests };
  } finally {
    db.close();
  }
}

/** Prepared once a table, and over what is there, as the read store does it. */
function upserts(db: DatabaseSync, writes: readonly Write[]): ReadonlyMap<string, StatementSync> {
  const tables = new Set(writes.map(({ table }) => table));
  return new Map(
    [...tables].map((table) => [
      table,
      db.prepare(
        `INSERT INTO ${table} (key, position, doc) VALUES (?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET position = excluded.position, doc = excluded.doc`,
      ),
    ]),
  );
}

function newerIn(after: string, before: DatabaseSync): readonly Write[] {
  const db = new DatabaseSync(after, { readOnly: true });
  try {
    const tables = db.prepare('SELECT id FROM view_version').all();
    const writes = tables.flatMap(({ id }) => {
      const table = documentsTable(Number(id));
      const old = new Map(
        before
          .prepare(`SELECT key, position FROM ${table}`)
          .all()
          .map(({ key, position }) => [key, position]),
      );
      const rows = db.prepare(`SELECT key, position, doc FROM ${table}`).all();
      return rows
        .filter(({ key, position }) => old.get(key) !== position)
        .map((row) => ({ table, ...row }) as unknown as Write);
    });
    return writes.sort((a, b) => (a.position < b.position ? -1 : 1));
  } finally {
    db.close();
  }
}
