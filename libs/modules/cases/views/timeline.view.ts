/**
 * The applicant's timeline over all their cases: one document for each event that they may know of.
 * Reasons are made neutral here already, so that the document itself holds nothing that is not theirs;
 * what a reviewer wrote to them it holds as a vault reference.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { type Instant } from '#kernel/instants';
import { type Position } from '#kernel/position';
import { type View } from '#kernel/view';
import { type ReasonGiven, reasonsForApplicant } from '#modules/reasons/index';
import { caseIdOf } from '../case.decider.ts';
import { type BusinessClock, type CaseEvent, type SupplementItem } from '../case.events.ts';

export interface TimelineEntry {
  readonly platform: string;
  readonly accountId: string;
  readonly caseId: string;
  readonly position: Position;
  readonly at: Instant;
  readonly type: TimelineType;
  readonly round?: number;
  readonly material?: string;
  /** The instant that the entry is about: a due time, a deadline, an end of validity. */
  readonly until?: Instant | null;
  /** That the instant may yet move by some days: the calendar of its year is not out. */
  readonly provisional?: true;
  readonly final?: boolean;
  /** What the account became, where that stopped the case. */
  readonly standing?: 'frozen' | 'banned';
  readonly reasons?: readonly ReasonGiven[];
  /** What the new version of the policy asks differently, and where. */
  readonly differences?: readonly { readonly code: string; readonly path: string }[];
}

export const TIMELINE_TYPES = [
  'CaseOpened',
  'PolicyChangeApplied',
  'MaterialProvided',
  'MaterialRemoved',
  'SubmissionRefused',
  'CaseSubmitted',
  'ScreeningFailed',
  'ScreeningCompleted',
  'ReviewRequested',
  'ReviewOverdue',
  'DueReissued',
  'CaseOverdue',
  'SupplementRequested',
  'CaseSupplemented',
  'CaseApproved',
  'CaseRejected',
  'CaseAppealed',
  'AppealEvidenceProvided',
  'AppealGranted',
  'AppealDismissed',
  'CaseReopened',
  'CaseSuspended',
  'CaseResumed',
  'CaseWithdrawn',
  'CaseExpired',
] as const satisfies readonly CaseEvent['type'][];
export type TimelineType = (typeof TIMELINE_TYPES)[number];

type Shown = Extract<CaseEvent, { type: TimelineType }>;

export const timelineView: View<TimelineEntry, CaseEvent> = {
  name: 'timeline',
  version: 7,
  handles: TIMELINE_TYPES,
  // By position: keys that grow are written side by side, ids would lie scattered over the whole view.
  keys: (event) =>
    event.metadata.accountId === undefined || isNotTold(event) ? [] : [event.position],
  evolve: (_document, event) => {
    const { platform, accountId = '', occurredAt: at } = event.metadata;
    const shown = event as RecordedEvent<Shown>;
    return {
      platform,
      accountId,
      caseId: caseIdOf(event),
      position: event.position,
      at,
      type: shown.type,
      ...detailsOf(shown),
    };
  },
  indexes: [
    ['platform', 'accountId', 'position'],
    ['platform', 'accountId', 'caseId', 'position'],
  ],
};

/**
 * What is issued anew is told of the case as a whole, since a review's own due time is for who reviews;
 * and that a screening failed is told once, not at every attempt.
 */
function isNotTold(event: CaseEvent): boolean {
  switch (event.type) {
    case 'DueReissued':
      return event.data.which === 'review';
    case 'ScreeningFailed':
      return (event.data.attempt ?? 1) > 1;
    default:
      return false;
  }
}

/** A reason without a pointer of its own is about the item that it is given for. */
function asked({ material, field, reasons }: SupplementItem): readonly ReasonGiven[] {
  const item = { material, ...(field === undefined ? {} : { field }) };
  return reasonsForApplicant(reasons).map((reason) => ({ pointer: item, ...reason }));
}

function detailsOf(event: RecordedEvent<Shown>): Partial<TimelineEntry> {
  switch (event.type) {
    case 'PolicyChangeApplied':
      return { differences: event.data.differences };
    case 'MaterialProvided':
    case 'MaterialRemoved':
      return { material: event.data.material };
    case 'SubmissionRefused':
      return { round: event.data.round, reasons: reasonsForApplicant(event.data.reasons) };
    case 'CaseSubmitted':
    case 'CaseSupplemented':
      return { round: event.data.round, ...untilDue(event.data.overall) };
    case 'ReviewRequested':
    case 'DueReissued':
      return untilDue(event.data.clock);
    case 'SupplementRequested':
      return { until: event.data.until ?? null, reasons: event.data.items.flatMap(asked) };
    case 'CaseApproved':
      return { until: event.data.validUntil };
    case 'CaseRejected': {
      const { final, appealUntil, reasons } = event.data;
      return { final, until: appealUntil, reasons: reasonsForApplicant(reasons) };
    }
    case 'AppealDismissed':
      return { reasons: reasonsForApplicant(event.data.reasons) };
    case 'ScreeningCompleted':
      return event.data.overall ? untilDue(event.data.overall) : {};
    case 'CaseSuspended':
      return event.data.standing === undefined ? {} : { standing: event.data.standing };
    case 'CaseResumed':
      return untilDue(event.data.overall);
    default:
      return {};
  }
}

function untilDue(clock: BusinessClock | undefined): Pick<TimelineEntry, 'until' | 'provisional'> {
  if (!clock) return { until: null };
  const { dueAt, provisional } = clock.due;
  return { until: dueAt, ...(provisional ? { provisional } : {}) };
}
