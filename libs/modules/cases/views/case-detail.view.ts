/**
 * A case as a whole: its folded state, with what was noted and decided along the way. What its
 * applicant and its reviewer are shown of it is made from this document (case-presentation.ts).
 */
import { type ActorKind } from '#kernel/actor';
import { type RecordedEvent } from '#kernel/envelope';
import { type Instant } from '#kernel/instants';
import { type View } from '#kernel/view';
import { caseIdOf } from '../case.decider.ts';
import {
  CASE_EVENT_DEFINITIONS,
  type CaseEvent,
  type CaseEventOf,
  type Reason,
  type ScreeningOutcome,
} from '../case.events.ts';
import { evolveCase } from '../case.evolve.ts';
import { askedByChange } from '../draft/asked-by-change.ts';
import { hasFinding, heldOf, initialCase, type CaseState, type CaseStatus } from '../case.state.ts';
import { appealsAfter, type AppealTaken } from './appeals-taken.ts';

export interface NoteTaken {
  readonly noteId: string;
  readonly by: string;
  readonly at: Instant;
  readonly textRef: string;
}

export interface DecisionTaken {
  readonly type: CaseEvent['type'];
  readonly by: string;
  readonly kind: ActorKind;
  readonly at: Instant;
  readonly round: number;
  readonly reasons: readonly Reason[];
  readonly final?: boolean;
  readonly evidence?: string;
  /** Why it was escalated or reopened. */
  readonly cause?: string;
  /** Vault reference of what the decider wrote about that, or of why an appeal was granted. */
  readonly textRef?: string;
}

export interface SelfAssessment {
  readonly at: Instant;
  readonly outcome: ScreeningOutcome;
  readonly findings: readonly Reason[];
}

export interface CaseDetail {
  readonly caseId: string;
  readonly platform: string;
  readonly accountId: string;
  readonly policyKey: string;
  readonly status: CaseStatus;
  readonly suspended: boolean;
  readonly openedAt: Instant;
  readonly changedAt: Instant;
  readonly revision: number;
  readonly state: CaseState;
  readonly notes: readonly NoteTaken[];
  readonly decisions: readonly DecisionTaken[];
  readonly appeals: readonly AppealTaken[];
  /**
   * What is known to stand against a submission: the reasons of the last refused one, and what a new
   * version of the policy asks; each until it is provided, all until a submission is accepted.
   */
  readonly refused: readonly Reason[];
  /** The applicant's own last look, until a submission is accepted; null before any. */
  readonly assessed: SelfAssessment | null;
}

export const caseDetailView: View<CaseDetail, CaseEvent> = {
  name: 'case-detail',
  version: 8,
  handles: CASE_EVENT_DEFINITIONS.map(({ type }) => type),
  keys: (event) => [caseIdOf(event)],
  evolve: (document, event, key) => {
    const before = document ?? begun(event, key);
    const { occurredAt: at, actor: by } = event.metadata;
    const state = evolveCase(before.state, event, { at, by });
    return {
      ...before,
      accountId: state.accountId,
      policyKey: state.policyKey,
      status: state.status,
      suspended: state.suspension !== null,
      changedAt: at,
      revision: event.revision,
      state,
      notes: noted(before.notes, event),
      decisions: decided(before, event),
      appeals: appealsAfter(before.appeals, event),
      refused: refusals(before.refused, event, before.state),
      assessed: assessed(before.assessed, event),
    };
  },
  indexes: [
    ['platform', 'accountId', 'openedAt'],
    ['platform', 'status', 'changedAt'],
    ['platform', 'changedAt'],
  ],
};

function begun({ metadata }: RecordedEvent<CaseEvent>, caseId: string): CaseDetail {
  return {
    caseId,
    platform: metadata.platform,
    accountId: '',
    policyKey: '',
    status: 'none',
    suspended: false,
    openedAt: metadata.occurredAt,
    changedAt: metadata.occurredAt,
    revision: -1,
    state: initialCase,
    notes: [],
    decisions: [],
    appeals: [],
    refused: [],
    assessed: null,
  };
}

function noted(notes: readonly NoteTaken[], event: RecordedEvent<CaseEvent>): readonly NoteTaken[] {
  if (event.type !== 'NoteAdded') return notes;
  const { noteId, textRef } = event.data;
  const { actor, occurredAt: at } = event.metadata;
  return [...notes, { noteId, by: actor.id, at, textRef }];
}

function decided(
  { decisions, state }: CaseDetail,
  event: RecordedEvent<CaseEvent>,
): readonly DecisionTaken[] {
  const what = reasonsOf(event);
  if (!what) return decisions;
  const { actor, occurredAt: at } = event.metadata;
  const { type } = event;
  return [...decisions, { type, by: actor.id, kind: actor.kind, at, round: state.round, ...what }];
}

function reasonsOf(
  event: RecordedEvent<CaseEvent>,
): Omit<DecisionTaken, 'type' | 'by' | 'kind' | 'at' | 'round'> | null {
  switch (event.type) {
    case 'CaseRejected': {
      const { reasons, final, evidence } = event.data;
      return { reasons, final, ...(evidence === undefined ? {} : { evidence }) };
    }
    case 'ApprovalDeclined':
      return { reasons: event.data.reasons };
    case 'AppealDismissed':
      return { reasons: event.data.reasons, evidence: event.data.evidence };
    case 'SupplementRequested':
      return { reasons: event.data.items.flatMap(({ reasons }) => reasons) };
    case 'ApprovalProposed':
      return { reasons: [], evidence: event.data.evidence };
    case 'AppealGranted':
      return { reasons: [], evidence: event.data.evidence, ...textOf(event.data) };
    case 'CaseApproved': {
      const { evidence } = event.data;
      return { reasons: [], ...(evidence === undefined ? {} : { evidence }) };
    }
    case 'CaseEscalated':
    case 'CaseReopened':
      return { reasons: [], cause: event.data.cause, ...textOf(event.data) };
    default:
      return null;
  }
}

const textOf = ({ textRef }: { readonly textRef?: string | undefined }) =>
  textRef === undefined ? {} : { textRef };

function refusals(
  refused: readonly Reason[],
  event: RecordedEvent<CaseEvent>,
  { materials }: CaseState,
): readonly Reason[] {
  switch (event.type) {
    case 'PolicyChangeApplied':
      return [
        ...refused,
        ...askedByChange(event.data.differences, materials),
        ...(event.data.findings ?? []).filter((finding) => !wasFound(materials, finding)),
      ];
    case 'MaterialRemoved':
      return refused.filter((reason) => !isTakenBack(reason, event.data));
    case 'MaterialProvided':
      return refused.filter((reason) => !isProvided(reason, event.data));
    case 'SubmissionRefused':
      return event.data.reasons;
    case 'CaseSubmitted':
    case 'CaseSupplemented':
      return [];
    default:
      return refused;
  }
}

function assessed(
  before: SelfAssessment | null,
  event: RecordedEvent<CaseEvent>,
): SelfAssessment | null {
  switch (event.type) {
    case 'SelfAssessmentCompleted':
      return { at: event.metadata.occurredAt, ...event.data };
    case 'CaseSubmitted':
    case 'CaseSupplemented':
      return null;
    default:
      return before;
  }
}

function wasFound(materials: CaseState['materials'], { pointer }: Reason): boolean {
  const held = heldOf(materials, pointer?.material ?? '');
  return held !== undefined && hasFinding(held, pointer?.field ?? '');
}

/** What is accepted no longer is mended by taking all of it back. */
function isTakenBack(
  { code, pointer }: Reason,
  { material, fileRef }: CaseEventOf<'MaterialRemoved'>['data'],
): boolean {
  return (
    code === 'material-no-longer-accepted' &&
    pointer?.material === material &&
    fileRef === undefined
  );
}

/** Whether what the reason points at is given here; whether that is enough, the next submission says. */
function isProvided(
  { code, pointer }: Reason,
  { material, fields, files }: CaseEventOf<'MaterialProvided'>['data'],
): boolean {
  if (pointer?.material !== material) return false;
  if (pointer.field !== undefined) return Object.hasOwn(fields, pointer.field);
  return code !== 'file-missing' || files.length > 0;
}
