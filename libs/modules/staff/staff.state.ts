import { type StaffRole } from '#kernel/actor';
import { deriveId } from '#kernel/ids';
import { type StaffEvent, type StaffKind, type SuspensionCause } from './staff.events.ts';

export interface StaffState {
  readonly status: 'none' | 'active' | 'suspended' | 'left';
  readonly staffId: string;
  readonly principalId: string;
  readonly kind: StaffKind;
  readonly roles: readonly StaffRole[];
  readonly skills: readonly string[];
  /** Accounts with a declared conflict of interest. They outlast leaving and coming back. */
  readonly conflicts: readonly string[];
  readonly suspendedFor: SuspensionCause | null;
  /** How often they have been enrolled: 1 until somebody comes back. */
  readonly enrolments: number;
}

export const initialStaff: StaffState = {
  status: 'none',
  staffId: '',
  principalId: '',
  kind: 'person',
  roles: [],
  skills: [],
  conflicts: [],
  suspendedFor: null,
  enrolments: 0,
};

export function evolveStaff(state: StaffState, event: StaffEvent): StaffState {
  switch (event.type) {
    case 'StaffEnrolled': {
      const enrolments = state.enrolments + 1;
      return { ...state, ...event.data, status: 'active', suspendedFor: null, enrolments };
    }
    case 'RolesChanged':
      return { ...state, roles: event.data.roles };
    case 'SkillsChanged':
      return { ...state, skills: event.data.skills };
    case 'ConflictDeclared':
      return { ...state, conflicts: [...state.conflicts, event.data.accountId] };
    case 'ConflictWithdrawn': {
      const conflicts = state.conflicts.filter((account) => account !== event.data.accountId);
      return { ...state, conflicts };
    }
    case 'StaffSuspended':
      return { ...state, status: 'suspended', suspendedFor: event.data.cause };
    case 'StaffReinstated':
      return { ...state, status: 'active', suspendedFor: null };
    case 'StaffLeft':
      return { ...state, status: 'left', suspendedFor: null };
    default:
      return state;
  }
}

/**
 * The one staff id of a principal on a platform. It follows from the token, so that the registry can
 * be asked about a caller on every request without a view.
 */
export function staffIdOf(platform: string, principalId: string): string {
  return deriveId('staff', platform, principalId);
}

export const staffStream = (staffId: string): string => `staff-${staffId}`;

export const isActive = (state: StaffState): boolean => state.status === 'active';

/** Whether they hold the role and are neither suspended nor gone. */
export function mayActAs(state: StaffState, role: StaffRole): boolean {
  return isActive(state) && state.roles.includes(role);
}
