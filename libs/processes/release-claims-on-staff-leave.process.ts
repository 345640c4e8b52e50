/**
 * Promise: somebody who is suspended or leaves holds no review. What they hold is remembered from the
 * claims; an entry that is out of date by then is refused by its case, which does no harm.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { type Action, type Process } from '#kernel/process';
import { type CaseEventOf } from '#modules/cases/index';
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

type Event =
  | CaseEventOf<(typeof TAKES)[number] | (typeof LETS_GO)[number] | (typeof ENDS)[number]>
  | Extract<StaffEvent, { type: 'StaffSuspended' | 'StaffLeft' }>;

interface Held {
  readonly principalId: string | null;
  readonly reviews: readonly { readonly caseId: string; readonly review: number }[];
}

export const releaseClaimsOnStaffLeave: Process<Held, Event> = {
  name: 'release-claims-on-staff-leave',
  version: 1,
  handles: [...TAKES, ...LETS_GO, ...ENDS, 'StaffSuspended', 'StaffLeft'],
  key: (event) =>
    event.type === 'StaffSuspended' || event.type === 'StaffLeft'
      ? event.stream.slice('staff-'.length)
      : staffIdOf(event.metadata.platform, holderOf(event)),
  initial: { principalId: null, reviews: [] },
  evolve: (state, event) => {
    if (event.type === 'StaffSuspended' || event.type === 'StaffLeft') return null;
    const caseId = event.stream.slice('case-'.length);
    const others = state.reviews.filter((held) => held.caseId !== caseId);
    if (event.type === 'ReviewClaimed' || event.type === 'ReviewReassigned') {
      const { review } = event.data;
      return { principalId: holderOf(event), reviews: [...others, { caseId, review }] };
    }
    return others.length > 0 ? { ...state, reviews: others } : null;
  },
  react: (event, { principalId, reviews }) => {
    if (event.type !== 'StaffSuspended' && event.type !== 'StaffLeft') return [];
    const cause = event.type === 'StaffLeft' ? 'staff-left' : 'staff-suspended';
    return reviews.map(({ caseId, review }): Action => ({
      to: 'case',
      id: caseId,
      command: { type: 'ReleaseReview', review, holder: principalId, cause } as Action['command'],
    }));
  },
};

function holderOf(
  event: Exclude<RecordedEvent<Event>, { type: 'StaffSuspended' | 'StaffLeft' }>,
): string {
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
