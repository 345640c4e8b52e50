/**
 * What holds of accounts, staff, policies, platforms and the count of admins in whatever order things
 * come: `evolve` takes any sequence of known events, also ones that no decision would have made, and
 * `decide` answers any command with events that fit their schemas or a violation that has its words.
 *
 * The seed is stored, so that a run says the same on every machine; CASETRAIL_SEED tries another, and
 * CASETRAIL_RUNS makes a longer one.
 */
import fc from 'fast-check';
import { type Actor, type Moment, ROLES, STAFF_ROLES, SYSTEM } from '#kernel/actor';
import { type Decider } from '#kernel/decider';
import { type DomainEvent } from '#kernel/envelope';
import { type EventCatalogue } from '#kernel/event-definition';
import { daysToMs, instant, type Instant, plusMs } from '#kernel/instants';
import { MONDAY_9 } from '#kernel/testing/given-when-then';
import { isViolation, type ViolationCatalogue } from '#kernel/violation';
import {
  ACCOUNT_KINDS,
  type AccountCommand,
  accountDecider,
  accountEvents,
  accountIdOf,
  type AccountState,
  accountViolations,
  BAN_CAUSES,
  CLOSURE_CAUSES,
  FREEZE_CAUSES,
  FREEZE_SCOPES,
  LEGAL_BASES,
} from '#modules/accounts/index';
import {
  PLATFORM_VIOLATIONS,
  type PlatformCommand,
  platformDecider,
  platformEvents,
} from '#modules/platforms/index';
import {
  type PolicyCommand,
  policyDecider,
  policyEvents,
  policyViolations,
} from '#modules/policies/index';
import {
  STAFF_KINDS,
  type StaffCommand,
  staffDecider,
  staffEvents,
  staffIdOf,
  type StaffState,
  staffViolations,
  SUSPENSION_CAUSES,
} from '#modules/staff/index';
import accountsGolden from '../../libs/modules/accounts/accounts.golden.json' with { type: 'json' };
import platformsGolden from '../../libs/modules/platforms/platforms.golden.json' with { type: 'json' };
import policiesGolden from '../../libs/modules/policies/policies.golden.json' with { type: 'json' };
import { businessPolicy, individualPolicy } from '../../libs/modules/policies/policy.testkit.ts';
import { adminsDecider } from '../../libs/modules/staff/admins.decider.ts';
import { adminsEvents } from '../../libs/modules/staff/admins.events.ts';
import adminsGolden from '../../libs/modules/staff/admins.golden.json' with { type: 'json' };
import staffGolden from '../../libs/modules/staff/staff.golden.json' with { type: 'json' };

const STORED_SEED = 20_261_125;
const { CASETRAIL_SEED, CASETRAIL_RUNS } = process.env;
const runs = {
  numRuns: Number(CASETRAIL_RUNS ?? 300),
  seed: Number(CASETRAIL_SEED ?? STORED_SEED),
};
const STEPS_MAX = 40;

const PEOPLE = ['wei', 'ada', 'bob'] as const;
const people = fc.constantFrom(...PEOPLE);

interface Register {
  readonly name: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- deciders of several areas in one list vary in all parameters
  readonly decider: Decider<any, any, any, any>;
  readonly catalogue: EventCatalogue;
  readonly samples: readonly { readonly type: string; readonly data: object }[];
  readonly violations: ViolationCatalogue;
  readonly commands: fc.Arbitrary<object>;
  readonly facts: fc.Arbitrary<unknown>;
}

const freezeIds = ['a', 'b', 'c'].map((name) => accountIdOf('freeze', name));
const later = fc.integer({ min: -1, max: 40 }).map((days) => plusMs(MONDAY_9, daysToMs(days)));
const ofOne = <T>(values: readonly T[]) => fc.constantFrom(...values);
const optional = { requiredKeys: ['type', 'freezeId', 'cause', 'scope'] as const };

const ends = fc.oneof(
  fc.record({ type: fc.constant('BanAccount' as const), cause: ofOne(BAN_CAUSES) }),
  fc.record({ type: fc.constant('CloseAccount' as const), cause: ofOne(CLOSURE_CAUSES) }),
);
const accountCommands: fc.Arbitrary<AccountCommand> = fc.oneof(
  fc.record({
    type: fc.constant('RegisterAccount' as const),
    accountId: fc.constant(accountIdOf('demo', 'wei')),
    principalId: people,
    kind: ofOne(ACCOUNT_KINDS),
    subjectId: fc.constant(accountIdOf('demo', 'wei')),
  }),
  fc.record(
    {
      type: fc.constant('FreezeAccount' as const),
      freezeId: ofOne(freezeIds),
      cause: ofOne(FREEZE_CAUSES),
      scope: ofOne(FREEZE_SCOPES),
      legalBasis: ofOne(LEGAL_BASES),
      until: later,
    },
    { requiredKeys: [...optional.requiredKeys] },
  ),
  fc.record({
    type: fc.constantFrom('UnfreezeAccount' as const, 'ExpireFreeze' as const),
    freezeId: ofOne([...freezeIds, '__proto__', 'constructor']),
  }),
  // Both are final: they come late enough for the rest to happen first.
  fc.oneof(
    { weight: 1, arbitrary: ends },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('UnfreezeAccount' as const),
        freezeId: ofOne(freezeIds),
      }),
    },
  ),
  fc.record({
    type: fc.constant('GrantVerification' as const),
    caseId: ofOne(['case-1', 'case-2', 'constructor']),
    policyKey: fc.constant('individual'),
    policyVersion: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    type: fc.constant('RevokeVerification' as const),
    caseId: ofOne(['case-1', 'case-2', '__proto__']),
    cause: fc.constant('fraud' as const),
  }),
);

const roles = fc.oneof(
  { weight: 3, arbitrary: ofOne([['reviewer'], ['admin'], ['senior', 'support']] as const) },
  { weight: 1, arbitrary: fc.subarray([...STAFF_ROLES]) },
);
const skills = fc.array(ofOne(['identity', 'business', 'appeals']), { maxLength: 4 });
const staffCommands: fc.Arbitrary<StaffCommand> = fc.oneof(
  fc.record({
    type: fc.constant('EnrolStaff' as const),
    staffId: fc.constant(staffIdOf('demo', 'wei')),
    principalId: fc.constant('wei'),
    kind: fc.oneof(fc.constant('person' as const), ofOne(STAFF_KINDS)),
    roles,
    skills,
  }),
  fc.record({ type: fc.constant('ChangeRoles' as const), roles }),
  fc.record({ type: fc.constant('ChangeSkills' as const), skills }),
  fc.record({
    type: fc.constantFrom('DeclareConflict' as const, 'WithdrawConflict' as const),
    accountId: ofOne(freezeIds),
  }),
  fc.record({ type: fc.constant('SuspendStaff' as const), cause: ofOne(SUSPENSION_CAUSES) }),
  fc.record({ type: fc.constantFrom('ReinstateStaff' as const, 'LeaveStaff' as const) }),
);

const definitions = [individualPolicy, businessPolicy];
const policyCommands: fc.Arbitrary<PolicyCommand> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({
        definition: ofOne(definitions),
        policyVersion: fc.integer({ min: 1, max: 5 }),
        key: ofOne(['individual', 'individual', 'individual', 'schema']),
        windowDays: fc.integer({ min: 0, max: 4 }),
        effectiveFrom: fc.option(later, { nil: undefined }),
      })
      .map(({ definition, policyVersion, key, windowDays, effectiveFrom }) => ({
        type: 'PublishPolicy' as const,
        definition: {
          ...definition,
          key,
          policyVersion,
          appeal: { ...definition.appeal, windowDays },
        },
        ...(effectiveFrom && { effectiveFrom }),
      })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('PutInForce' as const),
      policyVersion: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'RetirePolicy' as const, cause: 'superseded' }) },
);

const maintenanceId = ofOne(['m-1', 'm-2']);
const additions = platformsGolden.samples.flatMap(({ data }) =>
  'addition' in data ? [data.addition] : [],
);
const platformCommands: fc.Arbitrary<PlatformCommand> = fc.oneof(
  fc.record({ type: fc.constant('RegisterPlatform' as const), name: fc.string({ maxLength: 3 }) }),
  fc.record({
    type: fc.constant('ExtendCalendar' as const),
    addition: fc.oneof(ofOne(additions), fc.anything()),
  }),
  fc.record({
    type: fc.constant('ReportCalendarGap' as const),
    startedAt: fc.constant(instant('2027-12-30T02:00:00Z')),
    dueAt: fc.constantFrom(instant('2027-12-31T02:00:00Z'), instant('2028-01-05T02:00:00Z')),
  }),
  fc.record({
    type: fc.constant('AnnounceMaintenance' as const),
    maintenanceId,
    from: later,
    to: later,
  }),
  fc.record({ type: fc.constant('CancelMaintenance' as const), maintenanceId }),
);

const nothing = fc.constant(undefined);
const REGISTERS: readonly Register[] = [
  {
    name: 'account',
    decider: accountDecider,
    catalogue: accountEvents,
    samples: accountsGolden.samples,
    violations: accountViolations,
    commands: accountCommands,
    facts: nothing,
  },
  {
    name: 'staff',
    decider: staffDecider,
    catalogue: staffEvents,
    samples: staffGolden.samples,
    violations: staffViolations,
    commands: staffCommands,
    facts: fc.record({ otherAdmins: fc.boolean(), accountExists: fc.boolean() }),
  },
  {
    name: 'count of admins',
    decider: adminsDecider,
    catalogue: adminsEvents,
    samples: adminsGolden.samples,
    violations: staffViolations,
    commands: fc.record({
      type: fc.constantFrom('AppointAdmin', 'RelieveAdmin'),
      staffId: people.map((who) => staffIdOf('demo', who)),
      staffRevision: fc.nat(6),
    }),
    facts: nothing,
  },
  {
    name: 'policy',
    decider: policyDecider,
    catalogue: policyEvents,
    samples: policiesGolden.samples,
    violations: policyViolations,
    commands: policyCommands,
    facts: nothing,
  },
  {
    name: 'platform',
    decider: platformDecider,
    catalogue: platformEvents,
    samples: platformsGolden.samples,
    violations: PLATFORM_VIOLATIONS,
    commands: platformCommands,
    facts: nothing,
  },
];

const actors: fc.Arbitrary<Actor> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(SYSTEM) },
  fc.record({ kind: fc.constant('person' as const), id: people, role: ofOne(ROLES) }),
  {
    weight: 5,
    arbitrary: ofOne<Actor>([
      admin('ada'),
      admin('bob'),
      { kind: 'person', id: 'lin', role: 'lead' },
      { kind: 'person', id: 'sun', role: 'senior' },
      { kind: 'person', id: 'wei', role: 'applicant' },
    ]),
  },
  ofOne<Actor>([{ kind: 'unknown', id: 'unknown' }]),
);

function admin(id: string): Actor {
  return { kind: 'person', id, role: 'admin' };
}

const momentAt = (days: number, by: Actor): Moment => ({
  at: plusMs(MONDAY_9, daysToMs(days)),
  by,
});

interface Step {
  readonly command: object;
  readonly by: Actor;
  readonly facts: unknown;
}

/** Every state that the steps lead through, with what was decided in it. */
function walk(
  { decider }: Register,
  steps: readonly Step[],
  look: (state: unknown, decision: ReturnType<typeof decider.decide>, after: unknown) => void,
): void {
  let state: unknown = decider.initial;
  for (const [day, { command, by, facts }] of steps.entries()) {
    const moment = momentAt(day, by);
    const decision = decider.decide(command, state, moment, facts);
    const events: readonly DomainEvent[] = isViolation(decision) ? [] : decision;
    const after = events.reduce((folded, event) => decider.evolve(folded, event, moment), state);
    look(state, decision, after);
    state = after;
  }
}

const stepsOf = ({ commands, facts }: Register) =>
  fc.array(fc.record({ command: commands, by: actors, facts }), {
    maxLength: STEPS_MAX,
    size: 'max',
  });

describe.each(REGISTERS)('$name', (register) => {
  const { decider, catalogue, samples, violations } = register;

  it('folds any sequence of known events, and changes none of what it was given', () => {
    const events = fc.array(ofOne(samples), { maxLength: STEPS_MAX, size: 'max' });
    fc.assert(
      fc.property(events, actors, (sequence, by) => {
        let state: unknown = frozenDeep(decider.initial);
        for (const [day, { type, data }] of sequence.entries())
          state = frozenDeep(decider.evolve(state, { type, data }, momentAt(day, by)));
        expect(decider.evolve(state, { type: 'FromALaterBuild', data: {} }, momentAt(0, by))).toBe(
          state,
        );
      }),
      runs,
    );
  });

  it('answers any command with events that fit their schemas, or a violation that has its words', () => {
    fc.assert(
      fc.property(stepsOf(register), (steps) => {
        walk(register, steps, (_state, decision) => {
          if (isViolation(decision)) {
            expect(violations[decision.code]?.kind).toBe(decision.kind);
            return;
          }
          for (const { type, data } of decision as readonly DomainEvent[]) {
            expect(catalogue.find(type)?.schema.safeParse(data).error).toBeUndefined();
          }
        });
      }),
      runs,
    );
  });

  it('is taken by such steps to every kind of event', () => {
    const seen = new Set<string>();
    // With the stored seed whatever seed is tried: another one may miss the rarest.
    for (const steps of fc.sample(stepsOf(register), { numRuns: 300, seed: STORED_SEED })) {
      walk(register, steps, (_state, decision) => {
        if (isViolation(decision)) return;
        for (const { type } of decision as readonly DomainEvent[]) seen.add(type);
      });
    }
    expect([...seen].sort()).toEqual(catalogue.definitions.map(({ type }) => type).sort());
  });
});

/** @returns the same value, which throws where anybody writes to it. */
function frozenDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  Object.values(value).forEach(frozenDeep);
  return value;
}

describe('an account, whatever is done to it', () => {
  const [register] = REGISTERS;

  it('stays closed and banned, keeps its holder, and is frozen as long as a freeze is', () => {
    fc.assert(
      fc.property(stepsOf(register!), (steps) => {
        walk(register!, steps, (was, _decision, is) => {
          const [before, after] = [was as AccountState, is as AccountState];
          if (before.closed) expect(after).toEqual(before);
          if (before.banned) expect(after.banned).toBe(true);
          if (before.registered) expect(after.principalId).toBe(before.principalId);
          if (!before.closed && after.closed) expect(before.freezes).toEqual({});
        });
      }),
      runs,
    );
  });
});

describe('a member of the staff, whatever is done to them', () => {
  const [, register] = REGISTERS;

  it('has roles, never two that are kept apart, and is no longer an admin only where others are', () => {
    fc.assert(
      fc.property(stepsOf(register!), (steps) => {
        const asked = [...steps];
        walk(register!, steps, (was, _decision, is) => {
          const { otherAdmins } = asked.shift()!.facts as { otherAdmins: boolean };
          const [before, after] = [was as StaffState, is as StaffState];
          const isAdmin = ({ status, roles: held }: StaffState) =>
            status === 'active' && held.includes('admin');
          if (isAdmin(before) && !isAdmin(after)) expect(otherAdmins).toBe(true);
          if (after.status !== 'none') expect(after.roles.length).toBeGreaterThan(0);
          const decides = (['reviewer', 'senior', 'lead'] as const).some((role) =>
            after.roles.includes(role),
          );
          const watches = after.roles.includes('admin') || after.roles.includes('auditor');
          expect(decides && watches).toBe(false);
        });
      }),
      runs,
    );
  });
});

describe('a policy, whatever is done to it', () => {
  const register = REGISTERS.find(({ name }) => name === 'policy')!;
  interface Versions {
    readonly versions: readonly {
      readonly policyVersion: number;
      readonly effectiveFrom: Instant;
    }[];
    readonly inEffect: number;
  }

  it('only ever adds versions, numbered without a gap and in force in their order', () => {
    fc.assert(
      fc.property(stepsOf(register), (steps) => {
        walk(register, steps, (was, _decision, is) => {
          const [before, after] = [was as Versions, is as Versions];
          expect(after.versions.slice(0, before.versions.length)).toEqual(before.versions);
          expect(after.versions.map(({ policyVersion }) => policyVersion)).toEqual(
            after.versions.map((_, index) => index + 1),
          );
          const effective = after.versions.map(({ effectiveFrom }) => effectiveFrom);
          expect(effective).toEqual([...effective].sort());
          expect(after.inEffect).toBeGreaterThanOrEqual(before.inEffect);
        });
      }),
      runs,
    );
  });
});
