/**
 * The embedded read store: documents of views as JSON text in one SQLite file.
 *
 * A build gets its indexes when it is promoted: sorting once is about three times as fast as keeping
 * three indexes over random keys up to date (measured at 200,000 documents: 47,000 against
 * 16,000 documents a second), and indexes over json_extract cost no more than stored columns.
 */
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { type Position, START } from '#kernel/position';
import type { AnyView, ViewIndex } from '#kernel/view';
import {
  type ReadStore,
  type ViewState,
  type ViewStatus,
  type ViewStore,
  ViewVersionGone,
} from '../read-store.port.ts';
import { Checkpointer } from './checkpointer.ts';
import { Connection } from './connection.ts';
import { fieldSql, sparseSql } from './query-sql.ts';
import { documentsSchema, documentsTable, openDatabase, type OpenOptions } from './schema.ts';
import { SqliteViewStore } from './sqlite-view-store.ts';
import { translated } from './sqlite-errors.ts';
import { WriteQueue } from './write-queue.ts';

export interface SqliteReadStoreOptions {
  /** Path of the SQLite file; its folder must exist. Made with mode 0600. */
  readonly file: string;
  /** How long a call waits for another process that writes, in milliseconds. Default 2,000. */
  readonly lockWaitMs?: number;
  /** Page cache, in KiB. Default 16,384: each commit that adds a page looks through all of it, and the system has the pages too. */
  readonly cacheKiB?: number;
  /** From this many documents on, indexes are made and tables dropped beside the main thread. Default 10,000. */
  readonly offThreadFrom?: number;
  /** How the database is opened; specs make it fail. */
  readonly open?: (options: OpenOptions) => DatabaseSync;
}

/** @throws ReadStoreUnusable, ReadStoreUnavailable */
export function openSqliteReadStore(options: SqliteReadStoreOptions): SqliteReadStore {
  return new SqliteReadStore(options);
}

type Build = Pick<AnyView, 'name' | 'version'>;

export class SqliteReadStore implements ReadStore {
  readonly #opened: OpenOptions;
  readonly #offThreadFrom: number;
  readonly #connection: Connection;
  readonly #writes: WriteQueue;
  readonly #checkpointer: Checkpointer;

  constructor(options: SqliteReadStoreOptions) {
    const { file, lockWaitMs = 2_000, cacheKiB = 16_384, open = openDatabase } = options;
    this.#opened = { file, lockWaitMs, cacheKiB };
    this.#offThreadFrom = options.offThreadFrom ?? 10_000;
    this.#connection = new Connection(file, () => open(this.#opened));
    this.#checkpointer = new Checkpointer(this.#opened);
    this.#writes = new WriteQueue(this.#connection, this.#checkpointer);
    this.#connection.transaction(() => this.#dropLeftovers());
  }

  async prepare(view: AnyView): Promise<ViewState> {
    return this.#writes.alone(async () => {
      if (this.#idOf(view, 'building') !== undefined) return 'building';
      const serving = this.#idOf(view, 'serving');
      if (serving === undefined) {
        this.#connection.transaction(() => this.#create(view));
        return 'building';
      }
      await this.#run(serving, this.#indexChanges(serving, view.indexes));
      return 'serving';
    });
  }

  async promote(view: AnyView): Promise<void> {
    await this.#writes.alone(async () => {
      const id = this.#idOf(view, 'building');
      if (id === undefined) {
        if (this.#idOf(view, 'serving') !== undefined) return;
        throw new ViewVersionGone(`Version ${view.version} of ${view.name} is not prepared.`);
      }
      await this.#run(id, this.#indexChanges(id, view.indexes));
      const replaced = this.#connection.transaction(() => {
        const others = this.#unregister('name = ? AND id <> ?', view.name, id);
        this.#connection.run("UPDATE view_version SET state = 'serving' WHERE id = ?", id);
        return others;
      });
      for (const other of replaced)
        await this.#run(other, [`DROP TABLE IF EXISTS ${documentsTable(other)}`]);
    });
  }

  async reset(view: AnyView): Promise<void> {
    await this.#writes.alone(async () => {
      const begun = this.#connection.transaction(() => {
        const replaced = this.#unregister(
          "name = ? AND version = ? AND state = 'building'",
          view.name,
          view.version,
        );
        this.#create(view);
        return replaced;
      });
      for (const id of begun) await this.#run(id, [`DROP TABLE IF EXISTS ${documentsTable(id)}`]);
    });
  }

  exact<D extends object>(view: Build): ViewStore<D> {
    const id = this.#idOf(view, 'building') ?? this.#idOf(view, 'serving');
    const gone = `Version ${view.version} of ${view.name} was reset, replaced or never prepared.`;
    if (id === undefined) throw new ViewVersionGone(gone);
    const currentId = () => {
      if (!this.#connection.get('SELECT 1 AS it FROM view_version WHERE id = ?', id))
        throw new ViewVersionGone(gone);
      return id;
    };
    return this.#viewStore<D>(view.name, currentId, id);
  }

  async serving<D extends object>(viewName: string): Promise<ViewStore<D> | undefined> {
    if (this.#servingId(viewName) === undefined) return undefined;
    return this.#viewStore<D>(viewName, () => {
      const id = this.#servingId(viewName);
      if (id === undefined) throw new ViewVersionGone(`No version of ${viewName} serves any more.`);
      return id;
    });
  }

  async status(): Promise<readonly ViewStatus[]> {
    const rows = this.#connection.all(
      `SELECT name, version, state, checkpoint, (SELECT count(*) FROM parked WHERE view_id = id) AS parked
       FROM view_version ORDER BY name, version, state`,
    );
    return rows.map((row) => ({
      name: row['name'] as string,
      version: Number(row['version']),
      state: row['state'] as ViewState,
      checkpoint: row['checkpoint'] as Position,
      parked: Number(row['parked']),
    }));
  }

  /** Writes a byte and takes it back, since a disk that is full or read-only still reads. */
  async ready(): Promise<void> {
    await this.#writes.add(1, () => {
      this.#connection.run(
        "INSERT OR REPLACE INTO parked (view_id, key, position, event_type, error, at) VALUES (0, '', '', '', '', '')",
      );
      this.#connection.run('DELETE FROM parked WHERE view_id = 0');
    });
  }

  async close(): Promise<void> {
    await this.#writes.idle();
    await this.#checkpointer.close();
    this.#connection.close();
  }

  #viewStore<D extends object>(
    name: string,
    currentId: () => number,
    exactId?: number,
  ): ViewStore<D> {
    const shared = { connection: this.#connection, writes: this.#writes };
    return new SqliteViewStore<D>(name, shared, currentId, exactId);
  }

  #idOf({ name, version }: Build, state: ViewState): number | undefined {
    const row = this.#connection.get(
      'SELECT id FROM view_version WHERE name = ? AND version = ? AND state = ?',
      name,
      version,
      state,
    );
    return row && Number(row['id']);
  }

  #servingId(name: string): number | undefined {
    const row = this.#connection.get(
      "SELECT id FROM view_version WHERE name = ? AND state = 'serving'",
      name,
    );
    return row && Number(row['id']);
  }

  #create({ name, version }: Build): void {
    this.#connection.run(
      "INSERT INTO view_version (name, version, state, checkpoint) VALUES (?, ?, 'building', ?)",
      name,
      version,
      START,
    );
    this.#connection.exec(documentsSchema(this.#idOf({ name, version }, 'building')!));
  }

  /** Takes builds out of the register; their tables are dropped afterwards, or at the next start. */
  #unregister(condition: string, ...params: readonly (string | number)[]): readonly number[] {
    const rows = this.#connection.all(
      `DELETE FROM view_version WHERE ${condition} RETURNING id`,
      ...params,
    );
    const ids = rows.map((row) => Number(row['id']));
    for (const id of ids) this.#connection.run('DELETE FROM parked WHERE view_id = ?', id);
    return ids;
  }

  #dropLeftovers(): void {
    const tables = this.#connection.all(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'docs_*'
       AND CAST(substr(name, 6) AS INTEGER) NOT IN (SELECT id FROM view_version)`,
    );
    for (const { name } of tables) this.#connection.exec(`DROP TABLE ${String(name)}`);
  }

  /** What brings the indexes of a build's table in line. An index carries what it is of in its name. */
  #indexChanges(id: number, indexes: AnyView['indexes']): readonly string[] {
    const table = documentsTable(id);
    const prefix = `${table}:`;
    const wanted = new Map(indexes.map((index) => [`${prefix}${nameOf(index)}`, index]));
    const present = new Set(
      this.#connection
        .all("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?", table)
        .map((row) => String(row['name']))
        .filter((name) => name.startsWith(prefix)),
    );
    const extra = [...present].filter((name) => !wanted.has(name));
    const missing = [...wanted].filter(([name]) => !present.has(name));
    return [
      ...extra.map((name) => `DROP INDEX IF EXISTS "${name}"`),
      ...missing.map(([name, index]) => {
        const columns = [...fieldsOf(index).map(fieldSql), 'key'].join(', ');
        const some = 'where' in index ? ` AND ${sparseSql(index.where)}` : '';
        // Named after the cursor's total order, and without tombstones, so that counts need no look at the rows.
        return `CREATE INDEX IF NOT EXISTS "${name}" ON ${table} (${columns}) WHERE doc IS NOT NULL${some}`;
      }),
    ];
  }

  /**
   * Runs statements that take long over a large table in a worker, so that requests go on being
   * answered; reads are not held up by them (WAL), and writes wait their turn in the queue.
   */
  async #run(id: number, statements: readonly string[]): Promise<void> {
    if (statements.length === 0) return;
    const size = this.#connection.get(
      `SELECT coalesce(max(rowid), 0) AS rows FROM ${documentsTable(id)}`,
    );
    if (Number(size!['rows']) < this.#offThreadFrom) {
      for (const statement of statements) this.#connection.exec(statement);
      return;
    }
    const { file, lockWaitMs } = this.#opened;
    const script = new URL(
      `./offline-statements.worker${import.meta.url.slice(-3)}`,
      import.meta.url,
    );
    const worker = new Worker(script, { workerData: { file, lockWaitMs, statements } });
    await new Promise<void>((resolve, reject) => {
      worker.once('error', (error) => reject(translated(error, file)));
      worker.once('exit', () => resolve());
    });
    this.#connection.exec('SELECT 1');
  }
}

const fieldsOf = (index: ViewIndex): readonly string[] => ('where' in index ? index.fields : index);

function nameOf(index: ViewIndex): string {
  const fields = fieldsOf(index).join(',');
  return 'where' in index ? `${fields}:${index.where.field}-${index.where.is}` : fields;
}
