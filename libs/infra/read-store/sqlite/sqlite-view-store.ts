import type { Instant } from '#kernel/instants';
import { type Position, START } from '#kernel/position';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import {
  type DocumentWrite,
  type FoldState,
  type Page,
  type ParkedDocument,
  type Query,
  type Scalar,
  type StoredDocument,
  type ViewStore,
  ViewVersionGone,
  type Where,
} from '../read-store.port.ts';
import { type Connection, type Row } from './connection.ts';
import { fieldSql, fromSqlite, pageSql, whereSql } from './query-sql.ts';
import { documentsTable } from './schema.ts';
import { type WriteQueue } from './write-queue.ts';

/** The documents of one build of a view, or of whichever serves, as `currentId` says at each call. */
export class SqliteViewStore<D extends object> implements ViewStore<D> {
  readonly #name: string;
  readonly #connection: Connection;
  readonly #writes: WriteQueue;
  readonly #currentId: () => number;
  readonly #exactId: number | undefined;

  constructor(
    name: string,
    shared: { readonly connection: Connection; readonly writes: WriteQueue },
    /** @throws ViewVersionGone */
    currentId: () => number,
    /** Of the one build: what a fold reads and writes finds out by itself whether it is still there. */
    exactId?: number,
  ) {
    this.#exactId = exactId;
    this.#name = name;
    this.#connection = shared.connection;
    this.#writes = shared.writes;
    this.#currentId = currentId;
  }

  async get(key: string): Promise<StoredDocument<D> | undefined> {
    const id = this.#currentId();
    const row = this.#connection.get(
      `SELECT key, position, doc FROM ${documentsTable(id)} WHERE key = ? AND doc IS NOT NULL`,
      key,
    );
    return row && this.#stored(id, row);
  }

  async getForFold(keys: readonly string[]): Promise<readonly FoldState[]> {
    if (keys.length === 0) return [];
    const rows = this.#foldRows(keys);
    if (rows.length === 0) throw this.#gone();
    return rows.map(({ key, position, doc, parked }) => ({
      key: key as string,
      document: typeof doc === 'string' ? (JSON.parse(doc) as object) : null,
      position: (position ?? START) as Position,
      parked: parked === 1,
    }));
  }

  async find(query: Query): Promise<Page<D>> {
    const id = this.#currentId();
    const cursor =
      query.after === undefined ? undefined : decodeCursor(this.#name, query, query.after);
    const { text, params } = pageSql(documentsTable(id), query, cursor);
    const rows = this.#connection.all(text, ...params);
    const documents = rows.slice(0, query.limit).map((row) => this.#stored(id, row));
    if (rows.length <= query.limit) return { documents };
    const last = rows[query.limit - 1]!;
    const values = (query.orderBy ?? []).map((_by, level) => fromSqlite(last[`o${level}`]!));
    const next = encodeCursor(this.#name, query, { values, key: last['key'] as string });
    return { documents, next };
  }

  async count(where?: Where): Promise<number> {
    const { text, params } = whereSql(where);
    const table = documentsTable(this.#currentId());
    return Number(
      this.#connection.get(`SELECT count(*) AS n FROM ${table} WHERE ${text}`, ...params)!['n'],
    );
  }

  async countBy(field: string, where?: Where): Promise<ReadonlyMap<Scalar, number>> {
    const { text, params } = whereSql(where);
    const table = documentsTable(this.#currentId());
    const rows = this.#connection.all(
      `SELECT ${fieldSql(field)} AS value, count(*) AS n FROM ${table} WHERE ${text} GROUP BY 1`,
      ...params,
    );
    return new Map(rows.map((row) => [fromSqlite(row['value']!), Number(row['n'])]));
  }

  async write(writes: readonly DocumentWrite[], checkpoint: Position): Promise<void> {
    const rows = writes.map(({ key, document, position }) => {
      const text = document === null ? null : JSON.stringify(document);
      return { key, position, text };
    });
    await this.#writes.add(rows.length + 1, () => {
      const id = this.#exactId ?? this.#currentId();
      const isThere = this.#connection.run(
        'UPDATE view_version SET checkpoint = max(checkpoint, ?) WHERE id = ?',
        checkpoint,
        id,
      );
      if (isThere === 0) throw this.#gone();
      const table = documentsTable(id);
      const upsert =
        `INSERT INTO ${table} (key, position, doc) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE ` +
        `SET position = excluded.position, doc = excluded.doc WHERE excluded.position > ${table}.position`;
      for (const { key, position, text } of rows) this.#connection.run(upsert, key, position, text);
    });
  }

  async checkpoint(): Promise<Position> {
    const id = this.#currentId();
    const row = this.#connection.get('SELECT checkpoint FROM view_version WHERE id = ?', id);
    if (!row) throw this.#gone();
    return row['checkpoint'] as Position;
  }

  async park({ key, platform, position, eventType, error, at }: ParkedDocument): Promise<void> {
    await this.#writes.add(1, () => {
      const id = this.#currentId();
      this.#connection.run(
        `INSERT OR REPLACE INTO parked (view_id, key, platform, position, event_type, error, at) SELECT ?, ?, ?, ?, ?, ?, ?
         WHERE NOT EXISTS (SELECT 1 FROM ${documentsTable(id)} WHERE key = ? AND position >= ?)`,
        id,
        key,
        platform,
        position,
        eventType,
        error,
        at,
        key,
        position,
      );
    });
  }

  async unpark(key: string): Promise<void> {
    await this.#writes.add(1, () =>
      this.#connection.run(
        'DELETE FROM parked WHERE view_id = ? AND key = ?',
        this.#currentId(),
        key,
      ),
    );
  }

  async parked(): Promise<readonly ParkedDocument[]> {
    const rows = this.#connection.all(
      'SELECT key, platform, position, event_type, error, at FROM parked WHERE view_id = ? ORDER BY key',
      this.#currentId(),
    );
    return rows.map((row) => ({
      key: row['key'] as string,
      platform: row['platform'] as string,
      position: row['position'] as Position,
      eventType: row['event_type'] as string,
      error: row['error'] as string,
      at: row['at'] as Instant,
    }));
  }

  /** In the order of the keys. @throws ViewVersionGone */
  #foldRows(keys: readonly string[]): Row[] {
    const id = this.#exactId ?? this.#currentId();
    try {
      return this.#connection.all(
        `SELECT w.value AS key, d.position, d.doc, p.key IS NOT NULL AS parked FROM json_each(?1) w
         LEFT JOIN ${documentsTable(id)} d ON d.key = w.value
         LEFT JOIN parked p ON p.view_id = ?2 AND p.key = w.value
         WHERE EXISTS (SELECT 1 FROM view_version WHERE id = ?2)`,
        JSON.stringify(keys),
        id,
      );
    } catch (error) {
      // The table of a build that is gone is dropped.
      this.#currentId();
      throw error;
    }
  }

  #gone(): ViewVersionGone {
    return new ViewVersionGone(`This build of the view ${this.#name} is gone.`);
  }

  #stored(id: number, row: Row): StoredDocument<D> {
    const key = row['key'] as string;
    const parked = this.#connection.get(
      'SELECT 1 AS it FROM parked WHERE view_id = ? AND key = ?',
      id,
      key,
    );
    return {
      key,
      document: JSON.parse(row['doc'] as string) as D,
      position: row['position'] as Position,
      degraded: parked !== undefined,
    };
  }
}
