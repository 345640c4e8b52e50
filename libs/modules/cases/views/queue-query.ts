/** What is asked of the queue, so that an index answers it however many reviews wait. */
import { type Condition, type Query, type Where } from '#infra/read-store/read-store.port';
import { type Instant } from '#kernel/instants';
import { PRIORITY_MAX } from '#modules/policies/index';
import { REVIEW_LEVELS, type ReviewLevel } from '../case.events.ts';
import { type QueueState } from './review-queue.view.ts';

/** All that are given must hold. */
export interface QueueFilters {
  readonly state: QueueState;
  readonly level?: ReviewLevel | undefined;
  readonly queue?: string | undefined;
  readonly overdue?: boolean | undefined;
  readonly skill?: string | undefined;
  /** Principal id of whoever holds it. */
  readonly claimedBy?: string | undefined;
  /** Of this priority or a higher one. */
  readonly priorityMin?: number | undefined;
  readonly dueBefore?: Instant | undefined;
  /** A review without a due time was imported, with no rules to review it by: nobody may take it. */
  readonly takeable?: true | undefined;
}

/**
 * The most urgent first, what is due first, or what has waited longest; all that is requested out of
 * business hours is due at once, and is taken in the order in which it came.
 */
const QUEUE_ORDERS = {
  urgency: ['urgency', 'dueAt', 'requestedAt'],
  due: ['dueAt', 'requestedAt'],
  waiting: ['requestedAt'],
} as const;
export type QueueOrder = keyof typeof QUEUE_ORDERS;
export const QUEUE_SORTS = Object.keys(QUEUE_ORDERS) as readonly QueueOrder[];

/** The view keeps priorities negated, for its indexes. */
const URGENCIES = Array.from({ length: PRIORITY_MAX + 1 }, (_, priority) => -priority);

/**
 * Most indexes have level and urgency before the due time. Where neither is asked for, each is named, so
 * that the order is merged of as many ranges, and nothing is looked through for what few have.
 */
export function queueQuery(
  filters: QueueFilters,
  order: QueueOrder,
): Required<Pick<Query, 'where' | 'orderBy'>> {
  const { queue, level } = filters;
  const isAnyLevel = order !== 'waiting' && queue !== undefined && level === undefined;
  const where: Where = {
    ...whereOf(filters),
    ...(isByUrgency(filters, order) ? { urgency: urgenciesOf(filters) } : {}),
    ...(isAnyLevel ? { level: { in: REVIEW_LEVELS } } : {}),
  };
  return { where, orderBy: QUEUE_ORDERS[order].map((field) => ({ field, direction: 'asc' })) };
}

/** Whether each urgency is a range of its own. */
function isByUrgency(
  { dueBefore, level, queue, overdue, skill, claimedBy, priorityMin }: QueueFilters,
  order: QueueOrder,
): boolean {
  if (order === 'urgency') return dueBefore !== undefined;
  if (order === 'waiting') return false;
  return [level, queue, overdue, skill, claimedBy, priorityMin].some((one) => one !== undefined);
}

const urgenciesOf = ({ priorityMin = 0 }: QueueFilters): Condition => ({
  in: URGENCIES.filter((urgency) => urgency <= -priorityMin),
});

function whereOf(filters: QueueFilters): Where {
  const { state, level, queue, overdue, skill, claimedBy } = filters;
  const { priorityMin, dueBefore, takeable } = filters;
  return {
    state,
    ...(level === undefined ? {} : { level }),
    ...(queue === undefined ? {} : { queue }),
    ...(overdue === undefined ? {} : { overdue }),
    ...(skill === undefined ? {} : { skill }),
    ...(claimedBy === undefined ? {} : { claimedBy }),
    ...(priorityMin === undefined ? {} : { urgency: { lte: -priorityMin } }),
    // Not as a range, which SQLite would look up by the due times, to sort all that wait by their urgency then.
    ...(takeable ? { dueAt: { not: null } } : {}),
    ...(dueBefore === undefined ? {} : { dueAt: { lt: dueBefore } }),
  };
}
