import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createDataFolder, isEmptyFolder } from '../../server/src/stores.ts';
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
    createDataFolder({ dataFolder, keyFile });
    await withStores(config, async () => undefined);
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
