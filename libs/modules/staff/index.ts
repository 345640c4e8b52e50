/** The door of the staff registry: who may do what now, whatever a token says. */
export {
  STAFF_KINDS,
  type StaffEvent,
  staffEvents,
  type StaffKind,
  SUSPENSION_CAUSES,
  type SuspensionCause,
} from './staff.events.ts';
export { adminsEvents } from './admins.events.ts';
export { adminsStream } from './admins.state.ts';
export { isActive, mayActAs, staffIdOf, type StaffState, staffStream } from './staff.state.ts';
export {
  type ChangeRoles,
  type ChangeSkills,
  type DeclareConflict,
  type EnrolStaff,
  type LeaveStaff,
  type ReinstateStaff,
  type StaffFacts,
  type SuspendStaff,
  type WithdrawConflict,
} from './staff.decide.ts';
export { type StaffCommand, staffDecider } from './staff.decider.ts';
export { staffViolations } from './staff.violations.ts';
