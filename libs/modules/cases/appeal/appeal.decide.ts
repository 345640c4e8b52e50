/** What can follow a final decision: an appeal, its outcome, and the reopening of a closed case. */
import { type Moment } from '#kernel/actor';
import { type Decision } from '#kernel/decider';
import { type CaseEvent, type CaseEventOf, type FileValue, type Reason } from '../case.events.ts';
import { type CaseFacts } from '../case.facts.ts';
import { byHolder, checkReasons, goesOn, inGoodStanding, staffIn } from '../case.guards.ts';
import { evidenceOf, type CaseState } from '../case.state.ts';
import { caseViolation } from '../case.violations.ts';
import { requestReview } from '../claim/review-request.ts';
import { deciding, grant, propose } from '../decision/decision.decide.ts';

export interface AppealCase {
  readonly type: 'AppealCase';
  readonly statementRef: string;
  readonly commitment: string;
  readonly files: readonly FileValue[];
}
export interface ProvideAppealEvidence {
  readonly type: 'ProvideAppealEvidence';
  readonly files: readonly FileValue[];
}
export interface GrantAppeal {
  readonly type: 'GrantAppeal';
  readonly review: number;
  readonly outcome: 'review-again' | 'approved';
  readonly textRef?: string;
}
export interface DismissAppeal {
  readonly type: 'DismissAppeal';
  readonly review: number;
  readonly reasons: readonly Reason[];
}
export interface ReopenCase {
  readonly type: 'ReopenCase';
  readonly cause: CaseEventOf<'CaseReopened'>['data']['cause'];
  readonly textRef?: string;
}
export type AppealCommand =
  AppealCase | ProvideAppealEvidence | GrantAppeal | DismissAppeal | ReopenCase;

/** Of one appeal: as many as somebody can look through. */
export const APPEAL_FILES_MAX = 10;
/** Where the policy takes no files for any material. */
const MEDIA_TYPES = ['application/pdf', 'image/jpeg', 'image/png'];

export function appealCase(
  command: AppealCase,
  state: CaseState,
  { at, by }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = goesOn(state) ?? byHolder(by, facts.account) ?? inGoodStanding(facts.account);
  if (stop) return stop;
  const { rejection, rules } = state;
  if (state.status !== 'rejected' || !rejection?.final || rejection.appealed) {
    return caseViolation('appeal-not-possible');
  }
  if (!rules) return caseViolation('no-rules-recorded');
  const until = rejection.appealUntil;
  if (until === null) return caseViolation('appeal-not-possible');
  if (until <= at) return caseViolation('appeal-window-closed', { params: { until } });
  const { statementRef, commitment, files } = command;
  return [
    {
      type: 'CaseAppealed',
      data: {
        appeal: state.appeals + 1,
        statementRef,
        commitment,
        files: [...files],
        accountRevision: facts.account!.revision,
      },
    },
    requestReview(state, rules, 'appeal', at, facts),
  ];
}

/** Until the appeal is decided; of the types that the policy takes for any of its materials. */
export function provideAppealEvidence(
  { files }: ProvideAppealEvidence,
  state: CaseState,
  { by }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = goesOn(state) ?? byHolder(by, facts.account) ?? inGoodStanding(facts.account);
  if (stop) return stop;
  const { review, appeals: appeal, appealEvidence } = state;
  if (review?.level !== 'appeal') return caseViolation('no-appeal-open');
  const taken = facts.policy?.materials.flatMap(({ accepts }) => accepts.mediaTypes) ?? [];
  const accepted = taken.length > 0 ? [...new Set(taken)] : MEDIA_TYPES;
  if (files.some(({ mediaType }) => !accepted.includes(mediaType))) {
    return caseViolation('media-type-not-accepted', { field: 'file', params: { accepted } });
  }
  const already = appealEvidence.filter((one) => one.appeal === appeal).length;
  if (already + files.length > APPEAL_FILES_MAX) {
    return caseViolation('too-many-appeal-files', { params: { max: APPEAL_FILES_MAX } });
  }
  const { revision: accountRevision } = facts.account!;
  return [{ type: 'AppealEvidenceProvided', data: { appeal, files: [...files], accountRevision } }];
}

/**
 * An appeal granted outright counts as one approval: where the policy asks for two, it proposes.
 */
export function grantAppeal(
  command: GrantAppeal,
  state: CaseState,
  moment: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const held = deciding(command, state, moment, facts, ['appeal']);
  if ('violation' in held) return held;
  const { rules } = held;
  const { review, outcome, textRef } = command;
  const granted: CaseEvent = {
    type: 'AppealGranted',
    data: {
      review,
      by: moment.by.id,
      outcome,
      ...(textRef === undefined ? {} : { textRef }),
      evidence: evidenceOf(state),
      staffRevision: facts.staff!.revision,
    },
  };
  if (outcome === 'review-again') {
    return [granted, requestReview(state, rules, 'first', moment.at, facts)];
  }
  const approved =
    rules.approvalsNeeded === 2
      ? propose(state, rules, review, moment, facts)
      : grant(state, rules, review, [moment.by.id], moment, facts);
  return 'violation' in approved ? approved : [granted, ...approved];
}

export function dismissAppeal(
  command: DismissAppeal,
  state: CaseState,
  moment: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const held = deciding(command, state, moment, facts, ['appeal']);
  if ('violation' in held) return held;
  const stop = checkReasons(command.reasons, state, facts);
  if (stop) return stop;
  return [
    {
      type: 'AppealDismissed',
      data: {
        review: command.review,
        by: moment.by.id,
        reasons: [...command.reasons],
        evidence: evidenceOf(state),
        staffRevision: facts.staff!.revision,
      },
    },
  ];
}

export function reopenCase(
  command: ReopenCase,
  state: CaseState,
  { at, by }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = goesOn(state) ?? staffIn(facts.staff, ['senior']);
  if (stop) return stop;
  if (by.kind !== 'person') return caseViolation('only-people-decide');
  if (facts.account?.principalId === by.id) return caseViolation('own-account');
  if (facts.staff!.conflicts.includes(state.accountId)) return caseViolation('conflict-declared');
  if (!isClosed(state)) return caseViolation('not-closed');
  const { rules } = state;
  if (!rules) return caseViolation('no-rules-recorded');
  const { cause, textRef } = command;
  return [
    {
      type: 'CaseReopened',
      data: {
        by: by.id,
        cause,
        ...(textRef === undefined ? {} : { textRef }),
        revokesApproval: state.status === 'approved',
        staffRevision: facts.staff!.revision,
      },
    },
    requestReview(state, rules, 'first', at, facts),
  ];
}

function isClosed({ status, rejection }: CaseState): boolean {
  if (status === 'rejected') return rejection?.final !== false;
  return status === 'approved' || status === 'withdrawn' || status === 'expired';
}
