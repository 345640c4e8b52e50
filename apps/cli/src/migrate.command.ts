/** `casetrail migrate`: the events move to a server, or back, and prove to be the same there. */
import { resolve } from 'node:path';
import { type Config } from '#infra/config/config';
import { Secret } from '#infra/config/secret';
import { type EventStoreSetting } from '#infra/config/settings';
import { type CopyProgress, type LogSummary } from '#infra/event-store/copy-log';
import { CallAborted } from '#infra/event-store/event-store.errors';
import {
  ADDRESS_FORM,
  parseConnectionString,
} from '#infra/event-store/eventstoredb/connection-string';
import { UnfitFile } from '#infra/event-store/eventstoredb/tls-files';
import { systemClock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import { type PlaceNames } from '../../server/src/event-log.ts';
import { type LogMove, openMove } from '../../server/src/log-move.ts';
import { type Arguments, type Command, EXIT, type Surroundings, UsageError } from './command.ts';
import { duration, figure } from './figures.ts';
import { configOf } from './places.ts';
import { tellProgress } from './progress.ts';

export const migrateCommand: Command = {
  name: 'migrate',
  usage: '--from <data folder> --to <esdb://...> | --from <esdb://...> --to <data folder>',
  summary: 'Moves the events of a data folder to an EventStoreDB, or back; goes on where it was.',
  options: {
    from: { value: 'place', help: 'where the events lie: the data folder, or an address' },
    to: { value: 'place', help: 'where they are to lie: the other one of both' },
    config: { value: 'file.json', help: 'a settings file, as the server reads it' },
  },
  positionals: { min: 0, max: 0 },
  run: async (args, surroundings) => {
    const { out, signal } = surroundings;
    const places = placesOf(args, configOf(args, surroundings));
    const move = await openMove({ ...places, clock: systemClock, ids: randomIds });
    try {
      const begun = performance.now();
      if (move.isDone) {
        out(`There is nothing to move. ${whatToSet(places)}\n`);
        return EXIT.done;
      }
      const summary = await copied(move, surroundings);
      move.settle();
      out(report(summary, performance.now() - begun, places));
      return EXIT.done;
    } catch (error) {
      if (!(signal.aborted && error instanceof CallAborted)) throw error;
      surroundings.err('Stopped. Nothing has changed yet; the same command goes on from here.\n');
      return EXIT.stopped;
    } finally {
      await move.close();
    }
  },
};

interface Places {
  readonly dataFolder: string;
  readonly connectionString: Secret;
  readonly to: 'embedded' | 'eventstoredb';
  readonly names: PlaceNames;
}

const isAddress = (place: string) => /^esdb(\+discover)?:/i.test(place);

/**
 * Which one is the server is seen from its form; what is left out is as the settings have it, so that
 * a password need not stand on the command line.
 * @throws UsageError
 */
function placesOf(args: Arguments, { dataFolder, eventStore }: Config): Places {
  const [from, to] = [args.value('from'), args.value('to')];
  const given = [from, to].filter((place) => place !== undefined);
  const address = given.find(isAddress);
  const folder = given.find((place) => !isAddress(place));
  if (given.length === 0 || (given.length === 2 && (!address || !folder))) {
    throw new UsageError(
      'Give a data folder and the address of a server, one by --from, the other by --to. ' +
        'Left out, the folder is CASETRAIL_DATA_FOLDER’s, the server CASETRAIL_EVENT_STORE’s.',
    );
  }
  const [ofFolder, ofServer] = isServer(to, from) ? ['--from', '--to'] : ['--to', '--from'];
  return {
    dataFolder: resolve(folder ?? dataFolder),
    connectionString:
      address === undefined ? serverOf(eventStore) : secretAddress(address, ofServer),
    to: isServer(to, from) ? 'eventstoredb' : 'embedded',
    names: {
      dataFolder: folder === undefined ? 'CASETRAIL_DATA_FOLDER' : ofFolder,
      server: address === undefined ? 'CASETRAIL_EVENT_STORE' : ofServer,
    },
  };
}

function isServer(to: string | undefined, from: string | undefined): boolean {
  return to === undefined ? !isAddress(from!) : isAddress(to);
}

/** @throws UsageError where the settings name no server */
function serverOf(setting: EventStoreSetting): Secret {
  if (setting.kind === 'eventstoredb') return setting.connectionString;
  throw new UsageError(
    'Neither --from nor --to is the address of a server (esdb://...), nor is CASETRAIL_EVENT_STORE.',
  );
}

/** @throws UsageError, which says what is wrong with the address and does not repeat it */
function secretAddress(address: string, option: string): Secret {
  try {
    parseConnectionString(address);
    return new Secret(address);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const remedy =
      error instanceof UnfitFile
        ? error.remedy
        : `Give the address of an EventStoreDB: ${ADDRESS_FORM}.`;
    throw new UsageError(`${option}: ${error.message} ${remedy}`);
  }
}

async function copied(
  move: LogMove,
  { err, errIsTerminal, signal }: Surroundings,
): Promise<LogSummary> {
  let at: CopyProgress = { step: 'reading', done: 0, total: 0, found: 0 };
  let stepBegan = 0;
  const line = (elapsedMs: number) => lineOf(at, elapsedMs - stepBegan);
  const begun = performance.now();
  const told = tellProgress({ err, errIsTerminal, line });
  const onProgress = (progress: CopyProgress) => {
    if (progress.step !== at.step) stepBegan = performance.now() - begun;
    at = progress;
  };
  try {
    return await move.copy({ signal, onProgress });
  } finally {
    told();
  }
}

const STEPS: Readonly<Record<CopyProgress['step'], string>> = {
  reading: 'Reading the log',
  copying: 'Copying',
  proving: 'Proving the copy',
};

/** Events, rate and time left of the step that is under way. */
function lineOf({ step, done, total, found }: CopyProgress, elapsedMs: number): string {
  const seconds = Math.max(elapsedMs, 1) / 1_000;
  const parts = [
    `${STEPS[step]}: ${figure(done)}${total > 0 ? ` of ${figure(total)}` : ''} events`,
  ];
  if (found > 0) parts.push(`${figure(found)} were there`);
  parts.push(`${figure(Math.round(done / seconds))} events/s`);
  if (total > done && done > 0) parts.push(`${duration((elapsedMs * (total - done)) / done)} left`);
  return parts.join(', ');
}

function report({ events, streams, sha256 }: LogSummary, tookMs: number, places: Places): string {
  return [
    `Moved in ${duration(tookMs)}, and read again from end to end: both logs are equal.`,
    `  events   ${figure(events)}`,
    `  streams  ${figure(streams)}`,
    `  SHA-256  ${sha256}`,
    whatToSet(places),
    'The views are folded anew at the next start; positions that clients hold (of the change feed,',
    'of reading one’s own write) are refused, and they begin again from the start.',
    '',
  ].join('\n');
}

function whatToSet({ dataFolder, to }: Places): string {
  return to === 'eventstoredb'
    ? `The events of ${dataFolder} lie on the server: set CASETRAIL_EVENT_STORE to its address. ` +
        'What is in events.sqlite stays as it is and is served no more.'
    : `The events lie in ${dataFolder}: leave CASETRAIL_EVENT_STORE out. ` +
        'What is on the server stays as it is and is served no more.';
}
