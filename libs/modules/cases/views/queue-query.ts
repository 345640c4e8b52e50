/** How the queue is asked: an index answers each question, however many reviews wait. */
import { type Query, type Where } from '#infra/read-store/read-store.port';
import { REVIEW_LEVELS } from '../case.events.ts';

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

/** Of a queue alone all levels are named: its index has them before the order. */
export function queueQuery(where: Where, order: QueueOrder): Pick<Query, 'where' | 'orderBy'> {
  const anyLevel = order === 'urgency' && 'queue' in where && !('level' in where);
  return {
    where: anyLevel ? { ...where, level: { in: REVIEW_LEVELS } } : where,
    orderBy: QUEUE_ORDERS[order].map((field) => ({ field, direction: 'asc' })),
  };
}
