/** Every command in every state of a member of the staff, and every set of roles that one may hold. */
import { type Actor, STAFF_ROLES, type StaffRole } from '#kernel/actor';
import { MONDAY_9 } from '#kernel/testing/given-when-then';
import { isViolation } from '#kernel/violation';
import { accountIdOf } from '#modules/accounts/index';
import { type StaffCommand } from './staff.decider.ts';
import { type StaffEvent } from './staff.events.ts';
import { staffIdOf } from './staff.state.ts';
import { givenAmong, staffAmong } from './staff.testkit.ts';

const given = givenAmong();
const registry = staffAmong();
const by: Actor = { kind: 'person', id: 'alva', role: 'admin' };
const staffId = staffIdOf('demo', 'ada');
const accountId = accountIdOf('demo', 'wei');

const enrol = (roles: readonly StaffRole[]) =>
  ({ type: 'EnrolStaff', staffId, principalId: 'ada', kind: 'person', roles, skills: [] }) as const;
const enrolled: StaffEvent = {
  type: 'StaffEnrolled',
  data: { staffId, principalId: 'ada', kind: 'person', roles: ['reviewer'], skills: [] },
};
const declared: StaffEvent = { type: 'ConflictDeclared', data: { accountId } };
const suspended: StaffEvent = { type: 'StaffSuspended', data: { cause: 'absence' } };
const reinstated: StaffEvent = { type: 'StaffReinstated', data: {} };
const left: StaffEvent = { type: 'StaffLeft', data: {} };

const STATES = {
  none: [],
  active: [enrolled],
  'in conflict': [enrolled, declared],
  suspended: [enrolled, suspended],
  reinstated: [enrolled, suspended, reinstated],
  gone: [enrolled, left],
  'gone while suspended': [enrolled, suspended, left],
  back: [enrolled, declared, suspended, left, enrolled],
} satisfies Record<string, readonly StaffEvent[]>;

const COMMANDS = {
  enrol: enrol(['reviewer']),
  roles: { type: 'ChangeRoles', roles: ['senior'] },
  skills: { type: 'ChangeSkills', skills: ['identity'] },
  declare: { type: 'DeclareConflict', accountId },
  withdraw: { type: 'WithdrawConflict', accountId },
  suspend: { type: 'SuspendStaff', cause: 'training' },
  reinstate: { type: 'ReinstateStaff' },
  leave: { type: 'LeaveStaff' },
} as const satisfies Record<string, StaffCommand>;

/** An event, a violation, or `-` for nothing left to do. */
const EXPECTED: Record<keyof typeof STATES, Record<keyof typeof COMMANDS, string>> = {
  none: {
    enrol: 'StaffEnrolled',
    roles: 'staff-missing',
    skills: 'staff-missing',
    declare: 'staff-missing',
    withdraw: 'staff-missing',
    suspend: 'staff-missing',
    reinstate: 'staff-missing',
    leave: 'staff-missing',
  },
  active: {
    enrol: 'staff-already-enrolled',
    roles: 'RolesChanged',
    skills: 'SkillsChanged',
    declare: 'ConflictDeclared',
    withdraw: 'staff-conflict-unknown',
    suspend: 'StaffSuspended',
    reinstate: 'staff-not-suspended',
    leave: 'StaffLeft',
  },
  'in conflict': {
    enrol: 'staff-already-enrolled',
    roles: 'RolesChanged',
    skills: 'SkillsChanged',
    declare: '-',
    withdraw: 'ConflictWithdrawn',
    suspend: 'StaffSuspended',
    reinstate: 'staff-not-suspended',
    leave: 'StaffLeft',
  },
  suspended: {
    enrol: 'staff-already-enrolled',
    roles: 'RolesChanged',
    skills: 'SkillsChanged',
    declare: 'ConflictDeclared',
    withdraw: 'staff-conflict-unknown',
    suspend: 'staff-suspended',
    reinstate: 'StaffReinstated',
    leave: 'StaffLeft',
  },
  reinstated: {
    enrol: 'staff-already-enrolled',
    roles: 'RolesChanged',
    skills: 'SkillsChanged',
    declare: 'ConflictDeclared',
    withdraw: 'staff-conflict-unknown',
    suspend: 'StaffSuspended',
    reinstate: 'staff-not-suspended',
    leave: 'StaffLeft',
  },
  gone: {
    enrol: 'StaffEnrolled',
    roles: 'staff-left',
    skills: 'staff-left',
    declare: 'staff-left',
    withdraw: 'staff-left',
    suspend: 'staff-left',
    reinstate: 'staff-left',
    leave: 'staff-left',
  },
  'gone while suspended': {
    enrol: 'StaffEnrolled',
    roles: 'staff-left',
    skills: 'staff-left',
    declare: 'staff-left',
    withdraw: 'staff-left',
    suspend: 'staff-left',
    reinstate: 'staff-left',
    leave: 'staff-left',
  },
  back: {
    enrol: 'staff-already-enrolled',
    roles: 'RolesChanged',
    skills: 'SkillsChanged',
    declare: '-',
    withdraw: 'ConflictWithdrawn',
    suspend: 'StaffSuspended',
    reinstate: 'staff-not-suspended',
    leave: 'StaffLeft',
  },
};

describe.each(Object.keys(STATES) as (keyof typeof STATES)[])('a member: %s', (state) => {
  it.each(Object.entries(EXPECTED[state]))('%s: %s', (command, expected) => {
    const sent = COMMANDS[command as keyof typeof COMMANDS];
    const before = given(STATES[state]).state();
    const decision = registry.decide(sent, before, { at: MONDAY_9, by });
    const types = isViolation(decision) ? [] : decision.map(({ type }) => type);
    const said = isViolation(decision) ? decision.code : types.join() || '-';
    expect(said).toBe(expected);
  });
});

describe('the roles of one person', () => {
  const subsets = STAFF_ROLES.reduce<StaffRole[][]>(
    (found, role) => [...found, ...found.map((roles) => [...roles, role])],
    [[]],
  );
  const isOpen = (roles: readonly StaffRole[]) =>
    !isViolation(registry.decide(enrol(roles), registry.initial, { at: MONDAY_9, by }));

  it('are any of those that work cases, or an auditor, or an admin; each of them may give support', () => {
    const working = subsets.filter(
      (roles) => roles.length > 0 && !roles.some((role) => role === 'admin' || role === 'auditor'),
    );
    const apart: StaffRole[][] = [
      ['auditor'],
      ['auditor', 'support'],
      ['admin'],
      ['support', 'admin'],
    ];
    const names = (sets: readonly StaffRole[][]) => sets.map((roles) => roles.join('+')).sort();
    expect(names(subsets.filter(isOpen))).toEqual(names([...working, ...apart]));
    expect(working).toHaveLength(15);
  });
});
