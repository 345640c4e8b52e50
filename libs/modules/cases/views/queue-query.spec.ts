/** That an index answers what is asked of the queue: SQLite is asked for its plans. */
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Where } from '#infra/read-store/read-store.port';
import { pageSql, whereSql } from '#infra/read-store/sqlite/query-sql';
import { openSqliteReadStore } from '#infra/read-store/sqlite/sqlite-read-store';
import { instant } from '#kernel/instants';
import { type QueueFilters, queueQuery, type QueueOrder } from './queue-query.ts';
import { reviewQueueView } from './review-queue.view.ts';

const folder = mkdtempSync(join(tmpdir(), 'casetrail-queue-query-'));
const file = join(folder, 'views.sqlite');
let db: DatabaseSync;
beforeAll(async () => {
  const store = openSqliteReadStore({ file });
  await store.prepare(reviewQueueView);
  await store.promote(reviewQueueView);
  await store.close();
  db = new DatabaseSync(file, { readOnly: true });
});
afterAll(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

function explained(text: string, params: readonly unknown[]): string[] {
  const details = db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...(params as string[]));
  return details.map((row) => String(row['detail']));
}

interface Asked {
  readonly filters?: Partial<QueueFilters>;
  readonly order?: QueueOrder;
  readonly cursor?: Parameters<typeof pageSql>[2];
}

function planOf({ filters = {}, order = 'urgency', cursor }: Asked): string[] {
  const { where, orderBy } = queueQuery({ state: 'waiting', ...filters }, order);
  const query = { where: { ...where, platform: 'shop' }, orderBy, limit: 50 };
  const { text, params } = pageSql('docs_1', query, cursor);
  return explained(text, params);
}

const SORTS = 'USE TEMP B-TREE FOR ORDER BY';

/** One range of one index, in its order. */
function expectOneRange(plan: readonly string[], index: string): void {
  expect(plan).toEqual([expect.stringContaining(`SEARCH docs_1 USING INDEX docs_1:${index}`)]);
}

/** A page of each of so many ranges: what is sorted are the rows of these pages alone. */
function expectRanges(plan: readonly string[], index: string, count: number): void {
  const searches = plan.flatMap((step, at) => (step.includes('docs_1 USING') ? [at] : []));
  expect(searches).toHaveLength(count);
  for (const at of searches) {
    expect(plan[at]).toContain(`SEARCH docs_1 USING INDEX docs_1:${index}`);
    expect(plan[at + 1]).toContain('SCAN (subquery');
  }
}

describe('the most urgent reviews', () => {
  it.each([
    ['of all', {}, 'platform,state,urgency'],
    ['of a priority or a higher one', { priorityMin: 5 }, 'platform,state,urgency'],
    ['of a level', { level: 'second' }, 'platform,state,level,urgency'],
    ['of a queue and level', { queue: 'q', level: 'first' }, 'platform,state,queue,level'],
    ['of those that ask for a skill', { skill: 'japanese' }, 'platform,skill,state,urgency'],
    ['of those that are overdue', { overdue: true }, 'platform,overdue,state,urgency'],
    ['that somebody holds', { claimedBy: 'ben' }, 'platform,claimedBy,state,urgency'],
  ] as const)('%s are one range of an index', (_, filters, index) => {
    for (const takeable of [undefined, true] as const) {
      expectOneRange(planOf({ filters: { ...filters, takeable } }), index);
    }
  });

  it('of a queue are merged of its levels', () => {
    for (const takeable of [undefined, true] as const) {
      expectRanges(planOf({ filters: { queue: 'q', takeable } }), 'platform,state,queue,level', 4);
    }
  });

  it.each([
    [{}, 'platform,state,urgency,dueAt', 10],
    [{ priorityMin: 7 }, 'platform,state,urgency,dueAt', 3],
    [{ level: 'second' }, 'platform,state,level,urgency,dueAt', 10],
    [{ skill: 'japanese' }, 'platform,skill,state,urgency,dueAt', 10],
    [{ overdue: true }, 'platform,overdue,state,urgency,dueAt', 10],
    [{ claimedBy: 'ben' }, 'platform,claimedBy,state,urgency,dueAt', 10],
    [{ queue: 'q', level: 'first' }, 'platform,state,queue,level,urgency,dueAt', 10],
    [{ queue: 'q' }, 'platform,state,queue,level,urgency,dueAt', 40],
  ] as const)(
    'that are due before an instant, of %j, are merged of the priorities',
    (of, index, n) => {
      const dueBefore = instant('2026-03-02T08:00:00Z');
      expectRanges(planOf({ filters: { ...of, dueBefore } }), index, n);
    },
  );
});

describe('the next page of what is due before an instant', () => {
  it('is merged of the priorities that are left alone, each from where it goes on', () => {
    const dueBefore = instant('2026-03-02T08:00:00Z');
    const cursor = { values: [-5, '2026-03-01', '2026-02-01'], key: 'a' };
    // Three ranges of the cursor's own priority, 5, and one of each of the five lower ones.
    expectRanges(planOf({ filters: { dueBefore }, cursor }), 'platform,state,urgency,dueAt', 8);
  });
});

describe('what is due first', () => {
  it('of all is one range of an index', () => {
    expectOneRange(planOf({ order: 'due' }), 'platform,state,dueAt');
  });

  it.each([
    [{ level: 'second' }, 'platform,state,level,urgency', 10],
    [{ overdue: true }, 'platform,overdue,state,urgency', 10],
    [{ skill: 'japanese' }, 'platform,skill,state,urgency', 10],
    [{ claimedBy: 'ben' }, 'platform,claimedBy,state,urgency', 10],
    [{ priorityMin: 8 }, 'platform,state,urgency', 2],
    [{ queue: 'q' }, 'platform,state,queue,level,urgency', 40],
  ] as const)('of %j is merged of the priorities', (filters, index, n) => {
    expectRanges(planOf({ order: 'due', filters }), index, n);
  });

  it('goes on after a cursor by ranges too', () => {
    const cursor = { values: ['2026-03-01', '2026-02-01'], key: 'a' };
    const plan = planOf({ order: 'due', filters: { level: 'second' }, cursor });
    expectRanges(plan, 'platform,state,level,urgency,dueAt', 30);
  });
});

describe('what has waited longest', () => {
  it('of all is one range of an index', () => {
    expectOneRange(planOf({ order: 'waiting' }), 'platform,state,requestedAt');
  });
});

describe('all that are overdue', () => {
  it('are counted by an index of these alone', () => {
    const { text, params } = whereSql({ platform: 'shop', overdue: true });
    expect(explained(`SELECT count(*) FROM docs_1 WHERE ${text}`, params)).toEqual([
      expect.stringContaining('docs_1:platform,overdue'),
    ]);
  });
});

describe('the controls', () => {
  const orderBy = queueQuery({ state: 'waiting' }, 'urgency').orderBy;
  const planOfAll = (where: Where): string[] => {
    const query = { where: { state: 'waiting', platform: 'shop', ...where }, orderBy, limit: 50 };
    const { text, params } = pageSql('docs_1', query, undefined);
    return explained(text, params);
  };

  it('would all be sorted at every choice, were a due time asked for as a range', () => {
    expect(planOfAll({ dueAt: { gt: '' } })).toContain(SORTS);
  });

  it('would all be looked through for what no index begins with', () => {
    for (const where of [{ round: 1 }, { skill: null }] as readonly Where[]) {
      expectOneRange(planOfAll(where), 'platform,state,urgency');
    }
  });
});
