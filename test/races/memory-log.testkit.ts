/**
 * A log in memory, as strict about revisions as the stores are (memory-log.spec.ts): everything that is
 * asked of it is done at once, so that a scheduler, and nothing else, says what comes before what.
 */
import { encodeAppend } from '#infra/event-store/append-checks';
import { RevisionConflict } from '#infra/event-store/event-store.errors';
import {
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type ReadAllOptions,
  type ReadStreamOptions,
} from '#infra/event-store/event-store.port';
import { type DomainEvent, type NewEvent, type RecordedEvent } from '#kernel/envelope';
import { START, type Position } from '#kernel/position';

const LIMITS = { maxEventBytes: 1_000_000, maxBatchBytes: 4_000_000, maxBatchEvents: 500 };

export class MemoryLog implements EventStore {
  readonly storeId = 'memory';
  readonly limits = LIMITS;
  readonly events: RecordedEvent[];
  readonly #streams: Map<string, RecordedEvent[]>;

  /** @param events of another, whose copy it begins as. */
  constructor(events: readonly RecordedEvent[] = []) {
    this.events = [...events];
    this.#streams = Map.groupBy(events, ({ stream }) => stream);
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    const encoded = encodeAppend(stream, expected, events, LIMITS);
    const its = this.#streams.get(stream) ?? [];
    const at = expected === 'no-stream' ? 0 : expected + 1;
    const there = its.slice(at, at + encoded.length);
    if (there.length === encoded.length && there.every(({ id }, n) => id === encoded[n]!.id)) {
      const { revision, position } = there.at(-1)!;
      return { revision, position };
    }
    if (its.length !== at || (expected === 'no-stream' && its.length > 0)) {
      throw new RevisionConflict(stream, expected, its.length === 0 ? 'no-stream' : its.length - 1);
    }
    for (const { id, type, schemaVersion, data, metadata } of encoded) {
      const event: RecordedEvent = {
        id,
        type,
        schemaVersion,
        data: JSON.parse(data) as DomainEvent['data'],
        metadata: JSON.parse(metadata) as RecordedEvent['metadata'],
        stream,
        revision: its.length,
        position: String(this.events.length + 1).padStart(16, '0') as Position,
      };
      its.push(event);
      this.events.push(event);
    }
    this.#streams.set(stream, its);
    const { revision, position } = its.at(-1)!;
    return { revision, position };
  }

  /** As it stood when the first event was asked for. */
  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<RecordedEvent> {
    const { from = 0, limit = Infinity, direction = 'forwards' } = options;
    if (direction !== 'forwards') throw new RangeError('Read forwards only.');
    yield* (this.#streams.get(stream) ?? []).slice(from, from + limit);
  }

  async *readAll({ after = START, filter, limit = Infinity }: ReadAllOptions = {}) {
    const types = filter && 'eventTypes' in filter ? new Set(filter.eventTypes) : undefined;
    const matching = this.events.filter(
      ({ position, type }) => position > after && (types?.has(type) ?? true),
    );
    yield* matching.slice(0, limit);
  }

  subscribe(): never {
    throw new Error('Nobody waits here: what is to look, looks.');
  }

  async head(): Promise<Position> {
    return this.events.at(-1)?.position ?? START;
  }

  async ready(): Promise<void> {}

  async close(): Promise<void> {}
}
