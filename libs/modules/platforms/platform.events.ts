/** Every event of a platform (tenant), in life order. Stored for ever: add, never change. */
import { z } from 'zod';
import { calendarAdditionSchema } from '#kernel/business-time/calendar-form';
import { defineEvent, EventCatalogue, type EventOf } from '#kernel/event-definition';
import { isInstant, type Instant } from '#kernel/instants';

const instant = z
  .custom<Instant>((value) => typeof value === 'string' && isInstant(value))
  .meta({ type: 'string', format: 'date-time' });

export const platformRegistered = defineEvent(
  'PlatformRegistered',
  'A platform became a tenant of this system.',
  z.strictObject({ name: z.string().min(1).max(200) }),
);
export const calendarExtended = defineEvent(
  'CalendarExtended',
  'Calendar data arrived: a further year, or the correction of one.',
  z.strictObject({ addition: calendarAdditionSchema }),
);
export const calendarGapFound = defineEvent(
  'CalendarGapFound',
  'A due time reaches into years without calendar data: it counts Monday to Friday and is provisional until the data arrives. An alarm for the operator.',
  z.strictObject({ years: z.array(z.int()).min(1), dueAt: instant }),
);
export const maintenanceAnnounced = defineEvent(
  'MaintenanceAnnounced',
  'No clock of the platform runs between two instants. One event of the platform, never one a case.',
  z.strictObject({ maintenanceId: z.string(), from: instant, to: instant }),
);
export const maintenanceCancelled = defineEvent(
  'MaintenanceCancelled',
  'An announced maintenance does not take place, or ends early.',
  z.strictObject({ maintenanceId: z.string(), endedAt: instant.nullable() }),
);

export const PLATFORM_EVENT_DEFINITIONS = [
  platformRegistered,
  calendarExtended,
  calendarGapFound,
  maintenanceAnnounced,
  maintenanceCancelled,
] as const;

export const platformEvents = new EventCatalogue(PLATFORM_EVENT_DEFINITIONS);
export type PlatformEvent = EventOf<(typeof PLATFORM_EVENT_DEFINITIONS)[number]>;
