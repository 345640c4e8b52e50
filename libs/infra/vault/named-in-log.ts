/**
 * Which references the log names. What a sweep removes is gone for good, so nothing is left to a list
 * of member names that a new event type might not be on: a reference is named wherever its text
 * stands alone in an event's data.
 */
import type { Position } from '#kernel/position';
import type { EventStore } from '../event-store/event-store.port.ts';

/**
 * Takes out of `refs` all that an event after `after` names; ends early when none is left.
 * Costs a read of that part of the log. @returns the position of the last event that named one
 * @throws EventStoreError; then some may have been taken out, which is true of them all the same
 */
export async function takeOutNamed(
  refs: Set<string>,
  log: Pick<EventStore, 'readAll'>,
  after: Position,
  signal?: AbortSignal,
): Promise<Position> {
  let last = after;
  if (refs.size === 0) return last;
  for await (const event of log.readAll({ after, ...(signal && { signal }) })) {
    if (!takeOutOf(refs, event.data)) continue;
    last = event.position;
    if (refs.size === 0) break;
  }
  return last;
}

/** Whether the data named one. */
function takeOutOf(refs: Set<string>, data: unknown): boolean {
  if (typeof data === 'string') return refs.delete(data);
  if (typeof data !== 'object' || data === null) return false;
  let named = false;
  for (const value of Object.values(data)) named = takeOutOf(refs, value) || named;
  return named;
}
