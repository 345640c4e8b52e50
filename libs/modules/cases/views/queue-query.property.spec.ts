/**
 * What the queue answers, page by page, is what is left of all reviews when they are filtered and sorted
 * one by one. CASETRAIL_SEED repeats a run (fast-check prints the seed of a failure), CASETRAIL_RUNS makes
 * a longer one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  openSqliteReadStore,
  type SqliteReadStore,
} from '#infra/read-store/sqlite/sqlite-read-store';
import { hoursToMs, instant, plusMs } from '#kernel/instants';
import { type Position } from '#kernel/position';
import { PRIORITY_MAX } from '#modules/policies/index';
import { type ReviewLevel } from '../case.events.ts';
import { type QueueFilters, queueQuery, type QueueOrder } from './queue-query.ts';
import { type QueueState, reviewQueueView } from './review-queue.view.ts';

const { CASETRAIL_SEED, CASETRAIL_RUNS } = process.env;
const runs = {
  numRuns: Math.ceil(Number(CASETRAIL_RUNS ?? 300) / 10),
  seed: Number(CASETRAIL_SEED ?? 20_261_129),
};
const PAGE = 7;

/** Few values, so that many reviews have the same of most. */
const hour = fc.nat(3).map((hours) => plusMs(instant('2026-03-02T08:00:00Z'), hoursToMs(hours)));
const reviews = fc.array(
  fc.record({
    state: fc.constantFrom<QueueState>('waiting', 'waiting', 'claimed'),
    level: fc.constantFrom<ReviewLevel>('first', 'second', 'appeal'),
    queue: fc.constantFrom('q', 'r'),
    skill: fc.constantFrom(null, null, 'japanese'),
    claimedBy: fc.constantFrom(null, 'ben'),
    overdue: fc.boolean(),
    priority: fc.nat(PRIORITY_MAX),
    dueAt: fc.oneof(fc.constant(null), hour, hour),
    requestedAt: hour,
  }),
  { minLength: 40, maxLength: 60 },
);
type Review = typeof reviews extends fc.Arbitrary<(infer R)[]> ? R : never;

/** Of nine filters two or so are given. */
const perhaps = <T>(given: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: given });
const filtersOf: fc.Arbitrary<QueueFilters> = fc.record({
  state: fc.constantFrom<QueueState>('waiting', 'waiting', 'claimed'),
  level: perhaps(fc.constantFrom<ReviewLevel>('first', 'second')),
  queue: perhaps(fc.constantFrom('q', 'r')),
  skill: perhaps(fc.constant('japanese')),
  claimedBy: perhaps(fc.constant('ben')),
  overdue: perhaps(fc.boolean()),
  priorityMin: perhaps(fc.nat(PRIORITY_MAX)),
  dueBefore: perhaps(hour),
  takeable: perhaps(fc.constant(true as const)),
});
const questions = fc.array(
  fc.tuple(filtersOf, fc.constantFrom<QueueOrder>('urgency', 'due', 'waiting')),
  { minLength: 10, maxLength: 20 },
);

function isAskedFor(review: Review, filters: QueueFilters): boolean {
  const { priorityMin = 0, dueBefore, takeable, ...equal } = filters;
  return (
    Object.entries(equal).every(
      ([field, value]) => value === undefined || review[field as keyof Review] === value,
    ) &&
    review.priority >= priorityMin &&
    (dueBefore === undefined || (review.dueAt !== null && review.dueAt < dueBefore)) &&
    (!takeable || review.dueAt !== null)
  );
}

/** In characters of which each sorts as what it stands for, none as the first; the key last, which no two share. */
function rankOf({ priority, dueAt, requestedAt }: Review, key: string, order: QueueOrder): string {
  const ranks = {
    urgency: [PRIORITY_MAX - priority, dueAt ?? ' ', requestedAt],
    due: [dueAt ?? ' ', requestedAt],
    waiting: [requestedAt],
  };
  return [...ranks[order], key].join('|');
}

let folder: string;
let store: SqliteReadStore;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'casetrail-queue-query-'));
  store = openSqliteReadStore({ file: join(folder, 'views.sqlite') });
  await store.prepare(reviewQueueView);
  await store.promote(reviewQueueView);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

async function keysOf(platform: string, filters: QueueFilters, order: QueueOrder) {
  const { where, orderBy } = queueQuery(filters, order);
  const keys: string[] = [];
  for (let after: string | undefined; ;) {
    const found = await store.exact(reviewQueueView).find({
      where: { ...where, platform },
      orderBy,
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    keys.push(...found.documents.map(({ key }) => key));
    if (found.next === undefined) return keys;
    after = found.next;
  }
}

describe('whatever is asked of a random queue', () => {
  it('is answered with all that it asks for, in its order, and nothing else', async () => {
    let platforms = 0;
    let found = 0;
    await fc.assert(
      fc.asyncProperty(reviews, questions, async (all, asked) => {
        const platform = `p${++platforms}`;
        const position = '00000001' as Position;
        const documents = all.map((review, at) => ({
          key: `${platform}/${String(at).padStart(2, '0')}`,
          document: { ...review, platform, urgency: -review.priority },
          position,
        }));
        await store.exact(reviewQueueView).write(documents, position);
        for (const [filters, order] of asked) {
          const expected = documents
            .filter(({ document }) => isAskedFor(document, filters))
            .map(({ key, document }) => ({ key, rank: rankOf(document, key, order) }))
            .sort((one, other) => (one.rank < other.rank ? -1 : 1))
            .map(({ key }) => key);
          expect(await keysOf(platform, filters, order)).toEqual(expected);
          found += expected.length;
        }
      }),
      runs,
    );
    // Else little was asked for that is there.
    expect(found).toBeGreaterThan(runs.numRuns * 10);
  }, 300_000);
});
