/** How take-next finds what it may choose from; what comes of it is in test/e2e and test/crash. */
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Where } from '#infra/read-store/read-store.port';
import { pageSql } from '#infra/read-store/sqlite/query-sql';
import { openSqliteReadStore } from '#infra/read-store/sqlite/sqlite-read-store';
import { QUEUE_ORDERS } from '../case.queries.ts';
import { reviewQueueView } from '../views/review-queue.view.ts';
import { TAKEABLE } from './take-next.ts';

describe('the reviews that take-next chooses from', () => {
  const folder = mkdtempSync(join(tmpdir(), 'casetrail-take-next-'));
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

  const planOf = (where: Where): string[] => {
    const orderBy = QUEUE_ORDERS.urgency.map((field) => ({ field, direction: 'asc' as const }));
    const query = { where: { ...where, platform: 'shop' }, orderBy, limit: 50 };
    const { text, params } = pageSql('docs_1', query, undefined);
    const details = db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...params);
    return details.map((row) => String(row['detail']));
  };

  it.each([
    ['all', {}],
    ['those of one queue and level', { queue: 'drivers', level: 'first' }],
  ])('are %s in the order of an index, however many wait', (_, where) => {
    expect(planOf({ ...where, ...TAKEABLE })).toEqual([
      expect.stringMatching(/^SEARCH docs_1 USING INDEX docs_1:platform,state,.*urgency,dueAt/),
    ]);
  });

  it('would all be sorted at every choice, were the due time asked for as a range (the control)', () => {
    expect(planOf({ ...TAKEABLE, dueAt: { gt: '' } })).toContain('USE TEMP B-TREE FOR ORDER BY');
  });
});
