/**
 * Folds batches of events into the documents of one version of one view. Documents are written with
 * the position that they have reached, the checkpoint last, so that a batch may come again.
 */
import { type Clock } from '#kernel/clock';
import { type RecordedEvent } from '#kernel/envelope';
import { type EventCatalogue } from '#kernel/event-definition';
import { refusalIn } from '#kernel/newer-event';
import { START, type Position } from '#kernel/position';
import { type AnyView } from '#kernel/view';
import {
  type DocumentWrite,
  type FoldState,
  type ParkedDocument,
  type ReadStore,
  type ViewStore,
} from '../read-store/read-store.port.ts';

/** A checkpoint that moved without a document to write is stored after this many batches. */
const IDLE_BATCHES_MAX = 100;

/** What came of folding a parked document again. */
export type RetryOutcome = 'mended' | 'still-parked' | 'not-parked';

export interface ViewRunnerOptions {
  readonly readStore: ReadStore;
  readonly catalogue: EventCatalogue;
  readonly clock: Clock;
}

export class ViewRunner {
  readonly view: AnyView;
  readonly #readStore: ReadStore;
  readonly #catalogue: EventCatalogue;
  readonly #clock: Clock;
  readonly #handles: ReadonlySet<string>;
  #store: ViewStore;
  #reached: Position = START;
  #stored: Position = START;
  #idleBatches = 0;
  /** Batches and mends of one view follow each other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(view: AnyView, { readStore, catalogue, clock }: ViewRunnerOptions) {
    this.view = view;
    this.#readStore = readStore;
    this.#catalogue = catalogue;
    this.#clock = clock;
    this.#handles = new Set(view.handles);
    this.#store = readStore.exact(view);
  }

  /** How far the documents of this version are. */
  get reached(): Position {
    return this.#reached;
  }

  /** Goes on from what is stored; called before the first batch, and again after a failure. */
  async resume(): Promise<Position> {
    this.#store = this.#readStore.exact(this.view);
    this.#stored = await this.#store.checkpoint();
    this.#reached = this.#stored;
    return this.#reached;
  }

  parked(): Promise<readonly ParkedDocument[]> {
    return this.#store.parked();
  }

  /**
   * @param events as they are stored.
   * @throws ReadStoreUnavailable, ViewVersionGone; EventOfNewerBuild and EventDamaged where only what
   *   such an event says tells which documents it touches. The batch can then be given again.
   */
  apply(events: readonly RecordedEvent[], position: Position): Promise<void> {
    return this.#inTurn(() => this.#apply(events, position));
  }

  /** Stores the checkpoint, where it moved without a document to write. */
  flush(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#reached > this.#stored) await this.#write([], this.#reached);
    });
  }

  /**
   * Folds what waited behind a parked document, after the mend.
   * @param tail the view's events after the document's position, up to `reached`, in order, as stored.
   */
  retry(
    key: string,
    tail: (after: Position, until: Position) => AsyncIterable<RecordedEvent>,
  ): Promise<RetryOutcome> {
    return this.#inTurn(async () => {
      const [folded] = await this.#store.getForFold([key]);
      if (!folded?.parked) return 'not-parked';
      const events: RecordedEvent[] = [];
      for await (const stored of tail(folded.position, this.#reached)) {
        const event = this.#read(stored);
        if (this.#keysOf(event).includes(key)) events.push(event);
      }
      const { write, parked } = this.#fold(folded, events);
      // Let go last: a crash before that finds it parked, with its tail folded as far as it went. Where no
      // document came of it either, that is written: a parking that is done late finds its event passed.
      const written = write ?? (parked ? undefined : nothingAt(key, events));
      if (written) await this.#store.write([written], START);
      if (parked) await this.#store.park(parked);
      else await this.#store.unpark(key);
      return parked ? 'still-parked' : 'mended';
    });
  }

  async #apply(events: readonly RecordedEvent[], position: Position): Promise<void> {
    if (position <= this.#reached) return;
    const byKey = new Map<string, RecordedEvent[]>();
    for (const stored of events) {
      if (stored.position <= this.#reached || !this.#handles.has(stored.type)) continue;
      const event = this.#read(stored);
      for (const key of this.#keysOf(event)) {
        const others = byKey.get(key);
        if (others) others.push(event);
        else byKey.set(key, [event]);
      }
    }
    const writes: DocumentWrite[] = [];
    const parkings: { readonly write?: DocumentWrite; readonly parked: ParkedDocument }[] = [];
    for (const folded of await this.#store.getForFold([...byKey.keys()])) {
      if (folded.parked) continue;
      const { write, parked } = this.#fold(folded, byKey.get(folded.key)!);
      if (parked) parkings.push({ parked, ...(write ? { write } : {}) });
      else if (write) writes.push(write);
    }
    for (const { write, parked } of parkings) {
      // What was folded before it is written first, since nothing is once it is parked; and both
      // before the checkpoint passes them: a crash between any two finds the event again.
      if (write) await this.#store.write([write], START);
      await this.#store.park(parked);
    }
    const idle = writes.length === 0 && ++this.#idleBatches < IDLE_BATCHES_MAX;
    if (!idle) await this.#write(writes, position);
    this.#reached = position;
  }

  #fold(
    { key, document, position }: FoldState,
    events: readonly RecordedEvent[],
  ): { readonly write?: DocumentWrite; readonly parked?: ParkedDocument } {
    let folded = document;
    let at = position;
    for (const event of events) {
      if (event.position <= at) continue;
      try {
        const refusal = refusalIn(event);
        if (refusal) throw refusal;
        const next = this.view.evolve(folded, event, key) as object | null;
        // Where none was and none is, as of most timers, there is nothing to write: folded again, it is none again.
        if (next !== null || folded !== null) at = event.position;
        folded = next;
      } catch (error) {
        const parked = {
          key,
          platform: event.metadata.platform,
          position: event.position,
          eventType: event.type,
          error: nameOf(this.#catalogue.damageOf(event) ?? error),
          at: this.#clock.now(),
        };
        return at > position
          ? { write: { key, document: folded, position: at }, parked }
          : { parked };
      }
    }
    return at > position ? { write: { key, document: folded, position: at } } : {};
  }

  /** @throws EventDamaged where nobody can tell which documents it touches */
  #keysOf(event: RecordedEvent): readonly string[] {
    try {
      return this.view.keys(event);
    } catch (error) {
      throw refusalIn(event) ?? this.#catalogue.damageOf(event) ?? error;
    }
  }

  #read(stored: RecordedEvent): RecordedEvent {
    return this.view.readsAnyVersion
      ? this.#catalogue.upcastIfKnown(stored)
      : this.#catalogue.upcastOrWithhold(stored);
  }

  async #write(writes: readonly DocumentWrite[], checkpoint: Position): Promise<void> {
    await this.#store.write(writes, checkpoint);
    this.#stored = checkpoint;
    this.#idleBatches = 0;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function nothingAt(key: string, events: readonly RecordedEvent[]): DocumentWrite | undefined {
  const last = events.at(-1);
  return last && { key, document: null, position: last.position };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
