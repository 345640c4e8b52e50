/** Data folders as an operator makes them, and fills them by an import. */
import { join } from 'node:path';
import { createDataFolder, type DataPlaces } from '../apps/server/src/data-folder.ts';
import { casetrail, type Ended } from './process.ts';
import { MAPPING } from './real-log.ts';

/** A fresh one in the folder, with its key file beside it. */
export function newDataFolder(folder: string): DataPlaces {
  const places = placesIn(folder);
  createDataFolder(places);
  return places;
}

export const placesIn = (folder: string): DataPlaces => ({
  dataFolder: join(folder, 'data'),
  keyFile: join(folder, 'root.key'),
});

/** `casetrail import`, with all views. */
export function importLog(
  { dataFolder, keyFile }: DataPlaces,
  log: string,
  platform?: string,
): Promise<Ended> {
  const places = ['--data-folder', dataFolder, '--key-file', keyFile];
  const whose = platform === undefined ? [] : ['--platform', platform];
  return casetrail(['import', log, '--mapping', MAPPING, ...places, ...whose]);
}
