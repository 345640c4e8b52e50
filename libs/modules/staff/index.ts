/** The door of the staff registry: who may do what now, whatever a token says. */
export { STAFF_KINDS, type StaffEvent, staffEvents, SUSPENSION_CAUSES } from './staff.events.ts';
export { adminsEvents } from './admins.events.ts';
export { adminsStream } from './admins.state.ts';
export { isActive, staffIdOf, type StaffState, staffStream } from './staff.state.ts';
export { type StaffCommand, staffDecider } from './staff.decider.ts';
export { staffViolations } from './staff.violations.ts';
