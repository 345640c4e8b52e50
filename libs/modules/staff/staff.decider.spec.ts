import { type Actor, OPERATOR, STAFF_ROLES, type StaffRole, SYSTEM } from '#kernel/actor';
import { isUuid } from '#kernel/ids';
import { MONDAY_9 } from '#kernel/testing/given-when-then';
import { isViolation } from '#kernel/violation';
import { type StaffCommand } from './staff.decider.ts';
import { STAFF_KINDS, type StaffEvent, type StaffKind } from './staff.events.ts';
import { isActive, mayActAs, staffIdOf, staffStream } from './staff.state.ts';
import { givenAmong, staffAmong } from './staff.testkit.ts';
import { staffViolations } from './staff.violations.ts';

const given = givenAmong();
const registry = staffAmong();
const admin: Actor = { kind: 'person', id: 'alva', role: 'admin' };
const by = admin;
const lead: Actor = { kind: 'person', id: 'lin', role: 'lead' };
const staffId = staffIdOf('demo', 'ada');
const ada: Actor = { kind: 'person', id: 'ada', role: 'reviewer' };
const account = staffIdOf('demo', 'somebody');

const enrol = (roles: readonly StaffRole[], kind: StaffKind = 'person') =>
  ({ type: 'EnrolStaff', staffId, principalId: 'ada', kind, roles, skills: ['identity'] }) as const;
const enrolled: StaffEvent = {
  type: 'StaffEnrolled',
  data: { staffId, principalId: 'ada', kind: 'person', roles: ['reviewer'], skills: ['identity'] },
};
const suspended: StaffEvent = { type: 'StaffSuspended', data: { cause: 'absence' } };
const reinstated: StaffEvent = { type: 'StaffReinstated', data: {} };
const left: StaffEvent = { type: 'StaffLeft', data: {} };
const declared: StaffEvent = { type: 'ConflictDeclared', data: { accountId: account } };
const withdrawn: StaffEvent = { type: 'ConflictWithdrawn', data: { accountId: account } };
const suspend = { type: 'SuspendStaff', cause: 'absence' } as const;
const reinstate = { type: 'ReinstateStaff' } as const;
const leave = { type: 'LeaveStaff' } as const;
const changeRoles = (...roles: StaffRole[]) => ({ type: 'ChangeRoles', roles }) as const;
const changeSkills = (...skills: string[]) => ({ type: 'ChangeSkills', skills }) as const;
const declare = { type: 'DeclareConflict', accountId: account } as const;
const withdraw = { type: 'WithdrawConflict', accountId: account } as const;

describe('enrolling', () => {
  it('makes somebody a member of the staff', () => {
    given()
      .when(enrol(['reviewer']), { by })
      .then([enrolled]);
  });

  it('is open to the operator, who acts as the system and enrols the first admin', () => {
    const [event] = given()
      .when(enrol(['admin']), { by: SYSTEM })
      .events();
    expect(event!.data).toMatchObject({ roles: ['admin'] });
  });

  it('keeps roles and skills in one order and without repeats', () => {
    const command = {
      ...enrol(['lead', 'reviewer', 'lead']),
      skills: ['identity', 'appeals', 'identity'],
    };
    expect(given().when(command, { by }).state()).toMatchObject({
      roles: ['reviewer', 'lead'],
      skills: ['appeals', 'identity'],
    });
  });

  it('is refused for who is enrolled already, suspended or not', () => {
    given([enrolled])
      .when(enrol(['senior']), { by })
      .thenViolation('staff-already-enrolled');
    given([enrolled, suspended])
      .when(enrol(['senior']), { by })
      .thenViolation('staff-already-enrolled');
  });

  it('is how somebody who left comes back: with new roles, as the same kind, with their old conflicts', () => {
    const past = [enrolled, declared, left];
    expect(
      given(past)
        .when(enrol(['senior']), { by })
        .state(),
    ).toMatchObject({
      status: 'active',
      roles: ['senior'],
      conflicts: [account],
      enrolments: 2,
    });
    given(past)
      .when(enrol(['support'], 'ai'), { by })
      .thenViolation('staff-kind-fixed', 'kind');
  });
});

describe('roles', () => {
  it('are changed by an admin', () => {
    given([enrolled])
      .when(changeRoles('senior', 'reviewer'), { by })
      .then([{ type: 'RolesChanged', data: { roles: ['reviewer', 'senior'] } }]);
  });

  it('stay as they are when nothing of them changes', () => {
    given([enrolled]).when(changeRoles('reviewer', 'reviewer'), { by }).thenNothing();
  });

  it('are not given to oneself', () => {
    const own: Actor = { ...admin, id: 'ada' };
    given([enrolled]).when(changeRoles('admin'), { by: own }).thenViolation('staff-own-roles');
    given()
      .when(enrol(['reviewer']), { by: own })
      .thenViolation('staff-own-roles');
  });

  it('are given by the system to whoever has its name: that is somebody else', () => {
    const namesake: Actor = { ...OPERATOR, id: 'ada' };
    expect(
      given()
        .when(enrol(['admin']), { by: namesake })
        .events(),
    ).toHaveLength(1);
  });

  it('are at least one', () => {
    given().when(enrol([]), { by }).thenViolation('staff-roles-missing', 'roles');
    given([enrolled]).when(changeRoles(), { by }).thenViolation('staff-roles-missing', 'roles');
  });

  const apart: readonly (readonly [StaffRole, StaffRole])[] = [
    ['admin', 'reviewer'],
    ['admin', 'senior'],
    ['admin', 'lead'],
    ['admin', 'auditor'],
    ['auditor', 'reviewer'],
    ['auditor', 'senior'],
    ['auditor', 'lead'],
  ];
  it.each(apart)('%s and %s are kept apart', (one, other) => {
    given([enrolled])
      .when(changeRoles(one, other), { by })
      .thenViolation('staff-roles-incompatible', 'roles');
    given()
      .when(enrol([other, one]), { by })
      .thenViolation('staff-roles-incompatible', 'roles');
  });

  it('that decide, run queues or configure are for people alone', () => {
    const open = STAFF_KINDS.map((kind) => [
      kind,
      STAFF_ROLES.filter(
        (role) =>
          !isViolation(
            registry.decide(enrol([role], kind), registry.initial, { at: MONDAY_9, by }),
          ),
      ),
    ]);
    expect(Object.fromEntries(open)).toEqual({
      person: ['reviewer', 'senior', 'lead', 'auditor', 'support', 'admin'],
      'api-key': ['auditor', 'support'],
      ai: ['support'],
    });
    given()
      .when(enrol(['support', 'reviewer'], 'ai'), { by })
      .thenViolation('staff-role-for-people', 'roles[1]');
  });
});

describe('skills', () => {
  it('are changed by an admin', () => {
    given([enrolled])
      .when(changeSkills('identity', 'business'), { by })
      .then([{ type: 'SkillsChanged', data: { skills: ['business', 'identity'] } }]);
  });

  it('stay as they are when nothing of them changes', () => {
    given([enrolled]).when(changeSkills('identity', 'identity'), { by }).thenNothing();
  });
});

describe('conflicts of interest', () => {
  it.each([ada, lead, admin])('are declared by $role', (who) => {
    given([enrolled]).when(declare, { by: who }).then([declared]);
  });

  it('are not declared by a colleague', () => {
    given([enrolled])
      .when(declare, { by: { ...ada, id: 'grace' } })
      .thenViolation('staff-conflict-of-another');
  });

  it('are declared once', () => {
    given([enrolled, declared]).when(declare, { by: ada }).thenNothing();
    given([enrolled, declared, withdrawn]).when(declare, { by: ada }).then([declared]);
  });

  it.each([lead, admin])('are withdrawn by $role', (who) => {
    given([enrolled, declared]).when(withdraw, { by: who }).then([withdrawn]);
  });

  it('are not withdrawn by a colleague or by the person they concern, whatever their role', () => {
    const past = [enrolled, declared];
    const violation = 'staff-conflict-withdrawal';
    given(past).when(withdraw, { by: ada }).thenViolation(violation);
    given(past)
      .when(withdraw, { by: { ...ada, role: 'lead' } })
      .thenViolation(violation);
    given(past)
      .when(withdraw, { by: { ...ada, id: 'grace' } })
      .thenViolation(violation);
  });

  it('are declared with accounts of the platform alone', () => {
    const unknown = givenAmong({ accountExists: false });
    unknown([enrolled])
      .when(declare, { by: ada })
      .thenViolation('staff-conflict-account', 'accountId');
    unknown([enrolled, declared]).when(declare, { by: ada }).thenNothing();
  });

  it('can only be withdrawn where one was declared', () => {
    given([enrolled])
      .when(withdraw, { by: lead })
      .thenViolation('staff-conflict-unknown', 'accountId');
  });
});

describe('suspending and leaving', () => {
  it('take every role away at once, and a reinstatement gives them back', () => {
    expect(mayActAs(given([enrolled]).state(), 'reviewer')).toBe(true);
    expect(mayActAs(given([enrolled]).state(), 'senior')).toBe(false);
    const away = given([enrolled]).when(suspend, { by }).state();
    expect([isActive(away), mayActAs(away, 'reviewer')]).toEqual([false, false]);
    const back = given([enrolled, suspended]).when(reinstate, { by }).state();
    expect([isActive(back), mayActAs(back, 'reviewer')]).toEqual([true, true]);
    const gone = given([enrolled]).when(leave, { by }).state();
    expect([isActive(gone), mayActAs(gone, 'reviewer')]).toEqual([false, false]);
  });

  it('are recorded', () => {
    given([enrolled]).when(suspend, { by }).then([suspended]);
    given([enrolled, suspended]).when(reinstate, { by }).then([reinstated]);
    given([enrolled]).when(leave, { by }).then([left]);
    given([enrolled, suspended]).when(leave, { by }).then([left]);
  });

  it('need the state that they end', () => {
    given([enrolled, suspended]).when(suspend, { by }).thenViolation('staff-suspended');
    given([enrolled]).when(reinstate, { by }).thenViolation('staff-not-suspended');
    given([enrolled, suspended, reinstated])
      .when(reinstate, { by })
      .thenViolation('staff-not-suspended');
  });

  it('let nobody lift their own suspension', () => {
    given([enrolled, suspended])
      .when(reinstate, { by: { ...admin, id: 'ada' } })
      .thenViolation('staff-own-reinstatement');
  });

  it('let everybody leave of themselves, and nobody see another off but an admin', () => {
    given([enrolled]).when(leave, { by: ada }).then([left]);
    given([enrolled]).when(leave, { by: lead }).thenViolation('staff-admins-only');
  });
});

describe('the last active admin', () => {
  const alone = givenAmong({ otherAdmins: false });
  const appointed: StaffEvent = {
    type: 'StaffEnrolled',
    data: { staffId, principalId: 'ada', kind: 'person', roles: ['admin'], skills: [] },
  };
  const own: Actor = { ...admin, id: 'ada' };

  it.each([
    ['leave', leave, own],
    ['be seen off', leave, admin],
    ['be seen off by the operator', leave, SYSTEM],
    ['be suspended', suspend, admin],
    ['suspend themselves', suspend, own],
    ['become something else', changeRoles('auditor'), admin],
  ] as const)('cannot %s', (_what, command, who) => {
    alone([appointed]).when(command, { by: who }).thenViolation('staff-last-admin');
    expect(given([appointed]).when(command, { by: who }).events()).toHaveLength(1);
  });

  it('may get and lose other roles beside it', () => {
    alone([appointed])
      .when(changeRoles('admin', 'support'), { by })
      .then([{ type: 'RolesChanged', data: { roles: ['support', 'admin'] } }]);
  });

  it.each([leave, changeRoles('auditor')])(
    'is not who is suspended, so $type is open to them',
    (command) => {
      expect(alone([appointed, suspended]).when(command, { by }).events()).toHaveLength(1);
    },
  );

  it('is no matter to who is no admin', () => {
    alone([enrolled]).when(leave, { by }).then([left]);
    alone([enrolled]).when(suspend, { by }).then([suspended]);
  });
});

describe('every change', () => {
  const configuring: readonly StaffCommand[] = [
    changeRoles('senior'),
    changeSkills('business'),
    suspend,
    reinstate,
    leave,
  ];
  const all = [...configuring, declare, withdraw];

  it.each([enrol(['reviewer']), ...configuring])('$type is for admins only', (command) => {
    for (const role of STAFF_ROLES.filter((one) => one !== 'admin')) {
      given(command.type === 'EnrolStaff' ? [] : [enrolled])
        .when(command, { by: { kind: 'person', id: 'grace', role } })
        .thenViolation('staff-admins-only');
    }
  });

  it.each(all)('$type needs a member of the staff', (command) => {
    given().when(command, { by }).thenViolation('staff-missing');
    given([enrolled, left]).when(command, { by }).thenViolation('staff-left');
  });
});

describe('a staff id', () => {
  it('follows from platform and principal, and names the stream', () => {
    expect(isUuid(staffId)).toBe(true);
    expect(staffIdOf('demo', 'ada')).toBe(staffId);
    expect(staffIdOf('other', 'ada')).not.toBe(staffId);
    expect(staffIdOf('demo', 'grace')).not.toBe(staffId);
    expect(staffStream(staffId)).toBe(`staff-${staffId}`);
  });
});

describe('the violations', () => {
  it('speak both languages', () => {
    for (const { en, zhCN } of Object.values(staffViolations)) {
      expect(en).toMatch(/^[A-Z].*\.$/s);
      expect(zhCN).toMatch(/\p{Script=Han}.*。$/su);
    }
  });
});
