/** Whether the checker can fail: copies of what a run left, each damaged in one way, of which it must say so. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { faultsOf, type Request, rowsOf } from './log-checker.testkit.ts';
import { processFaultsOf } from './processes-checker.testkit.ts';
import { vaultFaultsOf } from './vault-checker.testkit.ts';
import { type Places, viewFaultsOf } from './views-checker.testkit.ts';

interface Damage {
  readonly what: string;
  readonly file: 'events.sqlite' | 'views.sqlite' | 'vault.sqlite';
  readonly by: (db: DatabaseSync) => void;
  /** What must be said of it. */
  readonly said: RegExp;
}

/** The last event of a request that was acknowledged and is the last of its stream. */
const ACKNOWLEDGED = `SELECT max(e.position) FROM events e
  WHERE json_extract(e.metadata, '$.requestDigest') IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM events o WHERE o.stream_id = e.stream_id AND o.revision > e.revision)`;

const CLOSED = `UPDATE events SET position = position - 1 WHERE position > ?`;

const DAMAGES: readonly Damage[] = [
  {
    what: 'an event that was acknowledged is gone, and those after it have moved up',
    file: 'events.sqlite',
    by: (db) => {
      const [position] = Object.values(db.prepare(ACKNOWLEDGED).get()!) as [number];
      db.prepare('DELETE FROM events WHERE position = ?').run(position);
      db.prepare(CLOSED).run(position);
    },
    said: /it was acknowledged at \d+, where/,
  },
  {
    what: 'the end of the log is gone',
    file: 'events.sqlite',
    by: (db) =>
      db.exec('DELETE FROM events WHERE position > (SELECT max(position) - 40 FROM events)'),
    said: /it was acknowledged at \d+, where nothing is/,
  },
  {
    what: 'an event is gone from the middle of the log',
    file: 'events.sqlite',
    by: (db) =>
      db.exec('DELETE FROM events WHERE position = (SELECT max(position) / 2 FROM events)'),
    said: /a gap in the log: position \d+ comes where \d+ should/,
  },
  {
    what: 'an event has another revision',
    file: 'events.sqlite',
    by: (db) =>
      db.exec(`UPDATE events SET revision = revision + 7 WHERE position = (${ACKNOWLEDGED})`),
    said: /a gap in \S+: revision \d+ after -?\d+/,
  },
  {
    what: 'a command was done twice',
    file: 'events.sqlite',
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
    file: 'events.sqlite',
    by: (db) =>
      db.exec(
        `UPDATE events SET metadata = json_set(metadata, '$.commandId', '00000000-0000-8000-8000-000000000002')
         WHERE position = (${ACKNOWLEDGED})`,
      ),
    said: /is of no request that was sent/,
  },
  {
    what: 'a record that an event names is gone from the vault',
    file: 'vault.sqlite',
    by: (db) =>
      db.exec('DELETE FROM record WHERE ref = (SELECT ref FROM record ORDER BY stored_at LIMIT 1)'),
    said: /names \S+, which cannot be opened/,
  },
  {
    what: 'a record of the vault is altered',
    file: 'vault.sqlite',
    by: (db) =>
      db.exec(
        'UPDATE sealed SET bytes = zeroblob(length(bytes)) WHERE seq = (SELECT min(seq) FROM record)',
      ),
    said: /names \S+, which cannot be opened/,
  },
  {
    what: 'a document of a view is another',
    file: 'views.sqlite',
    by: (db) => changed(db, 'case-detail'),
    said: /the document \S+ of case-detail is/,
  },
  {
    what: 'the state of a process is another',
    file: 'views.sqlite',
    by: (db) => changed(db, 'process-grant-verification-on-approval'),
    said: /the document \S+ of process-grant-verification-on-approval is/,
  },
  {
    what: 'a process is behind',
    file: 'views.sqlite',
    by: (db) =>
      db.exec(`UPDATE view_version SET checkpoint = '0000000000000001'
        WHERE name = 'process-screen-on-submission'`),
    said: /process-screen-on-submission has seen the log up to 1 of/,
  },
];

function changed(db: DatabaseSync, view: string): void {
  const row = db
    .prepare(`SELECT id FROM view_version WHERE name = ? AND state = 'serving'`)
    .get(view);
  const table = `docs_${Number(row!['id'])}`;
  db.exec(`UPDATE ${table} SET doc = json_set(doc, '$.changed', 1)
    WHERE key = (SELECT min(key) FROM ${table} WHERE doc IS NOT NULL)`);
}

/** @returns what was damaged and found. @throws Error for what the checker does not find */
export async function controls(
  places: Places,
  requests: readonly Request[],
  scratch: string,
): Promise<readonly string[]> {
  for (const { what, file, by, said } of DAMAGES) {
    const dataFolder = join(scratch, 'damaged');
    cpSync(places.dataFolder, dataFolder, { recursive: true });
    try {
      const db = new DatabaseSync(join(dataFolder, file));
      by(db);
      db.close();
      const damaged = { ...places, dataFolder };
      const rows = rowsOf(join(dataFolder, 'events.sqlite'));
      const checks = {
        'events.sqlite': async () => faultsOf(rows, requests),
        'vault.sqlite': () => vaultFaultsOf(rows, damaged),
        'views.sqlite': async () => [
          ...(await processFaultsOf(dataFolder)),
          ...(await viewFaultsOf(damaged, join(scratch, 'views'))),
        ],
      };
      const faults = await checks[file]();
      if (!faults.some((fault) => said.test(fault))) {
        throw new Error(`The checker does not see that ${what}; it says: ${faults.join('; ')}`);
      }
    } finally {
      rmSync(dataFolder, { recursive: true, force: true });
    }
  }
  return DAMAGES.map(({ what }) => what);
}
