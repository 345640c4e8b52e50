/** `casetrail import`: a log of another system becomes histories of cases, and all views know of them. */
import { systemClock } from '#kernel/clock';
import {
  type ImportResult,
  loadMapping,
  type LogMapping,
  LogImporter,
  onPlatform,
} from '#modules/exchange/index';
import { pause } from '../../server/src/pause.ts';
import { type Stores } from '../../server/src/stores.ts';
import {
  type Arguments,
  type Command,
  EXIT,
  PLACE_OPTIONS,
  type Surroundings,
  UsageError,
} from './command.ts';
import { duration } from './figures.ts';
import { type CaseCounts, importReport, importReportJson } from './import-report.ts';
import { configOf, withStores } from './places.ts';
import { importLine, tellProgress } from './progress.ts';
import { bringViewsUpToDate } from './views-at-head.ts';

export const importCommand: Command = {
  name: 'import',
  usage: '<log.xes[.gz]> --mapping <file> [--platform <id>] [--json]',
  summary: 'Imports an event log (XES, packed or not) as the histories of cases.',
  options: {
    mapping: { value: 'file', help: 'what the log means (docs/how-to/import-a-log.md)' },
    platform: { value: 'id', help: 'the platform of the cases, instead of the mapping’s' },
    json: { help: 'reports in JSON' },
    ...PLACE_OPTIONS,
  },
  positionals: { min: 1, max: 1 },
  run: async (args, surroundings) => {
    const config = configOf(args, surroundings);
    const mapping = await mappingOf(args);
    return withStores(config, async (stores) => {
      const begun = performance.now();
      const result = await importLog(stores, args.positionals[0]!, mapping, surroundings);
      const imported = performance.now();
      const { signal } = surroundings;
      if (!signal.aborted) await foldViews(stores, surroundings);
      const cases = signal.aborted ? undefined : await casesOf(stores, result.platform);
      const took = { importMs: imported - begun, viewsMs: performance.now() - imported };
      const report = args.has('json') ? importReportJson : importReport;
      surroundings.out(report({ result, cases, ...took }));
      if (result.error) surroundings.err(`${result.error.message}\n`);
      if (signal.aborted) return EXIT.stopped;
      return result.error ? EXIT.failed : EXIT.done;
    });
  },
};

/** @throws UsageError, MappingError */
async function mappingOf(args: Arguments): Promise<LogMapping> {
  const file = args.value('mapping');
  if (file === undefined) {
    throw new UsageError('A mapping says what the log means: give its file by --mapping <file>.');
  }
  const mapping = await loadMapping(file);
  const platform = args.value('platform');
  return platform === undefined ? mapping : onPlatform(mapping, platform, file);
}

async function importLog(
  { eventStore }: Stores,
  log: string,
  mapping: LogMapping,
  { err, errIsTerminal, signal }: Surroundings,
): Promise<ImportResult> {
  const importer = new LogImporter({ eventStore, clock: systemClock, pause });
  const line = (elapsedMs: number) => `Import: ${importLine(importer.progress, elapsedMs)}`;
  const told = tellProgress({ err, errIsTerminal, line });
  try {
    return await importer.run({ log, mapping, signal });
  } finally {
    told();
  }
}

async function foldViews(stores: Stores, surroundings: Surroundings): Promise<void> {
  const line = (elapsedMs: number) => `Views: ${duration(elapsedMs)}`;
  const told = tellProgress({ ...surroundings, line });
  try {
    await bringViewsUpToDate(stores, surroundings);
  } finally {
    told();
  }
}

/** As the view of cases counts them: what everybody else will see. */
async function casesOf({ readStore }: Stores, platform: string): Promise<CaseCounts> {
  const details = await readStore.serving('case-detail');
  const counted = await details?.countBy('status', { platform });
  return Object.fromEntries([...(counted ?? [])].map(([status, n]) => [String(status), n]));
}
