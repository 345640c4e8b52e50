/**
 * What a request chose before it acted on it: the next review, or all that somebody holds, and what came
 * of each of those. A stream a request, named after its command id, so that a repeated request acts on
 * the very same. Stored for ever: add, never change.
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

export const workReassigned = defineEvent(
  'WorkReassigned',
  'What came of each review of the work that was selected. The lead was answered so, and is whenever the request is repeated.',
  z.strictObject({
    items: z.array(
      z.strictObject({
        caseId: z.string(),
        review: z.int().min(1),
        refused: z
          .string()
          .nullable()
          .describe('Null where it was given; else the rule that forbade it.'),
        why: z
          .string()
          .optional()
          .describe('The rule by which whoever was to take it may not, where that is why.'),
      }),
    ),
  }),
);

export const selectionEvents = new EventCatalogue([reviewSelected, workSelected, workReassigned]);
export type ReviewSelected = EventOf<typeof reviewSelected>;
export type WorkSelected = EventOf<typeof workSelected>;
export type WorkReassigned = EventOf<typeof workReassigned>;
export type SelectionEvent = ReviewSelected | WorkSelected | WorkReassigned;

export const selectionStream = (commandId: string): string => `selection-${commandId}`;
