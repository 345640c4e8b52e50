/**
 * The rules of the staff registry. Admins configure and decide nothing, auditors look at what the others
 * did: so both are kept apart from the roles that decide, and from each other. A platform keeps one
 * active admin, whoever asks; that it holds when two go at once is the count's to see to (docs/adr/0009).
 */
import { type Actor, mayConfigure, type Moment, STAFF_ROLES, type StaffRole } from '#kernel/actor';
import { type Decision } from '#kernel/decider';
import { type Violation } from '#kernel/violation';
import { type StaffEvent, type StaffKind, type SuspensionCause } from './staff.events.ts';
import { mayActAs, type StaffState } from './staff.state.ts';
import { staffViolation } from './staff.violations.ts';

/** What the rules need from outside of the member's own stream. */
export interface StaffFacts {
  /** Whether the platform has an active admin besides this member. */
  readonly otherAdmins: boolean;
  /** Whether the platform has the account that the command names; absent where it names none. */
  readonly accountExists?: boolean;
}

export interface EnrolStaff {
  readonly type: 'EnrolStaff';
  /** `staffIdOf(platform, principalId)`. */
  readonly staffId: string;
  readonly principalId: string;
  readonly kind: StaffKind;
  readonly roles: readonly StaffRole[];
  readonly skills: readonly string[];
}
export interface ChangeRoles {
  readonly type: 'ChangeRoles';
  readonly roles: readonly StaffRole[];
}
export interface ChangeSkills {
  readonly type: 'ChangeSkills';
  readonly skills: readonly string[];
}
export interface DeclareConflict {
  readonly type: 'DeclareConflict';
  readonly accountId: string;
}
export interface WithdrawConflict {
  readonly type: 'WithdrawConflict';
  readonly accountId: string;
}
export interface SuspendStaff {
  readonly type: 'SuspendStaff';
  readonly cause: SuspensionCause;
}
export interface ReinstateStaff {
  readonly type: 'ReinstateStaff';
}
export interface LeaveStaff {
  readonly type: 'LeaveStaff';
}

export function enrolStaff(
  command: EnrolStaff,
  state: StaffState,
  { by }: Moment,
): Decision<StaffEvent> {
  const { staffId, principalId, kind } = command;
  if (!mayConfigure(by)) return staffViolation('staff-admins-only');
  if (isThemselves(by, principalId)) return staffViolation('staff-own-roles');
  if (state.status === 'active' || state.status === 'suspended')
    return staffViolation('staff-already-enrolled');
  if (state.status === 'left' && kind !== state.kind)
    return staffViolation('staff-kind-fixed', { field: 'kind', params: { kind: state.kind } });
  const stop = unsuitable(command.roles, kind);
  if (stop) return stop;
  const [roles, skills] = [inOrder(command.roles), sorted(command.skills)];
  return [{ type: 'StaffEnrolled', data: { staffId, principalId, kind, roles, skills } }];
}

export function changeRoles(
  command: ChangeRoles,
  state: StaffState,
  { by }: Moment,
  facts: StaffFacts,
): Decision<StaffEvent> {
  if (!mayConfigure(by)) return staffViolation('staff-admins-only');
  const stop = notOnStaff(state);
  if (stop) return stop;
  if (isThemselves(by, state.principalId)) return staffViolation('staff-own-roles');
  const unfit = unsuitable(command.roles, state.kind);
  if (unfit) return unfit;
  const last = command.roles.includes('admin') ? undefined : lastAdmin(state, facts);
  if (last) return last;
  const roles = inOrder(command.roles);
  return isSame(roles, state.roles) ? [] : [{ type: 'RolesChanged', data: { roles } }];
}

export function changeSkills(
  command: ChangeSkills,
  state: StaffState,
  { by }: Moment,
): Decision<StaffEvent> {
  const stop = mayConfigure(by) ? notOnStaff(state) : staffViolation('staff-admins-only');
  if (stop) return stop;
  const skills = sorted(command.skills);
  return isSame(skills, state.skills) ? [] : [{ type: 'SkillsChanged', data: { skills } }];
}

/** Admins and leads see conflicts that somebody keeps silent about. */
const oversees = ({ by }: Moment): boolean => mayConfigure(by) || by.role === 'lead';

export function declareConflict(
  { accountId }: DeclareConflict,
  state: StaffState,
  moment: Moment,
  { accountExists }: StaffFacts,
): Decision<StaffEvent> {
  const stop = notOnStaff(state);
  if (stop) return stop;
  if (moment.by.id !== state.principalId && !oversees(moment))
    return staffViolation('staff-conflict-of-another');
  if (state.conflicts.includes(accountId)) return [];
  if (!accountExists) return staffViolation('staff-conflict-account', { field: 'accountId' });
  return [{ type: 'ConflictDeclared', data: { accountId } }];
}

export function withdrawConflict(
  { accountId }: WithdrawConflict,
  state: StaffState,
  moment: Moment,
): Decision<StaffEvent> {
  const stop = notOnStaff(state);
  if (stop) return stop;
  if (isThemselves(moment.by, state.principalId) || !oversees(moment))
    return staffViolation('staff-conflict-withdrawal');
  if (!state.conflicts.includes(accountId))
    return staffViolation('staff-conflict-unknown', { field: 'accountId' });
  return [{ type: 'ConflictWithdrawn', data: { accountId } }];
}

export function suspendStaff(
  { cause }: SuspendStaff,
  state: StaffState,
  { by }: Moment,
  facts: StaffFacts,
): Decision<StaffEvent> {
  const stop = mayConfigure(by) ? notOnStaff(state) : staffViolation('staff-admins-only');
  if (stop) return stop;
  if (state.status === 'suspended') return staffViolation('staff-suspended');
  return lastAdmin(state, facts) ?? [{ type: 'StaffSuspended', data: { cause } }];
}

export function reinstateStaff(
  _command: ReinstateStaff,
  state: StaffState,
  { by }: Moment,
): Decision<StaffEvent> {
  const stop = mayConfigure(by) ? notOnStaff(state) : staffViolation('staff-admins-only');
  if (stop) return stop;
  if (isThemselves(by, state.principalId)) return staffViolation('staff-own-reinstatement');
  if (state.status !== 'suspended') return staffViolation('staff-not-suspended');
  return [{ type: 'StaffReinstated', data: {} }];
}

export function leaveStaff(
  _command: LeaveStaff,
  state: StaffState,
  { by }: Moment,
  facts: StaffFacts,
): Decision<StaffEvent> {
  if (!mayConfigure(by) && by.id !== state.principalId) return staffViolation('staff-admins-only');
  return notOnStaff(state) ?? lastAdmin(state, facts) ?? [{ type: 'StaffLeft', data: {} }];
}

/** The system has ids of its own: a principal of the same name is somebody else. */
const isThemselves = (by: Actor, principalId: string): boolean =>
  by.kind !== 'system' && by.id === principalId;

/** For commands after which they are no active admin. A suspended one is not missed. */
function lastAdmin(state: StaffState, { otherAdmins }: StaffFacts): Violation | undefined {
  return mayActAs(state, 'admin') && !otherAdmins ? staffViolation('staff-last-admin') : undefined;
}

function notOnStaff(state: StaffState): Violation | undefined {
  if (state.status === 'none') return staffViolation('staff-missing');
  return state.status === 'left' ? staffViolation('staff-left') : undefined;
}

/** Roles that no one member may hold together. */
const APART: readonly (readonly [StaffRole, StaffRole])[] = [
  ['admin', 'reviewer'],
  ['admin', 'senior'],
  ['admin', 'lead'],
  ['auditor', 'reviewer'],
  ['auditor', 'senior'],
  ['auditor', 'lead'],
  ['auditor', 'admin'],
];

/**
 * What a key or an assistant may be. Only people approve, reject, hear appeals, run queues and configure;
 * the narrowest choice, because a role can be opened to more kinds later but not taken back from the past.
 */
const ROLES_BY_KIND: Readonly<Record<StaffKind, readonly StaffRole[]>> = {
  person: STAFF_ROLES,
  'api-key': ['support', 'auditor'],
  ai: ['support'],
};

function unsuitable(roles: readonly StaffRole[], kind: StaffKind): Violation | undefined {
  if (roles.length === 0) return staffViolation('staff-roles-missing', { field: 'roles' });
  const beyond = roles.findIndex((role) => !ROLES_BY_KIND[kind].includes(role));
  if (beyond >= 0) {
    const params = { role: roles[beyond]!, kind };
    return staffViolation('staff-role-for-people', { field: `roles[${beyond}]`, params });
  }
  const pair = APART.find((both) => both.every((role) => roles.includes(role)));
  if (!pair) return undefined;
  const [role, other] = pair;
  return staffViolation('staff-roles-incompatible', { field: 'roles', params: { role, other } });
}

/** One order for the same set, so that equal sets are equal lists. */
const inOrder = (roles: readonly StaffRole[]): StaffRole[] =>
  STAFF_ROLES.filter((role) => roles.includes(role));
const sorted = (skills: readonly string[]): string[] => [...new Set(skills)].sort();
const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);
