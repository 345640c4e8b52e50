/**
 * Given-when-then over a decider: some past, one command, what follows.
 *
 * Every event on either side is held against its schema in the area's catalogue, so that no spec
 * rests on a past that could not have been written, and no decision writes what the log would refuse.
 */
import { SYSTEM, type Actor, type Moment } from '#kernel/actor';
import { type Decider } from '#kernel/decider';
import { type DomainEvent } from '#kernel/envelope';
import { type EventCatalogue } from '#kernel/event-definition';
import { instant, type Instant } from '#kernel/instants';
import { isViolation, type Violation } from '#kernel/violation';

/** An instant for a spec, from any RFC 3339 text. @throws RangeError when the text is not one. */
export const at = (text: string): Instant => instant(text);

/** Monday 2026-03-02, 09:00 in Shanghai: an ordinary business day opens. When a spec names no time, it is now. */
export const MONDAY_9: Instant = at('2026-03-02T01:00:00Z');

/** A fact of the past; alone, it shares the moment of the fact before it (the first: Monday at nine, the system). */
export type Past<Event> = Event | readonly [event: Event, moment: Partial<Moment>];

type Circumstances<Facts> = { readonly at?: Instant; readonly by?: Actor } & (Facts extends void
  ? { readonly facts?: Facts }
  : { readonly facts: Facts });

type WhenArguments<Command, Facts> = Facts extends void
  ? [command: Command, circumstances?: Circumstances<Facts>]
  : [command: Command, circumstances: Circumstances<Facts>];

export interface Given<Command, State, Event extends DomainEvent, Facts> {
  /** `at` and `by` are those of the last fact unless said otherwise. */
  when(...args: WhenArguments<Command, Facts>): Outcome<Command, State, Event, Facts>;
  /** What the past folds to. */
  state(): State;
}

/** Its assertions answer nothing, so that a spec may end in one as an expression. */
export interface Outcome<Command, State, Event extends DomainEvent, Facts> extends Given<
  Command,
  State,
  Event,
  Facts
> {
  /** Exactly these events, in this order. */
  then(events: readonly Event[]): void;
  /** A violation of this code; of this field too, where one is named. */
  thenViolation(code: string, field?: string): void;
  /** Accepted, with nothing left to do. */
  thenNothing(): void;
  /** The new events. Fails on a violation. */
  events(): readonly Event[];
  /** The violation. Fails when the command was accepted. */
  violation(): Violation;
}

/**
 * @param catalogue declares every event type of the decider.
 * @returns `given(past)` of one area.
 */
export function specify<Command, State, Event extends DomainEvent, Facts>(
  decider: Decider<Command, State, Event, Facts>,
  catalogue: EventCatalogue,
): (past?: readonly Past<Event>[]) => Given<Command, State, Event, Facts> {
  return (past = []) => given(decider, past, catalogue);
}

/** @see specify, which spares a spec the repetition. */
export function given<Command, State, Event extends DomainEvent, Facts>(
  decider: Decider<Command, State, Event, Facts>,
  past: readonly Past<Event>[],
  catalogue: EventCatalogue,
): Given<Command, State, Event, Facts> {
  let state = decider.initial;
  let moment: Moment = { at: MONDAY_9, by: SYSTEM };
  for (const fact of past) {
    const [event, when] = isDated(fact) ? fact : [fact, {}];
    assertDeclared(event, catalogue);
    moment = { ...moment, ...when };
    state = decider.evolve(state, event, moment);
  }
  return continued(decider, state, moment, catalogue);
}

function isDated<Event extends DomainEvent>(
  fact: Past<Event>,
): fact is readonly [Event, Partial<Moment>] {
  return Array.isArray(fact);
}

function continued<Command, State, Event extends DomainEvent, Facts>(
  decider: Decider<Command, State, Event, Facts>,
  state: State,
  last: Moment,
  catalogue: EventCatalogue,
): Given<Command, State, Event, Facts> {
  return {
    state: () => state,
    when: (...[command, circumstances]) => {
      const moment = { at: circumstances?.at ?? last.at, by: circumstances?.by ?? last.by };
      const decision = decider.decide(command, state, moment, circumstances?.facts as Facts);
      if (!isViolation(decision)) for (const event of decision) assertDeclared(event, catalogue);
      return outcome(decider, state, moment, catalogue, decision);
    },
  };
}

function outcome<Command, State, Event extends DomainEvent, Facts>(
  decider: Decider<Command, State, Event, Facts>,
  before: State,
  moment: Moment,
  catalogue: EventCatalogue,
  decision: readonly Event[] | Violation,
): Outcome<Command, State, Event, Facts> {
  const events = (): readonly Event[] => {
    if (isViolation(decision))
      throw new Error(`Expected events, but it was refused: ${JSON.stringify(decision)}`);
    return decision;
  };
  const violation = (): Violation => {
    if (!isViolation(decision))
      throw new Error(`Expected a violation, but events followed: ${JSON.stringify(decision)}`);
    return decision;
  };
  const state = (): State =>
    events().reduce((folded, event) => decider.evolve(folded, event, moment), before);
  return {
    events,
    violation,
    state,
    when: (...args) => continued(decider, state(), moment, catalogue).when(...args),
    then: (expected) => expect(events()).toEqual(expected),
    thenNothing: () => expect(events()).toEqual([]),
    thenViolation: (code, field) => {
      const { code: actualCode, field: actualField } = violation();
      expect({ code: actualCode, field: field === undefined ? undefined : actualField }).toEqual({
        code,
        field,
      });
    },
  };
}

function assertDeclared(event: DomainEvent, catalogue: EventCatalogue): void {
  const definition = catalogue.find(event.type);
  if (!definition) throw new Error(`The catalogue does not declare ${event.type}.`);
  const parsed = definition.schema.safeParse(event.data);
  if (!parsed.success) throw new Error(`${event.type} breaks its schema: ${parsed.error.message}`);
}
