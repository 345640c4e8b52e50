/**
 * Folds of the streams that facts come from (accounts, staff, policies, platforms), kept and brought
 * up to date by reading what was appended since. Always as fresh as the store: the tail is read at
 * every call. Costs one short read; memory is bounded by the number of streams kept.
 */
import { type Decider } from '#kernel/decider';
import { type DomainEvent } from '#kernel/envelope';
import { type EventCatalogue } from '#kernel/event-definition';
import { Recent } from '#kernel/recent';
import { type CallOptions, type EventStore } from '../event-store/event-store.port.ts';
import { continueFold, EMPTY, type FoldedStream } from './fold-stream.ts';

const STREAMS_MAX = 5_000;

export class FactFolds {
  readonly #store: EventStore;
  readonly #kept = new Recent<string, FoldedStream<unknown>>(STREAMS_MAX);

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** @throws EventStoreError when the store cannot be read. */
  async fold<State, Event extends DomainEvent>(
    stream: string,
    decider: Pick<Decider<never, State, Event, never>, 'initial' | 'evolve'>,
    catalogue: EventCatalogue,
    options: CallOptions = {},
  ): Promise<FoldedStream<State>> {
    const kept = this.#kept.get(stream) as FoldedStream<State> | undefined;
    const from = kept ?? EMPTY(decider.initial);
    const folded = await continueFold(this.#store, stream, from, decider, catalogue, options);
    // What another call has read further stays.
    const other = this.#kept.get(stream);
    if (!other || other.revision <= folded.revision) this.#kept.set(stream, folded);
    return folded;
  }
}
