/** Whether time has done what it should: an armed timer is due in the future, or fires within a look of its runner. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Instant } from '#kernel/instants';
import { timerViews } from '../../../apps/server/src/catalogue.ts';

/** Of every view of timers. @returns in words those that are armed and were due by then */
export function overdueIn(dataFolder: string, now: Instant): string[] {
  const db = new DatabaseSync(join(dataFolder, 'views.sqlite'), { readOnly: true });
  try {
    const serving = db
      .prepare(`SELECT id, name FROM view_version WHERE state = 'serving'`)
      .all() as { id: number; name: string }[];
    return serving
      .filter(({ name }) => timerViews.includes(name))
      .flatMap(({ id, name }) =>
        db
          .prepare(
            `SELECT key, json_extract(doc, '$.dueAt') AS dueAt FROM docs_${id}
             WHERE json_extract(doc, '$.armed') AND json_extract(doc, '$.dueAt') <= ?`,
          )
          .all(now)
          .map(({ key, dueAt }) => `the timer ${key} of ${name} was due at ${dueAt}, and waits`),
      );
  } finally {
    db.close();
  }
}
