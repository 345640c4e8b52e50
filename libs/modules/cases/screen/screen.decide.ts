/**
 * The automatic checks that run on every round before a human looks: completeness against the policy,
 * format of every field, whether what is said twice agrees, the account's standing, and whether the
 * identity is held by another account.
 */
import { type Moment } from '#kernel/actor';
import { type Decision } from '#kernel/decider';
import { hoursToMs, minutesToMs, plusMs, type Instant } from '#kernel/instants';
import { startClock, stopClock } from '../case.clocks.ts';
import {
  type CaseEvent,
  type CaseRules,
  type Reason,
  type ScreeningOutcome,
} from '../case.events.ts';
import { type CaseFacts } from '../case.facts.ts';
import { byHolder, goesOn, wrongState } from '../case.guards.ts';
import { evidenceOf, type CaseState } from '../case.state.ts';
import { caseViolation } from '../case.violations.ts';
import { requestReview } from '../claim/review-request.ts';
import { lacking, misformed } from '../submit/completeness.ts';
import { rulesOf } from '../submit/submit.decide.ts';

export interface ScreenCase {
  readonly type: 'ScreenCase';
  readonly round: number;
}

/** The applicant's own look: the same checks on a draft, without counting as a submission. */
export interface AssessDraft {
  readonly type: 'AssessDraft';
}

export type ScreenCommand = ScreenCase | AssessDraft;

/** What the reason catalogue calls a standing that is not good. */
const REASON_OF = {
  frozen: 'account-frozen',
  banned: 'account-banned',
  closed: 'account-closed',
} as const;

/** Between two attempts: a minute, then twice as long each time, up to an hour. */
const RETRY_MS_MIN = minutesToMs(1);
const RETRY_MS_MAX = hoursToMs(1);

interface Check {
  readonly check: string;
  readonly outcome: ScreeningOutcome;
  readonly findings: readonly Reason[];
}

export function screenCase(
  command: ScreenCase,
  state: CaseState,
  { at, by }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = goesOn(state);
  if (stop) return stop;
  if (state.status !== 'screening' || state.round !== command.round) return wrongState(state);
  const { rules, round } = state;
  if (!rules) return caseViolation('no-rules-recorded');
  const started: readonly CaseEvent[] =
    state.screening?.round === round ? [] : [{ type: 'ScreeningStarted', data: { round } }];
  const unmade = checkUnmade(facts);
  if (unmade) return [...started, failed(unmade, state, rules, at, facts)];
  const checks = runChecks(state, rules, facts);
  const outcome = worstOf(checks);
  const completed: readonly CaseEvent[] = [
    ...started,
    ...checks.map((check): CaseEvent => ({
      type: 'ScreeningCheckCompleted',
      data: { round, ...check, findings: [...check.findings] },
    })),
    {
      type: 'ScreeningCompleted',
      data: {
        round,
        outcome,
        ...(facts.account ? { accountRevision: facts.account.revision } : {}),
        ...wentOn(state, rules, at, facts),
      },
    },
  ];
  if (outcome === 'lacking' && rules.screeningRejectsFormalLack) {
    return [...completed, formalRejection(state, rules, checks, { at, by })];
  }
  return [...completed, requestReview(state, rules, 'first', at, facts)];
}

/** The check that the vault could not serve; null where it could serve all. */
function checkUnmade({ identityTaken, birthDates }: CaseFacts): string | null {
  if (identityTaken === null) return 'duplicate-identity';
  return birthDates === null ? 'consistency' : null;
}

/** The applicant loses no time to it: the clock of the whole stops at the first failure. */
function failed(
  check: string,
  state: CaseState,
  rules: CaseRules,
  at: Instant,
  facts: CaseFacts,
): CaseEvent {
  const { round, overall, screeningFailure } = state;
  const attempt = (screeningFailure?.attempts ?? 0) + 1;
  return {
    type: 'ScreeningFailed',
    data: {
      round,
      check,
      cause: 'provider-unavailable',
      attempt,
      retryAt: plusMs(at, Math.min(RETRY_MS_MIN * 2 ** (attempt - 1), RETRY_MS_MAX)),
      ...(overall ? { overallLeftMs: stopClock(overall, at, rules, facts) } : {}),
    },
  };
}

/** The clock that a failure had stopped, from now on. */
function wentOn(state: CaseState, rules: CaseRules, at: Instant, facts: CaseFacts) {
  const leftMs = state.screeningFailure?.overallLeftMs ?? null;
  return leftMs === null ? {} : { overall: startClock(at, leftMs, rules, facts) };
}

export function assessDraft(
  _command: AssessDraft,
  state: CaseState,
  { by }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = goesOn(state) ?? byHolder(by, facts.account);
  if (stop) return stop;
  const rules = state.rules ?? (facts.policyInForce && rulesOf(facts.policyInForce));
  if (!rules) return caseViolation('policy-not-in-force');
  if (!['draft', 'awaiting-supplement', 'rejected'].includes(state.status))
    return wrongState(state);
  if (state.rejection?.final) return wrongState(state);
  // Whether somebody else has the identity is no answer to give to whoever types a number, and a
  // submission does not give it to an applicant either (ADR 0017).
  const checks = runChecks(state, rules, { ...facts, identityTaken: false });
  const findings = checks.flatMap((check) => check.findings);
  return [{ type: 'SelfAssessmentCompleted', data: { outcome: worstOf(checks), findings } }];
}

function runChecks(state: CaseState, rules: CaseRules, facts: CaseFacts): readonly Check[] {
  const lacks = lacking(state.materials, rules);
  const broken = misformed(state.materials, rules);
  const standing = facts.account?.standing ?? 'good';
  const abnormal = standing === 'good' ? [] : [{ code: REASON_OF[standing] }];
  const duplicate = facts.identityTaken ? [{ code: 'duplicate-identity' }] : [];
  return [
    { check: 'completeness', outcome: lacks.length ? 'lacking' : 'clear', findings: lacks },
    { check: 'format', outcome: broken.length ? 'lacking' : 'clear', findings: broken },
    ...consistency(facts),
    {
      check: 'account-standing',
      outcome: abnormal.length ? 'attention' : 'clear',
      findings: abnormal,
    },
    {
      check: 'duplicate-identity',
      outcome: facts.identityTaken ? 'attention' : 'clear',
      findings: duplicate,
    },
  ];
}

/** No check at all where nothing is said twice. */
function consistency({ birthDates }: CaseFacts): readonly Check[] {
  if (!birthDates) return [];
  const outcome = birthDates.length > 0 ? 'lacking' : 'clear';
  return [{ check: 'consistency', outcome, findings: birthDates }];
}

function worstOf(checks: readonly Check[]): ScreeningOutcome {
  if (checks.some(({ outcome }) => outcome === 'lacking')) return 'lacking';
  return checks.some(({ outcome }) => outcome === 'attention') ? 'attention' : 'clear';
}

/** The policy lets the screening reject what a form itself shows to be wrong; never finally while rounds are left. */
function formalRejection(
  state: CaseState,
  rules: CaseRules,
  checks: readonly Check[],
  { at, by }: Moment,
): CaseEvent {
  const reasons = checks
    .filter(({ outcome }) => outcome === 'lacking')
    .flatMap(({ findings }) => findings);
  const final = state.round >= rules.roundsMax;
  const outcomes = Object.fromEntries(checks.map(({ check, outcome }) => [check, outcome]));
  const screening = { round: state.round, checks: outcomes, findings: [], outcome: null };
  return {
    type: 'CaseRejected',
    data: {
      by: by.id,
      reasons,
      final,
      appealUntil: final && rules.appealMs !== null ? plusMs(at, rules.appealMs) : null,
      evidence: evidenceOf({ ...state, screening }),
    },
  };
}
