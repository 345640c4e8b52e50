/**
 * The reading connection, on the caller's thread. It reads page by page, each page bounded in events,
 * bytes and positions looked at, so that no page holds the event loop for long.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { type RecordedEvent } from '#kernel/envelope';
import { START, type Position } from '#kernel/position';
import { UnknownPosition } from '../event-store.errors.ts';
import { type EventFilter } from '../event-store.port.ts';
import { noJson } from './schema.ts';
import { storageError } from './storage-fault.ts';

const PAGE_EVENTS_MAX = 256;
/**
 * By the index of types, what is found has to be sorted. Where most of the log matches, as for all views
 * together, walking along it takes a third of that (measured with 67 types over 280,000 events).
 */
const TYPES_BY_INDEX_MAX = 8;
const PAGE_BYTES_MAX = 1024 * 1024;
/** Positions that one filtered page looks at, whether they match or not. */
const PAGE_SCAN_MAX = 2_048;
const STATEMENTS_MAX = 100;
/** Each commit of the writer empties the cache, which takes the longer the more is in it; the system has the pages too. */
const CACHE_KIB = 512;
const BUSY_TIMEOUT_MS = 1_000;

export interface StreamPart {
  readonly backwards: boolean;
  /** The first revision, inclusive. */
  readonly from: number;
  readonly limit: number;
}

export interface StreamPage {
  readonly events: readonly RecordedEvent[];
  /** There were no more when it was read. */
  readonly ended: boolean;
}

export interface LogPart {
  readonly after: number;
  /** The last position to look at, inclusive. */
  readonly upTo: number;
  readonly filter: EventFilter | undefined;
  readonly limit: number;
}

export interface LogPage {
  readonly events: readonly RecordedEvent[];
  /** All positions up to this one, inclusive, have been looked at. */
  readonly lookedTo: number;
}

/** Rows that are asked for together, which costs less than one after the other: at most 8 MiB, as a row has 256 KiB. */
const ROWS_TOGETHER = 32;
/** Streams whose number is kept: it never changes, and is the first thing that any read of one asks for. */
const STREAMS_MAX = 10_000;

const COLUMNS = 'e.position, e.revision, e.type_id, e.id, e.schema_version, e.data, e.metadata';

type Row = readonly [
  position: number,
  revision: number,
  typeId: number,
  id: string,
  schemaVersion: number,
  data: string,
  metadata: string,
  /** Where the query asks for it. */
  stream: string,
];

/** 16 hexadecimal digits, so that positions sort as text. */
export function tokenOf(position: number): Position {
  return position === 0 ? START : (position.toString(16).padStart(16, '0') as Position);
}

export class LogReader {
  readonly #file: string;
  #db: DatabaseSync | undefined;
  readonly #statements = new Map<string, StatementSync>();
  readonly #types = new Map<number, string>();
  readonly #streams = new Map<string, number>();

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws StorageError */
  head(): number {
    return this.#guarded(() => {
      const [row] = this.#rows<[number | null]>('SELECT max(position) FROM events');
      return row![0] ?? 0;
    });
  }

  /** @throws UnknownPosition for a token that this log never gave. */
  numberAt(token: Position): number {
    if (token === START) return 0;
    const position = /^[0-9a-f]{16}$/.test(token) ? Number.parseInt(token, 16) : 0;
    if (position < 1 || position > this.head()) {
      throw new UnknownPosition(`This event log never gave the position ${JSON.stringify(token)}.`);
    }
    return position;
  }

  /** The next events of a stream. @throws StorageError */
  streamPage(stream: string, part: StreamPart): StreamPage {
    return this.#guarded(() => {
      const streamId = this.#streamId(stream);
      if (streamId === undefined) return { events: [], ended: true };
      const step = part.backwards ? -1 : 1;
      const sql = `SELECT ${COLUMNS} FROM events e
        WHERE e.stream_id = ? AND e.revision ${part.backwards ? '<=' : '>='} ?
        ORDER BY e.revision ${part.backwards ? 'DESC' : 'ASC'}`;
      const { rows, cut } = this.#page(part.limit, (last, limit) =>
        this.#rows(limited(sql, limit), streamId, last ? last[1] + step : part.from),
      );
      return { events: rows.map((row) => this.#eventOf(row, stream)), ended: !cut };
    });
  }

  /** The next events of the log that match. @throws StorageError */
  logPage({ after, upTo, filter, limit }: LogPart): LogPage {
    return this.#guarded(() => {
      const until = filter ? Math.min(upTo, after + PAGE_SCAN_MAX) : upTo;
      const { condition, names } = this.#conditionOf(filter);
      const sql = `SELECT ${COLUMNS}, s.name FROM events e
        CROSS JOIN streams s ON s.id = e.stream_id
        WHERE e.position > ?1 AND e.position <= ?2 AND ${condition}
        ORDER BY e.position`;
      const { rows, cut } = this.#page(limit, (last, most) =>
        this.#rows(limited(sql, most), last ? last[0] : after, until, ...names),
      );
      const events = rows.map((row) => this.#eventOf(row, row[7]));
      return { events, lookedTo: cut ? rows.at(-1)![0] : until };
    });
  }

  close(): void {
    this.#statements.clear();
    this.#types.clear();
    this.#streams.clear();
    this.#db?.close();
    this.#db = undefined;
  }

  /** Rows, a few at a time, until there are enough of them or of their bytes; `cut` where there may be more. */
  #page(
    limit: number,
    next: (last: Row | undefined, limit: number) => readonly Row[],
  ): { readonly rows: readonly Row[]; readonly cut: boolean } {
    const most = Math.min(limit, PAGE_EVENTS_MAX);
    const rows: Row[] = [];
    for (let bytes = 0; rows.length < most;) {
      const asked = Math.min(most - rows.length, ROWS_TOGETHER);
      const together = next(rows.at(-1), asked);
      for (const row of together) {
        rows.push(row);
        bytes += row[5].length + row[6].length;
      }
      if (together.length < asked) return { rows, cut: false };
      if (bytes >= PAGE_BYTES_MAX) break;
    }
    return { rows, cut: true };
  }

  #eventOf(row: Row, stream: string): RecordedEvent {
    const [position, revision, typeId, id, schemaVersion, data, metadata] = row;
    try {
      return {
        id,
        type: this.#typeName(typeId),
        schemaVersion,
        data: JSON.parse(data) as object,
        metadata: JSON.parse(metadata) as RecordedEvent['metadata'],
        stream,
        revision,
        position: tokenOf(position),
      };
    } catch (error) {
      if (error instanceof SyntaxError)
        throw noJson(this.#file, { position, stream, revision }, error);
      throw error;
    }
  }

  #streamId(name: string): number | undefined {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const [row] = this.#rows<[number]>('SELECT id FROM streams WHERE name = ?', name);
    if (!row) return undefined;
    if (this.#streams.size >= STREAMS_MAX) this.#streams.clear();
    this.#streams.set(name, row[0]);
    return row[0];
  }

  #typeName(id: number): string {
    if (!this.#types.has(id)) this.#readTypes();
    return this.#types.get(id)!;
  }

  /** The parameters 1 and 2 are the page's own. Prefixes are compared, not matched: no letter is a wildcard. */
  #conditionOf(filter: EventFilter | undefined): {
    condition: string;
    names: readonly string[];
  } {
    if (!filter) return { condition: 'TRUE', names: [] };
    if ('streamPrefixes' in filter) {
      const names = filter.streamPrefixes;
      const each = names.map((_, at) => `substr(s.name, 1, length(?${at + 3})) = ?${at + 3}`);
      return { condition: each.length > 0 ? `(${each.join(' OR ')})` : 'FALSE', names };
    }
    const wanted = new Set(filter.eventTypes);
    this.#readNewTypes();
    const ids = [...this.#types].filter(([, name]) => wanted.has(name)).map(([id]) => id);
    const column = ids.length <= TYPES_BY_INDEX_MAX ? 'e.type_id' : '+e.type_id';
    return { condition: `${column} IN (${ids.join(', ')})`, names: [] };
  }

  /** A type gets its number with its first event. */
  #readNewTypes(): void {
    const [row] = this.#rows<[number | null]>('SELECT max(id) FROM types');
    const [newest] = row!;
    if (newest !== null && !this.#types.has(newest)) this.#readTypes();
  }

  #readTypes(): void {
    for (const [id, name] of this.#rows<[number, string]>('SELECT id, name FROM types'))
      this.#types.set(id, name);
  }

  #rows<R extends readonly unknown[] = Row>(
    sql: string,
    ...values: readonly SQLInputValue[]
  ): readonly R[] {
    return this.#statement(sql).all(...values) as unknown as readonly R[];
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      if (this.#statements.size >= STATEMENTS_MAX) this.#statements.clear();
      statement = this.#database().prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #database(): DatabaseSync {
    if (!this.#db) {
      this.#db = new DatabaseSync(this.#file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
      this.#db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    }
    return this.#db;
  }

  /** After a failure the connection is given up; the next call opens another. */
  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.close();
      throw storageError(this.#file, error);
    }
  }
}

/** With its number: SQLite plans by it, and plans a statement anew whenever one that is bound changes. */
const limited = (sql: string, limit: number): string => `${sql} LIMIT ${limit}`;
