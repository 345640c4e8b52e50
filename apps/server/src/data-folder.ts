/**
 * The data folder, before any store is opened: what makes it one, and what stands against it. A folder
 * is made on purpose and carries a marker; the marker names the log once all stores were open for the
 * first time, and from then on no file that holds more than views is ever made anew.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { createKeyFile } from '#infra/vault/keys';
import { VaultKeyUnusable } from '#infra/vault/vault.port';

export interface DataPlaces {
  readonly dataFolder: string;
  readonly keyFile: string;
}

/** An empty or missing folder must be made on purpose: an unmounted volume is no new system. */
export class NoDataFolder extends Error {
  override readonly name = 'NoDataFolder';
}

/** The folder as a whole cannot be served from: files are missing, or do not belong together. */
export class DataFolderUnusable extends Error {
  override readonly name = 'DataFolderUnusable';
}

export const FILES = {
  events: 'events.sqlite',
  vault: 'vault.sqlite',
  keys: 'keys.sqlite',
  views: 'views.sqlite',
} as const;

/** Views are folded again from the log; what these hold is nowhere else. */
const IRREPLACEABLE = [FILES.events, FILES.vault, FILES.keys] as const;

const MARKER = 'CASETRAIL';
const FORMAT = 'casetrail-data-folder';
const VERSION = 1;
const NOTE = 'Made by Casetrail on purpose: a folder without this file is refused.';

const markerSchema = z.object({
  format: z.literal(FORMAT),
  version: z.int().positive(),
  note: z.string(),
  /** The name of the log; null until all stores were open for the first time. */
  log: z.string().nullable(),
});
export type Marker = z.infer<typeof markerSchema>;

/** A fresh volume has a folder of its own for what its file system finds. */
const OF_THE_VOLUME = new Set(['lost+found']);

export function isEmptyFolder(folder: string): boolean {
  return !existsSync(folder) || readdirSync(folder).every((name) => OF_THE_VOLUME.has(name));
}

/**
 * Makes a folder for the owner alone, and, where there is none, a key file outside it.
 * @throws RangeError when there is data already; VaultKeyUnusable
 */
export function createDataFolder({ dataFolder, keyFile }: DataPlaces): void {
  if (!isEmptyFolder(dataFolder)) throw new RangeError(`There is data already in ${dataFolder}.`);
  refuseKeyWithin(dataFolder, keyFile);
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  // A folder that was there, such as a volume's, has whatever rights it was given.
  chmodSync(dataFolder, 0o700);
  if (!existsSync(keyFile)) createKeyFile(keyFile);
  // The marker last: what a crash leaves before it is no data folder.
  writeMarker(dataFolder, { format: FORMAT, version: VERSION, note: NOTE, log: null });
}

/** @throws VaultKeyUnusable where a backup of the data would hold its key, also by way of a link */
export function refuseKeyWithin(dataFolder: string, keyFile: string): void {
  const way = relative(realPath(dataFolder), realPath(keyFile));
  if (way !== '' && (way.startsWith('..') || isAbsolute(way))) return;
  throw new VaultKeyUnusable(
    `The key file ${keyFile} lies within the data folder ${dataFolder}, whose backups it would open. ` +
      'Move it out, and give its new path (CASETRAIL_KEY_FILE).',
  );
}

/** Of the part of the path that exists; the rest as it is. */
function realPath(path: string): string {
  const whole = resolve(path);
  if (existsSync(whole)) return realpathSync(whole);
  const parent = dirname(whole);
  return parent === whole ? whole : join(realPath(parent), basename(whole));
}

/** @throws NoDataFolder, DataFolderUnusable */
export function readMarker(dataFolder: string): Marker {
  const path = join(dataFolder, MARKER);
  if (!existsSync(path)) {
    throw new NoDataFolder(
      `There is no Casetrail data in ${resolve(dataFolder)}. If there should be, its volume is not mounted, ` +
        'or CASETRAIL_DATA_FOLDER names another folder. To make a new, empty one: casetrail init ' +
        '(in a checkout: npm run casetrail -- init). To try things out: start with --demo.',
    );
  }
  const marker = markerSchema.safeParse(jsonOrUndefined(readFileSync(path, 'utf8')));
  if (!marker.success) {
    throw new DataFolderUnusable(
      `The marker ${path} is damaged, or no marker of Casetrail. Restore the data folder from its backup.`,
    );
  }
  if (marker.data.version > VERSION) {
    throw new DataFolderUnusable(
      `The data folder ${dataFolder} was made by a newer version of Casetrail (format ${marker.data.version}; ` +
        `this build knows ${VERSION}). Start that version, or a newer one.`,
    );
  }
  return marker.data;
}

/** Durable before it returns, and whole at every moment. */
export function writeMarker(dataFolder: string, marker: Marker): void {
  const path = join(dataFolder, MARKER);
  const beside = `${path}.new`;
  writeFileSync(beside, `${JSON.stringify(marker, undefined, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(beside, path);
}

/** @throws DataFolderUnusable where a file is gone, or empty, that cannot be made again */
export function refuseWhatIsMissing(dataFolder: string, { log }: Marker): void {
  if (log === null) return;
  const missing = IRREPLACEABLE.filter((file) => sizeOf(join(dataFolder, file)) === 0);
  if (missing.length === 0) return;
  throw new DataFolderUnusable(
    `Missing or empty in the data folder ${dataFolder}: ${missing.join(', ')}. What was in it is nowhere ` +
      'else. Restore events.sqlite, vault.sqlite and keys.sqlite from one backup; views.sqlite needs none.',
  );
}

export function hasViews(dataFolder: string): boolean {
  return sizeOf(join(dataFolder, FILES.views)) > 0;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
