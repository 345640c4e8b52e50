/** The rounds: submit a draft, supplement what was asked for, resubmit after a rejection. */
import { type Moment } from '#kernel/actor';
import { businessDays } from '#kernel/business-time/business-time';
import { type Decision } from '#kernel/decider';
import { daysToMs, minutesToMs } from '#kernel/instants';
import { type Violation } from '#kernel/violation';
import { type PolicyDefinition } from '#modules/policies/index';
import { startClock } from '../case.clocks.ts';
import { type CaseEvent, type CaseEventOf, type CaseRules, type Reason } from '../case.events.ts';
import { type CaseFacts } from '../case.facts.ts';
import { byHolder, goesOn, inGoodStanding, wrongState } from '../case.guards.ts';
import { evolveCase } from '../case.evolve.ts';
import { evidenceOf, type CaseState } from '../case.state.ts';
import { caseViolation } from '../case.violations.ts';
import { askedByChange } from '../draft/asked-by-change.ts';
import { materialRule, policyChange } from '../draft/draft.decide.ts';
import { lacking, outdated, unanswered } from './completeness.ts';

interface Declared {
  /** Version of the truthfulness declaration that the applicant agreed to. */
  readonly declarationVersion: string;
}

export interface SubmitCase extends Declared {
  readonly type: 'SubmitCase';
}
export interface SupplementCase extends Declared {
  readonly type: 'SupplementCase';
}
export interface ResubmitCase extends Declared {
  readonly type: 'ResubmitCase';
}
export type SubmitCommand = SubmitCase | SupplementCase | ResubmitCase;

/**
 * Round 1. An incomplete draft, or one whose policy has moved on, is refused - and that is recorded,
 * with the reasons: it is a fact that the applicant is helped by.
 */
export function submitCase(
  command: SubmitCase,
  state: CaseState,
  moment: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = maySubmit(state, moment, facts);
  if (stop) return stop;
  if (state.status !== 'draft') return wrongState(state);
  const policy = facts.policyInForce;
  if (!policy) return caseViolation('policy-not-in-force');
  const rules = rulesOf(policy);
  const moved = policyChange(state, facts);
  if (moved) {
    const reasons = reasonsToLookAgain(moved, evolveCase(state, moved, moment), rules);
    return [moved, refusal(1, reasons, policy.policyVersion)];
  }
  const outdated = checkDeclaration(command, rules);
  if (outdated) return outdated;
  const lacks = standsAgainst(state, rules);
  if (lacks.length > 0) return [refusal(1, lacks, policy.policyVersion)];
  return [submitted(command, state, rules, moment, facts)];
}

/** What has to be mended, or that something changed which the applicant has not seen. */
function reasonsToLookAgain(
  { data: { differences } }: CaseEventOf<'PolicyChangeApplied'>,
  state: CaseState,
  rules: CaseRules,
): readonly Reason[] {
  const asked = askedByChange(differences, state.materials);
  const others = standsAgainst(state, rules).filter(
    ({ code, pointer }) =>
      !asked.some(
        (one) =>
          (one.code === code || one.code === 'requirement-added') &&
          one.pointer?.material === pointer?.material &&
          one.pointer?.field === pointer?.field,
      ),
  );
  const reasons = [...asked, ...others];
  return reasons.length > 0 ? reasons : [{ code: 'requirement-added' }];
}

/**
 * A value that its format refused when it was given is left to the screening: the applicant was told.
 * One that another version of the policy would have taken is not.
 */
function standsAgainst({ materials }: CaseState, rules: CaseRules): readonly Reason[] {
  return [...lacking(materials, rules), ...outdated(materials, rules)];
}

export function resubmitCase(
  command: ResubmitCase,
  state: CaseState,
  moment: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = maySubmit(state, moment, facts);
  if (stop) return stop;
  if (state.status !== 'rejected') return wrongState(state);
  if (state.rejection?.final !== false) return caseViolation('resubmission-not-possible');
  const rules = state.rules;
  if (!rules) return caseViolation('no-rules-recorded');
  const full = checkDeclaration(command, rules) ?? checkRounds(state, rules);
  if (full) return full;
  const lacks = lacking(state.materials, rules);
  if (lacks.length > 0) return [refusal(state.round + 1, lacks, state.policyVersion)];
  return [submitted(command, state, rules, moment, facts)];
}

export function supplementCase(
  command: SupplementCase,
  state: CaseState,
  moment: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = maySubmit(state, moment, facts);
  if (stop) return stop;
  const { supplement, rules } = state;
  if (state.status !== 'awaiting-supplement' || !supplement) return wrongState(state);
  if (!rules) return caseViolation('no-rules-recorded');
  if (supplement.until !== null && supplement.until <= moment.at) {
    return caseViolation('supplement-deadline-passed', { params: { until: supplement.until } });
  }
  const full = checkDeclaration(command, rules) ?? checkRounds(state, rules);
  if (full) return full;
  const lacks = [...unanswered(state), ...lacking(state.materials, rules)];
  if (lacks.length > 0) return [refusal(state.round + 1, lacks, state.policyVersion)];
  return [
    {
      type: 'CaseSupplemented',
      data: {
        round: state.round + 1,
        declaration: { textVersion: command.declarationVersion },
        accountRevision: facts.account!.revision,
        overall: startClock(moment.at, supplement.overallLeftMs ?? rules.overallMs, rules, facts),
        evidence: evidenceOf(state),
      },
    },
  ];
}

function maySubmit(state: CaseState, { by }: Moment, facts: CaseFacts): Violation | null {
  return goesOn(state) ?? byHolder(by, facts.account) ?? inGoodStanding(facts.account);
}

function checkDeclaration({ declarationVersion }: Declared, rules: CaseRules): Violation | null {
  const version = rules.declarationVersion;
  return declarationVersion === version
    ? null
    : caseViolation('declaration-outdated', { field: 'declarationVersion', params: { version } });
}

function checkRounds(state: CaseState, { roundsMax: max }: CaseRules): Violation | null {
  return state.round < max ? null : caseViolation('rounds-used-up', { params: { max } });
}

function refusal(round: number, reasons: readonly Reason[], policyVersion: number): CaseEvent {
  return { type: 'SubmissionRefused', data: { round, reasons: [...reasons], policyVersion } };
}

function submitted(
  { declarationVersion }: Declared,
  state: CaseState,
  rules: CaseRules,
  { at }: Moment,
  facts: CaseFacts,
): CaseEvent {
  return {
    type: 'CaseSubmitted',
    data: {
      round: state.round + 1,
      declaration: { textVersion: declarationVersion },
      rules,
      accountRevision: facts.account!.revision,
      overall: startClock(at, rules.overallMs, rules, facts),
      evidence: evidenceOf(state),
    },
  };
}

/** What the rules need of a policy, for the case to keep: a later version of the policy changes none of it. */
export function rulesOf(policy: PolicyDefinition): CaseRules {
  const { review, businessHours, appeal } = policy;
  return {
    policyKey: policy.key,
    policyVersion: policy.policyVersion,
    declarationVersion: policy.declaration.textVersion,
    queue: review.queue,
    ...(review.skill === undefined ? {} : { skill: review.skill }),
    ...(review.secondSkill === undefined ? {} : { secondSkill: review.secondSkill }),
    ...(review.appealSkill === undefined ? {} : { appealSkill: review.appealSkill }),
    approvalsNeeded: review.approvals,
    leaseMs: minutesToMs(review.leaseMinutes),
    renewalsMax: review.renewalsMax,
    reviewMs: businessDays(review.reviewBusinessDays, businessHours),
    overallMs: businessDays(review.overallBusinessDays, businessHours),
    roundsMax: policy.rounds.max,
    supplementMs: daysToMs(policy.supplement.calendarDays),
    appealMs: appeal.allowed ? daysToMs(appeal.windowDays) : null,
    validityMs: policy.validityDays === undefined ? null : daysToMs(policy.validityDays),
    businessHours,
    screeningRejectsFormalLack: policy.screening.rejectsFormalLack,
    priority: policy.priority,
    materials: policy.materials.map(materialRule).map((rule) => ({
      ...rule,
      // Where no identity is asked for, no field of the policy tells one.
      fields: rule.fields.map((field) => ({
        ...field,
        identity: field.identity && policy.requiresIdentity,
      })),
    })),
  };
}
