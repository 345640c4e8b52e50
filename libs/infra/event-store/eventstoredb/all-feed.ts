/**
 * A subscription to the whole log with what it says on its way, in one order. The client gives events
 * through a buffer and everything else beside it, at once: a checkpoint that is believed before the
 * events that lie ready would skip them. Each mark is held until the events before it are read.
 */
import {
  eventTypeFilter,
  START as FROM_START,
  streamNameFilter,
  type AllStreamResolvedEvent,
  type EventStoreDBClient,
  type Filter,
} from '@eventstore/db-client';
import { type EventFilter } from '../event-store.port.ts';
import { type LogPosition } from './position-token.ts';
import { Pull, READ_AHEAD } from './pull.ts';
import { type StoredEvent } from './stored-event.ts';

/**
 * Where nothing has matched since the start of the log, the server says that it has looked to its -1,
 * which arrives as the largest number of 64 bits: believed, it would pass over everything to come.
 */
const LAST_COMMIT = 2n ** 63n - 1n;

export type FeedItem =
  | { readonly event: StoredEvent }
  /** Everything up to here has been looked at. */
  | { readonly lookedTo: LogPosition }
  /** The end of the log was reached; or the server reads from the disk again, the reader was too slow. */
  | { readonly state: 'caughtUp' | 'fellBehind' };

export interface FeedOptions {
  readonly after: LogPosition;
  readonly filter: EventFilter | undefined;
  /** How many events the server looks at before it says how far it is. */
  readonly window: number;
}

export class AllFeed {
  readonly #pull: Pull<AllStreamResolvedEvent>;
  readonly #marks: { readonly at: number; readonly item: FeedItem; readonly passed: () => void }[] =
    [];
  #read = 0;
  #stopped = false;
  /** Whether the server has taken the subscription. */
  confirmed = false;

  constructor(client: Pick<EventStoreDBClient, 'subscribeToAll'>, options: FeedOptions) {
    const { after, window } = options;
    const subscription = client.subscribeToAll(
      {
        fromPosition: after.commit < 0n ? FROM_START : after,
        filter: serverFilter(options.filter, window, (lookedTo) =>
          lookedTo.commit > LAST_COMMIT ? Promise.resolve() : this.#mark({ lookedTo }),
        ),
        // Followers lag behind the head that a reader compares with.
        requiresLeader: true,
      },
      READ_AHEAD,
    );
    this.#pull = new Pull(subscription, () => subscription.unsubscribe());
    subscription.on('caughtUp', () => void this.#mark({ state: 'caughtUp' }));
    subscription.on('fellBehind', () => void this.#mark({ state: 'fellBehind' }));
    subscription.on('confirmation', () => {
      this.confirmed = true;
      this.#pull.notify();
    });
  }

  /** The next item that lies ready, or null. @throws what the client reported; an Error where it ended */
  next(): FeedItem | null {
    const mark = this.#marks[0];
    if (mark && mark.at <= this.#read) {
      this.#marks.shift();
      mark.passed();
      return mark.item;
    }
    const resolved = this.#pull.read();
    if (resolved !== null) {
      this.#read++;
      return resolved.event ? { event: resolved.event } : this.next();
    }
    if (this.#pull.ended) throw new Error('The server ended the subscription.');
    return null;
  }

  changed(): Promise<void> {
    return this.#pull.changed();
  }

  stop(): void {
    this.#stopped = true;
    for (const { passed } of this.#marks.splice(0)) passed();
    this.#pull.stop();
  }

  /** Resolves when it has been read: the client waits for it, so that marks do not pile up. */
  #mark(item: FeedItem): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((passed) => {
      this.#marks.push({ at: this.#read + this.#pull.ready, item, passed });
      this.#pull.notify();
    });
  }
}

/** Always a filter: without one the server sends its own events, and says nothing of how far it is. */
function serverFilter(
  filter: EventFilter | undefined,
  maxSearchWindow: number,
  reached: (position: LogPosition) => Promise<void>,
): Filter {
  const options = {
    maxSearchWindow,
    checkpointInterval: 1,
    checkpointReached: (_: unknown, position: LogPosition) => reached(position),
  };
  if (!filter) return eventTypeFilter({ ...options, regex: '^[^$]' });
  const byStream = 'streamPrefixes' in filter;
  const names = byStream ? filter.streamPrefixes : filter.eventTypes;
  // An expression, not the server's prefixes: those it compares by the rules of a language.
  const any = names.length === 0 ? '(?!)' : `^(?:${names.map(literally).join('|')})`;
  return byStream
    ? streamNameFilter({ ...options, regex: any })
    : eventTypeFilter({ ...options, regex: `${any}\\z` });
}

/** The text as itself in an expression of .NET's: each unit of UTF-16 that is no plain letter by its number. */
function literally(text: string): string {
  return text.replace(
    /[^0-9A-Za-z]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
