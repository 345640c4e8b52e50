/** That an index answers what is asked of the queue: SQLite is asked for its plans. */
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Where } from '#infra/read-store/read-store.port';
import { pageSql, whereSql } from '#infra/read-store/sqlite/query-sql';
import { openSqliteReadStore } from '#infra/read-store/sqlite/sqlite-read-store';
import { TAKEABLE } from '../claim/take-next.ts';
import { queueQuery, type QueueOrder } from './queue-query.ts';
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

function planOf(where: Where, order: QueueOrder = 'urgency'): string[] {
  const asked = queueQuery({ ...where, platform: 'shop' }, order);
  const { text, params } = pageSql('docs_1', { ...asked, limit: 50 }, undefined);
  return explained(text, params);
}

const waiting: Where = { state: 'waiting' };
const SORTED = 'USE TEMP B-TREE FOR ORDER BY';

describe.each([
  ['shown', waiting],
  ['that take-next chooses from', TAKEABLE],
])('the reviews %s are found in the order of an index, however many wait:', (_, from) => {
  it.each([
    ['all', {}, 'platform,state,urgency'],
    ['those of a level', { level: 'second' }, 'platform,state,level,urgency'],
    ['those of a queue and level', { queue: 'q', level: 'first' }, 'platform,state,queue,level'],
    ['those that ask for a skill', { skill: 'japanese' }, 'platform,state,skill,urgency'],
    ['those that are overdue', { overdue: true }, 'platform,overdue,state,urgency'],
  ])('%s', (_of, where, index) => {
    expect(planOf({ ...where, ...from })).toEqual([
      expect.stringContaining(`SEARCH docs_1 USING INDEX docs_1:${index}`),
    ]);
  });

  it('those of a queue, a page of each level, which are merged', () => {
    const plan = planOf({ queue: 'q', ...from });
    const levels = plan.flatMap((step, at) => (step.startsWith('SEARCH') ? [at] : []));
    expect(levels).toHaveLength(4);
    for (const at of levels) {
      expect(plan[at]).toContain('SEARCH docs_1 USING INDEX docs_1:platform,state,queue,level');
      // What is sorted are the rows of these pages alone.
      expect(plan[at + 1]).toContain('SCAN (subquery');
    }
  });
});

describe('other orders', () => {
  it.each([
    ['due', 'platform,state,dueAt'],
    ['waiting', 'platform,state,requestedAt'],
  ] as const)('%s are those of an index too', (order, index) => {
    expect(planOf(waiting, order)).toEqual([
      expect.stringContaining(`SEARCH docs_1 USING INDEX docs_1:${index}`),
    ]);
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
  it('would all be sorted at every choice, were the due time asked for as a range', () => {
    expect(planOf({ ...TAKEABLE, dueAt: { gt: '' } })).toContain(SORTED);
  });

  it('would look through all, were the index not of what is asked for', () => {
    const others: readonly Where[] = [{ overdue: false }, { skill: null }, { round: 1 }];
    for (const where of others) {
      expect(planOf({ ...waiting, ...where })).toEqual([
        expect.stringContaining('docs_1:platform,state,urgency'),
      ]);
    }
  });
});
