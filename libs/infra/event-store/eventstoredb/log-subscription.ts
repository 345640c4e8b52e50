/**
 * A subscription that goes on: it is taken up again from where it was whenever the server or the
 * connection is lost, and it says how far it has looked, also where nothing matched.
 *
 * The server says that only every so many events, and says nothing at the end of a catch-up. So the
 * head is asked for first: "caught up" then means that everything up to it was looked at. Far behind,
 * the server searches in wide windows; near the end the window is one event, so that each event moves
 * the position, whether it matches or not.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type RecordedEvent } from '#kernel/envelope';
import { withinDeadline } from '../call-deadline.ts';
import { EventStoreError, StoreUnavailable } from '../event-store.errors.ts';
import { type SubscribeOptions, type SubscriptionBatch } from '../event-store.port.ts';
import { AllFeed, type FeedItem } from './all-feed.ts';
import { faultOf, portError } from './client-errors.ts';
import { SEARCH_WINDOW, type LogReader } from './log-reader.ts';
import { pause } from './persistence.ts';
import { isLater, laterOf, type LogPosition, type PositionTokens } from './position-token.ts';
import { type Serving } from './serving.ts';
import { placeOf, toRecorded } from './stored-event.ts';
import { type ClientSupply } from './supervised-client.ts';

const BATCH_EVENTS_MAX = 256;
/** Bytes of log to the head below which the window is one event from the beginning. */
const NEAR_BYTES = 64n * 1024n;
const CONFIRMATION_MS = 10_000;
/** So long without a word, and the head is asked for: a lost connection, or a subscription that stopped. */
const NEAR_QUIET_MS = 5_000;
/** Far behind, the server may search for longer before it says how far it is. */
const FAR_QUIET_MS = 60_000;
const FIRST_PAUSE_MS = 50;
const LAST_PAUSE_MS = 5_000;

export class LogSubscription {
  readonly #supply: ClientSupply;
  readonly #reader: LogReader;
  readonly #tokens: PositionTokens;
  readonly #serving: Serving;
  readonly #options: SubscribeOptions;
  /** How far it has looked. */
  #at: LogPosition;
  /** How far it has said that it has looked; none before the first batch. */
  #told: LogPosition | undefined;
  /**
   * Events up to `#at` that were not given yet. They outlive the connection: where it breaks between
   * two of a batch, the next one goes on behind them.
   */
  #taken: RecordedEvent[] = [];
  #live = false;
  #toldLive = false;
  #pauseMs = FIRST_PAUSE_MS;

  /** @throws UnknownPosition */
  constructor(
    supply: ClientSupply,
    reader: LogReader,
    tokens: PositionTokens,
    serving: Serving,
    options: SubscribeOptions,
  ) {
    this.#supply = supply;
    this.#reader = reader;
    this.#tokens = tokens;
    this.#serving = serving;
    this.#options = options;
    this.#at = tokens.positionOf(options.after);
  }

  async *batches(): AsyncGenerator<SubscriptionBatch> {
    const { signal } = this.#options;
    const ended = this.#serving.signalFor(signal);
    while (!signal.aborted) {
      this.#serving.assert('subscribe', {});
      try {
        yield* this.#follow(ended);
      } catch (error) {
        if (signal.aborted) return;
        this.#serving.assert('subscribe', {});
        if (isForTheConsumer(error)) throw portError('subscribe', error);
        this.#live = false;
        await pause(this.#pauseMs, ended).catch(() => undefined);
        this.#pauseMs = Math.min(2 * this.#pauseMs, LAST_PAUSE_MS);
      }
    }
  }

  /** Follows one connection, until it fails or another window is better. */
  async *#follow(ended: AbortSignal): AsyncGenerator<SubscriptionBatch> {
    const head = await this.#reader.assertReached(this.#at, { signal: ended });
    const near = head.commit - this.#at.commit < NEAR_BYTES;
    const client = this.#supply.current();
    const release = client.use();
    const { filter } = this.#options;
    const window = near ? 1 : SEARCH_WINDOW;
    let feed: AllFeed | undefined;
    try {
      await this.#supply.admitted(client, 'subscribe', { signal: ended });
      feed = new AllFeed(client, { after: this.#at, filter, window });
      for (let better = false; !better && !ended.aborted;) {
        for (let item = feed.next(); item; item = feed.next()) {
          this.#take(await this.#read(item, ended), head);
          if ('state' in item) better = (item.state === 'caughtUp') !== near;
          if (better || this.#taken.length >= BATCH_EVENTS_MAX) break;
        }
        if (this.#taken.length > 0 || this.#hasNews()) {
          client.heardAt = performance.now();
          yield this.#batch();
          if (ended.aborted) return;
          await nextTurn();
        } else if (!better) {
          await this.#changeOf(feed, near ? NEAR_QUIET_MS : FAR_QUIET_MS, ended);
        }
      }
    } catch (error) {
      if (!isForTheConsumer(error) && !ended.aborted) this.#supply.replace(client);
      throw error;
    } finally {
      feed?.stop();
      release();
    }
  }

  /**
   * Resolves when the feed has more; asks the server itself where it has been quiet for long.
   * @throws StoreUnavailable where the log went on and the feed did not say so; DeadlineExceeded
   */
  async #changeOf(feed: AllFeed, quietMs: number, ended: AbortSignal): Promise<void> {
    const deadlineMs = feed.confirmed ? quietMs : CONFIRMATION_MS;
    const options = { deadlineMs, signal: ended };
    const waiting = withinDeadline('subscribe', options, feed.changed(), () => undefined);
    await waiting.catch(async (error: unknown) => {
      if (!feed.confirmed || ended.aborted) throw error;
      const head = await this.#reader.head({ signal: ended });
      if (isLater(head, this.#at)) throw new StoreUnavailable('The subscription fell silent.');
    });
  }

  /** Of an event that is none of the log's, that it was looked at. */
  async #read(item: FeedItem, signal: AbortSignal): Promise<FeedItem> {
    const isPassedOver =
      'event' in item && (await this.#reader.isToPassOver(item.event, { signal }));
    return isPassedOver ? { lookedTo: placeOf(item.event) } : item;
  }

  #take(item: FeedItem, head: LogPosition): void {
    this.#pauseMs = FIRST_PAUSE_MS;
    if ('event' in item) {
      this.#at = laterOf(this.#at, placeOf(item.event));
      this.#taken.push(toRecorded(item.event, this.#tokens));
    } else if ('lookedTo' in item) {
      this.#at = laterOf(this.#at, item.lookedTo);
    } else {
      this.#live = item.state === 'caughtUp';
      if (this.#live) this.#at = laterOf(this.#at, head);
    }
  }

  #hasNews(): boolean {
    if (this.#told === undefined) return this.#live;
    return isLater(this.#at, this.#told) || (this.#live && !this.#toldLive);
  }

  #batch(): SubscriptionBatch {
    const events = this.#taken;
    const live = this.#live && events.length < BATCH_EVENTS_MAX;
    this.#taken = [];
    this.#told = this.#at;
    this.#toldLive = live;
    return { events, position: this.#tokens.tokenOf(this.#at), live };
  }
}

/** What another connection would not mend. An unreachable server and a late answer are waited out. */
function isForTheConsumer(error: unknown): boolean {
  return error instanceof EventStoreError ? !error.retryable : faultOf(error) === 'final';
}
