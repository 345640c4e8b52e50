/**
 * Writes the histories of several cases at a time. What a stream holds already decides alone what is
 * left to do, so a repetition and what comes after a crash need no memory of what was before.
 */
import { RevisionConflict } from '#infra/event-store/event-store.errors';
import { type RecordedEvent } from '#kernel/envelope';
import { type Position, START } from '#kernel/position';
import { type MappedTrace } from '../xes/map-trace.ts';
import { appendInParts, type AppendPorts } from './append-in-parts.ts';
import { type CaseHistory } from './case-history.ts';
import { type ImportTally } from './import-tally.ts';

/** The log is in the store already, as another mapping read it. */
export class ImportedOtherwise extends Error {
  override readonly name = 'ImportedOtherwise';

  constructor(stream: string) {
    super(
      `This log was imported before, with another mapping (see the stream ${stream}). What was imported is ` +
        'never rewritten: use the mapping of the first time, or import to another platform.',
    );
  }
}

export interface CaseWriterOptions extends AppendPorts {
  readonly tally: ImportTally;
  readonly mappingDigest: string;
  /** What lies at or before it was in the store before this import. */
  readonly headBefore: Position;
}

const DEADLINE_MS = 30_000;
/** With some 20 events each, several of the store's commits: half as many let the writer wait for the reader. */
const CASES_MAX = 128;
/** Bounds the memory, however long the traces are. */
const EVENTS_MAX = 4096;

export class CaseWriter {
  readonly #options: CaseWriterOptions;
  readonly #abort = new AbortController();
  #cases = 0;
  #events = 0;
  #wake: () => void = () => undefined;
  #failure: { readonly error: unknown } | undefined;
  #position: Position = START;

  constructor(options: CaseWriterOptions) {
    this.#options = options;
  }

  /** Of the last event written, or found there. */
  get position(): Position {
    return this.#position;
  }

  /**
   * Takes a case in hand, once there is room for it.
   * @throws ImportedOtherwise, or what the store threw, also for a case that was taken earlier
   */
  async add(mapped: MappedTrace, history: CaseHistory): Promise<void> {
    this.#cases++;
    this.#events += history.events.length;
    void this.#settle(mapped, history)
      .catch((error: unknown) => {
        this.#failure ??= { error };
        this.#abort.abort();
      })
      .finally(() => {
        this.#cases--;
        this.#events -= history.events.length;
        this.#wake();
      });
    await this.#until(() => this.#cases < CASES_MAX && this.#events < EVENTS_MAX);
  }

  /** Resolves when nothing is in hand any more. @throws as `add` does */
  async finished(): Promise<void> {
    await this.#until(() => this.#cases === 0);
  }

  async #until(met: () => boolean): Promise<void> {
    while (!met()) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#failure) throw this.#failure.error;
  }

  async #settle(mapped: MappedTrace, history: CaseHistory): Promise<void> {
    const { tally } = this.#options;
    const { length } = history.events;
    if (length === 0 || (await this.#isThere(history))) {
      tally.settled(mapped, history.became, { appended: 0, alreadyThere: length });
      return;
    }
    try {
      tally.settled(mapped, history.became, await this.#append(history, 0));
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
      const there = await this.#alreadyThere(history);
      if (there === undefined) tally.turnedAway(mapped, 'stream-taken');
      else tally.settled(mapped, history.became, await this.#append(history, there));
    }
  }

  async #append({ stream, events }: CaseHistory, from: number) {
    let appended = 0;
    for await (const part of appendInParts(
      this.#options,
      { stream, events, from },
      this.#abort.signal,
    )) {
      this.#reached(part.position);
      if (part.position > this.#options.headBefore) appended += part.events;
    }
    if (appended < events.length) {
      for await (const first of this.#read(stream, { limit: 1 })) this.#assertSameMapping(first);
    }
    return { appended, alreadyThere: events.length - appended };
  }

  /**
   * Whether the last event lies at its place, and hence all before it: a log that is there already is
   * looked through in half the time that sending it again would take.
   */
  async #isThere({ stream, events }: CaseHistory): Promise<boolean> {
    if (this.#options.headBefore === START) return false;
    const from = events.length - 1;
    for await (const event of this.#read(stream, { from, limit: 1 })) {
      if (event.id !== events[from]!.id) return false;
      this.#assertSameMapping(event);
      this.#reached(event.position);
      return true;
    }
    return false;
  }

  /** How many of the events the stream holds, where it holds nothing else. */
  async #alreadyThere({ stream, events }: CaseHistory): Promise<number | undefined> {
    let there = 0;
    for await (const event of this.#read(stream, { limit: events.length })) {
      if (there === 0) this.#assertSameMapping(event);
      if (event.id !== events[there]!.id) return undefined;
      there++;
    }
    return there;
  }

  #read(
    stream: string,
    part: { readonly from?: number; readonly limit: number },
  ): AsyncIterable<RecordedEvent> {
    return this.#options.eventStore.readStream(stream, { ...part, deadlineMs: DEADLINE_MS });
  }

  #reached(position: Position): void {
    if (position > this.#position) this.#position = position;
  }

  #assertSameMapping({ stream, metadata }: RecordedEvent): void {
    const { requestDigest } = metadata;
    if (requestDigest !== this.#options.mappingDigest) throw new ImportedOtherwise(stream);
  }
}
