/**
 * The streams that commands were sent to, folded, and which commands their events are of: the next
 * command to one reads what was appended since, and not the whole stream. Always as fresh as the
 * store: the tail is read at every call. Memory is bounded by the number of streams that are kept.
 */
import { type Decider } from '#kernel/decider';
import { type DomainEvent, type RecordedEvent } from '#kernel/envelope';
import { type EventCatalogue } from '#kernel/event-definition';
import { Recent } from '#kernel/recent';
import { type CallOptions, type EventStore } from '../event-store/event-store.port.ts';
import { continueFold, EMPTY, type FoldedStream } from './fold-stream.ts';

/** A case of 30 events takes some 15 KB. */
const STREAMS_MAX = 1_000;

interface Kept {
  readonly folded: FoldedStream<unknown>;
  readonly commandIds: Set<string>;
}

/** Which stream, of which command, and how it is folded. */
export interface CommandRead<State, Event extends DomainEvent> {
  readonly stream: string;
  readonly commandId: string;
  readonly decider: Pick<Decider<never, State, Event, never>, 'initial' | 'evolve'>;
  readonly catalogue: EventCatalogue;
}

export class CommandFolds {
  readonly #store: EventStore;
  readonly #kept = new Recent<string, Kept>(STREAMS_MAX);

  constructor(store: EventStore) {
    this.#store = store;
  }

  /**
   * Costs a read of what was appended since the last one; of the whole stream where none is kept, and
   * where the command has events there already, which are needed with the state after each.
   * @param own is called with each event of the command, upcast, and the state after it.
   * @throws EventStoreError; EventOfNewerBuild; EventDamaged
   */
  async read<State, Event extends DomainEvent>(
    { stream, commandId, decider, catalogue }: CommandRead<State, Event>,
    options: CallOptions,
    own: (event: RecordedEvent<Event>, state: State) => void,
  ): Promise<FoldedStream<State>> {
    const kept = this.#kept.get(stream);
    const goesOn = kept && !kept.commandIds.has(commandId);
    const from = goesOn ? (kept.folded as FoldedStream<State>) : EMPTY(decider.initial);
    const commandIds = goesOn ? kept.commandIds : new Set<string>();
    const seen = (event: RecordedEvent<Event>, state: State): void => {
      commandIds.add(event.metadata.commandId);
      if (event.metadata.commandId === commandId) own(event, state);
    };
    const folded = await continueFold(this.#store, stream, from, decider, catalogue, options, seen);
    this.#kept.set(stream, { folded, commandIds });
    return folded;
  }

  /** The next read is of the whole stream. */
  forget(stream: string): void {
    this.#kept.delete(stream);
  }
}
