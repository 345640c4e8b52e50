/** What the holder of a review can decide: approve, decline, reject, ask for a supplement, escalate. */
import { type Moment } from '#kernel/actor';
import { type Decision } from '#kernel/decider';
import { plusMs, type Instant } from '#kernel/instants';
import { type Violation } from '#kernel/violation';
import { stopClock } from '../case.clocks.ts';
import {
  type CaseEvent,
  type CaseEventOf,
  type CaseRules,
  type Reason,
  type SupplementItem,
} from '../case.events.ts';
import { type CaseFacts } from '../case.facts.ts';
import {
  checkReasons,
  heldBy,
  inGoodStanding,
  namesSomething,
  openReview,
} from '../case.guards.ts';
import { evidenceOf, type CaseState, type Review } from '../case.state.ts';
import { caseViolation } from '../case.violations.ts';
import { takeableOf } from '../claim/claim.decide.ts';
import { obstacles } from '../claim/eligibility.ts';
import { requestReview } from '../claim/review-request.ts';
import { nameOf, shortcomings } from '../submit/completeness.ts';

interface OnReview {
  readonly review: number;
}
export interface ApproveCase extends OnReview {
  readonly type: 'ApproveCase';
}
export interface DeclineApproval extends OnReview {
  readonly type: 'DeclineApproval';
  readonly reasons: readonly Reason[];
}
export interface RejectCase extends OnReview {
  readonly type: 'RejectCase';
  readonly reasons: readonly Reason[];
  /** Final, or to be resubmitted: the decision says it, not the reason's code. */
  readonly final: boolean;
}
export interface RequestSupplement extends OnReview {
  readonly type: 'RequestSupplement';
  readonly items: readonly SupplementItem[];
}
export interface EscalateCase extends OnReview {
  readonly type: 'EscalateCase';
  readonly cause: string;
  readonly textRef?: string;
}
export type DecisionCommand =
  ApproveCase | DeclineApproval | RejectCase | RequestSupplement | EscalateCase;

/** What a decider has to have: a live claim, the standing to decide, and rules to decide by. */
export interface Deciding {
  readonly review: Review;
  readonly rules: CaseRules;
}

export function deciding(
  { review: number }: OnReview,
  state: CaseState,
  moment: Moment,
  facts: CaseFacts,
  levels: readonly Review['level'][],
): Deciding | Violation {
  const stop = openReview(state, number);
  if (stop) return stop;
  const review = state.review!;
  if (!state.rules) return caseViolation('no-rules-recorded');
  const refused =
    heldBy(review, moment) ??
    obstacles(takeableOf(state, review, facts), facts.staff, moment.by.kind)[0] ??
    inGoodStanding(facts.account);
  if (refused) return refused;
  return levels.includes(review.level)
    ? { review, rules: state.rules }
    : caseViolation('wrong-level', { params: { level: review.level } });
}

/**
 * One approval of as many as the policy asks for. The last one grants; one before it proposes, and a
 * different person has to agree on the very same evidence.
 */
export function approveCase(
  command: ApproveCase,
  state: CaseState,
  moment: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const held = deciding(command, state, moment, facts, ['first', 'second']);
  if ('violation' in held) return held;
  const { review, rules } = held;
  if (review.level === 'first') {
    return rules.approvalsNeeded === 1
      ? grant(state, rules, review.number, [moment.by.id], moment, facts)
      : propose(state, rules, review.number, moment, facts);
  }
  const { proposal } = state;
  if (!proposal) return caseViolation('no-proposal');
  if (proposal.evidence !== evidenceOf(state)) {
    return [
      { type: 'ProposalVoided', data: { review: review.number, cause: 'evidence-changed' } },
      requestReview(state, rules, 'first', moment.at, facts),
    ];
  }
  return grant(state, rules, review.number, [proposal.by, moment.by.id], moment, facts);
}

/**
 * Materials may change after the screening (ADR 0008), so an approval looks for itself whether all that
 * the policy asks for is there, in its form.
 */
function asItStands({ materials }: CaseState, rules: CaseRules): Violation | null {
  const lacks = shortcomings(materials, rules);
  return lacks.length === 0
    ? null
    : caseViolation('materials-lacking', { params: { reasons: lacks.map(nameOf) } });
}

/** The first of two approvals. */
export function propose(
  state: CaseState,
  rules: CaseRules,
  review: number,
  { at, by }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = asItStands(state, rules);
  if (stop) return stop;
  return [
    {
      type: 'ApprovalProposed',
      data: {
        review,
        by: by.id,
        evidence: evidenceOf(state),
        staffRevision: facts.staff!.revision,
        accountRevision: facts.account!.revision,
      },
    },
    requestReview(state, rules, 'second', at, facts),
  ];
}

/** The last approval. The identity has been reserved for this case, or it is not granted. */
export function grant(
  state: CaseState,
  rules: CaseRules,
  review: number,
  approvers: readonly string[],
  { at }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = asItStands(state, rules);
  if (stop) return stop;
  const { identity } = facts;
  const asked = rules.materials.some(({ fields }) => fields.some((field) => field.identity));
  if (identity?.outcome === 'taken') return caseViolation('identity-taken');
  if (asked && identity?.outcome !== 'reserved') return caseViolation('identity-not-provided');
  return [
    {
      type: 'CaseApproved',
      data: {
        review,
        approvers: [...approvers],
        validUntil: rules.validityMs === null ? null : plusMs(at, rules.validityMs),
        ...(identity?.outcome === 'reserved' ? { identityRef: identity.identityRef } : {}),
        evidence: evidenceOf(state),
        staffRevision: facts.staff!.revision,
        accountRevision: facts.account!.revision,
      },
    },
  ];
}

export function declineApproval(
  command: DeclineApproval,
  state: CaseState,
  moment: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const held = deciding(command, state, moment, facts, ['second']);
  if ('violation' in held) return held;
  const { review, rules } = held;
  const stop = checkReasons(command.reasons, state, facts);
  if (stop) return stop;
  return [
    {
      type: 'ApprovalDeclined',
      data: {
        review: review.number,
        by: moment.by.id,
        reasons: [...command.reasons],
        staffRevision: facts.staff!.revision,
      },
    },
    requestReview(state, rules, 'first', moment.at, facts),
  ];
}

export function rejectCase(
  command: RejectCase,
  state: CaseState,
  moment: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const held = deciding(command, state, moment, facts, ['first', 'second']);
  if ('violation' in held) return held;
  const { review, rules } = held;
  const stop =
    checkReasons(command.reasons, state, facts) ??
    (command.final ? null : roundsLeft(state, rules));
  if (stop) return stop;
  return [
    ...voided(state, review),
    {
      type: 'CaseRejected',
      data: {
        review: review.number,
        by: moment.by.id,
        reasons: [...command.reasons],
        final: command.final,
        appealUntil: command.final ? appealUntil(moment.at, rules) : null,
        evidence: evidenceOf(state),
        staffRevision: facts.staff!.revision,
      },
    },
  ];
}

export function requestSupplement(
  command: RequestSupplement,
  state: CaseState,
  moment: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const held = deciding(command, state, moment, facts, ['first', 'second']);
  if ('violation' in held) return held;
  const { review, rules } = held;
  const stop = checkItems(command.items, state, facts) ?? roundsLeft(state, rules);
  if (stop) return stop;
  return [
    ...voided(state, review),
    {
      type: 'SupplementRequested',
      data: {
        review: review.number,
        items: [...command.items],
        until: plusMs(moment.at, rules.supplementMs),
        ...(state.overall
          ? { overallLeftMs: stopClock(state.overall, moment.at, rules, facts) }
          : {}),
        evidence: evidenceOf(state),
        staffRevision: facts.staff!.revision,
      },
    },
  ];
}

export function escalateCase(
  command: EscalateCase,
  state: CaseState,
  moment: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const held = deciding(command, state, moment, facts, ['first', 'second']);
  if ('violation' in held) return held;
  const { review, cause, textRef } = command;
  return [
    {
      type: 'CaseEscalated',
      data: {
        review,
        from: moment.by.id,
        cause,
        ...(textRef === undefined ? {} : { textRef }),
        staffRevision: facts.staff!.revision,
      },
    },
  ];
}

export function appealUntil(at: Instant, { appealMs }: CaseRules): Instant | null {
  return appealMs === null ? null : plusMs(at, appealMs);
}

function roundsLeft(state: CaseState, { roundsMax: max }: CaseRules): Violation | null {
  return state.round < max ? null : caseViolation('rounds-used-up', { params: { max } });
}

/** A proposal that its second reviewer does not carry through falls, and that is recorded. */
function voided(state: CaseState, { number }: Review): readonly CaseEventOf<'ProposalVoided'>[] {
  return state.proposal
    ? [{ type: 'ProposalVoided', data: { review: number, cause: 'reassessed' } }]
    : [];
}

function checkItems(
  items: readonly SupplementItem[],
  state: CaseState,
  facts: CaseFacts,
): Violation | null {
  if (items.length === 0) return caseViolation('items-required', { field: 'items' });
  for (const [index, item] of items.entries()) {
    const path = `items[${index}]`;
    if (!namesSomething(state, item)) {
      return caseViolation('pointer-names-nothing', { field: path });
    }
    const stop = checkReasons(item.reasons, state, facts, `${path}.reasons`);
    if (stop) return stop;
  }
  return null;
}
