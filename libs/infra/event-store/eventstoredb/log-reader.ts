/**
 * Reads. Where the connection breaks in the middle, it goes on from the last event that was given:
 * what is stored does not change. The deadline is for each wait on the server.
 */
import {
  AccessDeniedError,
  BACKWARDS,
  END,
  FORWARDS,
  START as FROM_START,
  StreamDeletedError,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { type RecordedEvent } from '#kernel/envelope';
import { DEFAULT_DEADLINE_MS, withinDeadline } from '../call-deadline.ts';
import { StoreUnusable, UnknownPosition } from '../event-store.errors.ts';
import {
  type CallOptions,
  type ReadAllOptions,
  type ReadStreamOptions,
} from '../event-store.port.ts';
import { AllFeed, type FeedItem } from './all-feed.ts';
import { isNotFound } from './client-errors.ts';
import { type LogEnd } from './log-end.ts';
import { Persistence } from './persistence.ts';
import {
  isLater,
  isSame,
  LOG_START,
  type LogPosition,
  type PositionTokens,
} from './position-token.ts';
import { Pull, pullLast, READ_AHEAD } from './pull.ts';
import { type Serving } from './serving.ts';
import { isOurs, isSystemEvent, placeOf, type StoredEvent, toRecorded } from './stored-event.ts';
import { type ClientSupply, type SupervisedClient } from './supervised-client.ts';

/** How many events the server looks at in one go where it searches. */
export const SEARCH_WINDOW = 1_024;

/** The server's own stream of who led it since when. */
const NEW_LEADERS = '$epoch-information';

/** What can be read from until it ends. */
interface Source<T> {
  read(): T | null;
  readonly ended: boolean;
  changed(): Promise<void>;
  stop(): void;
}

export class LogReader {
  readonly #supply: ClientSupply;
  readonly #tokens: PositionTokens;
  readonly #end: LogEnd;
  readonly #serving: Serving;

  constructor(supply: ClientSupply, tokens: PositionTokens, end: LogEnd, serving: Serving) {
    this.#supply = supply;
    this.#tokens = tokens;
    this.#end = end;
    this.#serving = serving;
  }

  async *readStream(stream: string, options: ReadStreamOptions): AsyncGenerator<RecordedEvent> {
    const backwards = options.direction === 'backwards';
    let from = options.from;
    let left = options.limit ?? Number.MAX_SAFE_INTEGER;
    if (left <= 0) return;
    const open = (client: SupervisedClient) => {
      const reading = client.readStream(
        stream,
        {
          direction: backwards ? BACKWARDS : FORWARDS,
          fromRevision: from === undefined ? (backwards ? END : FROM_START) : BigInt(from),
          maxCount: left,
          requiresLeader: true,
        },
        READ_AHEAD,
      );
      return new Pull<ResolvedEvent>(reading, () => reading.cancel());
    };
    for await (const { event } of this.#items('readStream', options, open)) {
      if (!event) continue;
      if (!from && !backwards) assertBegins(event);
      yield toRecorded(event, this.#tokens);
      left -= 1;
      from = Number(event.revision) + (backwards ? -1 : 1);
      if (left <= 0 || from < 0) return;
    }
  }

  async *readAll(options: ReadAllOptions): AsyncGenerator<RecordedEvent> {
    let left = options.limit ?? Number.MAX_SAFE_INTEGER;
    let after = options.after === undefined ? LOG_START : this.#tokens.positionOf(options.after);
    // The end as it is now: who appends meanwhile does not keep the reader busy for ever.
    const upTo = await this.assertReached(after, options);
    const { filter } = options;
    const open = (client: SupervisedClient): Source<FeedItem> =>
      filter
        ? searched(new AllFeed(client, { after, filter, window: SEARCH_WINDOW }), upTo)
        : everything(client, after);
    if (left <= 0 || !isLater(upTo, after)) return;
    for await (const item of this.#items('readAll', options, open)) {
      if (!('event' in item)) continue;
      const place = placeOf(item.event);
      if (isLater(place, upTo)) return;
      if (!isLater(place, after)) continue;
      after = place;
      if (!(await this.isToPassOver(item.event, options))) {
        yield toRecorded(item.event, this.#tokens);
        left -= 1;
      }
      if (left <= 0 || !isLater(upTo, place)) return;
    }
  }

  /**
   * Whether it is none of the log's: the server's own, or somebody else's whose stream was deleted
   * since. Deleting is what takes it back; the log keeps such events until it is scavenged.
   */
  isToPassOver(event: StoredEvent, options: CallOptions): boolean | Promise<boolean> {
    if (isSystemEvent(event)) return true;
    return !isOurs(event) && this.#isRemoved(event, options);
  }

  async #isRemoved(
    { streamId, revision, id }: StoredEvent,
    options: CallOptions,
  ): Promise<boolean> {
    const open = (client: SupervisedClient) => {
      const reading = client.readStream(streamId, {
        direction: BACKWARDS,
        fromRevision: revision,
        maxCount: 1,
        requiresLeader: true,
      });
      return new Pull<ResolvedEvent>(reading, () => reading.cancel());
    };
    try {
      for await (const { event } of this.#items('readStream', options, open)) {
        if (event?.id === id) return false;
      }
      return true;
    } catch (error) {
      if ((error as { readonly cause?: unknown }).cause instanceof StreamDeletedError) return true;
      throw error;
    }
  }

  /** Where the last event lies, the server's own too. */
  async head(options: CallOptions): Promise<LogPosition> {
    for await (const { event } of this.#items('head', options, pullLast)) {
      if (!event) continue;
      const place = placeOf(event);
      this.#end.reached(place);
      return place;
    }
    return LOG_START;
  }

  /** The head. @throws UnknownPosition where the log ends before the position, as after a restore */
  async assertReached(position: LogPosition, options: CallOptions): Promise<LogPosition> {
    const head = await this.head(options);
    if (isLater(position, head) && !(await this.#isAtNewLeader(position, head, options))) {
      throw new UnknownPosition('The event log ends before that position.');
    }
    return head;
  }

  /**
   * Whether the position is where the server has noted a new leader, behind the last event. It does so
   * at every start and election; a subscription says that it has looked as far, and no reading of the
   * whole log shows it. A user who may not read the notes is believed what cannot be an event's place.
   */
  async #isAtNewLeader(
    position: LogPosition,
    head: LogPosition,
    options: CallOptions,
  ): Promise<boolean> {
    try {
      for await (const { place, epochPosition } of this.#newLeaders(options)) {
        if (!isLater(place, head)) return false;
        const begins = { commit: BigInt(epochPosition), prepare: 0n };
        if (isSame(position, place) || isSame(position, begins)) return true;
      }
      return false;
    } catch (error) {
      const { cause } = error as { readonly cause?: unknown };
      if (cause instanceof AccessDeniedError) return position.prepare === 0n;
      throw error;
    }
  }

  /** The last note first: where it lies, and where the term begins that it is about. */
  async *#newLeaders(
    options: CallOptions,
  ): AsyncGenerator<{ readonly place: LogPosition; readonly epochPosition: number }> {
    const open = (client: SupervisedClient) => {
      const reading = client.readStream(
        NEW_LEADERS,
        { direction: BACKWARDS, fromRevision: END, requiresLeader: true },
        READ_AHEAD,
      );
      return new Pull<ResolvedEvent>(reading, () => reading.cancel());
    };
    for await (const { event } of this.#items('head', options, open)) {
      if (!event) continue;
      const { epochPosition = 0 } = event.data as { readonly epochPosition?: number };
      yield { place: placeOf(event), epochPosition };
    }
  }

  async *#items<T>(
    call: string,
    options: CallOptions,
    open: (client: SupervisedClient) => Source<T>,
  ): AsyncGenerator<T> {
    const { deadlineMs = DEFAULT_DEADLINE_MS } = options;
    const signal = this.#serving.signalFor(options.signal);
    const gone = new AbortController();
    const persistence = new Persistence(call, this.#supply, gone.signal);
    let waitingSince: number | undefined;
    const inTime = <R>(client: SupervisedClient, work: Promise<R>): Promise<R> => {
      const now = performance.now();
      const since = (waitingSince ??= now);
      const msLeft = Math.max(1, deadlineMs - (now - since));
      return withinDeadline(call, { deadlineMs: msLeft, signal }, work, () => {
        if (!signal.aborted) this.#supply.suspect(client, since);
      });
    };
    try {
      for (;;) {
        this.#serving.assert(call, options);
        const client = this.#supply.current();
        const release = client.use();
        let source: Source<T> | undefined;
        try {
          await inTime(client, this.#supply.admitted(client, call, { deadlineMs, signal }));
          source = open(client);
          const waited = (work: Promise<void>) => inTime(client, work);
          let item: T | null;
          while ((item = source.read() ?? (await nextOf(source, waited))) !== null) {
            waitingSince = undefined;
            client.heardAt = performance.now();
            persistence.succeeded();
            yield item;
            this.#serving.assert(call, options);
          }
          return;
        } catch (error) {
          this.#serving.assert(call, options);
          if (isNotFound(error)) return;
          await inTime(client, persistence.afterFailure(client, error));
        } finally {
          source?.stop();
          release();
        }
      }
    } finally {
      gone.abort();
    }
  }
}

/** @throws StoreUnusable where the first event that can be read of a stream is not its first */
function assertBegins({ streamId, revision }: StoredEvent): void {
  if (revision === 0n) return;
  throw new StoreUnusable(
    `The stream ${streamId} begins at revision ${revision}: what was before was deleted or cut off on the server. Restore its backup.`,
  );
}

/** The next item, waited for; null where the source has ended. */
async function nextOf<T>(
  source: Source<T>,
  waited: (work: Promise<void>) => Promise<void>,
): Promise<T | null> {
  while (!source.ended) {
    await waited(source.changed());
    const item = source.read();
    if (item !== null) return item;
  }
  return null;
}

/** The client's own reading of the whole log knows no filter; the first event is the one at the position. */
function everything(client: SupervisedClient, after: LogPosition): Source<FeedItem> {
  const reading = client.readAll(
    { fromPosition: after.commit < 0n ? FROM_START : after, requiresLeader: true },
    READ_AHEAD,
  );
  const pull = new Pull<FeedItem>(reading, () => reading.cancel());
  return pull;
}

/** A subscription as a read: it ends where it has looked as far as is asked. */
function searched(feed: AllFeed, upTo: LogPosition): Source<FeedItem> {
  let ended = false;
  return {
    read: () => {
      const item = feed.next();
      if (item && 'state' in item && item.state === 'caughtUp') ended = true;
      if (item && 'lookedTo' in item && !isLater(upTo, item.lookedTo)) ended = true;
      return item;
    },
    get ended() {
      return ended;
    },
    changed: () => feed.changed(),
    stop: () => feed.stop(),
  };
}
