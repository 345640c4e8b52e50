import type { Instant } from './instants.ts';

export const ACTOR_KINDS = ['person', 'api-key', 'system', 'ai', 'unknown'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

/** What a person or key may be on one platform. `applicant` comes from an account, the rest from the staff registry. */
export const ROLES = [
  'applicant',
  'reviewer',
  'senior',
  'lead',
  'auditor',
  'support',
  'admin',
] as const;
export type Role = (typeof ROLES)[number];
export type StaffRole = Exclude<Role, 'applicant'>;
export const STAFF_ROLES = ROLES.filter((role): role is StaffRole => role !== 'applicant');

/**
 * Who did it. Never invented: `unknown` is for imported facts alone whose log names nobody.
 * `role` is the role in which the actor acted; the system and `unknown` have none.
 */
export interface Actor {
  readonly kind: ActorKind;
  readonly id: string;
  readonly role?: Role;
}

export const SYSTEM: Actor = { kind: 'system', id: 'casetrail' };
/** The system, told to by whoever runs it at its command line: who that was is known to the machine alone. */
export const OPERATOR: Actor = { kind: 'system', id: 'operator' };
export const UNKNOWN: Actor = { kind: 'unknown', id: 'unknown' };

/** Whether the actor may configure: admins do, and the system when an operator sets a platform up. */
export function mayConfigure(by: Actor): boolean {
  return by.kind === 'system' || by.role === 'admin';
}

/** When it is taken to have happened, by whom. What a decide function may know of the moment. */
export interface Moment {
  readonly at: Instant;
  readonly by: Actor;
}
