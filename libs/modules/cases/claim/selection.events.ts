/**
 * What a request chose before it acted on it: the next review, or all that somebody holds. A stream a
 * request, named after its command id, so that a repeated request acts on the very same. Stored for
 * ever: add, never change.
 */
import { z } from 'zod';
import { defineEvent, EventCatalogue, type EventOf } from '#kernel/event-definition';

export const reviewSelected = defineEvent(
  'ReviewSelected',
  'A reviewer asked for the next review, and this one was chosen to be tried.',
  z.strictObject({ caseId: z.string(), review: z.int().min(1) }),
);

export const workSelected = defineEvent(
  'WorkSelected',
  'A lead reassigns the work of somebody: these are the reviews that they held.',
  z.strictObject({
    from: z.string(),
    to: z.string(),
    reviews: z.array(z.strictObject({ caseId: z.string(), review: z.int().min(1) })),
  }),
);

export const selectionEvents = new EventCatalogue([reviewSelected, workSelected]);
export type ReviewSelected = EventOf<typeof reviewSelected>;
export type WorkSelected = EventOf<typeof workSelected>;
export type SelectionEvent = ReviewSelected | WorkSelected;

export const selectionStream = (commandId: string): string => `selection-${commandId}`;
