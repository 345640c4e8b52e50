/** What is written of requests themselves. Stored for ever: add, never change. */
import { z } from 'zod';
import { defineEvent, EventCatalogue, type EventOf } from '#kernel/event-definition';

export const requestBound = defineEvent(
  'RequestBound',
  'A request took its Idempotency-Key for the stream that its events are in; any other body is refused.',
  z.strictObject({ stream: z.string().min(1).describe('Where its events follow.') }),
);

export type RequestBound = EventOf<typeof requestBound>;

export const requestEvents = new EventCatalogue([requestBound]);

export const requestStream = (commandId: string): string => `request-${commandId}`;
