/** Which references the log names, by the one rule of named-refs.ts. */
import type { Position } from '#kernel/position';
import type { EventStore } from '../event-store/event-store.port.ts';
import { refsNamedIn } from './named-refs.ts';

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
  const before = refs.size;
  for (const ref of refsNamedIn(data)) refs.delete(ref);
  return refs.size < before;
}
