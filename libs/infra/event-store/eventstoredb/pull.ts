/**
 * Reads one of the client's streams item by item, no faster than it is asked: what is not read stays
 * on the server. The client neither cancels a call that is left in the middle nor ends a stream that
 * has failed; this does both.
 */
import {
  BACKWARDS,
  END,
  type AllStreamResolvedEvent,
  type EventStoreDBClient,
} from '@eventstore/db-client';

/** As many decoded events lie ready, no more: each may be as large as an event can be. */
export const READ_AHEAD = { highWaterMark: 16 };

/** What is used of the client's streams; their types no longer fit Node's. */
interface ItemStream {
  read(): unknown;
  readonly readableLength: number;
  resume(): unknown;
  off(event: 'readable', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'readable', listener: () => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

export class Pull<T> {
  readonly #source: ItemStream;
  readonly #cancel: () => Promise<void>;
  #failure: unknown;
  #failed = false;
  #ended = false;
  #wake: (() => void) | undefined;
  #missed = false;
  readonly #onReadable = () => this.notify();

  constructor(source: ItemStream, cancel: () => Promise<void>) {
    this.#source = source;
    this.#cancel = cancel;
    // The listener stays after the end: an error that nobody listens to would end the process.
    source.on('error', (error) => {
      this.#failed = true;
      this.#failure = error;
      this.notify();
    });
    source.on('readable', this.#onReadable);
    source.on('end', () => this.#end());
    source.on('close', () => this.#end());
  }

  /** The next item that lies ready, or null. @throws what the client reported. */
  read(): T | null {
    const item = this.#source.read() as T | null;
    if (item === null && this.#failed) throw this.#failure;
    return item;
  }

  /** How many items lie ready. */
  get ready(): number {
    return this.#source.readableLength;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Resolves when reading again is worth it. */
  changed(): Promise<void> {
    if (this.#missed || this.#failed || this.#ended) {
      this.#missed = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => (this.#wake = resolve));
  }

  notify(): void {
    this.#missed = this.#wake === undefined;
    this.#wake?.();
    this.#wake = undefined;
  }

  /**
   * Ends the call. The rest is read and dropped: the client forgets a call only when its stream has
   * come to an end, and never forgets one that is destroyed while events lie in it.
   */
  stop(): void {
    this.#source.off('readable', this.#onReadable);
    this.#cancel().catch(() => undefined);
    this.#source.resume();
  }

  #end(): void {
    this.#ended = true;
    this.notify();
  }
}

/** The last event of all, read at the leader. */
export function pullLast(client: EventStoreDBClient): Pull<AllStreamResolvedEvent> {
  const reading = client.readAll({
    direction: BACKWARDS,
    fromPosition: END,
    maxCount: 1,
    requiresLeader: true,
  });
  return new Pull(reading, () => reading.cancel());
}
