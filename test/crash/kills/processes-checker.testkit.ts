/** Whether every process has come to its end: nothing is behind, nothing is parked, and each state is what its events say. */
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { asView } from '#infra/process-runner/process-instances';
import { logOfFile } from '#infra/event-store/sqlite/log-file';
import { type RecordedEvent } from '#kernel/envelope';
import { catalogue, processes } from '../../../apps/server/src/catalogue.ts';
import { differences, documentsIn, type Rows } from './views-checker.testkit.ts';

const NAMES = new Map(processes.map((process) => [asView(process).name, process]));

/** The processes that have not seen all of the log, or wait for somebody. @returns in words */
export function unfinishedIn(dataFolder: string): string[] {
  const log = new DatabaseSync(join(dataFolder, 'events.sqlite'), { readOnly: true });
  const views = new DatabaseSync(join(dataFolder, 'views.sqlite'), { readOnly: true });
  try {
    const head = Number(log.prepare('SELECT max(position) AS head FROM events').get()!['head']);
    const rows = views
      .prepare(
        `SELECT name, checkpoint, (SELECT count(*) FROM parked WHERE view_id = id) AS parked
         FROM view_version WHERE state = 'serving'`,
      )
      .all() as { name: string; checkpoint: string; parked: number }[];
    const found = new Map(rows.map((row) => [row.name, row]));
    return [...NAMES.keys()].flatMap((name) => {
      const { checkpoint = '', parked = 0 } = found.get(name) ?? {};
      const reached = checkpoint === '' ? 0 : parseInt(checkpoint, 16);
      return [
        ...(reached < head ? [`${name} has seen the log up to ${reached} of ${head}`] : []),
        ...(parked > 0 ? [`${parked} instances of ${name} are parked as dead letters`] : []),
      ];
    });
  } finally {
    log.close();
    views.close();
  }
}

/** @param dataFolder of a server that was killed when all were finished, or a copy of it */
export async function processFaultsOf(dataFolder: string): Promise<string[]> {
  const events: RecordedEvent[] = [];
  for await (const stored of logOfFile(join(dataFolder, 'events.sqlite')).readAll()) {
    events.push(catalogue.upcastOrWithhold(stored));
  }
  const folded = new Map<string, Rows>();
  for (const [name, process] of NAMES) folded.set(name, statesOf(process, events));
  const stored = documentsIn(dataFolder, (name) => NAMES.has(name));
  return [...unfinishedIn(dataFolder), ...differences(stored, folded)];
}

function statesOf(process: (typeof processes)[number], events: readonly RecordedEvent[]): Rows {
  const { handles, keys, evolve } = asView(process);
  const handled = new Set<string>(handles);
  const states = new Map<string, { position: string; state: object | null }>();
  for (const event of events.filter(({ type }) => handled.has(type))) {
    for (const key of keys(event)) {
      const state = evolve(states.get(key)?.state ?? null, event);
      states.set(key, { position: event.position, state });
    }
  }
  return new Map(
    [...states].map(([key, { position, state }]) => [
      key,
      JSON.stringify({ position, doc: state && JSON.stringify(state) }),
    ]),
  );
}
