/**
 * From the meanings of a trace to the events of its case. They happened: no decide function is asked.
 * Every id derives from (platform, file digest, trace, index), so that the same log makes the very
 * same events whenever and however often it is read. Pure.
 */
import { type Actor, UNKNOWN } from '#kernel/actor';
import { type EventMetadata, type NewEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { type Instant } from '#kernel/instants';
import { accountIdOf } from '#modules/accounts/index';
import { caseEvents, caseStream, type CaseEvent } from '#modules/cases/index';
import { type EventOutcome, type MappedTrace } from '../xes/map-trace.ts';
import { type LogMapping, type Meaning, type MeaningDetails } from '../xes/mapping.ts';
import { attributeOf, type XesEvent } from '../xes/xes.ts';

/** What is the same for every trace of one import. */
export interface Origin {
  readonly mapping: LogMapping;
  /** SHA-256 of the file as it lies there, in hex. */
  readonly fileDigest: string;
  /** Of whatever decides which events come out: see `mappingDigestOf`. */
  readonly mappingDigest: string;
}

export interface CaseHistory {
  readonly stream: string;
  /** In order, from the first of the stream; empty where the trace makes no case. */
  readonly events: readonly NewEvent<CaseEvent>[];
  /** The event types that came of each outcome of the trace, by index. */
  readonly became: readonly (readonly CaseEvent['type'][])[];
}

type Meant = Extract<EventOutcome, { kind: 'meant' }>;

const SCHEMA_VERSIONS: ReadonlyMap<string, number> = new Map(
  caseEvents.definitions.map(({ type, schemaVersion }) => [type, schemaVersion]),
);

export function historyOf(mapped: MappedTrace, origin: Origin, recordedAt: Instant): CaseHistory {
  const writer = new HistoryWriter(mapped, origin, recordedAt);
  const became = mapped.outcomes.map((outcome) => writer.write(outcome));
  return { stream: caseStream(writer.caseId), events: writer.events, became };
}

class HistoryWriter {
  readonly caseId: string;
  readonly events: NewEvent<CaseEvent>[] = [];
  readonly #origin: Origin;
  readonly #traceName: string;
  readonly #accountId: string;
  readonly #common: Omit<EventMetadata, 'actor' | 'occurredAt'>;
  readonly #system: ReadonlySet<string>;
  #round = 0;
  #reviews = 0;
  /** Of the open review: its number, and who holds or held it. */
  #review: number | undefined;
  #holder = UNKNOWN.id;

  constructor({ trace }: MappedTrace, origin: Origin, recordedAt: Instant) {
    const { platform, policy, caseIdFrom, accountFrom, systemResources } = origin.mapping.settings;
    this.#origin = origin;
    this.#system = new Set(systemResources);
    this.#traceName = caseIdFrom === 'trace-name' ? trace.name : String(trace.index);
    this.caseId = deriveId(
      'imported-case',
      platform,
      origin.fileDigest,
      caseIdFrom,
      this.#traceName,
    );
    const named = accountFrom && attributeOf(trace.attributes, accountFrom)?.value;
    this.#accountId = named
      ? accountIdOf(platform, named)
      : deriveId('imported-account', this.caseId);
    const commandId = deriveId('import', this.caseId);
    this.#common = {
      platform,
      recordedAt,
      commandId,
      requestDigest: origin.mappingDigest,
      correlationId: commandId,
      causationId: commandId,
      policyVersion: `${policy.key}@${policy.version}`,
      accountId: this.#accountId,
      imported: true,
    };
  }

  /** @returns the types of the events that were added. */
  write(outcome: EventOutcome): readonly CaseEvent['type'][] {
    if (outcome.kind === 'refused') return [];
    const { event } = outcome;
    const actor = this.#actorOf(event.resource);
    const facts =
      outcome.kind === 'meant'
        ? outcome.meanings.map((meaning) => this.#fact(meaning, outcome, actor))
        : [historyRecorded(event, outcome.cause)];
    facts.forEach((fact, ordinal) => this.#add(fact, event, actor, ordinal));
    return facts.map(({ type }) => type);
  }

  #add({ type, data }: CaseEvent, { index, at }: XesEvent, actor: Actor, ordinal: number): void {
    this.events.push({
      id: deriveId('imported-event', this.caseId, index, ordinal),
      type,
      schemaVersion: SCHEMA_VERSIONS.get(type)!,
      data,
      metadata: { ...this.#common, actor, occurredAt: at },
    } as NewEvent<CaseEvent>);
  }

  #actorOf(resource: string | undefined): Actor {
    if (resource === undefined || resource === '') return UNKNOWN;
    return { kind: this.#system.has(resource) ? 'system' : 'person', id: resource };
  }

  #fact(meaning: Meaning, { details }: Meant, actor: Actor): CaseEvent {
    switch (meaning) {
      case 'case-opened':
        return this.#opened();
      case 'submitted':
        this.#review = undefined;
        return { type: 'CaseSubmitted', data: { round: ++this.#round } };
      case 'supplemented':
        this.#review = undefined;
        return { type: 'CaseSupplemented', data: { round: ++this.#round } };
      case 'screening-completed': {
        const { outcome = 'clear' } = details;
        return { type: 'ScreeningCompleted', data: { round: this.#round, outcome } };
      }
      case 'review-requested':
      case 'review-claimed':
      case 'review-released':
      case 'escalated':
        return this.#reviewFact(meaning, details, actor);
      case 'supplement-requested':
      case 'approved':
      case 'rejected':
      case 'withdrawn':
        return this.#decision(meaning, details, actor);
      case 'history':
        throw new TypeError('History is an outcome of its own.');
    }
  }

  #opened(): CaseEvent {
    const { fileDigest, mapping } = this.#origin;
    const { key, version } = mapping.settings.policy;
    return {
      type: 'CaseOpened',
      data: {
        accountId: this.#accountId,
        subjectId: this.#accountId,
        policyKey: key,
        policyVersion: version,
        source: { digest: fileDigest, trace: this.#traceName },
      },
    };
  }

  #reviewFact(
    meaning: 'review-requested' | 'review-claimed' | 'review-released' | 'escalated',
    { level = 'first', queue = '', skill, cause = 'not-stated' }: MeaningDetails,
    actor: Actor,
  ): CaseEvent {
    if (meaning === 'review-requested') {
      this.#review = ++this.#reviews;
      this.#holder = UNKNOWN.id;
    }
    const review = this.#review ?? this.#reviews;
    switch (meaning) {
      case 'review-requested':
        return {
          type: 'ReviewRequested',
          data: { review, level, round: this.#round, queue, ...(skill && { skill }), priority: 0 },
        };
      case 'review-claimed':
        this.#holder = actor.id;
        return { type: 'ReviewClaimed', data: { review, by: actor.id } };
      case 'review-released':
        return { type: 'ReviewReleased', data: { review, by: this.#holder, cause: 'imported' } };
      case 'escalated':
        return { type: 'CaseEscalated', data: { review, from: this.#holder, cause } };
    }
  }

  #decision(
    meaning: 'supplement-requested' | 'approved' | 'rejected' | 'withdrawn',
    { items = [], reasons = [], resubmittable = false }: MeaningDetails,
    actor: Actor,
  ): CaseEvent {
    const review = this.#review;
    this.#review = undefined;
    const about = review === undefined ? {} : { review };
    const given = reasons.map((code) => ({ code }));
    switch (meaning) {
      case 'supplement-requested': {
        const asked = items.map((material) => ({ material, reasons: given }));
        return { type: 'SupplementRequested', data: { ...about, items: asked } };
      }
      case 'approved': {
        // A program approves nothing, and who is not named is nobody in particular.
        const approvers = actor.kind === 'person' ? [actor.id] : [];
        return { type: 'CaseApproved', data: { ...about, approvers, validUntil: null } };
      }
      case 'rejected': {
        const rejected = { by: actor.id, reasons: given, final: !resubmittable, appealUntil: null };
        return { type: 'CaseRejected', data: { ...about, ...rejected } };
      }
      case 'withdrawn':
        return { type: 'CaseWithdrawn', data: { ...about, cause: 'imported' } };
    }
  }
}

function historyRecorded({ activity, transition = '' }: XesEvent, note: string): CaseEvent {
  return { type: 'HistoryRecorded', data: { activity, transition, note } };
}
