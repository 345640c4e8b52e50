/**
 * What holds for a case whatever is done to it, in whatever order: commands of all kinds by all kinds
 * of actors, in every state, legal or not, with time passing and accounts frozen in between.
 *
 * CASETRAIL_SEED repeats a run (fast-check prints the seed of a failure), CASETRAIL_RUNS makes a longer one.
 */
import fc from 'fast-check';
import { SYSTEM, type Actor, type Moment, type Role } from '#kernel/actor';
import { isBusinessDay } from '#kernel/business-time/calendar';
import { chinaCalendar } from '#kernel/business-time/calendar-data';
import { msOf, plusMs, type Instant } from '#kernel/instants';
import { isViolation } from '#kernel/violation';
import {
  CASE_COMMANDS,
  caseDecider,
  type CaseCommand,
} from '../../libs/modules/cases/case.decider.ts';
import {
  caseEvents,
  type CaseEvent,
  type ReviewLevel,
} from '../../libs/modules/cases/case.events.ts';
import {
  type AccountStop,
  type CaseFacts,
  type StaffFacts,
} from '../../libs/modules/cases/case.facts.ts';
import { type CaseState } from '../../libs/modules/cases/case.state.ts';
import { CASE_VIOLATIONS } from '../../libs/modules/cases/case.violations.ts';
import { type PolicyDefinition } from '#modules/policies/index';
import {
  aPolicy,
  applicant,
  aReason,
  DECLARED,
  facts,
  holder,
  MONDAY,
  provideIdentity,
  staff,
} from '../../libs/modules/cases/case.testkit.ts';
import { DECIDES } from '../races/four-eyes-checker.testkit.ts';

const { CASETRAIL_SEED, CASETRAIL_RUNS } = process.env;
const runs = {
  numRuns: Number(CASETRAIL_RUNS ?? 300),
  ...(CASETRAIL_SEED === undefined ? {} : { seed: Number(CASETRAIL_SEED) }),
};

const STEPS_MAX = 80;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Everyone who may turn up; `holder` and `both` hold accounts or have an interest and work here too. */
const STAFF: Readonly<Record<string, StaffFacts>> = Object.fromEntries(
  [
    staff('ada'),
    staff('ben', { roles: ['reviewer', 'senior'] }),
    staff('cyd', { roles: ['senior'] }),
    staff('sam', { roles: ['senior', 'lead'] }),
    staff('lea', { roles: ['lead'] }),
    staff('kin', { roles: ['senior'], conflicts: ['acc-1'] }),
    staff('new', { skills: [] }),
    staff('off', { active: false, roles: ['senior'] }),
    staff('holder', { roles: ['reviewer', 'senior'] }),
  ].map((one) => [one.principalId, one]),
);

interface Step {
  readonly type: CaseCommand['type'];
  readonly who: string;
  readonly kind: Actor['kind'];
  /** Whether the command is aimed at what is open, or at something else. */
  readonly aimed: boolean;
  readonly bit: boolean;
  readonly waitMs: number;
  readonly standing: 'good' | 'frozen' | 'banned' | 'closed';
  /** Before it the account was frozen, so long ago, and is not any more: the case may not have heard of it. */
  readonly frozenMs: number | null;
  readonly identity: 'reserved' | 'taken' | 'none';
  readonly identityTaken: boolean | null;
  /** Of two steps in three, the one that leads on from the state is taken instead of the one drawn. */
  readonly onward: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  type: fc.constantFrom(...CASE_COMMANDS),
  who: fc.constantFrom(...Object.keys(STAFF), 'nobody'),
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant('person' as const) },
    { weight: 1, arbitrary: fc.constantFrom('api-key' as const, 'ai' as const, 'system' as const) },
  ),
  aimed: fc.oneof(
    { weight: 7, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
  bit: fc.boolean(),
  waitMs: fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    {
      weight: 3,
      arbitrary: fc.integer({ min: 0, max: 90 }).map((minutes) => minutes * MINUTE_MS),
    },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 20 }).map((days) => days * DAY_MS) },
  ),
  standing: fc.oneof(
    { weight: 15, arbitrary: fc.constant('good' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('frozen' as const, 'banned' as const, 'closed' as const),
    },
  ),
  frozenMs: fc.oneof(
    { weight: 15, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 90 }).map((minutes) => minutes * MINUTE_MS) },
  ),
  identity: fc.constantFrom('reserved', 'reserved', 'reserved', 'taken', 'none'),
  identityTaken: fc.constantFrom(false, false, true, null),
  onward: fc.nat(2).map((n) => n > 0),
});

/** By whom a command of this type is usually given, so that random steps come far enough to matter. */
const BY_APPLICANT: ReadonlySet<CaseCommand['type']> = new Set([
  'OpenCase',
  'ProvideMaterial',
  'RemoveMaterial',
  'ApplyPolicyChange',
  'SubmitCase',
  'SupplementCase',
  'ResubmitCase',
  'AssessDraft',
  'AppealCase',
  'ProvideAppealEvidence',
  'WithdrawCase',
]);
const BY_SYSTEM: ReadonlySet<CaseCommand['type']> = new Set([
  'ScreenCase',
  'ExpireLease',
  'MarkOverdue',
  'MarkCaseOverdue',
  'ReissueDues',
  'SuspendCase',
  'ResumeCase',
  'EndCaseOfClosedAccount',
  'ExpireSupplement',
]);
const BY_HOLDER_OF_REVIEW: ReadonlySet<CaseCommand['type']> = new Set([
  'RenewClaim',
  'ReleaseReview',
  'SnoozeReview',
  'ApproveCase',
  'DeclineApproval',
  'RejectCase',
  'RequestSupplement',
  'EscalateCase',
  'GrantAppeal',
  'DismissAppeal',
]);
/** What leads on from each status. */
const ONWARD: Readonly<Record<CaseState['status'], readonly CaseCommand['type'][]>> = {
  none: ['OpenCase'],
  draft: ['ProvideMaterial', 'SubmitCase', 'SubmitCase'],
  screening: ['ScreenCase'],
  waiting: ['ClaimReview', 'ClaimReview', 'ReassignReview', 'WakeReview', 'ProvideMaterial'],
  'in-review': [
    'ApproveCase',
    'RejectCase',
    'RequestSupplement',
    'EscalateCase',
    'RenewClaim',
    'SuspendCase',
  ],
  'awaiting-supplement': [
    'ProvideMaterial',
    'SupplementCase',
    'SupplementCase',
    'ExpireSupplement',
  ],
  approved: ['ReopenCase'],
  rejected: ['AppealCase', 'ResubmitCase', 'ReopenCase'],
  withdrawn: ['ReopenCase'],
  expired: ['ReopenCase'],
};

const ONWARD_AT: Partial<Record<ReviewLevel, readonly CaseCommand['type'][]>> = {
  second: ['ApproveCase', 'DeclineApproval', 'RejectCase'],
  appeal: ['GrantAppeal', 'DismissAppeal', 'ProvideAppealEvidence'],
};

function typeOf(step: Step, state: CaseState): CaseCommand['type'] {
  if (!step.onward) return step.type;
  if (state.suspension && step.bit) return 'ResumeCase';
  const onward = (state.review?.claim && ONWARD_AT[state.review.level]) ?? ONWARD[state.status];
  return onward[CASE_COMMANDS.indexOf(step.type) % onward.length]!;
}

function actorOf(type: CaseCommand['type'], step: Step, state: CaseState): Actor {
  if (!step.aimed) return { kind: step.kind, id: step.who };
  if (BY_APPLICANT.has(type)) return applicant;
  if (BY_SYSTEM.has(type)) return SYSTEM;
  const id = BY_HOLDER_OF_REVIEW.has(type) ? (state.review?.claim?.by ?? step.who) : step.who;
  const role: Role = STAFF[id]?.roles[0] ?? 'reviewer';
  return { kind: step.kind, id, role };
}

function commandOf(
  type: CaseCommand['type'],
  step: Step,
  state: CaseState,
  at: Instant,
): CaseCommand {
  const review = step.aimed ? state.reviewsRequested : state.reviewsRequested + 1;
  const reasons = step.aimed ? [aReason] : [];
  const claim = state.review?.claim;
  switch (type) {
    case 'OpenCase':
      return { type, accountId: 'acc-1', subjectId: 'sub-1', policyKey: 'driver' };
    case 'ProvideMaterial':
      return {
        ...provideIdentity,
        files: Object.keys(state.materials).length ? [] : provideIdentity.files,
        fields: {
          ...provideIdentity.fields,
          name: { ref: `name-${at}`, commitment: `name-${at}` },
        },
        // Not too often: what breaks its format is not approved.
        findings:
          step.bit || step.identity !== 'none'
            ? []
            : [{ code: 'format', pointer: { material: 'identity', field: 'name' } }],
      };
    case 'RemoveMaterial':
      return { type, material: 'identity', ...(step.bit ? { fileRef: 'ref-front' } : {}) };
    case 'SubmitCase':
    case 'SupplementCase':
    case 'ResubmitCase':
      return { type, ...DECLARED };
    case 'ScreenCase':
      return { type, round: step.aimed ? state.round : state.round + 1 };
    case 'ReleaseReview':
      return {
        type,
        review,
        holder: claim?.by ?? step.who,
        cause: step.bit ? 'holder' : 'staff-left',
      };
    case 'ReassignReview':
      return { type, review, to: step.who };
    case 'SnoozeReview':
      return { type, review, until: plusMs(at, step.bit ? DAY_MS : 40 * DAY_MS), cause: 'waiting' };
    case 'WakeReview':
      return { type, review, cause: step.bit ? 'time' : 'person' };
    case 'AddNote':
      return { type, noteId: `note-${at}`, textRef: 'ref', commitment: 'c' };
    case 'ExpireLease':
      return { type, review, leaseUntil: claim?.leaseUntil ?? at };
    case 'MarkOverdue':
      return { type, review, dueAt: state.review?.clock?.due.dueAt ?? at };
    case 'MarkCaseOverdue':
      return { type, dueAt: state.overall?.due.dueAt ?? at };
    case 'RejectCase':
      return { type, review, reasons, final: step.bit };
    case 'DeclineApproval':
    case 'DismissAppeal':
      return { type, review, reasons };
    case 'RequestSupplement':
      return { type, review, items: [{ material: 'identity', field: 'name', reasons }] };
    case 'EscalateCase':
      return { type, review, cause: 'unclear' };
    case 'AppealCase':
      return { type, statementRef: 's', commitment: 'c', files: [] };
    case 'ProvideAppealEvidence':
      return { type, files: provideIdentity.files };
    case 'GrantAppeal':
      return { type, review, outcome: step.bit ? 'approved' : 'review-again' };
    case 'ReopenCase':
      return { type, cause: 'new-evidence' };
    case 'SuspendCase':
      return {
        type,
        freezeId: `freeze-${step.aimed ? state.stoppedBy.length : 0}`,
        cause: 'compromised',
        ...(step.bit ? { since: plusMs(at, -DAY_MS) } : {}),
      };
    case 'ExpireSupplement':
      return { type, dueAt: state.supplement?.until ?? at };
    case 'ClaimReview':
    case 'RenewClaim':
    case 'ApproveCase':
      return { type, review };
    default:
      return { type };
  }
}

interface Happened {
  readonly before: CaseState;
  readonly after: CaseState;
  readonly events: readonly CaseEvent[];
  readonly moment: Moment;
  readonly said: CaseFacts;
}

/** The rules of a case (docs: the case's life), each as something that no step may break. */
function expectRulesToHold({ before, after, events, moment, said }: Happened): void {
  const { at, by } = moment;
  for (const event of events) {
    expect(caseEvents.find(event.type)!.schema.safeParse(event.data).error).toBeUndefined();
    for (const due of duesIn(event)) expectInBusinessTime(due);
  }
  const decides = events.filter(({ type }) => DECIDES.has(type));
  if (before.suspension) expect(decides).toEqual([]);
  if (decides.length > 0 && by.kind === 'person') {
    expect(by.id).not.toBe(said.account!.principalId);
    expect(before.review!.claim!.by).toBe(by.id);
    expect(before.review!.claim!.leaseUntil! > at).toBe(true);
    expect(said.account!.standing).toBe('good');
    const { level } = before.review!;
    if (level === 'second' || level === 'appeal') expect(before.deciders).not.toContain(by.id);
    expect(before.overturned).not.toContain(by.id);
    expect(after.deciders).toContain(by.id);
  }
  const byMachine = decides.filter(({ type }) => by.kind !== 'person' && type !== 'CaseRejected');
  expect(byMachine).toEqual([]);
  expect(after.deciders).not.toContain(SYSTEM.id);
  for (const event of events) {
    if (event.type === 'CaseApproved') {
      expect(new Set(event.data.approvers).size).toBe(before.rules!.approvalsNeeded);
      expect(event.data.approvers).toHaveLength(before.rules!.approvalsNeeded);
    }
    if (event.type === 'CaseApproved' || event.type === 'ApprovalProposed') {
      const { identity } = before.materials;
      expect(Object.keys(identity!.fields).sort()).toEqual(['name', 'number']);
      expect([identity!.files.length, identity!.findings]).toEqual([1, []]);
    }
    if (event.type === 'ReviewClaimed') {
      const lease = before.review!.claim?.leaseUntil;
      expect(lease === undefined || lease === null || lease <= at).toBe(true);
    }
    if (event.type === 'CaseRejected') expect(event.data.reasons).not.toEqual([]);
  }
  if (after.rules) expect(after.round).toBeLessThanOrEqual(after.rules.roundsMax);
  expect(after.status === 'in-review').toBe(!!after.review?.claim);
  if (before.rules && after.rules)
    expect(after.rules.policyVersion).toBe(before.rules.policyVersion);
  const byTime = events.filter(isByTime);
  if (byTime.length > 0 && by.kind === 'system') expect(said.account!.standing).toBe('good');
  const submits: readonly CaseEvent['type'][] = [
    'CaseSubmitted',
    'CaseSupplemented',
    'CaseAppealed',
    'AppealEvidenceProvided',
  ];
  if (events.some(({ type }) => submits.includes(type))) {
    expect(said.account!.standing).toBe('good');
  }
}

const HOLDS: ReadonlySet<CaseEvent['type']> = new Set(['CaseSuspended', 'CaseResumed']);

/** What time alone does, which stands still with the account. */
function isByTime({ type, data }: CaseEvent): boolean {
  return (
    ['ReviewLeaseExpired', 'ReviewOverdue', 'CaseOverdue', 'CaseExpired'].includes(type) ||
    (type === 'ReviewWoken' && data.cause === 'time')
  );
}

function duesIn(event: CaseEvent): readonly Instant[] {
  const data = event.data as { clock?: Clock; overall?: Clock; review?: Clock | number };
  const clocks = [
    data.clock,
    data.overall,
    typeof data.review === 'object' ? data.review : undefined,
  ];
  // A clock with nothing left is due at once, whenever that is.
  return clocks.flatMap((clock) => (clock && clock.grantedMs > 0 ? [clock.due.dueAt] : []));
}
interface Clock {
  readonly grantedMs: number;
  readonly due: { readonly dueAt: Instant };
}

/** Business hours of the policy: 09:00 to 18:00 in Shanghai, which is eight hours ahead of UTC all year. */
function expectInBusinessTime(due: Instant): void {
  const local = new Date(msOf(due) + 8 * 60 * MINUTE_MS).toISOString();
  expect(isBusinessDay(local.slice(0, 10), chinaCalendar).business).toBe(true);
  expect(local.slice(11) >= '09:00' && local.slice(11) <= '18:00:00.000Z').toBe(true);
}

type Life = readonly [steps: readonly Step[], policy: PolicyDefinition];

const lives: fc.Arbitrary<Life> = fc.tuple(
  fc.array(step, { minLength: 20, maxLength: STEPS_MAX, size: 'max' }),
  fc
    .record({
      approvals: fc.constantFrom(1 as const, 2 as const),
      max: fc.integer({ min: 1, max: 3 }),
      rejectsFormalLack: fc.boolean(),
      allowed: fc.boolean(),
    })
    .map(({ approvals, max, rejectsFormalLack, allowed }) =>
      aPolicy({
        review: { ...aPolicy().review, approvals },
        rounds: { max },
        screening: { rejectsFormalLack },
        appeal: { allowed, windowDays: allowed ? 14 : 0 },
      }),
    ),
);

/** @returns the events that came of it. */
function live([steps, policy]: Life): readonly CaseEvent[] {
  let at: Instant = MONDAY;
  let state = caseDecider.initial;
  let stops: readonly AccountStop[] = [];
  const past: (readonly [CaseEvent, Moment])[] = [];
  for (const step of steps) {
    at = plusMs(at, step.waitMs);
    const type = typeOf(step, state);
    const command = commandOf(type, step, state, at);
    const moment = { at, by: actorOf(type, step, state) };
    if (step.frozenMs !== null) {
      const since = plusMs(at, -step.frozenMs);
      stops = [...stops, { freezeId: `over-${stops.length}`, cause: 'compromised', since }];
    }
    const said = factsOf(step, policy, moment.by, type, stops);
    const asItWas = JSON.stringify(state);
    const decision = caseDecider.decide(command, state, moment, said);
    // Compared before jest is asked, whose `expect` makes all its matchers each time: steps are many.
    if (JSON.stringify(state) !== asItWas) expect(JSON.stringify(state)).toBe(asItWas);
    if (isViolation(decision)) {
      if (!Object.hasOwn(CASE_VIOLATIONS, decision.code)) throw new Error(decision.code);
      continue;
    }
    // What makes up for a freeze comes first, and is what the rest was decided from.
    let before = state;
    let madeUp = true;
    for (const event of decision) {
      madeUp &&= HOLDS.has(event.type);
      state = caseDecider.evolve(state, event, moment);
      if (madeUp && type !== 'SuspendCase') before = state;
      past.push([event, moment]);
    }
    expectRulesToHold({ before, after: state, events: decision, moment, said });
  }
  const anew = past.reduce(
    (so, [event, moment]) => caseDecider.evolve(so, event, moment),
    caseDecider.initial,
  );
  expect(anew).toEqual(state);
  return past.map(([event]) => event);
}

function factsOf(
  step: Step,
  policy: PolicyDefinition,
  by: Actor,
  type: CaseCommand['type'],
  stops: readonly AccountStop[],
): CaseFacts {
  // A process suspends a case because the account is frozen.
  const standing = type === 'SuspendCase' && step.aimed ? 'frozen' : step.standing;
  return facts({
    policy,
    policyInForce: policy,
    account: { ...holder, standing, stops },
    staff: STAFF[by.id],
    assignee: STAFF[step.who],
    identity:
      step.identity === 'reserved'
        ? { outcome: 'reserved', identityRef: 'identity-1' }
        : { outcome: step.identity },
    identityTaken: step.identityTaken,
  });
}

describe('a case, whatever is done to it', () => {
  it('keeps every one of its rules', () => {
    fc.assert(
      fc.property(lives, (life) => {
        live(life);
      }),
      runs,
    );
  });

  it('is taken by such steps through every kind of event that they can lead to', () => {
    // Imports, and a policy or calendar that moves on, are no part of these steps.
    const elsewhere = ['PolicyChangeApplied', 'HistoryRecorded', 'DueReissued'];
    const reached = new Set(
      fc
        .sample(lives, { seed: 20_260_302, numRuns: 300 })
        .flatMap(live)
        .map(({ type }) => type),
    );
    const unreached = caseEvents.definitions
      .map(({ type }) => type)
      .filter((type) => !reached.has(type as CaseEvent['type']) && !elsewhere.includes(type));
    expect(unreached).toEqual([]);
  });
});
