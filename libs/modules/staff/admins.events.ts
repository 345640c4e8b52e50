/**
 * Who counts as an admin of a platform: one stream a platform, so that two admins cannot go at once
 * (docs/adr/0009). Stored for ever: add, never change.
 */
import { z } from 'zod';
import { defineEvent, EventCatalogue, type EventOf } from '#kernel/event-definition';

const staffIdSchema = z.uuid();

export const adminAppointed = defineEvent(
  'AdminAppointed',
  'The platform counts somebody among its active admins.',
  z.strictObject({
    staffId: staffIdSchema,
    staffRevision: z.int().min(0).describe('Of their own stream, as it was read.'),
  }),
);

export const adminRelieved = defineEvent(
  'AdminRelieved',
  'Somebody is about to be no admin, or no active one, any more: from here on they do not count.',
  z.strictObject({
    staffId: staffIdSchema,
    staffRevision: z
      .int()
      .min(0)
      .describe('Of their own stream: only what is written after it makes them count again.'),
  }),
);

const definitions = [adminAppointed, adminRelieved] as const;

export type AdminsEvent = EventOf<(typeof definitions)[number]>;

export const adminsEvents = new EventCatalogue(definitions);
