/**
 * The event store port. It promises only what SQLite *and* EventStoreDB can keep
 * (docs/architecture.md, "What holds on every store"); event-store.contract.ts proves it of each adapter.
 */
import type { NewEvent, RecordedEvent } from '#kernel/envelope';
import type { Position } from '#kernel/position';

export const EVENT_STORE = Symbol('EventStore');

export interface CallOptions {
  /** Milliseconds until the call fails with DeadlineExceeded. Default 5,000. For iterables: for each wait on the store. */
  readonly deadlineMs?: number;
  /** Ends the call with CallAborted. */
  readonly signal?: AbortSignal;
}

/** The revision of the stream's last event, or that there is none. There is no "any". */
export type ExpectedRevision = number | 'no-stream';

export interface AppendResult {
  /** Revision of the last event appended. */
  readonly revision: number;
  /** Position of the last event appended. */
  readonly position: Position;
}

/** By stream prefix or by event type, never both: no store filters by both at once. Matches any of the list. */
export type EventFilter =
  { readonly streamPrefixes: readonly string[] } | { readonly eventTypes: readonly string[] };

export interface ReadStreamOptions extends CallOptions {
  readonly direction?: 'forwards' | 'backwards';
  /** First revision to give (inclusive). Default: the first forwards, the last backwards. */
  readonly from?: number;
  readonly limit?: number;
}

export interface ReadAllOptions extends CallOptions {
  /** Events after this position, exclusive. Default: from the first. */
  readonly after?: Position;
  readonly filter?: EventFilter;
  /** The most events to give (of those that match). */
  readonly limit?: number;
}

export interface SubscribeOptions {
  /** Events after this position, exclusive. */
  readonly after: Position;
  readonly filter?: EventFilter;
  /** Ends the subscription; the iteration then returns without an error. */
  readonly signal: AbortSignal;
}

export interface SubscriptionBatch {
  /** What matched, in order, without gap or repeat; may be empty. */
  readonly events: readonly RecordedEvent[];
  /** How far the subscription has looked, also when nothing matched: this is what a checkpoint stores. */
  readonly position: Position;
  /** Whether the end of the log was reached with this batch. */
  readonly live: boolean;
}

export interface EventStore {
  /** Names this store: a position token is only good for the store with the same name. Survives restarts. */
  readonly storeId: string;

  /**
   * Appends atomically, durable before it resolves. Repeating the same event ids at the same place
   * answers as the first time did; other ids at a place that is taken are a RevisionConflict.
   * The events' data and metadata are JSON. Between 1 and `maxBatchEvents` events.
   * @throws RevisionConflict, AppendTooLarge, DeadlineExceeded, CallAborted, StoreUnavailable; RangeError
   *   for what not every store can hold (no events, a name that is empty or begins with `$`, an id that is no UUID)
   */
  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    options?: CallOptions,
  ): Promise<AppendResult>;

  /** The stream's events in order; nothing where there is no such stream. Pulls no faster than it is read. */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent>;

  /** All events in the order of their positions. @throws UnknownPosition */
  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent>;

  /**
   * Catches up from `after`, then goes on live. Waits for the consumer (a slow one does not fill the
   * memory). When the store is lost it reconnects by itself and goes on where it was, or throws
   * StoreUnavailable; it never stops silently. @throws UnknownPosition
   */
  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch>;

  /** Position of the last event; START for an empty log. */
  head(options?: CallOptions): Promise<Position>;

  /** Resolves when the store can take an append now. @throws StoreUnavailable, StoreUnusable, DeadlineExceeded */
  ready(options?: CallOptions): Promise<void>;

  /** Finishes what is in flight, then lets go of everything. Later calls throw StoreUnavailable. */
  close(): Promise<void>;

  readonly limits: {
    /** UTF-8 bytes of data and metadata of one event. */
    readonly maxEventBytes: number;
    /** UTF-8 bytes of one batch. */
    readonly maxBatchBytes: number;
    readonly maxBatchEvents: number;
  };
}
