/** What is known of a case, folded from its events by `case.evolve.ts`. */
import { digestOfJson } from '#kernel/digest';
import { type Instant } from '#kernel/instants';
import {
  type BusinessClock,
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

/** Whether a format check found something in a field of what is held. */
export function hasFinding({ findings }: MaterialState, field: string): boolean {
  return findings.some(({ pointer }) => pointer?.field === field);
}
