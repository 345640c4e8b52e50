/**
 * The aggregate as three pure things (after Chassaing's decider): where a stream begins, how an event
 * changes what is known, and which events follow from a command - or which rule forbids it.
 */
import type { Moment } from './actor.ts';
import type { DomainEvent } from './envelope.ts';
import type { Violation } from './violation.ts';

export interface Decider<Command, State, Event extends DomainEvent, Facts = void> {
  readonly initial: State;
  /**
   * Exhaustive, and never throws on events whose data have the form of their schemas: what it does not
   * know, it passes over. On damaged data it may throw; whoever folds then tells that from a defect.
   */
  evolve(state: State, event: Event, moment: Moment): State;
  /**
   * `facts` is what the rules need from outside the stream, gathered before. An empty list: nothing left
   * to do, which is remembered of a request (docs/adr/0004).
   */
  decide(
    command: Command,
    state: State,
    moment: Moment,
    facts: Facts,
  ): readonly Event[] | Violation;
}

export type Decision<Event extends DomainEvent> = readonly Event[] | Violation;
