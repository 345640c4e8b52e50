import { type Decider } from '#kernel/decider';
import {
  changeRoles,
  type ChangeRoles,
  changeSkills,
  type ChangeSkills,
  declareConflict,
  type DeclareConflict,
  enrolStaff,
  type EnrolStaff,
  leaveStaff,
  type LeaveStaff,
  reinstateStaff,
  type ReinstateStaff,
  type StaffFacts,
  suspendStaff,
  type SuspendStaff,
  withdrawConflict,
  type WithdrawConflict,
} from './staff.decide.ts';
import { type StaffEvent } from './staff.events.ts';
import { evolveStaff, initialStaff, type StaffState } from './staff.state.ts';

export type StaffCommand =
  | EnrolStaff
  | ChangeRoles
  | ChangeSkills
  | DeclareConflict
  | WithdrawConflict
  | SuspendStaff
  | ReinstateStaff
  | LeaveStaff;

export const staffDecider: Decider<StaffCommand, StaffState, StaffEvent, StaffFacts> = {
  initial: initialStaff,
  evolve: evolveStaff,
  decide(command, state, moment, facts) {
    switch (command.type) {
      case 'EnrolStaff':
        return enrolStaff(command, state, moment);
      case 'ChangeRoles':
        return changeRoles(command, state, moment, facts);
      case 'ChangeSkills':
        return changeSkills(command, state, moment);
      case 'DeclareConflict':
        return declareConflict(command, state, moment, facts);
      case 'WithdrawConflict':
        return withdrawConflict(command, state, moment);
      case 'SuspendStaff':
        return suspendStaff(command, state, moment, facts);
      case 'ReinstateStaff':
        return reinstateStaff(command, state, moment);
      case 'LeaveStaff':
        return leaveStaff(command, state, moment, facts);
    }
  },
};
