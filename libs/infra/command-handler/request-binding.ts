/**
 * An Idempotency-Key bound to the request that first came with it, where the key alone does not tell
 * which stream remembers the request: `RequestBound` in `request-<command id>`, written just before
 * the events of the request (docs/adr/0004).
 */
import { type EventMetadata, type NewEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { type CallOptions, type EventStore } from '../event-store/event-store.port.ts';
import { requestStream, type RequestBound } from './request.events.ts';

export type RequestBinding =
  | { readonly kind: 'free' }
  /** To this very request. Its events are in the stream, or a crash came before them. */
  | { readonly kind: 'bound'; readonly stream: string }
  | { readonly kind: 'bound-to-another' };

/** Costs one read. @throws EventStoreError */
export async function bindingOf(
  store: EventStore,
  { commandId, requestDigest }: Pick<EventMetadata, 'commandId' | 'requestDigest'>,
  options: CallOptions = {},
): Promise<RequestBinding> {
  for await (const { metadata, data } of store.readStream(requestStream(commandId), options)) {
    if (metadata.requestDigest !== requestDigest) return { kind: 'bound-to-another' };
    return { kind: 'bound', stream: (data as RequestBound['data']).stream };
  }
  return { kind: 'free' };
}

/**
 * @param to the stream that the request's events will be in.
 * @param metadata of the request: says its command id and digest.
 * @throws RevisionConflict where another request took the key in the meantime, or this one for another
 *   stream; EventStoreError
 */
export async function bindRequest(
  store: EventStore,
  to: string,
  metadata: EventMetadata,
  options: CallOptions = {},
): Promise<void> {
  const { commandId, requestDigest = '' } = metadata;
  const stream = requestStream(commandId);
  const event: NewEvent = {
    // Of all that it says: the store takes the same id at the same place for the same event.
    id: deriveId('event', commandId, stream, requestDigest, to),
    type: 'RequestBound',
    schemaVersion: 1,
    data: { stream: to },
    metadata,
  };
  await store.append(stream, 'no-stream', [event], options);
}
