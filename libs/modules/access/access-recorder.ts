/**
 * Records who looked, or tried to, before anything is shown.
 *
 * What a request may repeat is recorded once. The stream is one a platform and month, too long to be
 * read at every request, so the key is bound to the request first (docs/adr/0004), and only a
 * repetition looks for its record. Neither a crash between the two writes makes a second record, nor
 * an append whose answer was lost, nor the same request at another server: access-appender.ts.
 */
import { type Actor } from '#kernel/actor';
import { type Clock } from '#kernel/clock';
import { type EventMetadata, type NewEvent } from '#kernel/envelope';
import { type IdSource } from '#kernel/ids';
import { type Instant } from '#kernel/instants';
import { type Position } from '#kernel/position';
import { Recent } from '#kernel/recent';
import {
  type CommandEnvelope,
  eventIdOf,
  metadataOf,
} from '#infra/command-handler/command-handler';
import { bindingOf, bindRequest } from '#infra/command-handler/request-binding';
import { Turns } from '#infra/command-handler/turns';
import { RevisionConflict } from '#infra/event-store/event-store.errors';
import { type EventStore } from '#infra/event-store/event-store.port';
import { AccessAppender, EMPTY } from './access-appender.ts';
import { accessEvents, accessStream, type AccessEvent } from './access.events.ts';

export interface Accessed {
  readonly accountId?: string;
  readonly event: AccessEvent;
}

export interface AccessAttempt extends Accessed {
  /** Where it may be reported again: under the same id it is recorded once, while this process lives. */
  readonly id?: string;
  readonly platform: string;
  readonly actor: Actor;
}

/** When it was first to be recorded, and where it is not up to then. */
interface Begun {
  readonly at: Instant;
  readonly absentUntil: number;
}

const BEGUN_MAX = 10_000;

export class AccessRecorder {
  readonly #store: EventStore;
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #appender: AccessAppender;
  /** The same request several times at once is recorded by the first, and found by the rest. */
  readonly #turns = new Turns();
  readonly #begun = new Recent<string, Begun>(BEGUN_MAX);

  constructor(store: EventStore, clock: Clock, ids: IdSource) {
    this.#store = store;
    this.#clock = clock;
    this.#ids = ids;
    this.#appender = new AccessAppender(store);
  }

  /** Resolves once it is durable. @throws EventStoreError when it could not be recorded: then nothing may be shown. */
  async record({ id, platform, actor, ...access }: AccessAttempt): Promise<Position> {
    if (id === undefined) {
      const at = this.#clock.now();
      return this.#write({ id: this.#ids.next(), platform, actor, ...access }, { at });
    }
    return this.#turns.take(id, async () => {
      const begun = this.#begun.get(id) ?? (await this.#begin(platform));
      this.#begun.set(id, begun);
      return this.#write({ id, platform, actor, ...access }, begun);
    });
  }

  async #begin(platform: string): Promise<Begun> {
    const at = this.#clock.now();
    return { at, absentUntil: await this.#appender.revisionOf(accessStream(platform, at)) };
  }

  #write(
    { id, platform, actor, ...access }: AccessAttempt & { readonly id: string },
    { at, absentUntil }: Pick<Begun, 'at'> & Partial<Begun>,
  ): Promise<Position> {
    const metadata = metadataOf({ commandId: id, platform, actor }, at);
    const event = enclosed(id, access, metadata);
    const known = absentUntil === undefined ? {} : { absentUntil };
    return this.#appender.append(accessStream(platform, at), { event, ...known });
  }

  /**
   * The same for a request with a key: one record however often it comes.
   * @param access what is looked at; asked for also by a repetition, and not where the key is another
   *   request's. Whatever it throws is thrown, and nothing is recorded.
   * @returns what `access` answered, once it is durable that it was looked at @throws EventStoreError
   */
  recordOnce<A extends Accessed>(
    envelope: CommandEnvelope,
    access: () => Promise<A>,
  ): Promise<A | 'key-reused'> {
    return this.#turns.take(envelope.commandId, () => this.#once(envelope, access));
  }

  async #once<A extends Accessed>(
    envelope: CommandEnvelope,
    access: () => Promise<A>,
  ): Promise<A | 'key-reused'> {
    const { commandId, platform, signal } = envelope;
    const options = signal ? { signal } : {};
    const at = this.#clock.now();
    const ofThisMonth = accessStream(platform, at);
    // Read before the key: while that is free, the request is recorded nowhere up to here.
    const known = await this.#appender.revisionOf(ofThisMonth, options);
    const binding = await bindingOf(this.#store, envelope, options);
    if (binding.kind === 'bound-to-another') return 'key-reused';
    const accessed = await access();
    const metadata = metadataOf(envelope, at);
    const write = (stream: string, absentUntil: number) =>
      this.#appender.append(stream, {
        event: enclosed(eventIdOf(commandId, stream, 0), accessed, metadata),
        absentUntil,
      });
    if (binding.kind === 'bound') {
      // In the month in which it came first: it is looked for there alone.
      const { stream } = binding;
      const upTo = await this.#appender.revisionOf(stream, options);
      const found = await this.#appender.find(stream, commandId, EMPTY, upTo, options);
      if (found === undefined) await write(stream, upTo);
    } else if (await this.#bound(ofThisMonth, metadata)) await write(ofThisMonth, known);
    else return this.#once(envelope, access);
    return accessed;
  }

  /** Whether the key is the request's now; not where another took it in the meantime. */
  async #bound(stream: string, metadata: EventMetadata): Promise<boolean> {
    try {
      await bindRequest(this.#store, stream, metadata);
      return true;
    } catch (error) {
      if (error instanceof RevisionConflict) return false;
      throw error;
    }
  }
}

function enclosed(id: string, { event, accountId }: Accessed, metadata: EventMetadata): NewEvent {
  return {
    id,
    type: event.type,
    schemaVersion: accessEvents.find(event.type)!.schemaVersion,
    data: event.data,
    metadata: { ...metadata, ...(accountId === undefined ? {} : { accountId }) },
  };
}
