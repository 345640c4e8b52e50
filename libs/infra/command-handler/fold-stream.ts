import { type EventDamaged } from '#kernel/damaged-event';
import { type Decider } from '#kernel/decider';
import { type DomainEvent, type RecordedEvent } from '#kernel/envelope';
import { type EventCatalogue } from '#kernel/event-definition';
import { START, type Position } from '#kernel/position';
import { type EventStore, type ReadStreamOptions } from '../event-store/event-store.port.ts';

export interface FoldedStream<State> {
  readonly state: State;
  /** Revision of the last event; -1 where there is no stream. */
  readonly revision: number;
  readonly position: Position;
  /** Whose stream it is; undefined where there is none. */
  readonly platform: string | undefined;
}

export const EMPTY = <State>(initial: State): FoldedStream<State> => ({
  state: initial,
  revision: -1,
  position: START,
  platform: undefined,
});

/** `limit`: how many events at most. */
type FoldOptions = Omit<ReadStreamOptions, 'direction' | 'from'>;

type Fold<State, Event extends DomainEvent> = Pick<
  Decider<never, State, Event, never>,
  'initial' | 'evolve'
>;

/**
 * Reads a stream to its end and folds it. Costs one read and one fold of its events.
 * @throws EventStoreError; EventOfNewerBuild; EventDamaged
 * @param seen is called with each event, upcast, and the state after it.
 */
export function foldStream<State, Event extends DomainEvent>(
  store: EventStore,
  stream: string,
  fold: Fold<State, Event>,
  catalogue: EventCatalogue,
  options: FoldOptions = {},
  seen?: (event: RecordedEvent<Event>, state: State) => void,
): Promise<FoldedStream<State>> {
  return continueFold(store, stream, EMPTY(fold.initial), fold, catalogue, options, seen);
}

/** The same from where an earlier fold of the stream ended. */
export async function continueFold<State, Event extends DomainEvent>(
  store: EventStore,
  stream: string,
  from: FoldedStream<State>,
  { evolve }: Fold<State, Event>,
  catalogue: EventCatalogue,
  options: FoldOptions = {},
  seen?: (event: RecordedEvent<Event>, state: State) => void,
): Promise<FoldedStream<State>> {
  let folded = from;
  for await (const stored of store.readStream(stream, { ...options, from: from.revision + 1 })) {
    try {
      const event = catalogue.upcast(stored) as RecordedEvent<Event>;
      const { occurredAt, actor, platform } = event.metadata;
      const fact = event as unknown as Event;
      const state = evolve(folded.state, fact, { at: occurredAt, by: actor });
      folded = { state, revision: event.revision, position: event.position, platform };
      seen?.(event, state);
    } catch (error) {
      const until = { ...options, limit: stored.revision + 1 };
      throw (await damageIn(store, stream, catalogue, until)) ?? error;
    }
  }
  return folded;
}

/**
 * The first damaged event of a stream, where there is one: a fold may fail only at a later event than
 * the one that misled it. Costs a read of the stream, and many times that to look at what it says.
 */
export async function damageIn(
  store: EventStore,
  stream: string,
  catalogue: EventCatalogue,
  options: FoldOptions = {},
): Promise<EventDamaged | undefined> {
  for await (const stored of store.readStream(stream, options)) {
    const damage = catalogue.damageOf(stored);
    if (damage) return damage;
  }
  return undefined;
}
