/**
 * A process: one promise that crosses areas, kept by reacting to events with commands. It has the
 * aggregate's shape and is as pure. Its runner delivers at least once, from a checkpoint; the ids of
 * its actions derive from the event that set them off, so that a repetition does nothing twice, and a
 * second owner of the same process can do no harm.
 */
import type { DomainEvent, RecordedEvent } from './envelope.ts';

/** Something to be done: a command to one target. The target decides; it may say no. */
export interface Action {
  /** Whose command it is: `case`, `account`, `identity` … */
  readonly to: string;
  /** Of the target. */
  readonly id: string;
  readonly command: { readonly type: string };
}

export interface Process<State extends object, Event extends DomainEvent = DomainEvent> {
  /** Kebab-case, named after what it promises; never changed, since the ids of its actions derive from it. */
  readonly name: string;
  /** Raised when the state changes its form: it is then folded anew up to the checkpoint, without reacting. */
  readonly version: number;
  readonly handles: readonly Event['type'][];
  /** Which of its instances an event belongs to; null for none. */
  key(event: RecordedEvent<Event>): string | null;
  readonly initial: State;
  /** Null forgets the instance. */
  evolve(state: State, event: RecordedEvent<Event>): State | null;
  /** What follows from the event; `state` is the one before it. An empty list for nothing. */
  react(event: RecordedEvent<Event>, state: State): readonly Action[];
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a list of processes is heterogeneous in both parameters
export type AnyProcess = Process<any, any>;

/**
 * A due time that waits in a view. Firing it sends a guarded command, so that early, late, twice and
 * after a rebuild are all harmless.
 */
export interface Timer {
  readonly platform: string;
  readonly dueAt: string;
  readonly action: Action;
}
