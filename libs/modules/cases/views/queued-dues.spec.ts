import { plusMs } from '#kernel/instants';
import { aCase, facts, HOUR_MS, MONDAY } from '../case.testkit.ts';
import { withDuesNow } from '../due/due.decide.ts';
import { mayBeMoved, queuedWithDues } from './queued-dues.ts';
import { reviewQueueView } from './review-queue.view.ts';
import { documentsOf } from './views.testkit.ts';

const waiting = aCase().waiting();
const queued = documentsOf(reviewQueueView, waiting)['1']!;
const dueAt = queued.dueAt!;
const maintenance = [{ from: plusMs(MONDAY, HOUR_MS), to: plusMs(MONDAY, 2 * HOUR_MS) }];
const now = withDuesNow(waiting.state, MONDAY, facts({ maintenance }));

describe('the due times of a queued review', () => {
  it('are shown as announced maintenance has moved them, that of the review and that of the whole', () => {
    expect(queuedWithDues(queued, waiting.state, now)).toEqual({
      ...queued,
      // The last hour of Monday and of Wednesday is the first of Tuesday and of Thursday.
      dueAt: '2026-03-03T02:00:00.000Z',
      overallDueAt: '2026-03-05T02:00:00.000Z',
    });
  });

  it('stay where the queue knows the case at another moment than the case itself', () => {
    const ahead = { ...queued, dueAt: plusMs(dueAt, 1), overallDueAt: null };
    expect(queuedWithDues(ahead, waiting.state, now)).toEqual(ahead);
    const over = aCase().claimedBy('ada').decided({ type: 'ApproveCase' }).state;
    expect(queuedWithDues(queued, over, over)).toEqual(queued);
  });

  it('can be moved by what begins before one of them alone', () => {
    const from = (at: typeof dueAt) => [{ from: at, to: plusMs(at, HOUR_MS) }];
    const { overallDueAt } = queued;
    expect(mayBeMoved(queued, from(plusMs(overallDueAt!, -1)))).toBe(true);
    expect(mayBeMoved(queued, from(overallDueAt!))).toBe(false);
    expect(mayBeMoved({ ...queued, dueAt: null, overallDueAt: null }, maintenance)).toBe(false);
  });
});
