/**
 * The past of a case in words, for specs: `aCase().submitted().screened().claimedBy('ada').past`.
 * Every step is decided by the case itself, so that no spec rests on a past that could not be.
 */
import { type Actor, SYSTEM } from '#kernel/actor';
import { chinaCalendar } from '#kernel/business-time/calendar-data';
import { type DomainEvent } from '#kernel/envelope';
import { daysToMs, instant, plusMs, type Instant } from '#kernel/instants';
import { specify, type Past } from '#kernel/testing/given-when-then';
import { isViolation } from '#kernel/violation';
import { policyDefinitionSchema, type PolicyDefinition } from '#modules/policies/index';
import { caseDecider, type CaseCommand } from './case.decider.ts';
import { caseEvents, type CaseEvent, type Reason } from './case.events.ts';
import { type AccountFacts, type CaseFacts, type StaffFacts } from './case.facts.ts';
import { initialCase, type CaseState } from './case.state.ts';

export const given = specify(caseDecider, caseEvents);

/** Monday 2026-03-02, 09:00 in Shanghai: an ordinary business day opens. */
export const MONDAY: Instant = instant('2026-03-02T01:00:00Z');

const en = (text: string) => ({ en: text, 'zh-CN': text });

/** One approval, an hour's lease, three rounds; an identity and an optional photo. */
export function aPolicy(change: Partial<PolicyDefinition> = {}): PolicyDefinition {
  return policyDefinitionSchema.parse({
    key: 'driver',
    policyVersion: 1,
    kind: 'individual',
    title: en('Driver'),
    materials: [
      {
        key: 'identity',
        title: en('Identity document'),
        required: true,
        accepts: { documentTypes: ['resident-id'], mediaTypes: ['image/png'] },
        files: { min: 1, max: 2 },
        fields: [
          { key: 'name', title: en('Name'), format: 'name', required: true },
          {
            key: 'number',
            title: en('Number'),
            format: 'cn-resident-id',
            required: true,
            identity: true,
          },
        ],
      },
      {
        key: 'phone',
        title: en('Phone'),
        required: false,
        fields: [{ key: 'number', title: en('Number'), format: 'phone', required: true }],
      },
    ],
    declaration: { textVersion: '2026-01', text: en('All of it is true.') },
    review: {
      queue: 'drivers',
      skill: 'documents',
      approvals: 1,
      leaseMinutes: 60,
      renewalsMax: 2,
      reviewBusinessDays: 1,
      overallBusinessDays: 3,
    },
    rounds: { max: 3 },
    supplement: { calendarDays: 7 },
    appeal: { allowed: true, windowDays: 14 },
    validityDays: 365,
    ...change,
  });
}

export const holder: AccountFacts = {
  accountId: 'acc-1',
  kind: 'individual',
  principalId: 'holder',
  standing: 'good',
  stops: [],
  revision: 0,
};

export const applicant: Actor = { kind: 'person', id: 'holder', role: 'applicant' };

export const actor = (id: string, role: Actor['role'] = 'reviewer'): Actor => ({
  kind: 'person',
  id,
  role,
});

export function staff(principalId: string, change: Partial<StaffFacts> = {}): StaffFacts {
  return {
    principalId,
    active: true,
    roles: ['reviewer'],
    skills: ['documents'],
    conflicts: [],
    revision: 0,
    ...change,
  };
}

/** A member of the staff as who acts, with what the registry says of them: `tries(command, ...as('ada'))`. */
export const as = (
  id: string,
  change: Partial<StaffFacts> = {},
  others: Partial<CaseFacts> = {},
): readonly [Actor, Partial<CaseFacts>] => [
  actor(id, change.roles?.[0]),
  { staff: staff(id, change), ...others },
];

/** Parsed once: random lives ask for facts a hundred thousand times. */
const ordinaryPolicy = aPolicy();

export function facts(change: Partial<CaseFacts> = {}): CaseFacts {
  return {
    calendar: chinaCalendar,
    maintenance: [],
    account: holder,
    policy: ordinaryPolicy,
    policyInForce: ordinaryPolicy,
    identity: { outcome: 'reserved', identityRef: 'identity-1' },
    identityTaken: false,
    knownReason: (code) => code !== 'no-such-reason',
    ...change,
  };
}

export const frozenAccount: AccountFacts = { ...holder, standing: 'frozen', revision: 1 };

export const HOUR_MS = 3_600_000;
export const DECLARED = { declarationVersion: '2026-01' } as const;

/** A policy whose approvals take two people. */
export const twoApprovals = aPolicy({ review: { ...aPolicy().review, approvals: 2 } });

export const aReason: Reason = { code: 'illegible', pointer: { material: 'identity' } };

const vaultValue = (name: string) => ({ ref: `ref-${name}`, commitment: `commitment-${name}` });

export const provideIdentity = {
  type: 'ProvideMaterial',
  material: 'identity',
  documentType: 'resident-id',
  fields: { name: vaultValue('name'), number: vaultValue('number') },
  files: [{ ...vaultValue('front'), mediaType: 'image/png', bytes: 1_000 }],
  findings: [],
} as const satisfies CaseCommand;

export class CaseInThePast {
  readonly past: readonly Past<CaseEvent>[];
  readonly state: CaseState;
  readonly now: Instant;
  readonly #facts: CaseFacts;

  constructor(past: readonly Past<CaseEvent>[], state: CaseState, now: Instant, facts: CaseFacts) {
    this.past = past;
    this.state = state;
    this.now = now;
    this.#facts = facts;
  }

  /** @throws Error when the case refuses: the spec's premise is impossible. */
  does(command: CaseCommand, by: Actor, change: Partial<CaseFacts> = {}): CaseInThePast {
    const moment = { at: this.now, by };
    const decision = caseDecider.decide(command, this.state, moment, { ...this.#facts, ...change });
    if (isViolation(decision)) {
      throw new Error(`${command.type} is refused: ${JSON.stringify(decision)}`);
    }
    const state = decision.reduce((so, event) => caseDecider.evolve(so, event, moment), this.state);
    const past = decision.map((event: CaseEvent & DomainEvent) => [event, moment] as const);
    return new CaseInThePast([...this.past, ...past], state, this.now, this.#facts);
  }

  /** What becomes of a command here: for what a spec is about, where `does` is for its premises. */
  tries(command: CaseCommand, by: Actor, change: Partial<CaseFacts> = {}) {
    return given(this.past).when(command, {
      at: this.now,
      by,
      facts: { ...this.#facts, ...change },
    });
  }

  after(ms: number): CaseInThePast {
    return new CaseInThePast(this.past, this.state, plusMs(this.now, ms), this.#facts);
  }

  afterDays(days: number): CaseInThePast {
    return this.after(daysToMs(days));
  }

  drafted(): CaseInThePast {
    return this.does(
      { type: 'OpenCase', accountId: 'acc-1', subjectId: 'sub-1', policyKey: 'driver' },
      applicant,
    ).does(provideIdentity, applicant);
  }

  submitted(): CaseInThePast {
    const drafted = this.state.status === 'none' ? this.drafted() : this;
    return drafted.does({ type: 'SubmitCase', declarationVersion: '2026-01' }, applicant);
  }

  /** Through the automatic checks, into the queue. */
  waiting(): CaseInThePast {
    const submitted = this.state.status === 'screening' ? this : this.submitted();
    return submitted.does({ type: 'ScreenCase', round: submitted.state.round }, SYSTEM);
  }

  claimedBy(id: string, change: Partial<StaffFacts> = {}): CaseInThePast {
    const waiting = this.state.review ? this : this.waiting();
    return waiting.does(
      { type: 'ClaimReview', review: waiting.state.reviewsRequested },
      actor(id),
      {
        staff: staff(id, change),
      },
    );
  }

  /** By whoever holds the review. */
  decided(
    command:
      | { type: 'ApproveCase' }
      | { type: 'RejectCase'; final: boolean; reasons?: readonly Reason[] }
      | { type: 'RequestSupplement'; material: string; field?: string },
  ): CaseInThePast {
    const by = this.state.review?.claim?.by ?? 'nobody';
    const review = this.state.reviewsRequested;
    const full: CaseCommand =
      command.type === 'RejectCase'
        ? { reasons: [aReason], ...command, review }
        : command.type === 'RequestSupplement'
          ? {
              type: 'RequestSupplement',
              review,
              items: [
                {
                  material: command.material,
                  ...(command.field === undefined ? {} : { field: command.field }),
                  reasons: [aReason],
                },
              ],
            }
          : { ...command, review };
    return this.does(full, actor(by), { staff: staff(by, { roles: ['reviewer', 'senior'] }) });
  }

  frozen(): CaseInThePast {
    return this.does({ type: 'SuspendCase', freezeId: 'freeze-1', cause: 'compromised' }, SYSTEM, {
      account: frozenAccount,
    });
  }
}

/** @param policy that the case is opened and submitted under. */
export function aCase(policy = aPolicy()): CaseInThePast {
  return new CaseInThePast([], initialCase, MONDAY, facts({ policy, policyInForce: policy }));
}
