/**
 * The events of one member of the staff on one platform, in life order. Stored for ever: add, never
 * change. No names or addresses: a member is known by the principal id of the platform's tokens.
 */
import { z } from 'zod';
import { STAFF_ROLES } from '#kernel/actor';
import { defineEvent, EventCatalogue, type EventOf } from '#kernel/event-definition';
import { codeSchema } from '#kernel/schemas';

export const STAFF_KINDS = ['person', 'api-key', 'ai'] as const;
export type StaffKind = (typeof STAFF_KINDS)[number];

/** Why somebody is kept from working for a while. A list, so that no free text about a person gets in. */
export const SUSPENSION_CAUSES = [
  'absence',
  'administrative',
  'credentials-at-risk',
  'investigation',
  'training',
] as const;
export type SuspensionCause = (typeof SUSPENSION_CAUSES)[number];

const rolesSchema = z.array(z.enum(STAFF_ROLES)).min(1).describe('All roles held from now on.');
const skillsSchema = z.array(codeSchema).describe('All skills held from now on.');
const accountIdSchema = z.uuid().describe('The account that the conflict of interest is about.');

export const staffEnrolled = defineEvent(
  'StaffEnrolled',
  'Somebody joined the staff of the platform, or came back after leaving.',
  z.strictObject({
    staffId: z.uuid(),
    principalId: z.string().min(1).describe('The subject of the tokens that they sign in with.'),
    kind: z.enum(STAFF_KINDS),
    roles: rolesSchema,
    skills: skillsSchema,
  }),
);

export const rolesChanged = defineEvent(
  'RolesChanged',
  'What somebody may do was changed.',
  z.strictObject({ roles: rolesSchema }),
);

export const skillsChanged = defineEvent(
  'SkillsChanged',
  'Which reviews somebody can take was changed.',
  z.strictObject({ skills: skillsSchema }),
);

export const conflictDeclared = defineEvent(
  'ConflictDeclared',
  'Somebody is too close to an account to decide about it.',
  z.strictObject({ accountId: accountIdSchema }),
);

export const conflictWithdrawn = defineEvent(
  'ConflictWithdrawn',
  'A conflict of interest no longer stands.',
  z.strictObject({ accountId: accountIdSchema }),
);

export const staffSuspended = defineEvent(
  'StaffSuspended',
  'Somebody may do nothing until they are reinstated.',
  z.strictObject({ cause: z.enum(SUSPENSION_CAUSES) }),
);

export const staffReinstated = defineEvent(
  'StaffReinstated',
  'A suspension was lifted; roles and skills are those from before.',
  z.strictObject({}),
);

export const staffLeft = defineEvent(
  'StaffLeft',
  'Somebody left the staff and may do nothing any more.',
  z.strictObject({}),
);

const definitions = [
  staffEnrolled,
  rolesChanged,
  skillsChanged,
  conflictDeclared,
  conflictWithdrawn,
  staffSuspended,
  staffReinstated,
  staffLeft,
] as const;

export type StaffEvent = EventOf<(typeof definitions)[number]>;

export const staffEvents = new EventCatalogue(definitions);
