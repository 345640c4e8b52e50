/**
 * What is remembered of a request outside of the stream that it acts on, in `request-<command id>`
 * (docs/adr/0004): which stream its key was bound to, where the key alone does not tell, written just
 * before its events; and where it found done what it asked for, since then it has no events.
 */
import { type EventMetadata, type NewEvent, type RecordedEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { type CallOptions, type EventStore } from '../event-store/event-store.port.ts';
import { requestEvents, requestStream, type RequestEvent } from './request.events.ts';

export type RequestBinding =
  { readonly kind: 'free' } | BoundRequest | { readonly kind: 'bound-to-another' };

/** To this very request. */
export interface BoundRequest {
  readonly kind: 'bound';
  /** Its events are there, or a crash came before them; or it found done what it asked for. */
  readonly stream: string;
  /** By stream, at which revision it found done what it asked for: a request may act on several. */
  readonly foundDone: ReadonlyMap<string, number>;
  /** How many events its own stream has. */
  readonly noted: number;
}

type Request = Pick<EventMetadata, 'commandId' | 'requestDigest'>;

/** Costs one read. @throws EventStoreError */
export async function bindingOf(
  store: EventStore,
  { commandId, requestDigest }: Request,
  options: CallOptions = {},
): Promise<RequestBinding> {
  let boundTo: string | undefined;
  let noted = 0;
  const foundDone = new Map<string, number>();
  for await (const stored of store.readStream(requestStream(commandId), options)) {
    if (stored.metadata.requestDigest !== requestDigest) return { kind: 'bound-to-another' };
    const { type, data } = requestEvents.upcast(stored) as RecordedEvent<RequestEvent>;
    boundTo ??= data.stream;
    noted += 1;
    if (type === 'RequestFoundDone') foundDone.set(data.stream, data.revision);
  }
  return boundTo === undefined
    ? { kind: 'free' }
    : { kind: 'bound', stream: boundTo, foundDone, noted };
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

/**
 * @param found which stream it was decided from, and the revision of its last event then.
 * @param binding as it was read before that.
 * @throws RevisionConflict where more was noted of the request since; EventStoreError
 */
export async function noteFoundDone(
  store: EventStore,
  found: { readonly stream: string; readonly revision: number },
  metadata: EventMetadata,
  binding: RequestBinding,
  options: CallOptions = {},
): Promise<void> {
  const { commandId, requestDigest = '' } = metadata;
  const stream = requestStream(commandId);
  const event: NewEvent = {
    id: deriveId('event', commandId, stream, requestDigest, found.stream, found.revision),
    type: 'RequestFoundDone',
    schemaVersion: 1,
    data: found,
    metadata,
  };
  const expected = binding.kind === 'bound' ? binding.noted - 1 : 'no-stream';
  await store.append(stream, expected, [event], options);
}
