/** Who is of the staff of a platform: for lists. Whether somebody may do a thing is read from their stream. */
import { type StaffRole } from '#kernel/actor';
import { type Instant } from '#kernel/instants';
import { type View } from '#kernel/view';
import { type StaffEvent, type StaffKind } from './staff.events.ts';
import { evolveStaff, initialStaff, type StaffState } from './staff.state.ts';

export interface StaffEntry {
  readonly platform: string;
  readonly staffId: string;
  readonly principalId: string;
  readonly kind: StaffKind;
  readonly status: StaffState['status'];
  readonly roles: readonly StaffRole[];
  readonly skills: readonly string[];
  readonly conflicts: readonly string[];
  readonly since: Instant;
  readonly state: StaffState;
}

export const staffDirectoryView: View<StaffEntry, StaffEvent> = {
  name: 'staff-directory',
  version: 1,
  handles: [
    'StaffEnrolled',
    'RolesChanged',
    'SkillsChanged',
    'ConflictDeclared',
    'ConflictWithdrawn',
    'StaffSuspended',
    'StaffReinstated',
    'StaffLeft',
  ],
  keys: ({ stream }) => [stream.slice('staff-'.length)],
  evolve: (document, event, staffId) => {
    const { platform, occurredAt } = event.metadata;
    const state = evolveStaff(document?.state ?? initialStaff, event);
    const { principalId, kind, status, roles, skills, conflicts } = state;
    const since = document?.since ?? occurredAt;
    return { platform, staffId, principalId, kind, status, roles, skills, conflicts, since, state };
  },
  indexes: [
    ['platform', 'principalId'],
    ['platform', 'status', 'principalId'],
  ],
};
