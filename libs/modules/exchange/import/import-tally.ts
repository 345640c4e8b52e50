/** What became of every event of a log: counted, so that its sum can be checked against the log. */
import { type CaseEvent } from '#modules/cases/index';
import { type EventOutcome, type MappedTrace } from '../xes/map-trace.ts';

/** The activity and transition of a log's events, what they became, and how often. */
export interface OutcomeCount {
  /** Null where the reader could not tell. */
  readonly activity: string | null;
  readonly transition: string | null;
  readonly end: EventOutcome['kind'];
  /** The domain events that one log event became, in order; `HistoryRecorded` for history. */
  readonly became: readonly CaseEvent['type'][];
  /** Why it is history, or was refused; null for what has a meaning. */
  readonly reason: string | null;
  readonly events: number;
}

/** A refused event and where it is. */
export interface RefusalExample {
  readonly reason: string;
  readonly trace: string;
  readonly traceIndex: number;
  readonly index: number;
  /** In the unpacked text: of the event where the reader knows it, of its trace's end otherwise. */
  readonly line: number;
}

export interface TallyReport {
  readonly traces: number;
  /** Traces of which at least one event became an event of a case. */
  readonly cases: number;
  readonly logEvents: {
    readonly total: number;
    readonly meant: number;
    readonly history: number;
    readonly refused: number;
  };
  readonly outcomes: readonly OutcomeCount[];
  readonly refusals: Readonly<Record<string, number>>;
  /** Some of them, in the order of the log. */
  readonly refusalExamples: readonly RefusalExample[];
  readonly domainEvents: {
    readonly total: number;
    readonly appended: number;
    readonly alreadyThere: number;
  };
}

const EXAMPLES_MAX = 20;
/** Activities come from the log: what lies beyond this many rows is counted together. */
const ROWS_MAX = 10_000;

type Row = { -readonly [K in keyof OutcomeCount]: OutcomeCount[K] };

export class ImportTally {
  #traces = 0;
  #cases = 0;
  readonly #ends = { meant: 0, history: 0, refused: 0 };
  readonly #rows = new Map<string, Row>();
  readonly #refusals = new Map<string, number>();
  readonly #examples: RefusalExample[] = [];
  #appended = 0;
  #alreadyThere = 0;

  get logEvents(): number {
    return this.#ends.meant + this.#ends.history + this.#ends.refused;
  }

  get traces(): number {
    return this.#traces;
  }

  /** A trace that is settled: its case's events are in the store. */
  settled(
    { trace, outcomes }: MappedTrace,
    became: readonly (readonly CaseEvent['type'][])[],
    written: { readonly appended: number; readonly alreadyThere: number },
  ): void {
    this.#traces++;
    this.#appended += written.appended;
    this.#alreadyThere += written.alreadyThere;
    if (written.appended + written.alreadyThere > 0) this.#cases++;
    for (const [at, outcome] of outcomes.entries()) {
      this.#ends[outcome.kind]++;
      const reason = reasonOf(outcome);
      this.#count(outcome, became[at]!, reason);
      if (outcome.kind !== 'refused') continue;
      this.#refused(reason!, {
        trace: trace.name,
        traceIndex: trace.index,
        index: outcome.index,
        line: outcome.line ?? trace.line,
      });
    }
  }

  /** A trace of which nothing could be stored. */
  turnedAway(mapped: MappedTrace, reason: string): void {
    const outcomes = mapped.outcomes.map((outcome): EventOutcome => {
      if (outcome.kind === 'refused') return outcome;
      const { event } = outcome;
      return { kind: 'refused', index: event.index, event, reason };
    });
    const nothing = outcomes.map(() => []);
    this.settled({ ...mapped, outcomes }, nothing, { appended: 0, alreadyThere: 0 });
  }

  report(): TallyReport {
    const rows = [...this.#rows.values()];
    return {
      traces: this.#traces,
      cases: this.#cases,
      logEvents: { total: this.logEvents, ...this.#ends },
      outcomes: rows.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
      refusals: Object.fromEntries([...this.#refusals].sort()),
      refusalExamples: this.#examples.toSorted(
        (a, b) => a.traceIndex - b.traceIndex || a.index - b.index,
      ),
      domainEvents: {
        total: this.#appended + this.#alreadyThere,
        appended: this.#appended,
        alreadyThere: this.#alreadyThere,
      },
    };
  }

  #count(outcome: EventOutcome, became: readonly CaseEvent['type'][], reason: string | null): void {
    const { activity = null, transition = null } = outcome.event ?? {};
    const row: Row = { activity, transition, end: outcome.kind, became, reason, events: 1 };
    const known = this.#rows.get(keyOf(row));
    if (known) {
      known.events++;
      return;
    }
    if (this.#rows.size < ROWS_MAX) this.#rows.set(keyOf(row), row);
    else this.#countTogether({ ...row, activity: null, transition: null });
  }

  #countTogether(row: Row): void {
    const known = this.#rows.get(keyOf(row));
    if (known) known.events++;
    else this.#rows.set(keyOf(row), row);
  }

  #refused(reason: string, where: Omit<RefusalExample, 'reason'>): void {
    this.#refusals.set(reason, (this.#refusals.get(reason) ?? 0) + 1);
    if (this.#examples.length < EXAMPLES_MAX) this.#examples.push({ reason, ...where });
  }
}

function reasonOf(outcome: EventOutcome): string | null {
  if (outcome.kind === 'refused') return outcome.reason;
  return outcome.kind === 'history' ? outcome.cause : null;
}

function keyOf({ activity, transition, end, became, reason }: Omit<Row, 'events'>): string {
  return [activity ?? '', transition ?? '', end, became.join('+'), reason ?? ''].join('\n');
}
