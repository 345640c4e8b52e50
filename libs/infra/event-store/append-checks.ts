/**
 * What every store checks before it sends an append: only what all of them can hold goes through, so
 * that a log can be moved from one to another. Shared by the adapters; proved by event-store.contract.ts.
 */
import { type NewEvent } from '#kernel/envelope';
import { isUuid } from '#kernel/ids';
import { AppendTooLarge } from './event-store.errors.ts';
import { type EventStore, type ExpectedRevision } from './event-store.port.ts';

/** An event with its data and metadata as the JSON texts that are stored. */
export interface EncodedEvent {
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: string;
  readonly metadata: string;
  /** UTF-8 bytes of both texts. */
  readonly bytes: number;
}

/** Names that begin with `$` are EventStoreDB's own. */
function isName(text: string): boolean {
  return (
    text.length > 0 &&
    text.length <= 500 &&
    !text.startsWith('$') &&
    !text.includes('\u0000') &&
    text.isWellFormed()
  );
}

function encode(event: NewEvent): EncodedEvent {
  const { id, type, schemaVersion } = event;
  if (!isUuid(id)) throw new RangeError(`An event's id is a UUID in lower case, not ${id}.`);
  if (!isName(type)) throw new RangeError(`Not the name of an event type: ${JSON.stringify(type)}`);
  if (!Number.isSafeInteger(schemaVersion) || schemaVersion < 1) {
    throw new RangeError(`Schema versions begin at 1: ${schemaVersion}`);
  }
  const data = JSON.stringify(event.data);
  const metadata = JSON.stringify(event.metadata);
  const bytes = Buffer.byteLength(data) + Buffer.byteLength(metadata);
  return { id, type, schemaVersion, data, metadata, bytes };
}

/**
 * Checks an append and encodes its events as they are now.
 * @throws RangeError for an empty batch, names, ids or revisions that no store holds; AppendTooLarge
 */
export function encodeAppend(
  stream: string,
  expected: ExpectedRevision,
  events: readonly NewEvent[],
  limits: EventStore['limits'],
): EncodedEvent[] {
  if (!isName(stream)) throw new RangeError(`Not the name of a stream: ${JSON.stringify(stream)}`);
  if (expected !== 'no-stream' && !(Number.isSafeInteger(expected) && expected >= 0)) {
    throw new RangeError(`Revisions count from 0: ${expected}`);
  }
  if (events.length === 0) throw new RangeError('There is nothing to append.');
  if (events.length > limits.maxBatchEvents) {
    throw new AppendTooLarge(
      `${events.length} events, where a batch takes ${limits.maxBatchEvents}.`,
    );
  }
  const encoded = events.map(encode);
  let total = 0;
  for (const { type, bytes } of encoded) {
    total += bytes;
    if (bytes > limits.maxEventBytes) {
      throw new AppendTooLarge(
        `${type} takes ${bytes} bytes, where an event takes ${limits.maxEventBytes}.`,
      );
    }
  }
  if (total > limits.maxBatchBytes) {
    throw new AppendTooLarge(`${total} bytes, where a batch takes ${limits.maxBatchBytes}.`);
  }
  return encoded;
}
