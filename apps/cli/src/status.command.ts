import { type ParkedInView } from '#infra/projector/projector';
import { type ViewStatus } from '#infra/read-store/read-store.port';
import { START } from '#kernel/position';
import { views } from '../../server/src/catalogue.ts';
import { type Stores } from '../../server/src/stores.ts';
import { type Command, EXIT, PLACE_OPTIONS, table } from './command.ts';
import { figure } from './figures.ts';
import { configOf, withStores } from './places.ts';

interface StatusReport {
  readonly storeId: string;
  /** Of the last event; empty for an empty log. */
  readonly head: string;
  /** As far as the audit trail has counted them; null where there is none yet. */
  readonly events: number | null;
  readonly views: readonly (ViewStatus & { readonly upToDate: boolean })[];
  /** Views that this build keeps, and of which nothing is stored yet. */
  readonly missing: readonly string[];
  readonly parked: readonly ParkedInView[];
}

export const statusCommand: Command = {
  name: 'status',
  usage: '[--json]',
  summary: 'Tells how far the log and each view of it are, and what is parked.',
  options: { json: { help: 'in JSON' }, ...PLACE_OPTIONS },
  positionals: { min: 0, max: 0 },
  run: async (args, surroundings) => {
    const report = await withStores(configOf(args, surroundings), statusOf);
    surroundings.out(
      args.has('json') ? `${JSON.stringify(report, undefined, 2)}\n` : worded(report),
    );
    return EXIT.done;
  },
};

async function statusOf({ eventStore, readStore }: Stores): Promise<StatusReport> {
  const head = await eventStore.head();
  const stored = await readStore.status();
  const names = new Set(stored.map(({ name }) => name));
  const parked: ParkedInView[] = [];
  for (const { name, version, parked: count } of stored) {
    if (count === 0) continue;
    const indexes = views.find((view) => view.name === name)?.indexes ?? [];
    const documents = await readStore.exact({ name, version, indexes }).parked();
    parked.push(...documents.map((document) => ({ ...document, view: name })));
  }
  return {
    storeId: eventStore.storeId,
    head,
    events: (await (await readStore.serving('audit-trail'))?.count()) ?? null,
    views: stored.map((view) => ({ ...view, upToDate: view.checkpoint >= head })),
    missing: views.map(({ name }) => name).filter((name) => !names.has(name)),
    parked,
  };
}

function worded({ storeId, head, events, views: stored, missing, parked }: StatusReport): string {
  const rows = stored.map(({ name, version, state, checkpoint, upToDate }) => [
    `${name} ${version}`,
    `${state}, ${upToDate ? 'up to date' : `at ${checkpoint === START ? 'the start' : checkpoint}`}`,
  ]);
  return [
    `Log ${storeId}: ${head === START ? 'empty' : `at ${head}`}${events === null ? '' : `, ${figure(events)} events`}.`,
    'Views and processes:',
    ...(rows.length === 0 ? ['  none yet'] : table(rows)),
    ...(missing.length === 0 ? [] : [`Not made yet: ${missing.join(', ')}.`]),
    `Parked: ${figure(parked.length)}.`,
    ...parked.map(
      ({ view, key, eventType, error, at }) => `  ${view} ${key}: ${eventType}, ${error} (${at})`,
    ),
    '',
  ].join('\n');
}
