/**
 * What stands around every event. Written once, never changed; the position is the store's and is
 * given on reading only, so that no content or hash depends on where an event came to lie.
 */
import type { Actor } from './actor.ts';
import type { Instant } from './instants.ts';
import type { Position } from './position.ts';

/** What a decide function returns: the fact alone. `data` holds references, never personal data. */
export interface DomainEvent {
  readonly type: string;
  readonly data: object;
}

export interface EventMetadata {
  readonly platform: string;
  readonly actor: Actor;
  /** When it happened. Differs from `recordedAt` for imports and corrections. */
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** HMAC(platform, principal, route, Idempotency-Key), or derived from what set the command off. */
  readonly commandId: string;
  /** Keyed digest of the request body: the same command id with another digest is another request. */
  readonly requestDigest?: string;
  /** The first command of the chain. */
  readonly correlationId: string;
  /** The event that set the command off, or the command itself. */
  readonly causationId: string;
  /** `<key>@<version>` of the policy that applied. */
  readonly policyVersion?: string;
  /** The account that the event is about, for timelines and audit. */
  readonly accountId?: string;
  /** It happened elsewhere and was brought in: it sets off no process and arms no timer. */
  readonly imported?: true;
}

interface Envelope {
  /** UUIDv8 derived from the command id and the index in its batch. */
  readonly id: string;
  readonly schemaVersion: number;
  readonly metadata: EventMetadata;
}

/** An event on its way into the store. Distributes over a union, so that `type` narrows `data`. */
export type NewEvent<E extends DomainEvent = DomainEvent> = E extends DomainEvent
  ? Envelope & { readonly type: E['type']; readonly data: E['data'] }
  : never;

/** An event as the store gives it back. */
export type RecordedEvent<E extends DomainEvent = DomainEvent> = E extends DomainEvent
  ? Envelope & {
      readonly type: E['type'];
      readonly data: E['data'];
      readonly stream: string;
      /** 0 for the first event of the stream; without gaps. */
      readonly revision: number;
      readonly position: Position;
    }
  : never;
