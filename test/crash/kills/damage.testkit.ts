/** Whether the checker can fail: copies of what a run left, each damaged in one way, of which it must say so. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Instant } from '#kernel/instants';
import { effectsIn } from './effects-checker.testkit.ts';
import { faultsOf, type Request, rowsOf } from './log-checker.testkit.ts';
import { processFaultsOf } from './processes-checker.testkit.ts';
import { overdueIn } from './timers-checker.testkit.ts';
import { vaultFaultsOf } from './vault-checker.testkit.ts';
import { type Places, viewFaultsOf } from './views-checker.testkit.ts';

interface Damage {
  readonly what: string;
  /** Whose eyes it has to catch. */
  readonly checker: 'log' | 'vault' | 'views' | 'processes' | 'effects' | 'timers';
  readonly by: (db: DatabaseSync) => void;
  /** What must be said of it. */
  readonly said: RegExp;
}

/** The last event of a request that was acknowledged and is the last of its stream. */
const ACKNOWLEDGED = `SELECT max(e.position) FROM events e
  WHERE json_extract(e.metadata, '$.requestDigest') IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM events o WHERE o.stream_id = e.stream_id AND o.revision > e.revision)`;

const FILES = {
  log: 'events.sqlite',
  vault: 'vault.sqlite',
  views: 'views.sqlite',
  processes: 'views.sqlite',
  effects: 'events.sqlite',
  timers: 'views.sqlite',
} as const;

const DAMAGES: readonly Damage[] = [
  {
    what: 'an event that was acknowledged is gone, and those after it have moved up',
    checker: 'log',
    by: (db) => {
      const [position] = Object.values(db.prepare(ACKNOWLEDGED).get()!) as [number];
      db.prepare('DELETE FROM events WHERE position = ?').run(position);
      movedUp(db);
    },
    said: /it was acknowledged at \d+, where/,
  },
  {
    what: 'the end of the log is gone',
    checker: 'log',
    by: (db) => db.exec(`DELETE FROM events WHERE position >= (${ACKNOWLEDGED})`),
    said: /it was acknowledged at \d+, where nothing is/,
  },
  {
    what: 'an event is gone from the middle of the log',
    checker: 'log',
    by: (db) =>
      db.exec('DELETE FROM events WHERE position = (SELECT max(position) / 2 FROM events)'),
    said: /a gap in the log: position \d+ comes where \d+ should/,
  },
  {
    what: 'an event has another revision',
    checker: 'log',
    by: (db) =>
      db.exec(`UPDATE events SET revision = revision + 7 WHERE position = (${ACKNOWLEDGED})`),
    said: /a gap in \S+: revision \d+ after -?\d+/,
  },
  {
    what: 'a command was done twice',
    checker: 'log',
    by: (db) =>
      db.exec(
        `INSERT INTO events (position, stream_id, revision, type_id, schema_version, id, data, metadata)
         SELECT (SELECT max(position) + 1 FROM events), stream_id, revision + 1, type_id, schema_version,
           '00000000-0000-8000-8000-000000000001', data, metadata
         FROM events WHERE position = (${ACKNOWLEDGED})`,
      ),
    said: /the command \S+ has more than one effect in/,
  },
  {
    what: 'the key of a request was lost, and it was done anew',
    checker: 'log',
    by: (db) =>
      db.exec(
        `UPDATE events SET metadata = json_set(metadata, '$.commandId', '00000000-0000-8000-8000-000000000002')
         WHERE position = (${ACKNOWLEDGED})`,
      ),
    said: /is of no request that was sent/,
  },
  {
    what: 'a record that an event names is gone from the vault',
    checker: 'vault',
    by: (db) =>
      db.exec('DELETE FROM record WHERE ref = (SELECT ref FROM record ORDER BY stored_at LIMIT 1)'),
    said: /names \S+, which cannot be opened/,
  },
  {
    what: 'a record of the vault is altered',
    checker: 'vault',
    by: (db) =>
      db.exec(
        'UPDATE sealed SET bytes = zeroblob(length(bytes)) WHERE seq = (SELECT min(seq) FROM record)',
      ),
    said: /names \S+, which cannot be opened/,
  },
  {
    what: 'a document of a view is another',
    checker: 'views',
    by: (db) => changed(db, 'case-detail'),
    said: /the document \S+ of case-detail is/,
  },
  {
    what: 'the state of a process is another',
    checker: 'processes',
    by: (db) => changed(db, 'process-grant-verification-on-approval'),
    said: /the document \S+ of process-grant-verification-on-approval is/,
  },
  {
    what: 'a process is behind',
    checker: 'processes',
    by: (db) =>
      db.exec(`UPDATE view_version SET checkpoint = '0000000000000001'
        WHERE name = 'process-screen-on-submission'`),
    said: /process-screen-on-submission has seen the log up to 1 of/,
  },
  {
    what: 'a case is approved, and its account is not verified',
    checker: 'effects',
    by: (db) => effectTakenOut(db, 'VerificationGranted'),
    said: /from the CaseApproved at \d+, GrantVerification .*: now VerificationGranted would be/,
  },
  {
    what: 'a case is submitted, and not screened',
    checker: 'effects',
    by: (db) => effectTakenOut(db, 'ScreeningCompleted'),
    said: /from the Case\w+ at \d+, ScreenCase .*: now ScreeningStarted, .* would be/,
  },
  {
    what: 'a timer was due, and has not fired',
    checker: 'timers',
    by: (db) =>
      changed(db, 'case-timers', `'$.armed', json('true'), '$.dueAt', '2026-01-01T00:00:00.000Z'`),
    said: /the timer \S+ of case-timers was due at 2026-01-01/,
  },
];

/** As if a process had never come to it: its last effect of this type, and what followed of it in the stream. */
function effectTakenOut(db: DatabaseSync, type: string): void {
  db.prepare(
    `DELETE FROM events WHERE (stream_id, revision) IN (
       WITH effect AS (
         SELECT stream_id, json_extract(metadata, '$.commandId') AS command_id FROM events
         WHERE type_id = (SELECT id FROM types WHERE name = ?)
           AND json_extract(metadata, '$.actor.kind') = 'system'
         ORDER BY position DESC LIMIT 1)
       SELECT e.stream_id, e.revision FROM events e JOIN effect USING (stream_id)
       WHERE e.revision >= (
         SELECT min(o.revision) FROM events o JOIN effect USING (stream_id)
         WHERE json_extract(o.metadata, '$.commandId') = effect.command_id))`,
  ).run(type);
  movedUp(db);
}

/** Those after what is gone, as if it had never been. */
function movedUp(db: DatabaseSync): void {
  const rows = db.prepare('SELECT position FROM events ORDER BY position').all();
  const move = db.prepare('UPDATE events SET position = ? WHERE position = ?');
  db.exec('BEGIN');
  for (const [index, { position }] of rows.entries()) move.run(index + 1, position!);
  db.exec('COMMIT');
}

function changed(db: DatabaseSync, view: string, how = `'$.changed', 1`): void {
  const row = db
    .prepare(`SELECT id FROM view_version WHERE name = ? AND state = 'serving'`)
    .get(view);
  const table = `docs_${Number(row!['id'])}`;
  db.exec(`UPDATE ${table} SET doc = json_set(doc, ${how})
    WHERE key = (SELECT min(key) FROM ${table} WHERE doc IS NOT NULL)`);
}

/**
 * @param at when all was at rest
 * @returns what was damaged and found. @throws Error for what the checker does not find
 */
export async function controls(
  places: Places,
  requests: readonly Request[],
  scratch: string,
  at: Instant,
): Promise<readonly string[]> {
  for (const { what, checker, by, said } of DAMAGES) {
    const dataFolder = join(scratch, 'damaged');
    cpSync(places.dataFolder, dataFolder, { recursive: true });
    try {
      const db = new DatabaseSync(join(dataFolder, FILES[checker]));
      by(db);
      db.close();
      const damaged = { ...places, dataFolder };
      const rows = () => rowsOf(join(dataFolder, 'events.sqlite'));
      const faults = await {
        log: async () => faultsOf(rows(), requests),
        vault: () => vaultFaultsOf(rows(), damaged),
        views: () => viewFaultsOf(damaged, join(scratch, 'views')),
        processes: () => processFaultsOf(dataFolder),
        effects: async () => (await effectsIn(damaged, at)).faults,
        timers: async () => overdueIn(dataFolder, at),
      }[checker]();
      if (!faults.some((fault) => said.test(fault))) {
        throw new Error(`The checker does not see that ${what}; it says: ${faults.join('; ')}`);
      }
    } finally {
      rmSync(dataFolder, { recursive: true, force: true });
    }
  }
  return DAMAGES.map(({ what }) => what);
}
