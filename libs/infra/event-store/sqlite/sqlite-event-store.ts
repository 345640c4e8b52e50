/**
 * The embedded event store: one SQLite file (WAL, synchronous=FULL), one writer with group commit in a
 * worker thread, reads on the caller's thread. An append is answered when its commit is on the disk.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type NewEvent, type RecordedEvent } from '#kernel/envelope';
import { randomIds, type IdSource } from '#kernel/ids';
import { type Position } from '#kernel/position';
import { encodeAppend } from '../append-checks.ts';
import { assertTimeLeft, withinDeadline } from '../call-deadline.ts';
import {
  EventStoreError,
  RevisionConflict,
  StoreUnavailable,
  StoreUnusable,
} from '../event-store.errors.ts';
import {
  type AppendResult,
  type CallOptions,
  type EventStore,
  type ExpectedRevision,
  type ReadAllOptions,
  type ReadStreamOptions,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../event-store.port.ts';
import { inlineWriter, type BatchWriter } from './batch-writer.ts';
import { GroupCommit } from './group-commit.ts';
import { LogReader, tokenOf } from './log-reader.ts';
import { LogWatch } from './log-watch.ts';
import { LogWriter } from './log-writer.ts';
import { StorageError } from './storage-fault.ts';
import { WorkerWriter } from './worker-writer.ts';

const WORKER_BUSY_TIMEOUT_MS = 5_000;
/** On the caller's thread a wait for another process's write holds up everything: it is short. */
const INLINE_BUSY_TIMEOUT_MS = 1_000;
const WATCH_MS = 250;

/** Below what EventStoreDB takes by default (1 MiB an append), so that any log can move there. */
const LIMITS = { maxEventBytes: 256 * 1024, maxBatchBytes: 896 * 1024, maxBatchEvents: 1_000 };

export interface SqliteEventStoreOptions {
  /** Path of the database file; made, for its owner alone, where it is missing. */
  readonly file: string;
  /** Write in a worker thread (default), or on the caller's: for tools and tests. */
  readonly worker?: boolean;
  /** `full` also looks through the whole file for damage, which takes longer as it grows. */
  readonly check?: 'quick' | 'full';
  /** Names a new log. */
  readonly ids?: IdSource;
  /** How often a waiting subscription looks for appends of other processes, in milliseconds. */
  readonly watchMs?: number;
}

/** @throws StoreUnusable for a file that is not ours, of a newer build or damaged; StoreUnavailable */
export async function openSqliteEventStore(
  options: SqliteEventStoreOptions,
): Promise<SqliteEventStore> {
  const { file, worker = true, check = 'quick', ids = randomIds, watchMs = WATCH_MS } = options;
  const settings = {
    file,
    newStoreId: ids.next(),
    fullCheck: check === 'full',
    busyTimeoutMs: worker ? WORKER_BUSY_TIMEOUT_MS : INLINE_BUSY_TIMEOUT_MS,
  };
  try {
    const writer = worker
      ? await WorkerWriter.open(settings)
      : inlineWriter(new LogWriter(settings));
    return new SqliteEventStore(writer, new LogReader(file), watchMs);
  } catch (error) {
    throw portError(error);
  }
}

/** What the port promises to throw, for whatever went wrong inside. */
function portError(error: unknown): EventStoreError {
  if (error instanceof EventStoreError) return error;
  if (error instanceof StorageError && error.fault.fault === 'unusable') {
    return new StoreUnusable(error.message, { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new StoreUnavailable(message, { cause: error });
}

export class SqliteEventStore implements EventStore {
  readonly storeId: string;
  readonly limits = LIMITS;
  readonly #writer: BatchWriter;
  readonly #reader: LogReader;
  readonly #commit: GroupCommit;
  readonly #watch: LogWatch;
  #closing: Promise<void> | undefined;

  constructor(writer: BatchWriter, reader: LogReader, watchMs: number) {
    this.storeId = writer.storeId;
    this.#writer = writer;
    this.#reader = reader;
    this.#watch = new LogWatch(() => reader.head(), watchMs);
    this.#commit = new GroupCommit(writer, () => this.#watch.announce());
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    options: CallOptions = {},
  ): Promise<AppendResult> {
    this.#assertServing('append', options);
    const { outcome, withdraw } = this.#commit.append({
      stream,
      expected: expected === 'no-stream' ? -1 : expected,
      events: encodeAppend(stream, expected, events, LIMITS),
    });
    const answer = await withinDeadline('append', options, outcome, withdraw).catch(
      (error: unknown) => {
        throw portError(error);
      },
    );
    if ('actual' in answer) {
      throw new RevisionConflict(stream, expected, answer.actual < 0 ? 'no-stream' : answer.actual);
    }
    return { revision: answer.revision, position: tokenOf(answer.position) };
  }

  async *readStream(
    stream: string,
    options: ReadStreamOptions = {},
  ): AsyncGenerator<RecordedEvent> {
    const backwards = options.direction === 'backwards';
    let from = options.from ?? (backwards ? Number.MAX_SAFE_INTEGER : 0);
    let left = options.limit ?? Number.MAX_SAFE_INTEGER;
    this.#assertServing('readStream', options);
    while (left > 0 && from >= 0) {
      const page = this.#read(() =>
        this.#reader.streamPage(stream, { backwards, from, limit: left }),
      );
      for (const event of page.events) {
        yield event;
        this.#assertServing('readStream', options);
      }
      const last = page.events.at(-1);
      if (!last || page.ended) return;
      left -= page.events.length;
      from = last.revision + (backwards ? -1 : 1);
      await nextTurn();
    }
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<RecordedEvent> {
    const { after, filter } = options;
    this.#assertServing('readAll', options);
    let at = after === undefined ? 0 : this.#read(() => this.#reader.numberAt(after));
    // The end as it is now: who appends meanwhile does not keep the reader busy for ever.
    const upTo = this.#read(() => this.#reader.head());
    let left = options.limit ?? Number.MAX_SAFE_INTEGER;
    while (left > 0 && at < upTo) {
      const page = this.#read(() => this.#reader.logPage({ after: at, upTo, filter, limit: left }));
      for (const event of page.events) {
        yield event;
        this.#assertServing('readAll', options);
      }
      left -= page.events.length;
      at = page.lookedTo;
      await nextTurn();
      this.#assertServing('readAll', options);
    }
  }

  async *subscribe({ after, filter, signal }: SubscribeOptions): AsyncGenerator<SubscriptionBatch> {
    if (signal.aborted) return;
    this.#assertServing('subscribe', {});
    let at = this.#read(() => this.#reader.numberAt(after));
    for (let told = false; !signal.aborted; told = true) {
      this.#assertServing('subscribe', {});
      const head = this.#read(() => this.#reader.head());
      if (told && at === head) {
        await this.#watch.grown(head, signal);
        continue;
      }
      const limit = Number.MAX_SAFE_INTEGER;
      const page = this.#read(() => this.#reader.logPage({ after: at, upTo: head, filter, limit }));
      at = page.lookedTo;
      yield { events: page.events, position: tokenOf(at), live: at === head };
      if (at !== head) await nextTurn();
    }
  }

  async head(options: CallOptions = {}): Promise<Position> {
    this.#assertServing('head', options);
    return tokenOf(this.#read(() => this.#reader.head()));
  }

  async ready(options: CallOptions = {}): Promise<void> {
    this.#assertServing('ready', options);
    this.#read(() => this.#reader.head());
    await withinDeadline('ready', options, this.#commit.probe(), () => undefined).catch(
      (error: unknown) => {
        throw portError(error);
      },
    );
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      await this.#commit.drained();
      this.#watch.close();
      this.#reader.close();
      await this.#writer.close();
    })();
    return this.#closing;
  }

  #assertServing(call: string, options: CallOptions): void {
    if (this.#closing) throw new StoreUnavailable(`${call}: the event store is closed.`);
    assertTimeLeft(call, options);
  }

  #read<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw portError(error);
    }
  }
}
