/**
 * The count of a platform's admins (docs/adr/0009). Whoever stops being one is relieved before their
 * own stream says so, and counts again only by what that stream says afterwards: so the count never
 * holds anybody who is not an active admin, and is never emptied.
 */
import { type Decider, type Decision } from '#kernel/decider';
import { type AdminsEvent } from './admins.events.ts';
import { type AdminsState, evolveAdmins, hasOtherAdmins, initialAdmins } from './admins.state.ts';
import { staffViolation } from './staff.violations.ts';

/** Sent of who was read to be an active admin, at that revision of their stream. */
export interface AppointAdmin {
  readonly type: 'AppointAdmin';
  readonly staffId: string;
  readonly staffRevision: number;
}
/** Sent before an event right after that revision of their stream takes the role or the standing away. */
export interface RelieveAdmin {
  readonly type: 'RelieveAdmin';
  readonly staffId: string;
  readonly staffRevision: number;
}
export type AdminsCommand = AppointAdmin | RelieveAdmin;

export const adminsDecider: Decider<AdminsCommand, AdminsState, AdminsEvent> = {
  initial: initialAdmins,
  evolve: evolveAdmins,
  decide: decideAdmins,
};

function decideAdmins(
  { type, staffId, staffRevision }: AdminsCommand,
  state: AdminsState,
): Decision<AdminsEvent> {
  const relievedAt = Object.hasOwn(state.relievedAt, staffId) ? state.relievedAt[staffId]! : -1;
  const isCounted = state.counted.includes(staffId);
  const data = { staffId, staffRevision };
  if (type === 'AppointAdmin')
    return isCounted || staffRevision <= relievedAt ? [] : [{ type: 'AdminAppointed', data }];
  if (!hasOtherAdmins(state, staffId)) return staffViolation('staff-last-admin');
  return !isCounted && relievedAt === staffRevision ? [] : [{ type: 'AdminRelieved', data }];
}
