/**
 * The event store on an EventStoreDB server or cluster, versions 23.10 to 24.10, over the client
 * @eventstore/db-client 6. It needs a server of its own: an event that it did not write
 * is refused, until its stream is deleted.
 */
import { type NewEvent, type RecordedEvent } from '#kernel/envelope';
import { randomIds, type IdSource } from '#kernel/ids';
import { type Position } from '#kernel/position';
import { encodeAppend } from '../append-checks.ts';
import { DEFAULT_DEADLINE_MS, withinDeadline } from '../call-deadline.ts';
import { StoreUnavailable, StoreUnusable } from '../event-store.errors.ts';
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
import { portError } from './client-errors.ts';
import { addressOf, parseConnectionString } from './connection-string.ts';
import { LogAppender } from './log-appender.ts';
import { LogEnd } from './log-end.ts';
import { LogReader } from './log-reader.ts';
import { LogSubscription } from './log-subscription.ts';
import { OPEN_MS, type OpenedLog, Opening, ServerRefused } from './opening.ts';
import { PositionTokens } from './position-token.ts';
import { Serving } from './serving.ts';
import { assertHolds, type ExpectedLog, sendName } from './store-name.ts';
import { ClientSupply, type SupervisedClient } from './supervised-client.ts';

/** As the embedded store has them, so that a log can move either way. The server takes 1 MiB by default. */
const LIMITS = { maxEventBytes: 256 * 1024, maxBatchBytes: 896 * 1024, maxBatchEvents: 1_000 };

export interface EventStoreDbOptions {
  /** `esdb://[name:password@]host[:port][,host...][?tls=false&...]` or `esdb+discover://...`. */
  readonly connectionString: string;
  /** Which log it must be. Absent: whichever is there, and a new one under any name. */
  readonly log?: ExpectedLog;
  /** Names a new log. */
  readonly ids?: IdSource;
  /** Milliseconds to find a server that takes appends. */
  readonly openMs?: number;
}

/**
 * @throws RangeError for a connection string that is none; UnsupportedServer; OtherLog where the log
 *   is not the one that is expected; ServerRefused where no server takes appends in time. No message
 *   holds a secret.
 */
export async function openEventStoreDb(options: EventStoreDbOptions): Promise<EventStore> {
  const { ids = randomIds, log, openMs = OPEN_MS } = options;
  const settings = parseConnectionString(options.connectionString);
  const supply = new ClientSupply(settings);
  const opening = new Opening(supply, { newName: ids.next(), log, openMs });
  try {
    return new EventStoreDbEventStore(supply, await opening.opened());
  } catch (error) {
    await supply.close();
    if (error instanceof StoreUnusable) throw error;
    throw new ServerRefused(addressOf(settings), opening.lastTry ?? error);
  }
}

export class EventStoreDbEventStore implements EventStore {
  readonly storeId: string;
  readonly limits = LIMITS;
  readonly #supply: ClientSupply;
  readonly #serving = new Serving();
  readonly #tokens: PositionTokens;
  readonly #appender: LogAppender;
  readonly #reader: LogReader;
  readonly #underWay = new Set<Promise<unknown>>();
  #refusing = false;
  #closing: Promise<void> | undefined;

  constructor(supply: ClientSupply, { name, end }: OpenedLog) {
    this.storeId = name;
    this.#supply = supply;
    const logEnd = new LogEnd(end);
    supply.admitBy(async (client) => {
      await assertHolds(client, name);
      await logEnd.assertReachedBy(client);
    });
    this.#tokens = new PositionTokens(name);
    this.#appender = new LogAppender(supply, this.#tokens, logEnd);
    this.#reader = new LogReader(supply, this.#tokens, logEnd, this.#serving);
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    newEvents: readonly NewEvent[],
    options: CallOptions = {},
  ): Promise<AppendResult> {
    this.#assertServing('append', options);
    const events = encodeAppend(stream, expected, newEvents, LIMITS);
    return this.#write('append', options, (deadlineAt, signal) =>
      this.#appender.append({ stream, expected, events, deadlineAt, signal }),
    );
  }

  async *readStream(
    stream: string,
    options: ReadStreamOptions = {},
  ): AsyncGenerator<RecordedEvent> {
    this.#assertServing('readStream', options);
    yield* this.#reader.readStream(stream, options);
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<RecordedEvent> {
    this.#assertServing('readAll', options);
    yield* this.#reader.readAll(options);
  }

  async *subscribe(options: SubscribeOptions): AsyncGenerator<SubscriptionBatch> {
    if (options.signal.aborted) return;
    this.#assertServing('subscribe', {});
    const { filter, after, signal } = options;
    const subscription = new LogSubscription(
      this.#supply,
      this.#reader,
      this.#tokens,
      this.#serving,
      { filter, after, signal },
    );
    yield* subscription.batches();
  }

  async head(options: CallOptions = {}): Promise<Position> {
    this.#assertServing('head', options);
    return this.#tokens.tokenOf(await this.#reader.head(options));
  }

  /** Also that it is the log that was opened, and whole: a server that has lost its disk would take appends. */
  async ready(options: CallOptions = {}): Promise<void> {
    this.#assertServing('ready', options);
    await this.#write('ready', options, async (deadlineAt) => {
      const client = this.#supply.current();
      const release = client.use();
      try {
        const msLeft = deadlineAt - performance.now();
        await this.#supply.admitted(client, 'ready', { deadlineMs: msLeft });
        await assertHolds(client, this.storeId);
        await sendName(client, this.storeId, msLeft);
        client.heardAt = performance.now();
      } catch (error) {
        this.#supply.replace(client);
        throw portError('ready', error);
      } finally {
        release();
      }
    });
  }

  close(): Promise<void> {
    this.#refusing = true;
    this.#closing ??= (async () => {
      await Promise.allSettled(this.#underWay);
      this.#serving.close();
      await this.#supply.close();
    })();
    return this.#closing;
  }

  /** Runs what changes the log, to its end or to the caller's deadline. */
  async #write<T>(
    call: string,
    options: CallOptions,
    work: (deadlineAt: number, gone: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { deadlineMs = DEFAULT_DEADLINE_MS, signal } = options;
    const since = performance.now();
    const gone = new AbortController();
    const client: SupervisedClient = this.#supply.current();
    const writing = withinDeadline(call, options, work(since + deadlineMs, gone.signal), () => {
      gone.abort();
      if (!signal?.aborted) this.#supply.suspect(client, since);
    });
    this.#underWay.add(writing);
    try {
      return await writing;
    } finally {
      this.#underWay.delete(writing);
    }
  }

  #assertServing(call: string, options: CallOptions): void {
    if (this.#refusing) throw new StoreUnavailable(`${call}: the event store is closed.`);
    this.#serving.assert(call, options);
  }
}
