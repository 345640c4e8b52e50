/**
 * What is known of a case, folded from its events. `evolve` is exhaustive and never throws: an event
 * that does not fit (an imported one, say) changes what it can and leaves the rest.
 */
import { type Moment } from '#kernel/actor';
import { digestOfJson } from '#kernel/digest';
import { type Instant } from '#kernel/instants';
import {
  caseEvents,
  type BusinessClock,
  type CaseEvent,
  type CaseEventOf,
  type CaseRules,
  type FileValue,
  type Reason,
  type ReviewLevel,
  type ScreeningOutcome,
  type SupplementItem,
  type VaultValue,
} from './case.events.ts';

export type CaseStatus =
  | 'none'
  | 'draft'
  | 'screening'
  | 'waiting'
  | 'in-review'
  | 'awaiting-supplement'
  | 'approved'
  | 'rejected'
  | 'withdrawn'
  | 'expired';

export interface Claim {
  readonly by: string;
  readonly since: Instant;
  readonly renewedAt: Instant;
  /** Null in imports, whose log knows no lease. */
  readonly leaseUntil: Instant | null;
  readonly renewals: number;
}

export interface Review {
  readonly number: number;
  readonly level: ReviewLevel;
  readonly round: number;
  readonly queue: string;
  readonly skill: string | null;
  readonly priority: number;
  readonly clock: BusinessClock | null;
  readonly overdue: boolean;
  /** Passed on by a reviewer: only a senior may take it. */
  readonly escalated: boolean;
  readonly claim: Claim | null;
  readonly snoozedUntil: Instant | null;
}

export interface MaterialState {
  readonly documentType?: string;
  readonly fields: Readonly<Record<string, VaultValue>>;
  readonly files: readonly FileValue[];
  /** What the format checks found, a list per field. */
  readonly findings: readonly Reason[];
  /** Fields whose value was good under an earlier version of the policy, and is not under this one. */
  readonly outdated?: readonly string[];
  /** Fields and files given since the last request for a supplement. */
  readonly renewed: { readonly fields: readonly string[]; readonly files: readonly string[] };
}

export interface Rejection {
  readonly at: Instant;
  /** Null where no person decided it. */
  readonly by: string | null;
  readonly reasons: readonly Reason[];
  readonly final: boolean;
  readonly appealUntil: Instant | null;
  readonly appealed: boolean;
}

export interface CaseState {
  readonly status: CaseStatus;
  /** Number of events that change what a decider is shown or may do: the ETag. */
  readonly version: number;
  readonly accountId: string;
  readonly subjectId: string;
  readonly openedBy: string;
  /** When it was opened, or opened again: what was before that found it closed. Null before it is. */
  readonly openSince: Instant | null;
  readonly policyKey: string;
  readonly policyVersion: number;
  readonly rules: CaseRules | null;
  readonly round: number;
  readonly materials: Readonly<Record<string, MaterialState>>;
  readonly screening: {
    readonly round: number;
    readonly checks: Readonly<Record<string, ScreeningOutcome>>;
    readonly findings: readonly Reason[];
    readonly outcome: ScreeningOutcome | null;
  } | null;
  /** Attempts at the screening that failed, one after the other, and what the clock had left then. */
  readonly screeningFailure: {
    readonly attempts: number;
    readonly overallLeftMs: number | null;
  } | null;
  readonly review: Review | null;
  readonly reviewsRequested: number;
  readonly proposal: { readonly by: string; readonly evidence: string } | null;
  /** Everyone who decided in this case, whatever they decided. */
  readonly deciders: readonly string[];
  /** Those of them whose rejection an appeal overturned. */
  readonly overturned: readonly string[];
  readonly supplement: {
    readonly items: readonly SupplementItem[];
    readonly until: Instant | null;
    readonly overallLeftMs: number | null;
  } | null;
  readonly rejection: Rejection | null;
  readonly appeals: number;
  /** What was given with appeals: evidence from then on, also for who reviews again. */
  readonly appealEvidence: readonly { readonly appeal: number; readonly file: FileValue }[];
  readonly approval: {
    readonly at: Instant;
    readonly validUntil: Instant | null;
    readonly identityRef: string | null;
    readonly approvers: readonly string[];
  } | null;
  /** The clock of the case as a whole; null while it does not run, or is stopped by a supplement. */
  readonly overall: BusinessClock | null;
  /**
   * That clock as a supplement or a failed screening found and stopped it, and when: where a freeze was
   * first, the clock has had more left.
   */
  readonly stopped: { readonly overall: BusinessClock; readonly at: Instant } | null;
  readonly overallOverdue: boolean;
  readonly suspension: CaseEventOf<'CaseSuspended'>['data'] | null;
  /** The freezes that have stopped it, by their ids: each does so once. */
  readonly stoppedBy: readonly string[];
  /** When it went on the last time: until then it stood still. */
  readonly resumedAt: Instant | null;
}

export const initialCase: CaseState = {
  status: 'none',
  version: 0,
  accountId: '',
  subjectId: '',
  openedBy: '',
  openSince: null,
  policyKey: '',
  policyVersion: 0,
  rules: null,
  round: 0,
  materials: {},
  screening: null,
  screeningFailure: null,
  review: null,
  reviewsRequested: 0,
  proposal: null,
  deciders: [],
  overturned: [],
  supplement: null,
  rejection: null,
  appeals: 0,
  appealEvidence: [],
  approval: null,
  overall: null,
  stopped: null,
  overallOverdue: false,
  suspension: null,
  stoppedBy: [],
  resumedAt: null,
};

/** Events that change nothing of what a decider is shown or may do: they do not move the version. */
const QUIET: ReadonlySet<CaseEvent['type']> = new Set([
  'ReviewClaimRenewed',
  'NoteAdded',
  'ReviewOverdue',
  'CaseOverdue',
  'DueReissued',
  'HistoryRecorded',
  'ScreeningFailed',
]);

/** Whether a draft may still be worked on, a review still be made, or the applicant still mend it. */
export function isOpen(state: CaseState): boolean {
  switch (state.status) {
    case 'draft':
    case 'screening':
    case 'waiting':
    case 'in-review':
    case 'awaiting-supplement':
      return true;
    case 'rejected':
      return state.rejection?.final === false;
    default:
      return false;
  }
}

/** What was provided of a material. The key comes from a request: what every object has is no material. */
export function heldOf(materials: CaseState['materials'], key: string): MaterialState | undefined {
  return Object.hasOwn(materials, key) ? materials[key] : undefined;
}

/**
 * Digest of the evidence that a decider is shown: the commitments to all that was provided, also with
 * appeals, and what the screening made of it.
 */
export function evidenceOf(state: CaseState): string {
  const materials = Object.entries(state.materials).map(([key, material]) => ({
    key,
    documentType: material.documentType ?? null,
    fields: Object.fromEntries(
      Object.entries(material.fields).map(([field, value]) => [field, value.commitment]),
    ),
    files: material.files.map((file) => file.commitment),
  }));
  materials.sort((a, b) => (a.key < b.key ? -1 : 1));
  const appeal = state.appealEvidence.map(({ file }) => file.commitment);
  return digestOfJson({
    materials,
    screening: state.screening?.checks ?? null,
    ...(appeal.length > 0 ? { appeal } : {}),
  });
}

export function evolveCase(state: CaseState, event: CaseEvent, moment: Moment): CaseState {
  if (!caseEvents.find(event.type)) return state;
  const next = apply(state, event, moment);
  return QUIET.has(event.type) ? next : { ...next, version: state.version + 1 };
}

function apply(state: CaseState, event: CaseEvent, moment: Moment): CaseState {
  switch (event.type) {
    case 'CaseOpened':
      return {
        ...state,
        status: 'draft',
        accountId: event.data.accountId,
        subjectId: event.data.subjectId,
        policyKey: event.data.policyKey,
        policyVersion: event.data.policyVersion,
        openedBy: moment.by.id,
        openSince: moment.at,
      };
    case 'PolicyChangeApplied':
      return {
        ...state,
        policyVersion: event.data.toVersion,
        materials: checkedAnew(state.materials, event.data.findings),
      };
    case 'MaterialProvided':
    case 'MaterialRemoved':
      return applyMaterial(state, event);
    case 'SelfAssessmentCompleted':
    case 'SubmissionRefused':
    case 'NoteAdded':
    case 'HistoryRecorded':
      return state;
    case 'CaseSubmitted':
      return submitted(state, event.data.round, event.data.overall ?? null, {
        rules: event.data.rules ?? state.rules,
      });
    case 'CaseSupplemented':
      return submitted(state, event.data.round, event.data.overall ?? null, {});
    case 'ScreeningStarted':
    case 'ScreeningCheckCompleted':
    case 'ScreeningFailed':
    case 'ScreeningCompleted':
      return applyScreening(state, event, moment);
    case 'ReviewRequested':
    case 'ReviewClaimed':
    case 'ReviewClaimRenewed':
    case 'ReviewReleased':
    case 'ReviewLeaseExpired':
    case 'ReviewReassigned':
    case 'ReviewSnoozed':
    case 'ReviewWoken':
    case 'ReviewOverdue':
    case 'CaseEscalated':
      return applyReview(state, event, moment);
    case 'SupplementRequested':
    case 'ApprovalProposed':
    case 'ApprovalDeclined':
    case 'ProposalVoided':
    case 'CaseApproved':
    case 'CaseRejected':
      return applyDecision(state, event, moment);
    case 'CaseAppealed':
    case 'AppealEvidenceProvided':
    case 'AppealGranted':
    case 'AppealDismissed':
    case 'CaseReopened':
    case 'CaseWithdrawn':
    case 'CaseExpired':
      return applyAftermath(state, event, moment);
    case 'CaseSuspended':
    case 'CaseResumed':
    case 'DueReissued':
    case 'CaseOverdue':
      return applyClocks(state, event, moment);
    default:
      return passOver(state, event);
  }
}

/** The compiler proves that no event type is forgotten; a type of a newer build is passed over. */
function passOver(state: CaseState, _event: never): CaseState {
  return state;
}

function submitted(
  state: CaseState,
  round: number,
  overall: BusinessClock | null,
  change: Partial<CaseState>,
): CaseState {
  return {
    ...state,
    ...change,
    status: 'screening',
    round,
    overall,
    stopped: null,
    overallOverdue: false,
    screening: null,
    screeningFailure: null,
    review: null,
    proposal: null,
    supplement: null,
    rejection: null,
  };
}

function applyMaterial(
  state: CaseState,
  event: CaseEventOf<'MaterialProvided'> | CaseEventOf<'MaterialRemoved'>,
): CaseState {
  const before = heldOf(state.materials, event.data.material);
  const { [event.data.material]: _replaced, ...others } = state.materials;
  if (event.type === 'MaterialRemoved') {
    const fileRef = event.data.fileRef;
    if (fileRef === undefined || !before) return { ...state, materials: others };
    const files = before.files.filter((file) => file.ref !== fileRef);
    return { ...state, materials: { ...others, [event.data.material]: { ...before, files } } };
  }
  const { fields, files, findings, documentType } = event.data;
  const kept = (before?.findings ?? []).filter(
    (finding) =>
      finding.pointer?.field === undefined || !Object.hasOwn(fields, finding.pointer.field),
  );
  const type = documentType ?? before?.documentType;
  const outdated = (before?.outdated ?? []).filter((field) => !Object.hasOwn(fields, field));
  return {
    ...state,
    materials: {
      ...others,
      [event.data.material]: {
        ...(type === undefined ? {} : { documentType: type }),
        fields: { ...before?.fields, ...fields },
        files: [...(before?.files ?? []), ...files],
        findings: [...kept, ...findings],
        ...(outdated.length > 0 ? { outdated } : {}),
        renewed: {
          fields: [...new Set([...(before?.renewed.fields ?? []), ...Object.keys(fields)])],
          files: [...(before?.renewed.files ?? []), ...files.map(({ ref }) => ref)],
        },
      },
    },
  };
}

/** A draft under another version of its policy: what its formats find, and what of that is new. */
function checkedAnew(
  materials: CaseState['materials'],
  findings: readonly Reason[] | undefined,
): CaseState['materials'] {
  if (!findings) return materials;
  return Object.fromEntries(
    Object.entries(materials).map(([key, material]) => {
      const { outdated: before = [], ...others } = material;
      const its = findings.filter(({ pointer }) => pointer?.material === key);
      const outdated = its
        .map(({ pointer }) => pointer?.field ?? '')
        .filter((field) => before.includes(field) || !hasFinding(material, field));
      return [key, { ...others, findings: its, ...(outdated.length > 0 ? { outdated } : {}) }];
    }),
  );
}

/** Whether a format check found something in a field of what is held. */
export function hasFinding({ findings }: MaterialState, field: string): boolean {
  return findings.some(({ pointer }) => pointer?.field === field);
}

const noFailure = { attempts: 0, overallLeftMs: null };

function applyScreening(
  state: CaseState,
  event: CaseEventOf<
    'ScreeningStarted' | 'ScreeningCheckCompleted' | 'ScreeningFailed' | 'ScreeningCompleted'
  >,
  { at }: Moment,
): CaseState {
  const { round } = event.data;
  const running = state.screening ?? { round, checks: {}, findings: [], outcome: null };
  switch (event.type) {
    case 'ScreeningStarted':
      return { ...state, screening: { round, checks: {}, findings: [], outcome: null } };
    case 'ScreeningCheckCompleted':
      return {
        ...state,
        screening: {
          ...running,
          checks: { ...running.checks, [event.data.check]: event.data.outcome },
          findings: [...running.findings, ...event.data.findings],
        },
      };
    case 'ScreeningFailed': {
      const { attempts, overallLeftMs } = state.screeningFailure ?? noFailure;
      const { attempt = attempts + 1, overallLeftMs: left } = event.data;
      return {
        ...state,
        ...(left === undefined
          ? {}
          : { overall: null, stopped: state.overall && { overall: state.overall, at } }),
        screeningFailure: { attempts: attempt, overallLeftMs: left ?? overallLeftMs },
      };
    }
    case 'ScreeningCompleted':
      return {
        ...state,
        screening: { ...running, outcome: event.data.outcome },
        screeningFailure: null,
        overall: event.data.overall ?? state.overall,
        stopped: null,
      };
  }
}

function withReview(state: CaseState, change: Partial<Review>): CaseState {
  return state.review ? { ...state, review: { ...state.review, ...change } } : state;
}

function claimedBy(by: string, leaseUntil: Instant | null, at: Instant): Claim {
  return { by, since: at, renewedAt: at, leaseUntil, renewals: 0 };
}

function applyReview(
  state: CaseState,
  event: CaseEventOf<
    | 'ReviewRequested'
    | 'ReviewClaimed'
    | 'ReviewClaimRenewed'
    | 'ReviewReleased'
    | 'ReviewLeaseExpired'
    | 'ReviewReassigned'
    | 'ReviewSnoozed'
    | 'ReviewWoken'
    | 'ReviewOverdue'
    | 'CaseEscalated'
  >,
  { at }: Moment,
): CaseState {
  if (event.type === 'ReviewRequested') {
    const { review, level, round, queue, skill, priority, clock } = event.data;
    const requested: Review = {
      number: review,
      level,
      round,
      queue,
      skill: skill ?? null,
      priority,
      clock: clock ?? null,
      overdue: false,
      escalated: false,
      claim: null,
      snoozedUntil: null,
    };
    return { ...state, status: 'waiting', review: requested, reviewsRequested: review };
  }
  if (state.review?.number !== event.data.review) return state;
  switch (event.type) {
    case 'ReviewClaimed': {
      const claim = claimedBy(event.data.by, event.data.leaseUntil ?? null, at);
      return { ...withReview(state, { claim, snoozedUntil: null }), status: 'in-review' };
    }
    case 'ReviewReassigned': {
      const claim = claimedBy(event.data.to, event.data.leaseUntil, at);
      return { ...withReview(state, { claim, snoozedUntil: null }), status: 'in-review' };
    }
    case 'ReviewClaimRenewed': {
      const { claim } = state.review;
      const { leaseUntil, renewal } = event.data;
      return claim
        ? withReview(state, { claim: { ...claim, leaseUntil, renewedAt: at, renewals: renewal } })
        : state;
    }
    case 'ReviewReleased':
    case 'ReviewLeaseExpired':
      return { ...withReview(state, { claim: null }), status: 'waiting' };
    case 'CaseEscalated':
      return {
        ...withReview(state, { claim: null, escalated: true }),
        status: 'waiting',
        deciders: including(state.deciders, event.data.from),
      };
    case 'ReviewSnoozed':
      return {
        ...withReview(state, { claim: null, snoozedUntil: event.data.until }),
        status: 'waiting',
      };
    case 'ReviewWoken':
      return withReview(state, { snoozedUntil: null });
    case 'ReviewOverdue':
      return withReview(state, { overdue: true });
  }
}

const including = (people: readonly string[], person: string): readonly string[] =>
  people.includes(person) ? people : [...people, person];

function applyDecision(
  state: CaseState,
  event: CaseEventOf<
    | 'SupplementRequested'
    | 'ApprovalProposed'
    | 'ApprovalDeclined'
    | 'ProposalVoided'
    | 'CaseApproved'
    | 'CaseRejected'
  >,
  { at, by }: Moment,
): CaseState {
  switch (event.type) {
    case 'SupplementRequested':
      return {
        ...state,
        status: 'awaiting-supplement',
        review: null,
        proposal: null,
        overall: null,
        overallOverdue: false,
        materials: nothingRenewed(state.materials),
        supplement: {
          items: event.data.items,
          until: event.data.until ?? null,
          overallLeftMs: event.data.overallLeftMs ?? null,
        },
        stopped: state.overall && { overall: state.overall, at },
        deciders: including(state.deciders, by.id),
      };
    case 'ApprovalProposed':
      return {
        ...state,
        review: null,
        proposal: { by: event.data.by, evidence: event.data.evidence },
        deciders: including(state.deciders, event.data.by),
      };
    case 'ApprovalDeclined':
      return {
        ...state,
        review: null,
        proposal: null,
        deciders: including(state.deciders, event.data.by),
      };
    case 'ProposalVoided':
      return { ...state, review: null, proposal: null };
    case 'CaseApproved': {
      const { validUntil, identityRef, approvers } = event.data;
      return {
        ...closed(state, 'approved'),
        approval: { at, validUntil, identityRef: identityRef ?? null, approvers },
        deciders: approvers.reduce(including, state.deciders),
      };
    }
    case 'CaseRejected': {
      const { reasons, final, appealUntil } = event.data;
      const person = by.kind === 'person' ? event.data.by : null;
      return {
        ...closed(state, 'rejected'),
        materials: nothingRenewed(state.materials),
        rejection: { at, by: person, reasons, final, appealUntil, appealed: false },
        deciders: person === null ? state.deciders : including(state.deciders, person),
      };
    }
  }
}

function applyAftermath(
  state: CaseState,
  event: CaseEventOf<
    | 'CaseAppealed'
    | 'AppealEvidenceProvided'
    | 'AppealGranted'
    | 'AppealDismissed'
    | 'CaseReopened'
    | 'CaseWithdrawn'
    | 'CaseExpired'
  >,
  { at }: Moment,
): CaseState {
  switch (event.type) {
    case 'CaseAppealed':
      return {
        ...state,
        appeals: event.data.appeal,
        appealEvidence: withEvidence(state, event.data),
        rejection: state.rejection && { ...state.rejection, appealed: true },
      };
    case 'AppealEvidenceProvided':
      return { ...state, appealEvidence: withEvidence(state, event.data) };
    case 'AppealGranted': {
      const fallen = state.rejection?.by ?? null;
      return {
        ...state,
        review: null,
        rejection: null,
        deciders: including(state.deciders, event.data.by),
        overturned: fallen === null ? state.overturned : including(state.overturned, fallen),
      };
    }
    case 'AppealDismissed':
      return {
        ...closed(state, 'rejected'),
        rejection: state.rejection,
        deciders: including(state.deciders, event.data.by),
      };
    case 'CaseReopened':
      return { ...state, approval: null, rejection: null, review: null, openSince: at };
    case 'CaseWithdrawn':
      return { ...closed(state, 'withdrawn'), suspension: null };
    case 'CaseExpired':
      return closed(state, 'expired');
  }
}

function withEvidence(
  { appealEvidence }: CaseState,
  { appeal, files }: { readonly appeal: number; readonly files: readonly FileValue[] },
): CaseState['appealEvidence'] {
  return [...appealEvidence, ...files.map((file) => ({ appeal, file }))];
}

function closed(state: CaseState, status: CaseStatus): CaseState {
  return {
    ...state,
    status,
    screeningFailure: null,
    review: null,
    proposal: null,
    supplement: null,
    rejection: null,
    overall: null,
    stopped: null,
    overallOverdue: false,
  };
}

function nothingRenewed(materials: CaseState['materials']): CaseState['materials'] {
  return Object.fromEntries(
    Object.entries(materials).map(([key, material]) => [
      key,
      { ...material, renewed: { fields: [], files: [] } },
    ]),
  );
}

/** What a clock that stood already has left, where the freeze had stopped it before that. */
function heldSince<Held extends { readonly overallLeftMs: number | null }>(
  held: Held | null,
  { overallLeftMs }: CaseEventOf<'CaseSuspended'>['data'],
): Held | null {
  return held && overallLeftMs !== undefined ? { ...held, overallLeftMs } : held;
}

function applyClocks(
  state: CaseState,
  event: CaseEventOf<'CaseSuspended' | 'CaseResumed' | 'DueReissued' | 'CaseOverdue'>,
  { at }: Moment,
): CaseState {
  switch (event.type) {
    case 'CaseSuspended':
      return {
        ...state,
        suspension: event.data,
        supplement: heldSince(state.supplement, event.data),
        screeningFailure: heldSince(state.screeningFailure, event.data),
        stoppedBy: [...state.stoppedBy, event.data.freezeId],
      };
    case 'CaseResumed': {
      const { review, overall, leaseUntil, supplementUntil, appealUntil, snoozedUntil } =
        event.data;
      const resumed = withReview(state, {
        ...(review && { clock: review }),
        ...(snoozedUntil && { snoozedUntil }),
        ...(leaseUntil && state.review?.claim && { claim: { ...state.review.claim, leaseUntil } }),
      });
      return {
        ...resumed,
        suspension: null,
        resumedAt: at,
        overall: overall ?? state.overall,
        supplement: state.supplement && {
          ...state.supplement,
          until: supplementUntil ?? state.supplement.until,
        },
        rejection: state.rejection && {
          ...state.rejection,
          appealUntil: appealUntil ?? state.rejection.appealUntil,
        },
      };
    }
    case 'DueReissued':
      return event.data.which === 'overall'
        ? { ...state, overall: event.data.clock, overallOverdue: false }
        : withReview(state, { clock: event.data.clock, overdue: false });
    case 'CaseOverdue':
      return { ...state, overallOverdue: true };
  }
}
