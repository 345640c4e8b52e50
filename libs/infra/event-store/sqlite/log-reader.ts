/**
 * The reading connection, on the caller's thread. It reads page by page, each page bounded in events,
 * bytes and positions looked at, so that no page holds the event loop for long.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { type RecordedEvent } from '#kernel/envelope';
import { START, type Position } from '#kernel/position';
import { UnknownPosition } from '../event-store.errors.ts';
import { type EventFilter } from '../event-store.port.ts';
import { noJson, numberOf } from './schema.ts';
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
const BUSY_TIMEOUT_MS = 1_000;

export interface StreamPart {
  readonly backwards: boolean;
  /** The first revision, inclusive. */
  readonly from: number;
  readonly limit: number;
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

const COLUMNS = `e.position, e.revision, e.id, e.schema_version, e.data, e.metadata,
  t.name AS type, s.name AS stream`;

type Row = Record<string, number | string>;

/** 16 hexadecimal digits, so that positions sort as text. */
export function tokenOf(position: number): Position {
  return position === 0 ? START : (position.toString(16).padStart(16, '0') as Position);
}

export class LogReader {
  readonly #file: string;
  #db: DatabaseSync | undefined;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws StorageError */
  head(): number {
    return this.#guarded(() => {
      const row = this.#statement('SELECT max(position) AS position FROM events').get();
      return numberOf(row, 'position');
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

  /** The next events of a stream; fewer than asked for where it ends. @throws StorageError */
  streamPage(stream: string, part: StreamPart): RecordedEvent[] {
    const sql = `SELECT ${COLUMNS} FROM streams s
      CROSS JOIN events e ON e.stream_id = s.id JOIN types t ON t.id = e.type_id
      WHERE s.name = ? AND e.revision ${part.backwards ? '<=' : '>='} ?
      ORDER BY e.revision ${part.backwards ? 'DESC' : 'ASC'} LIMIT ?`;
    const limit = Math.min(part.limit, PAGE_EVENTS_MAX);
    return this.#events(sql, [stream, part.from, limit], limit).events;
  }

  /** The next events of the log that match. @throws StorageError */
  logPage({ after, upTo, filter, limit }: LogPart): LogPage {
    const until = filter ? Math.min(upTo, after + PAGE_SCAN_MAX) : upTo;
    const most = Math.min(limit, PAGE_EVENTS_MAX);
    const { condition, names } = conditionOf(filter);
    const sql = `SELECT ${COLUMNS} FROM events e
      CROSS JOIN streams s ON s.id = e.stream_id CROSS JOIN types t ON t.id = e.type_id
      WHERE e.position > ?1 AND e.position <= ?2 AND ${condition}
      ORDER BY e.position LIMIT ?3`;
    const { events, lastRow, cut } = this.#events(sql, [after, until, most, ...names], most);
    return { events, lookedTo: cut ? lastRow : until };
  }

  close(): void {
    this.#statements.clear();
    this.#db?.close();
    this.#db = undefined;
  }

  #events(sql: string, values: SQLInputValue[], limit: number) {
    return this.#guarded(() => {
      const events: RecordedEvent[] = [];
      let bytes = 0;
      let lastRow = 0;
      for (const row of this.#statement(sql).iterate(...values) as Iterable<Row>) {
        events.push(this.#eventOf(row));
        lastRow = row.position as number;
        bytes += (row.data as string).length + (row.metadata as string).length;
        if (bytes >= PAGE_BYTES_MAX) break;
      }
      return { events, lastRow, cut: events.length >= limit || bytes >= PAGE_BYTES_MAX };
    });
  }

  #eventOf(row: Row): RecordedEvent {
    try {
      return {
        id: row.id as string,
        type: row.type as string,
        schemaVersion: row.schema_version as number,
        data: JSON.parse(row.data as string) as object,
        metadata: JSON.parse(row.metadata as string) as RecordedEvent['metadata'],
        stream: row.stream as string,
        revision: row.revision as number,
        position: tokenOf(row.position as number),
      };
    } catch (error) {
      throw noJson(this.#file, row, error);
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      if (this.#statements.size >= STATEMENTS_MAX) this.#statements.clear();
      this.#db ??= new DatabaseSync(this.#file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
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

/** The parameters 1 to 3 are the page's own. Prefixes are compared, not matched: no letter is a wildcard. */
function conditionOf(filter: EventFilter | undefined): {
  condition: string;
  names: readonly string[];
} {
  if (!filter) return { condition: 'TRUE', names: [] };
  const names = 'streamPrefixes' in filter ? filter.streamPrefixes : filter.eventTypes;
  if (names.length === 0) return { condition: 'FALSE', names };
  const parameters = names.map((_, at) => `?${at + 4}`);
  const type = names.length <= TYPES_BY_INDEX_MAX ? 'e.type_id' : '+e.type_id';
  const condition =
    'streamPrefixes' in filter
      ? `(${parameters.map((p) => `substr(s.name, 1, length(${p})) = ${p}`).join(' OR ')})`
      : `${type} IN (SELECT id FROM types WHERE name IN (${parameters.join(', ')}))`;
  return { condition, names };
}
