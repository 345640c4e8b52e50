/**
 * What "take the next" chose. A stream a request, named after its command id, so that a repeated
 * request tries the very review that the first one chose. Stored for ever: add, never change.
 */
import { z } from 'zod';
import { defineEvent, EventCatalogue, type EventOf } from '#kernel/event-definition';

export const reviewSelected = defineEvent(
  'ReviewSelected',
  'A reviewer asked for the next review, and this one was chosen to be tried.',
  z.strictObject({ caseId: z.string(), review: z.int().min(1) }),
);

export const selectionEvents = new EventCatalogue([reviewSelected]);
export type SelectionEvent = EventOf<typeof reviewSelected>;

export const selectionStream = (commandId: string): string => `selection-${commandId}`;
