/** Where a command finds the data: options before the settings that the server reads. */
import { type Config, loadConfig } from '#infra/config/config';
import { systemClock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import { lostMidway } from '../../server/src/event-log.ts';
import { closeStores, openStores, type Stores } from '../../server/src/stores.ts';
import { type Arguments, type Surroundings } from './command.ts';

/** @throws SettingsError */
export function configOf(args: Arguments, { env }: Surroundings): Config {
  const file = args.value('config');
  const given = {
    CASETRAIL_DATA_FOLDER: args.value('data-folder'),
    CASETRAIL_KEY_FILE: args.value('key-file'),
  };
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return loadConfig({
    argv: file === undefined ? [] : ['--config', file],
    env: { ...env, ...Object.fromEntries(set) },
    tool: true,
  });
}

/**
 * Opens the stores for as long as the work takes; no server may run on them meanwhile.
 * @throws EventServerRefused where the server of the events is lost midway; what the work throws
 */
export async function withStores<T>(
  { dataFolder, keyFile, eventStore }: Config,
  work: (stores: Stores) => Promise<T>,
): Promise<T> {
  const stores = await openStores({
    dataFolder,
    keyFile,
    eventStore,
    clock: systemClock,
    ids: randomIds,
  });
  try {
    return await work(stores);
  } catch (error) {
    throw lostMidway(error, eventStore) ?? error;
  } finally {
    await closeStores(stores);
  }
}
