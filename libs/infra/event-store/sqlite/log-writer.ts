/**
 * The writing core: applies a batch of appends in one transaction, each with its own outcome, so that
 * one sync of the disk serves them all. What it has answered is on the disk. It runs in a worker thread
 * or without one; everything that it imports at run time is relative and erasable for that reason.
 */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { checkWhole, connectForWriting, migrate, numberOf, storeIdOf } from './schema.ts';
import { storageError, unavailable } from './storage-fault.ts';
import type { EncodedEvent } from '../append-checks.ts';
import type { AppendOutcome, AppendRequest, WriterSettings } from './write-protocol.ts';

/** Less than this left on the disk is called full before an append has to find out. */
const FREE_BYTES_MIN = 4 * 1024 * 1024;
/** What a probe writes and takes back: the room of some pages. */
const PROBE_BYTES = 64 * 1024;
const CACHED_NAMES_MAX = 20_000;

interface Statements {
  readonly head: StatementSync;
  readonly last: StatementSync;
  readonly placed: StatementSync;
  readonly insert: StatementSync;
}

/** Names and their numbers. Names are only ever added, so what was committed may be remembered. */
class Names {
  readonly #known = new Map<string, number>();
  readonly #find: StatementSync;
  readonly #add: StatementSync;

  constructor(db: DatabaseSync, table: 'streams' | 'types') {
    this.#find = db.prepare(`SELECT id FROM ${table} WHERE name = ?`);
    this.#add = db.prepare(`INSERT INTO ${table} (name) VALUES (?)`);
  }

  find(name: string): number | undefined {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const row = this.#find.get(name);
    return row && this.#remember(name, numberOf(row, 'id'));
  }

  findOrAdd(name: string): number {
    return this.find(name) ?? this.#remember(name, Number(this.#add.run(name).lastInsertRowid));
  }

  #remember(name: string, id: number): number {
    if (this.#known.size >= CACHED_NAMES_MAX) this.#known.clear();
    this.#known.set(name, id);
    return id;
  }
}

interface Connection {
  readonly db: DatabaseSync;
  readonly statements: Statements;
  readonly streams: Names;
  readonly types: Names;
}

export type Connect = (file: string, busyTimeoutMs: number) => DatabaseSync;

export class LogWriter {
  readonly storeId: string;
  readonly #settings: WriterSettings;
  readonly #connect: Connect;
  #connection: Connection | undefined;

  /** Opens the file and brings it to today's schema. @throws StorageError */
  constructor(settings: WriterSettings, connect: Connect = connectForWriting) {
    this.#settings = settings;
    this.#connect = connect;
    this.storeId = this.#guarded(({ db }) => {
      checkWhole(db, settings.file, settings.fullCheck);
      return storeIdOf(db, settings.file);
    });
  }

  /** Outcomes in the order of the requests, all durable. @throws StorageError; nothing was written then */
  apply(batch: readonly AppendRequest[]): AppendOutcome[] {
    return this.#guarded((connection) => {
      connection.db.exec('BEGIN IMMEDIATE');
      let head = numberOf(connection.statements.head.get(), 'position');
      const outcomes = batch.map((request) => {
        const outcome = this.#appendOne(connection, request, head);
        if ('position' in outcome) head = Math.max(head, outcome.position);
        return outcome;
      });
      connection.db.exec('COMMIT');
      return outcomes;
    });
  }

  /** Returns when an append would find room and no lock. @throws StorageError */
  probe(): void {
    this.#guarded(({ db }) => {
      const { bavail, bsize } = statfsSync(dirname(this.#settings.file));
      if (bavail * bsize < FREE_BYTES_MIN) {
        throw unavailable(this.#settings.file, `the disk is full (${bavail * bsize} bytes left)`);
      }
      db.exec('BEGIN IMMEDIATE');
      db.prepare(`INSERT INTO meta (name, value) VALUES ('probe', ?)`).run('x'.repeat(PROBE_BYTES));
      db.exec('ROLLBACK');
    });
  }

  close(): void {
    this.#connection?.db.close();
    this.#connection = undefined;
  }

  /**
   * After any failure the connection is given up, and with it the open transaction and the names
   * remembered from it; the next call opens a new one, so that a mended disk needs no restart.
   */
  #guarded<T>(work: (connection: Connection) => T): T {
    try {
      this.#connection ??= this.#open();
      return work(this.#connection);
    } catch (error) {
      this.close();
      throw storageError(this.#settings.file, error);
    }
  }

  #open(): Connection {
    const { file, busyTimeoutMs, newStoreId } = this.#settings;
    const db = this.#connect(file, busyTimeoutMs);
    try {
      db.exec('BEGIN IMMEDIATE');
      migrate(db, file, newStoreId);
      db.exec('COMMIT');
      return {
        db,
        statements: prepare(db),
        streams: new Names(db, 'streams'),
        types: new Names(db, 'types'),
      };
    } catch (error) {
      db.close();
      throw error;
    }
  }

  #appendOne(connection: Connection, request: AppendRequest, head: number): AppendOutcome {
    const { stream, expected, events } = request;
    const { statements, streams } = connection;
    const streamId = streams.find(stream);
    const last = streamId === undefined ? undefined : statements.last.get(streamId);
    const actual = last ? numberOf(last, 'revision') : -1;
    if (expected < actual && streamId !== undefined) {
      return sameAsBefore(statements, streamId, request) ?? { actual };
    }
    if (expected !== actual) return { actual };
    const id = streamId ?? streams.findOrAdd(stream);
    events.forEach((event, at) => {
      insert(connection, event, { position: head + 1 + at, id, revision: actual + 1 + at });
    });
    return { revision: actual + events.length, position: head + events.length };
  }
}

function prepare(db: DatabaseSync): Statements {
  return {
    head: db.prepare('SELECT max(position) AS position FROM events'),
    last: db.prepare(
      'SELECT revision FROM events WHERE stream_id = ? ORDER BY revision DESC LIMIT 1',
    ),
    placed: db.prepare(
      `SELECT id, position FROM events WHERE stream_id = ? AND revision > ?
       ORDER BY revision LIMIT ?`,
    ),
    insert: db.prepare(
      `INSERT INTO events (position, stream_id, revision, type_id, schema_version, id, data, metadata)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
  };
}

/** The answer of the first time, where the very same ids lie at the very same place. */
function sameAsBefore(
  { placed }: Statements,
  streamId: number,
  { expected, events }: AppendRequest,
): AppendOutcome | undefined {
  const rows = placed.all(streamId, expected, events.length);
  const same = rows.length === events.length && rows.every((row, at) => row.id === events[at]!.id);
  return same
    ? { revision: expected + events.length, position: numberOf(rows.at(-1), 'position') }
    : undefined;
}

function insert(
  { statements, types }: Connection,
  event: EncodedEvent,
  place: { position: number; id: number; revision: number },
): void {
  statements.insert.run(
    place.position,
    place.id,
    place.revision,
    types.findOrAdd(event.type),
    event.schemaVersion,
    event.id,
    event.data,
    event.metadata,
  );
}
