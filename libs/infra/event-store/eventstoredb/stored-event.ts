/** How an event lies on the server: data as its JSON, metadata likewise with the schema version beside it. */
import { type RecordedEvent as StoredEvent } from '@eventstore/db-client';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { type EventMetadata, type RecordedEvent } from '#kernel/envelope';
import { type EncodedEvent } from '../append-checks.ts';
import { AppendTooLarge, StoreUnusable } from '../event-store.errors.ts';
import { type LogPosition, type PositionTokens } from './position-token.ts';

export type { StoredEvent };

/** Names that begin with `$` are the server's; ours has no reader there. */
const SCHEMA_VERSION = '$schemaVersion';
/** The server's default for one append. It counts data, metadata, and two bytes a letter of the type. */
const MAX_APPEND_BYTES = 1024 * 1024;

const encoder = new TextEncoder();

export function toProposed(event: EncodedEvent): streamsPb.BatchAppendReq.ProposedMessage {
  const id = new sharedPb.UUID();
  id.setString(event.id);
  const message = new streamsPb.BatchAppendReq.ProposedMessage();
  message.setId(id);
  message.getMetadataMap().set('type', event.type).set('content-type', 'application/json');
  message.setData(encoder.encode(event.data));
  message.setCustomMetadata(encoder.encode(withSchemaVersion(event)));
  return message;
}

function withSchemaVersion({ metadata, schemaVersion }: EncodedEvent): string {
  const rest = metadata.slice(1);
  return `{"${SCHEMA_VERSION}":${schemaVersion}${rest === '}' ? '' : ','}${rest}`;
}

/** @throws AppendTooLarge for what the port's limits allow and the server would refuse: many long type names. */
export function assertFits(events: readonly EncodedEvent[]): void {
  let bytes = 0;
  for (const event of events) {
    bytes += event.bytes + SCHEMA_VERSION.length + 24 + 2 * event.type.length;
  }
  if (bytes > MAX_APPEND_BYTES) {
    throw new AppendTooLarge(`${bytes} bytes, where the server takes ${MAX_APPEND_BYTES}.`);
  }
}

/** Deleted streams' marks, metadata, statistics, links: whatever the server wrote for itself. */
export function isSystemEvent({ streamId, type }: StoredEvent): boolean {
  return streamId.startsWith('$') || type.startsWith('$');
}

export function placeOf({ position, streamId, revision }: StoredEvent): LogPosition {
  if (position) return position;
  throw new StoreUnusable(`The server gave no position of ${streamId}@${revision}.`);
}

/** Whether it has the form that this adapter gives to what it writes. */
export function isOurs(stored: StoredEvent): boolean {
  const { [SCHEMA_VERSION]: schemaVersion } = (stored.metadata ?? {}) as Record<string, unknown>;
  return typeof schemaVersion === 'number' && typeof stored.data === 'object' && !!stored.data;
}

/** @throws StoreUnusable for an event that nobody wrote through this adapter. */
export function toRecorded(stored: StoredEvent, tokens: PositionTokens): RecordedEvent {
  const { streamId, revision } = stored;
  if (!isOurs(stored)) {
    throw new StoreUnusable(
      `${streamId}@${revision} (${stored.type}) is no event of Casetrail's, but of somebody who writes to its ` +
        'server. Delete the stream there where it is none of Casetrail’s either. Restore the backup of the server else.',
    );
  }
  const { [SCHEMA_VERSION]: schemaVersion, ...metadata } = stored.metadata as Record<
    string,
    unknown
  >;
  return {
    id: stored.id,
    type: stored.type,
    schemaVersion: schemaVersion as number,
    data: stored.data as object,
    metadata: metadata as unknown as EventMetadata,
    stream: streamId,
    revision: Number(revision),
    position: tokens.tokenOf(placeOf(stored)),
  };
}
