import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { randomIds } from '#kernel/ids';
import { isEmptyFolder, makeDataFolder } from '../../server/src/stores.ts';
import { type Command, EXIT, PLACE_OPTIONS } from './command.ts';
import { configOf, withStores } from './places.ts';

export const initCommand: Command = {
  name: 'init',
  usage: '[--data-folder <folder>] [--key-file <file>]',
  summary: 'Makes a data folder, and a key file outside it where there is none.',
  options: PLACE_OPTIONS,
  positionals: { min: 0, max: 0 },
  run: async (args, surroundings) => {
    const config = configOf(args, surroundings);
    const dataFolder = resolve(config.dataFolder);
    const keyFile = resolve(config.keyFile);
    if (!isEmptyFolder(dataFolder)) {
      surroundings.err(`${dataFolder} is not empty: there is nothing to make.\n`);
      return EXIT.failed;
    }
    const keyWasThere = existsSync(keyFile);
    await makeDataFolder({ dataFolder, keyFile, eventStore: config.eventStore, ids: randomIds });
    try {
      await withStores(config, async () => undefined);
    } catch (error) {
      // Its log may have begun on the server, under a name that the folder alone remembers.
      surroundings.err(
        `${dataFolder} and ${keyFile} are there and can be used: the next command goes on with them.\n`,
      );
      throw error;
    }
    surroundings.out(
      [
        `Data folder: ${dataFolder}, for its owner alone.`,
        `Key file:    ${keyFile}${keyWasThere ? ' (it was there already)' : ''}.`,
        'Back up the key file, apart from the data folder: without it no personal data can be read,',
        'and whoever has both can read all of it.',
        'Next: casetrail platform add <id> --admin <subject> registers a platform and its first admin.',
        '',
      ].join('\n'),
    );
    return EXIT.done;
  },
};
