/**
 * From a trace to the meanings of its events, by a mapping: every event of the log ends in exactly
 * one outcome, also those that the reader refused. Pure; what the meanings become as domain events
 * is the import's to say.
 */
import {
  asList,
  type LogMapping,
  type Meaning,
  type MeaningDetails,
  type MappingGuards,
  type MappingRule,
  type MappingStep,
} from './mapping.ts';
import { after, isDecided, UNOPENED, type TraceState } from './trace-state.ts';
import { type EventRefusal, type XesEvent, type XesTrace } from './xes.ts';

/**
 * The most characters of a name (activity, transition, resource, trace) that goes into an event. With
 * it every event that follows from a log is smaller than any store's bound on one event.
 */
export const NAME_CHARS_MAX = 1_000;

/** Why an event is history: a rule says so, no rule speaks of it, or the state permits no rule's meaning. */
export type HistoryCause = 'by-rule' | 'no-rule' | 'case-decided' | 'state-forbids';

export type EventOutcome =
  | {
      readonly kind: 'meant';
      readonly event: XesEvent;
      /** At least one, in order; never `history`. */
      readonly meanings: readonly Meaning[];
      /** With the queue filled in from the settings for `review-requested`. */
      readonly details: MeaningDetails;
      readonly before: TraceState;
      readonly after: TraceState;
    }
  | {
      readonly kind: 'history';
      readonly event: XesEvent;
      readonly cause: HistoryCause;
    }
  | {
      readonly kind: 'refused';
      readonly index: number;
      readonly event: XesEvent | undefined;
      /** The reader's reason, the mapping's own words, or one of the reasons named here. */
      readonly reason:
        EventRefusal | 'case-not-opened' | 'name-too-long' | `trace-name-${string}` | (string & {});
      readonly line?: number;
    };

export interface MappedTrace {
  readonly trace: XesTrace;
  /** One for every event of the trace, by index. */
  readonly outcomes: readonly EventOutcome[];
  readonly final: TraceState;
}

/** What guards may ask about an event. */
interface EventContext {
  readonly event: XesEvent;
  readonly first: boolean;
  readonly last: boolean;
  /** Step keys of the events before this one. */
  readonly seen: ReadonlySet<string>;
  readonly state: TraceState;
}

export class TraceMapper {
  readonly #mapping: LogMapping;
  readonly #rules = new Map<string, MappingRule[]>();

  constructor(mapping: LogMapping) {
    this.#mapping = mapping;
    for (const rule of mapping.rules) {
      for (const activity of asList(rule.activity)) {
        const rules = this.#rules.get(activity) ?? [];
        rules.push(rule);
        this.#rules.set(activity, rules);
      }
    }
  }

  map(trace: XesTrace): MappedTrace {
    const nameless = this.#mapping.settings.caseIdFrom === 'trace-name' && nameProblemOf(trace);
    const outcomes: EventOutcome[] = trace.refused.map((refused) => ({
      kind: 'refused',
      event: undefined,
      ...refused,
    }));
    let state = UNOPENED;
    const seen = new Set<string>();
    const last = trace.events.length - 1;
    for (const [order, event] of trace.events.entries()) {
      const outcome: EventOutcome = nameless
        ? { kind: 'refused', index: event.index, event, reason: `trace-name-${nameless}` }
        : this.#outcome({ event, first: order === 0, last: order === last, seen, state });
      if (outcome.kind === 'meant') state = outcome.after;
      seen.add(event.activity).add(stepKey(event.activity, event.transition ?? ''));
      outcomes.push(outcome);
    }
    if (trace.refused.length > 0) outcomes.sort((a, b) => indexOf(a) - indexOf(b));
    return { trace, outcomes, final: state };
  }

  #outcome(context: EventContext): EventOutcome {
    const { event, state } = context;
    if (isTooLong(event)) {
      return { kind: 'refused', index: event.index, event, reason: 'name-too-long' };
    }
    let spokenOf = false;
    for (const rule of this.#rules.get(event.activity) ?? []) {
      if (!fitsTransition(rule, event)) continue;
      spokenOf = true;
      if (rule.when && !holds(rule.when, context)) continue;
      if ('refuse' in rule) {
        return { kind: 'refused', index: event.index, event, reason: rule.refuse };
      }
      const reached = this.#follow(rule, event, state);
      if (reached === undefined) continue;
      if (rule.as === 'history') return { kind: 'history', event, cause: 'by-rule' };
      return {
        kind: 'meant',
        event,
        meanings: meaningsOf(rule.as),
        details: this.#details(rule, event.activity),
        before: state,
        after: reached,
      };
    }
    if (state.status === 'none') {
      return { kind: 'refused', index: event.index, event, reason: 'case-not-opened' };
    }
    if (!spokenOf) return { kind: 'history', event, cause: 'no-rule' };
    const cause = isDecided(state.status) ? 'case-decided' : 'state-forbids';
    return { kind: 'history', event, cause };
  }

  /** The state after all meanings of a rule; undefined when one of them is not permitted. */
  #follow(
    rule: Extract<MappingRule, { as: string }>,
    event: XesEvent,
    state: TraceState,
  ): TraceState | undefined {
    let reached: TraceState | undefined = state;
    for (const meaning of meaningsOf(rule.as)) {
      reached = after(reached, meaning, event.activity, rule.with?.resubmittable ?? false);
      if (!reached) return undefined;
    }
    return reached;
  }

  #details(rule: Extract<MappingRule, { as: string }>, activity: string): MeaningDetails {
    const { queues } = this.#mapping.settings;
    if (rule.with?.queue !== undefined || !Object.hasOwn(queues, activity)) return rule.with ?? {};
    return { ...rule.with, queue: queues[activity] };
  }
}

function nameProblemOf({ name, nameProblem }: XesTrace): string | undefined {
  return nameProblem ?? (name.length > NAME_CHARS_MAX ? 'too-long' : undefined);
}

function isTooLong({ activity, transition = '', resource = '' }: XesEvent): boolean {
  return Math.max(activity.length, transition.length, resource.length) > NAME_CHARS_MAX;
}

const split = new Map<string, readonly Meaning[]>();
function meaningsOf(as: string): readonly Meaning[] {
  let meanings = split.get(as);
  if (!meanings) split.set(as, (meanings = as.split('+') as Meaning[]));
  return meanings;
}

function indexOf(outcome: EventOutcome): number {
  return outcome.kind === 'refused' ? outcome.index : outcome.event.index;
}

/** Writers disagree about the case of transitions ("COMPLETE", "complete"): it says nothing. */
function fitsTransition(step: MappingStep, { transition }: XesEvent): boolean {
  if (step.transition === undefined) return true;
  if (transition === undefined) return false;
  const written = transition.toLowerCase();
  return asList(step.transition).some((each) => each.toLowerCase() === written);
}

function stepKey(activity: string, transition: string): string {
  return `${activity}\n${transition.toLowerCase()}`;
}

function stepKeys({ activity, transition }: MappingStep): readonly string[] {
  return asList(activity).flatMap((each) =>
    transition === undefined ? [each] : asList(transition).map((one) => stepKey(each, one)),
  );
}

function holds(when: MappingGuards, { event, first, last, seen, state }: EventContext): boolean {
  const cameBefore = (steps: MappingStep | MappingStep[]) =>
    asList(steps).some((step) => stepKeys(step).some((key) => seen.has(key)));
  const review =
    state.review === undefined ? 'none' : state.review === event.activity ? 'same' : 'other';
  return (
    (when.status === undefined || asList(when.status).includes(state.status)) &&
    (when.review === undefined || asList(when.review).includes(review)) &&
    (when.supplement === undefined ||
      (when.supplement === 'outstanding') === state.supplementOutstanding) &&
    (when.position !== 'first' || first) &&
    (when.position !== 'last' || last) &&
    (when.after === undefined || cameBefore(when.after)) &&
    (when.notAfter === undefined || !cameBefore(when.notAfter)) &&
    (when.resource === undefined || fitsResource(when.resource, event.resource))
  );
}

function fitsResource(
  guard: NonNullable<MappingGuards['resource']>,
  resource: string | undefined,
): boolean {
  if (typeof guard === 'string') return (guard === 'named') === (resource !== undefined);
  return resource !== undefined && guard.oneOf.includes(resource);
}
