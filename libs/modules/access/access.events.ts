/**
 * Who looked, or tried to, at what, for which purpose. One stream a platform and month. Stored for
 * ever: add, never change. References only: what was seen or searched for is never here.
 */
import { z } from 'zod';
import { defineEvent, EventCatalogue, type EventOf } from '#kernel/event-definition';
import { ROLES } from '#kernel/actor';
import { isInstant, type Instant } from '#kernel/instants';

/** Why somebody may look at personal data in clear. */
export const PURPOSES = [
  'review',
  'appeal',
  'support-request',
  'audit',
  'fraud-investigation',
  'legal-request',
  'data-subject-request',
] as const;
export type Purpose = (typeof PURPOSES)[number];

const instant = z
  .custom<Instant>((value) => typeof value === 'string' && isInstant(value))
  .meta({ type: 'string', format: 'date-time' });
const purpose = z.enum(PURPOSES);

export const personalDataRevealed = defineEvent(
  'PersonalDataRevealed',
  'Values of the vault are shown in clear. Recorded before they are shown.',
  z.strictObject({
    caseId: z.string().optional(),
    accountId: z.string().optional(),
    refs: z.array(z.string()).min(1),
    purpose,
    /** Vault reference of what the viewer wrote about it. */
    justificationRef: z.string().optional(),
  }),
);
export const personalDataSearched = defineEvent(
  'PersonalDataSearched',
  'Somebody looked up who holds an identity, by its number. The number is not recorded.',
  z.strictObject({ type: z.string(), purpose, found: z.boolean() }),
);
export const accessDenied = defineEvent(
  'AccessDenied',
  'Somebody tried what they may not, or what is there and hidden from them; further attempts within the window are counted here.',
  z.strictObject({
    principalId: z.string(),
    roles: z.array(z.enum(ROLES)),
    route: z.string().describe('method and template, never the URL'),
    code: z.string(),
    caseId: z.string().optional().describe('what it was at, where the request named it'),
    accountId: z
      .string()
      .optional()
      .describe(
        'likewise, or that of the case; neither where somebody tried too many to name each',
      ),
    attempts: z.int().min(1),
    from: instant,
    to: instant,
  }),
);

export const ACCESS_EVENT_DEFINITIONS = [
  personalDataRevealed,
  personalDataSearched,
  accessDenied,
] as const;
export const accessEvents = new EventCatalogue(ACCESS_EVENT_DEFINITIONS);
export type AccessEvent = EventOf<(typeof ACCESS_EVENT_DEFINITIONS)[number]>;

/** @param at in UTC: the month is the one of its text. */
export function accessStream(platform: string, at: Instant): string {
  return `access-${platform}-${at.slice(0, 4)}-${at.slice(5, 7)}`;
}
