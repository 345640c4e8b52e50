/**
 * Writes the access streams. Many write to one stream at once, so whatever waits is appended
 * together, and the stream's revision is remembered from one append to the next instead of read.
 */
import { type Actor } from '#kernel/actor';
import { type Clock } from '#kernel/clock';
import { type NewEvent } from '#kernel/envelope';
import { type IdSource } from '#kernel/ids';
import { RevisionConflict } from '#infra/event-store/event-store.errors';
import { type EventStore, type ExpectedRevision } from '#infra/event-store/event-store.port';
import { type Position } from '#kernel/position';
import { accessEvents, accessStream, type AccessEvent } from './access.events.ts';

export interface AccessAttempt {
  readonly platform: string;
  readonly actor: Actor;
  readonly accountId?: string;
  readonly event: AccessEvent;
}

interface Waiting {
  readonly event: NewEvent;
  readonly recorded: (position: Position) => void;
  readonly failed: (error: unknown) => void;
}

/** Events in one append: well below what any store takes in a batch. */
const TOGETHER_MAX = 100;

export class AccessRecorder {
  readonly #store: EventStore;
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #revisions = new Map<string, ExpectedRevision>();

  constructor(store: EventStore, clock: Clock, ids: IdSource) {
    this.#store = store;
    this.#clock = clock;
    this.#ids = ids;
  }

  /** Resolves once it is durable. @throws EventStoreError when it could not be recorded: then nothing may be shown. */
  record({ platform, actor, accountId, event }: AccessAttempt): Promise<Position> {
    const at = this.#clock.now();
    const stream = accessStream(platform, at);
    const id = this.#ids.next();
    const enclosed: NewEvent = {
      id,
      type: event.type,
      schemaVersion: accessEvents.find(event.type)!.schemaVersion,
      data: event.data,
      metadata: {
        platform,
        actor,
        occurredAt: at,
        recordedAt: at,
        commandId: id,
        correlationId: id,
        causationId: id,
        ...(accountId === undefined ? {} : { accountId }),
      },
    };
    return new Promise((recorded, failed) => {
      const waiting = this.#waiting.get(stream);
      const entry = { event: enclosed, recorded, failed };
      if (waiting) waiting.push(entry);
      else {
        this.#waiting.set(stream, [entry]);
        void this.#drain(stream);
      }
    });
  }

  async #drain(stream: string): Promise<void> {
    const queue = this.#waiting.get(stream)!;
    while (queue.length > 0) {
      const together = queue.slice(0, TOGETHER_MAX);
      try {
        const position = await this.#append(
          stream,
          together.map(({ event }) => event),
        );
        for (const { recorded } of together) recorded(position);
      } catch (error) {
        for (const { failed } of together) failed(error);
      }
      queue.splice(0, together.length);
    }
    this.#waiting.delete(stream);
  }

  async #append(stream: string, events: readonly NewEvent[]): Promise<Position> {
    for (;;) {
      const expected = this.#revisions.get(stream) ?? 'no-stream';
      try {
        const { revision, position } = await this.#store.append(stream, expected, events);
        this.#revisions.set(stream, revision);
        return position;
      } catch (error) {
        if (!(error instanceof RevisionConflict)) throw error;
        this.#revisions.set(stream, error.actual);
      }
    }
  }
}
