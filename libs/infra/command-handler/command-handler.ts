/**
 * From a command to its events: read the stream, look for the command id, gather the facts, decide,
 * append at the revision that was read. The stream itself remembers which commands it has seen, so a
 * repeated one is answered as the first time, also after a crash, on any store (docs/adr/0004). A
 * request that found done what it asked for has no events there, and is remembered beside it.
 */
import { type Actor } from '#kernel/actor';
import { type Clock } from '#kernel/clock';
import { type Decider } from '#kernel/decider';
import {
  type DomainEvent,
  type EventMetadata,
  type NewEvent,
  type RecordedEvent,
} from '#kernel/envelope';
import { type EventCatalogue } from '#kernel/event-definition';
import { deriveId } from '#kernel/ids';
import { type Instant } from '#kernel/instants';
import { type Position } from '#kernel/position';
import { isViolation, type Violation } from '#kernel/violation';
import { RevisionConflict, StoreUnavailable } from '../event-store/event-store.errors.ts';
import { type HiddenFrom } from '../auth/access-log.port.ts';
import { type CallOptions, type EventStore } from '../event-store/event-store.port.ts';
import { CommandFolds } from './command-folds.ts';
import { damageIn, EMPTY, type FoldedStream, foldStream } from './fold-stream.ts';
import { bindingOf, bindRequest, noteFoundDone, type RequestBinding } from './request-binding.ts';
import { Turns } from './turns.ts';

/** What goes with a command: who sends it, and what tells it from every other. */
export interface CommandEnvelope {
  readonly commandId: string;
  /** Keyed digest of the request body; absent where the id alone tells the request (processes, timers). */
  readonly requestDigest?: string;
  readonly platform: string;
  readonly actor: Actor;
  /** Default: the command itself begins the chain. */
  readonly correlationId?: string;
  readonly causationId?: string;
  /** The version that the sender has seen (If-Match). */
  readonly expectedVersion?: number;
  readonly signal?: AbortSignal;
}

/**
 * A command, or how to make it once the stream is known: what a request says in clear is sealed under
 * its subject's key there, and the decision sees references only.
 */
export type Intent<Command, State> = Command | ((state: State) => Promise<Command>);

/** How commands of one kind of stream are handled. */
export interface Handling<Command, State, Event extends DomainEvent, Facts> {
  readonly decider: Decider<Command, State, Event, Facts>;
  readonly catalogue: EventCatalogue;
  readonly stream: string;
  /** What answers a command to a stream of another platform, or one that is not visible: the same as to none. */
  readonly notFound: Violation;
  /** Whether the actor may know that the stream exists; absent where everybody of its platform may. */
  readonly visible?: (state: State, actor: Actor) => boolean;
  /** Only a command that begins the stream may find none. */
  readonly begins: boolean;
  /**
   * Whether the stream follows from what the request says, and not from its route or its command id.
   * Another body under the same key would then look for itself in another stream and find nothing:
   * so the key is bound to the request first, in a stream of its own (docs/adr/0004).
   */
  readonly namedByBody?: boolean;
  /** What If-Match is compared with; absent where the kind of stream has no version. */
  readonly version?: (state: State) => number;
  /** What the rules need from outside the stream, read anew at every attempt. */
  readonly facts: (state: State, command: Command) => Promise<Facts>;
  /**
   * Runs when the events are certain to be tried, right after `revision` (-1: in a new stream): the vault
   * is written first, the event second. A RevisionConflict from here is an attempt that came too late:
   * the facts are gathered anew.
   */
  readonly beforeAppend?: (
    events: readonly Event[],
    state: State,
    revision: number,
  ) => Promise<void>;
  /** What the metadata says besides: the policy version that applied, the account that it is about. */
  readonly about?: (state: State) => { policyVersion?: string; accountId?: string };
}

export type CommandOutcome<State, Event extends DomainEvent = DomainEvent> =
  | {
      readonly kind: 'done';
      /** The state right after the command's own events, also when it is a repetition. */
      readonly state: State;
      readonly events: readonly Event[];
      readonly revision: number;
      readonly position: Position;
      readonly repeated: boolean;
    }
  | {
      readonly kind: 'refused';
      readonly violation: Violation;
      /** The stream is there all the same, and the violation says that there is none. */
      readonly hiddenFrom?: HiddenFrom;
    }
  | { readonly kind: 'version-moved'; readonly version: number }
  /** The Idempotency-Key was used before, for another request. */
  | { readonly kind: 'key-reused' };

interface Found<State, Event extends DomainEvent> extends FoldedStream<State> {
  /** The answer of the command where the stream has it already. */
  readonly before: CommandOutcome<State, Event> | undefined;
}

/** How often a command is tried again when other processes write to its stream; then the store is too busy for it. */
const ATTEMPTS_MAX = 20;

export class CommandExecutor {
  readonly #store: EventStore;
  readonly #clock: Clock;
  /**
   * Commands to one stream take turns in this process: they would only conflict and be decided again,
   * the more the more there are, until the last ones are given up. So the same command twice at once
   * is the first's repetition; appended at the same place, both would succeed (the store compares
   * ids, not data), and the second would be answered with a state that was never stored.
   */
  readonly #turns = new Turns();
  readonly #folds: CommandFolds;

  constructor(store: EventStore, clock: Clock) {
    this.#store = store;
    this.#folds = new CommandFolds(store);
    this.#clock = clock;
  }

  /**
   * Costs one read of what is new in the stream, of a request another of a short one beside it, the
   * facts, and one durable append. A refusal is not remembered: the command is decided again when it comes again.
   * @throws EventStoreError when the store fails; the same command can be sent again. EventOfNewerBuild,
   *   EventDamaged where nothing can be decided by what is stored
   */
  execute<Command, State, Event extends DomainEvent, Facts>(
    envelope: CommandEnvelope,
    intent: Intent<Command, State>,
    handling: Handling<Command, State, Event, Facts>,
  ): Promise<CommandOutcome<State, Event>> {
    return this.#turns.take(handling.stream, () => this.#untilWritten(envelope, intent, handling));
  }

  async #untilWritten<Command, State, Event extends DomainEvent, Facts>(
    envelope: CommandEnvelope,
    intent: Intent<Command, State>,
    handling: Handling<Command, State, Event, Facts>,
  ): Promise<CommandOutcome<State, Event>> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      try {
        return await this.#attempt(envelope, intent, handling);
      } catch (error) {
        // What was kept may be of a log that is not there any more.
        this.#folds.forget(handling.stream);
        if (error instanceof RevisionConflict) continue;
        throw await this.#explained(error, envelope, handling);
      }
    }
    throw new StoreUnavailable(`${handling.stream} is written to by too many at once.`);
  }

  /** What a rule stumbles over may be what a damaged event left in the state, and no defect of its own. */
  async #explained<Command, State, Event extends DomainEvent, Facts>(
    error: unknown,
    { signal }: CommandEnvelope,
    { stream, catalogue }: Handling<Command, State, Event, Facts>,
  ): Promise<unknown> {
    if (!(error instanceof TypeError)) return error;
    return (await damageIn(this.#store, stream, catalogue, signal ? { signal } : {})) ?? error;
  }

  async #attempt<Command, State, Event extends DomainEvent, Facts>(
    envelope: CommandEnvelope,
    intent: Intent<Command, State>,
    handling: Handling<Command, State, Event, Facts>,
  ): Promise<CommandOutcome<State, Event>> {
    const { decider, stream } = handling;
    const { expectedVersion, signal } = envelope;
    const options = signal ? { signal } : {};
    const [binding, found] = await Promise.all([
      this.#bindingOf(envelope, options),
      this.#read(envelope, handling, options),
    ]);
    const { state, revision, position, before } = found;
    const stop = outOfSight(found, envelope, handling);
    if (stop) return stop;
    if (before) return before;
    if (binding.kind === 'bound-to-another') return { kind: 'key-reused' };
    const foundDoneAt = binding.kind === 'bound' ? binding.foundDone.get(stream) : undefined;
    if (foundDoneAt !== undefined) return this.#asOf(foundDoneAt, handling, options);
    const version = handling.version?.(state);
    if (expectedVersion !== undefined && version !== undefined && version !== expectedVersion) {
      return { kind: 'version-moved', version };
    }
    const command = await commandOf(intent, state);
    const facts = await handling.facts(state, command);
    const at = this.#clock.now();
    const decision = decider.decide(command, state, { at, by: envelope.actor }, facts);
    if (isViolation(decision)) return { kind: 'refused', violation: decision };
    const metadata = metadataOf(envelope, at);
    const isRequest = envelope.requestDigest !== undefined;
    const done = { kind: 'done', events: decision, repeated: false } as const;
    if (decision.length === 0) {
      if (isRequest)
        await noteFoundDone(this.#store, { stream, revision }, metadata, binding, options);
      return { ...done, state, revision, position };
    }
    const after = decision.reduce(
      (folded, event) => decider.evolve(folded, event, { at, by: envelope.actor }),
      state,
    );
    if (handling.namedByBody && isRequest && binding.kind === 'free')
      await bindRequest(this.#store, stream, metadata, options);
    await handling.beforeAppend?.(decision, state, revision);
    const appended = await this.#store.append(
      stream,
      revision < 0 ? 'no-stream' : revision,
      this.#enclose(decision, after, envelope, handling, at),
      options,
    );
    return { ...done, state: after, ...appended };
  }

  /** Without a digest the command id alone tells the request, and nothing is noted of it. */
  async #bindingOf(envelope: CommandEnvelope, options: CallOptions): Promise<RequestBinding> {
    const { commandId, requestDigest } = envelope;
    return requestDigest === undefined
      ? { kind: 'free' }
      : bindingOf(this.#store, { commandId, requestDigest }, options);
  }

  async #read<Command, State, Event extends DomainEvent, Facts>(
    envelope: CommandEnvelope,
    { stream, decider, catalogue }: Handling<Command, State, Event, Facts>,
    options: CallOptions,
  ): Promise<Found<State, Event>> {
    const { commandId } = envelope;
    let before: CommandOutcome<State, Event> | undefined;
    const read = { stream, commandId, decider, catalogue };
    const folded = await this.#folds.read(read, options, (event, state) => {
      before = repetition(before, event, state, envelope);
    });
    return { ...folded, before };
  }

  /** How the stream stood right after its event of that revision: a request found done there what it asked for. */
  async #asOf<Command, State, Event extends DomainEvent, Facts>(
    revision: number,
    { stream, decider, catalogue }: Handling<Command, State, Event, Facts>,
    options: CallOptions,
  ): Promise<CommandOutcome<State, Event>> {
    const { state, position } =
      revision < 0
        ? EMPTY(decider.initial)
        : await foldStream(this.#store, stream, decider, catalogue, {
            ...options,
            limit: revision + 1,
          });
    return { kind: 'done', state, events: [], revision, position, repeated: true };
  }

  #enclose<Command, State, Event extends DomainEvent, Facts>(
    events: readonly Event[],
    state: State,
    envelope: CommandEnvelope,
    { stream, catalogue, about }: Handling<Command, State, Event, Facts>,
    at: Instant,
  ): readonly NewEvent[] {
    const metadata = { ...metadataOf(envelope, at), ...about?.(state) };
    return events.map((event, index) => ({
      id: eventIdOf(envelope.commandId, stream, index),
      type: event.type,
      schemaVersion: catalogue.find(event.type)?.schemaVersion ?? 1,
      data: event.data,
      metadata,
    }));
  }
}

/** What answers a command to a stream that there is none of for its sender; undefined where there is. */
function outOfSight<Command, State, Event extends DomainEvent, Facts>(
  { state, revision, platform }: FoldedStream<State>,
  envelope: CommandEnvelope,
  { notFound, visible, begins }: Handling<Command, State, Event, Facts>,
): CommandOutcome<State, Event> | undefined {
  const elsewhere = platform !== undefined && platform !== envelope.platform;
  const hidden = revision >= 0 && visible?.(state, envelope.actor) === false;
  if (elsewhere || hidden) {
    const hiddenFrom = elsewhere ? 'platform' : 'caller';
    return { kind: 'refused', violation: notFound, hiddenFrom };
  }
  return revision < 0 && !begins ? { kind: 'refused', violation: notFound } : undefined;
}

/** The id of the n-th event of a command in a stream: a repeated command makes the very same events. */
export function eventIdOf(commandId: string, stream: string, index: number): string {
  return deriveId('event', commandId, stream, index);
}

/** What the metadata of every event of a command says. */
export function metadataOf(envelope: CommandEnvelope, at: Instant): EventMetadata {
  const { commandId, requestDigest, platform, actor } = envelope;
  return {
    platform,
    actor,
    occurredAt: at,
    recordedAt: at,
    commandId,
    ...(requestDigest === undefined ? {} : { requestDigest }),
    correlationId: envelope.correlationId ?? commandId,
    causationId: envelope.causationId ?? commandId,
  };
}

function repetition<State, Event extends DomainEvent>(
  so: CommandOutcome<State, Event> | undefined,
  event: RecordedEvent<Event>,
  state: State,
  { requestDigest }: CommandEnvelope,
): CommandOutcome<State, Event> {
  if (event.metadata.requestDigest !== requestDigest) return { kind: 'key-reused' };
  const events = so?.kind === 'done' ? so.events : [];
  return {
    kind: 'done',
    state,
    events: [...events, { type: event.type, data: event.data } as unknown as Event],
    revision: event.revision,
    position: event.position,
    repeated: true,
  };
}

function commandOf<Command, State>(
  intent: Intent<Command, State>,
  state: State,
): Promise<Command> | Command {
  return typeof intent === 'function'
    ? (intent as (state: State) => Promise<Command>)(state)
    : intent;
}
