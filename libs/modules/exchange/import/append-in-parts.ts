/**
 * Appends a case's history in as few parts as the store's limits permit, one after the other at exact
 * revisions. A part whose answer was lost is sent again: the ids make that safe.
 */
import { AppendTooLarge, isRetryable } from '#infra/event-store/event-store.errors';
import { type AppendResult, type EventStore } from '#infra/event-store/event-store.port';
import { type NewEvent } from '#kernel/envelope';
import { type Position } from '#kernel/position';

export interface AppendPorts {
  readonly eventStore: EventStore;
  /** Waits; ends early, without an error, when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface Place {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  /** How many of the events are in the stream already: it goes on with the next. */
  readonly from: number;
}

export interface AppendedPart {
  readonly events: number;
  /** Of its last event. */
  readonly position: Position;
}

const DEADLINE_MS = 30_000;
const PAUSES_MS = [100, 500, 2_000, 5_000, 10_000] as const;

/** @throws RevisionConflict, AppendTooLarge for one event alone, and what remains after all tries */
export async function* appendInParts(
  ports: AppendPorts,
  { stream, events, from }: Place,
  signal: AbortSignal,
): AsyncGenerator<AppendedPart> {
  let size = ports.eventStore.limits.maxBatchEvents;
  for (let at = from; at < events.length;) {
    const part = events.slice(at, at + size);
    try {
      const { position } = await append(ports, stream, at, part, signal);
      yield { events: part.length, position };
      at += part.length;
    } catch (error) {
      if (!(error instanceof AppendTooLarge) || part.length === 1) throw error;
      size = Math.ceil(part.length / 2);
    }
  }
}

async function append(
  { eventStore, pause }: AppendPorts,
  stream: string,
  at: number,
  events: readonly NewEvent[],
  signal: AbortSignal,
): Promise<AppendResult> {
  const expected = at === 0 ? 'no-stream' : at - 1;
  for (let tries = 0; ; tries++) {
    try {
      return await eventStore.append(stream, expected, events, { deadlineMs: DEADLINE_MS });
    } catch (error) {
      const again = isRetryable(error);
      if (!again || tries >= PAUSES_MS.length || signal.aborted) throw error;
      await pause(PAUSES_MS[tries]!, signal);
    }
  }
}
