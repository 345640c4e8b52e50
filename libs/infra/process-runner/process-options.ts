/** What processes run on, and what is said of how they fare. */
import { type Clock } from '#kernel/clock';
import { type EventCatalogue } from '#kernel/event-definition';
import { type AnyProcess } from '#kernel/process';
import { type EventStore } from '../event-store/event-store.port.ts';
import { type ReadStore } from '../read-store/read-store.port.ts';
import { type ActionSender } from './action-sender.ts';

export interface ProcessRunnerOptions {
  readonly eventStore: EventStore;
  readonly readStore: ReadStore;
  readonly processes: readonly AnyProcess[];
  readonly catalogue: EventCatalogue;
  readonly sender: ActionSender;
  readonly clock: Clock;
  /** Waits; ends early, without an error, when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onTrouble?: (trouble: ProcessTrouble) => void;
}

export interface ProcessTrouble {
  readonly process: string;
  readonly key?: string;
  readonly parked: boolean;
  readonly error: unknown;
}

/**
 * What came of driving a dead letter again. `interrupted`: the signal ended it, or the server is
 * stopping; what was done stays done, and the letter lies where it got to.
 */
export type Driven = 'done' | 'failed-again' | 'interrupted' | 'no-such-letter';
