/**
 * Promise: somebody who is suspended or leaves holds no review, nor one that they were given at that
 * very moment; and who declares a conflict of interest, or loses a role or a skill, none that this
 * forbids them. What they hold is remembered from the claims; an entry that is out of date by then is
 * refused by its case, which does no harm. Which reviews a change forbids, each case says itself.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { type Action, type Process } from '#kernel/process';
import { type CaseEventOf, caseIdOf } from '#modules/cases/index';
import { staffIdOf, type StaffEvent } from '#modules/staff/index';

const TAKES = ['ReviewClaimed', 'ReviewReassigned'] as const;
const LETS_GO = ['ReviewReleased', 'ReviewLeaseExpired'] as const;
const ENDS = [
  'CaseEscalated',
  'ReviewSnoozed',
  'SupplementRequested',
  'ApprovalProposed',
  'ApprovalDeclined',
  'CaseApproved',
  'CaseRejected',
  'AppealGranted',
  'AppealDismissed',
] as const;

const GOES = ['StaffSuspended', 'StaffLeft'] as const;
const COMES = ['StaffEnrolled', 'StaffReinstated'] as const;
const CHANGES = ['RolesChanged', 'SkillsChanged', 'ConflictDeclared'] as const;

type StaffMove = Extract<
  StaffEvent,
  { type: (typeof GOES)[number] | (typeof COMES)[number] | (typeof CHANGES)[number] }
>;
type CaseMove = CaseEventOf<
  (typeof TAKES)[number] | (typeof LETS_GO)[number] | (typeof ENDS)[number]
>;
type Event = CaseMove | StaffMove;

type Gone = 'staff-suspended' | 'staff-left';

interface Held {
  readonly principalId: string | null;
  readonly reviews: readonly { readonly caseId: string; readonly review: number }[];
  /** Why they may hold none now; null while they may. */
  readonly gone: Gone | null;
  /** Of their stream, at the last change: a claim that was decided before it may be one that it forbids. */
  readonly changedAt: number | null;
}

export const releaseClaimsOnStaffLeave: Process<Held, Event> = {
  name: 'release-claims-on-staff-leave',
  version: 3,
  handles: [...TAKES, ...LETS_GO, ...ENDS, ...GOES, ...COMES, ...CHANGES],
  key: (event) =>
    isOfStaff(event)
      ? event.stream.slice('staff-'.length)
      : staffIdOf(event.metadata.platform, holderOf(event)),
  initial: { principalId: null, reviews: [], gone: null, changedAt: null },
  evolve: (state, event) => {
    switch (event.type) {
      case 'StaffSuspended':
      case 'StaffLeft':
        return { ...state, principalId: null, reviews: [], gone: causeOf(event) };
      case 'StaffEnrolled':
      case 'StaffReinstated':
        return worthKeeping({ ...state, gone: null });
      case 'RolesChanged':
      case 'SkillsChanged':
      case 'ConflictDeclared':
        return { ...state, changedAt: event.revision };
      case 'ReviewClaimed':
      case 'ReviewReassigned': {
        // One that is let go at once is not held.
        if (state.gone) return state;
        const held = { caseId: caseIdOf(event), review: event.data.review };
        return {
          ...state,
          principalId: holderOf(event),
          reviews: [...without(state, event), held],
        };
      }
      default:
        return worthKeeping({ ...state, reviews: without(state, event) });
    }
  },
  react: (event, { principalId, reviews, gone, changedAt }) => {
    switch (event.type) {
      case 'StaffSuspended':
      case 'StaffLeft':
        return reviews.map(({ caseId, review }) =>
          release(caseId, review, principalId!, causeOf(event)),
        );
      case 'RolesChanged':
      case 'SkillsChanged':
      case 'ConflictDeclared':
        return reviews.map(({ caseId, review }) =>
          release(caseId, review, principalId!, 'not-eligible'),
        );
      case 'ReviewClaimed':
      case 'ReviewReassigned': {
        const { review, staffRevision } = event.data;
        const overtaken =
          changedAt !== null && staffRevision !== undefined && staffRevision < changedAt;
        const cause = gone ?? (overtaken ? 'not-eligible' : null);
        return cause ? [release(caseIdOf(event), review, holderOf(event), cause)] : [];
      }
      default:
        return [];
    }
  },
};

function isOfStaff(event: RecordedEvent<Event>): event is RecordedEvent<StaffMove> {
  return event.stream.startsWith('staff-');
}

function causeOf({ type }: { readonly type: (typeof GOES)[number] }): Gone {
  return type === 'StaffLeft' ? 'staff-left' : 'staff-suspended';
}

function without({ reviews }: Held, event: RecordedEvent<CaseMove>): Held['reviews'] {
  return reviews.filter(({ caseId }) => caseId !== caseIdOf(event));
}

function worthKeeping(state: Held): Held | null {
  return state.gone || state.changedAt !== null || state.reviews.length > 0 ? state : null;
}

const release = (
  id: string,
  review: number,
  holder: string,
  cause: Gone | 'not-eligible',
): Action => ({
  to: 'case',
  id,
  command: { type: 'ReleaseReview', review, holder, cause } as Action['command'],
});

function holderOf(event: RecordedEvent<CaseMove>): string {
  switch (event.type) {
    case 'ReviewClaimed':
    case 'ReviewReleased':
    case 'ReviewLeaseExpired':
      return event.data.by;
    case 'ReviewReassigned':
      return event.data.to;
    default:
      return event.metadata.actor.id;
  }
}
