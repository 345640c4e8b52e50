/** What is written of requests themselves. Stored for ever: add, never change. */
import { z } from 'zod';
import { defineEvent, EventCatalogue, type EventOf } from '#kernel/event-definition';

export const requestBound = defineEvent(
  'RequestBound',
  'A request took its Idempotency-Key for the stream that its events are in; any other body is refused.',
  z.strictObject({ stream: z.string().min(1).describe('Where its events follow.') }),
);

export const requestFoundDone = defineEvent(
  'RequestFoundDone',
  'A request asked for what was so already. It wrote nothing else, and whenever it is repeated it is answered with how things stood then.',
  z.strictObject({
    stream: z.string().min(1).describe('Which it was decided from.'),
    revision: z
      .int()
      .min(-1)
      .describe('Of the last event that the stream had then; -1 where it had none.'),
  }),
);

export type RequestBound = EventOf<typeof requestBound>;
export type RequestFoundDone = EventOf<typeof requestFoundDone>;
export type RequestEvent = RequestBound | RequestFoundDone;

export const requestEvents = new EventCatalogue([requestBound, requestFoundDone]);

export const requestStream = (commandId: string): string => `request-${commandId}`;
