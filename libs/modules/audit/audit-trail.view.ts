/**
 * Who did what, when, to what, why, under which policy version: one document an event, of every
 * stream, access and denied attempts among them. It holds the envelope and the codes of why; words,
 * values and files are in the vault and no part of it.
 */
import { type ActorKind, type Role } from '#kernel/actor';
import { type DomainEvent, type RecordedEvent } from '#kernel/envelope';
import { type Instant } from '#kernel/instants';
import { type Position } from '#kernel/position';
import { type View } from '#kernel/view';

export interface AuditEntry {
  readonly eventId: string;
  readonly position: Position;
  readonly platform: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly caseId: string | null;
  readonly accountId: string | null;
  readonly actorId: string;
  readonly actorKind: ActorKind;
  readonly actorRole: Role | null;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** Codes: a cause, a purpose, the reasons of a decision. Empty where the event gives none. */
  readonly why: readonly string[];
  readonly policyVersion: string | null;
  readonly commandId: string;
  readonly causationId: string;
  readonly correlationId: string;
  readonly imported: boolean;
}

/** @param types every event type that the server knows. */
export function auditTrailView(types: readonly string[]): View<AuditEntry, DomainEvent> {
  return {
    name: 'audit-trail',
    version: 3,
    handles: types,
    // That something happened is told also where only a newer build can say all of what.
    readsAnyVersion: true,
    // By position: keys that grow are written side by side, ids would lie scattered over the whole view.
    keys: (event) => [event.position],
    evolve: (_document, event) => entryOf(event),
    // Each ends with the key, which is the position: once is enough, over so many documents.
    indexes: [
      ['platform'],
      ['platform', 'caseId'],
      ['platform', 'accountId'],
      ['platform', 'actorId'],
      ['platform', 'type'],
      ['platform', 'occurredAt'],
    ],
  };
}

function entryOf({
  id,
  type,
  stream,
  revision,
  position,
  metadata,
  data,
}: RecordedEvent): AuditEntry {
  const { actor } = metadata;
  const named = data as { accountId?: unknown; caseId?: unknown };
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return {
    eventId: id,
    position,
    platform: metadata.platform,
    type,
    stream,
    revision,
    caseId: idIn(stream, 'case-') ?? text(named.caseId),
    accountId: idIn(stream, 'account-') ?? metadata.accountId ?? text(named.accountId),
    actorId: actor.id,
    actorKind: actor.kind,
    actorRole: actor.role ?? null,
    occurredAt: metadata.occurredAt,
    recordedAt: metadata.recordedAt,
    why: [...new Set(whyOf(data))],
    policyVersion: metadata.policyVersion ?? null,
    commandId: metadata.commandId,
    causationId: metadata.causationId,
    correlationId: metadata.correlationId,
    imported: metadata.imported === true,
  };
}

const idIn = (stream: string, prefix: string): string | null =>
  stream.startsWith(prefix) ? stream.slice(prefix.length) : null;

/** What a cause, a purpose and a reason are called is the same in the events of every stream. */
function whyOf(data: object): readonly string[] {
  const { cause, purpose, code, reasons, items } = data as Readonly<Record<string, unknown>>;
  const own = [cause, purpose, code].filter((value) => typeof value === 'string');
  const named = [...listOf(reasons), ...listOf(items)].filter(
    (value) => typeof value === 'object' && value !== null,
  );
  return [...own, ...named.flatMap(whyOf)];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
