import { SYSTEM } from '../actor.ts';
import { type EventMetadata } from '../envelope.ts';
import { type Instant } from '../instants.ts';

/** Of an event that a spec makes by hand: on the platform `shop`, by the system, of a command of its own, unless it says otherwise. */
export function metadataFor(
  id: string,
  at: Instant,
  otherwise: Partial<EventMetadata> = {},
): EventMetadata {
  return {
    platform: 'shop',
    actor: SYSTEM,
    occurredAt: at,
    recordedAt: at,
    commandId: id,
    correlationId: id,
    causationId: id,
    ...otherwise,
  };
}
