/**
 * Appends to the access streams. Many write to one stream at once, so whatever waits is appended
 * together, and the stream's revision is remembered from one append to the next instead of read.
 */
import { type NewEvent } from '#kernel/envelope';
import { type Position } from '#kernel/position';
import { RevisionConflict } from '#infra/event-store/event-store.errors';
import { type CallOptions, type EventStore } from '#infra/event-store/event-store.port';

/** Of a stream that has no event yet. */
export const EMPTY = -1;

export interface AccessEntry {
  readonly event: NewEvent;
  /**
   * Where its command may have been recorded before: the revision up to which it was not. It is looked
   * for from there on, and only appended at a revision up to which it is not found.
   */
  readonly absentUntil?: number;
}

interface Waiting extends AccessEntry {
  readonly recorded: (position: Position) => void;
  readonly failed: (error: unknown) => void;
}

/** Events in one append: well below what any store takes in a batch. */
const TOGETHER_MAX = 100;

export class AccessAppender {
  readonly #store: EventStore;
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #revisions = new Map<string, number>();

  constructor(store: EventStore) {
    this.#store = store;
  }

  /**
   * Resolves once the entry is durable, appended now or found. @returns the position of the append
   * that it is in, or where it was found @throws EventStoreError when it could not be appended
   */
  append(stream: string, entry: AccessEntry): Promise<Position> {
    return new Promise((recorded, failed) => {
      const waiting = this.#waiting.get(stream);
      const one = { ...entry, recorded, failed };
      if (waiting) waiting.push(one);
      else {
        this.#waiting.set(stream, [one]);
        void this.#drain(stream);
      }
    });
  }

  /** The last revision that is known; others may have written since. Costs a read the first time. */
  async revisionOf(stream: string, options: CallOptions = {}): Promise<number> {
    const known = this.#revisions.get(stream);
    if (known !== undefined) return known;
    const last = { ...options, direction: 'backwards', limit: 1 } as const;
    for await (const { revision } of this.#store.readStream(stream, last)) return revision;
    return EMPTY;
  }

  /**
   * Where the command is recorded after one revision and up to another; undefined where it is not.
   * Costs a read of that part from its end: whoever repeats a request does it soon.
   */
  async find(
    stream: string,
    commandId: string,
    after: number,
    upTo: number,
    options: CallOptions = {},
  ): Promise<Position | undefined> {
    if (upTo <= after) return undefined;
    const part = { ...options, direction: 'backwards', from: upTo, limit: upTo - after } as const;
    for await (const { metadata, position } of this.#store.readStream(stream, part))
      if (metadata.commandId === commandId) return position;
    return undefined;
  }

  async #drain(stream: string): Promise<void> {
    const queue = this.#waiting.get(stream)!;
    while (queue.length > 0) {
      const together = queue.slice(0, TOGETHER_MAX);
      try {
        await this.#appendTogether(stream, together);
      } catch (error) {
        for (const { failed } of together) failed(error);
      }
      queue.splice(0, together.length);
    }
    this.#waiting.delete(stream);
  }

  async #appendTogether(stream: string, together: readonly Waiting[]): Promise<void> {
    let entries = together;
    for (;;) {
      const at = await this.revisionOf(stream);
      entries = await this.#absentUpTo(at, stream, entries);
      if (entries.length === 0) return;
      try {
        const events = entries.map(({ event }) => event);
        const expected = at === EMPTY ? 'no-stream' : at;
        const { revision, position } = await this.#store.append(stream, expected, events);
        this.#revisions.set(stream, revision);
        for (const { recorded } of entries) recorded(position);
        return;
      } catch (error) {
        if (!(error instanceof RevisionConflict)) throw error;
        this.#revisions.set(stream, error.actual === 'no-stream' ? EMPTY : error.actual);
      }
    }
  }

  /** What is found counts as recorded, and is left out. */
  async #absentUpTo(
    revision: number,
    stream: string,
    entries: readonly Waiting[],
  ): Promise<readonly Waiting[]> {
    const absent: Waiting[] = [];
    for (const entry of entries) {
      const { absentUntil, event, recorded } = entry;
      if (absentUntil === undefined) absent.push(entry);
      else {
        const found = await this.find(stream, event.metadata.commandId, absentUntil, revision);
        if (found === undefined) absent.push({ ...entry, absentUntil: revision });
        else recorded(found);
      }
    }
    return absent;
  }
}
