/**
 * The due times of a queued review as they are now. The queue's documents hold those that were issued;
 * maintenance announced since moves them before an event says so, and who reads is shown the moved ones.
 */
import { type Maintenance } from '#kernel/business-time/business-time';
import { type CaseState } from '../case.state.ts';
import { type QueuedReview } from './review-queue.view.ts';

/** Whether some maintenance begins before a due time of the review: one that began later moves none. */
export function mayBeMoved(
  { dueAt, overallDueAt }: QueuedReview,
  maintenance: readonly Maintenance[],
): boolean {
  return maintenance.some(({ from }) =>
    [dueAt, overallDueAt].some((due) => due !== null && from < due),
  );
}

/**
 * @param issued the case with the due times that its events issued.
 * @param now the same with those that hold now. A document of another moment of the case, which names
 * other due times than were issued there, stays as it is.
 */
export function queuedWithDues(
  document: QueuedReview,
  issued: CaseState,
  now: CaseState,
): QueuedReview {
  return { ...document, ...reviewDue(document, issued, now), ...overallDue(document, issued, now) };
}

function reviewDue(
  { review, dueAt }: QueuedReview,
  { review: issued }: CaseState,
  { review: now }: CaseState,
): Partial<QueuedReview> {
  const same = issued?.number === review && issued.clock?.due.dueAt === dueAt;
  if (!same || !now?.clock) return {};
  const { due } = now.clock;
  return { dueAt: due.dueAt, dueProvisional: due.provisional, overdue: now.overdue };
}

function overallDue(
  { overallDueAt }: QueuedReview,
  { overall: issued }: CaseState,
  { overall: now, overallOverdue }: CaseState,
): Partial<QueuedReview> {
  if (issued?.due.dueAt !== overallDueAt || !now) return {};
  const { dueAt, provisional } = now.due;
  return { overallDueAt: dueAt, overallProvisional: provisional, overallOverdue };
}
