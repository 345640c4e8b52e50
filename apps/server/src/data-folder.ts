/**
 * The data folder, before any store is opened: what makes it one, and what stands against it. A folder
 * is made on purpose and carries a marker; the marker names the log once all stores were open for the
 * first time, and from then on no file that holds more than views is ever made anew, and no other log
 * is served with the folder's views and vault.
 */
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { makeFolder, sync } from '#infra/disk/durable';
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
const IRREPLACEABLE = [FILES.vault, FILES.keys] as const;
/** What SQLite keeps beside a file of its own. */
export const BESIDE = ['', '-wal', '-shm'] as const;

export const MARKER = 'CASETRAIL';
const FORMAT = 'casetrail-data-folder';
/** By where the log lies: the builds that knew no server refuse the folders that need one. */
const VERSIONS = { embedded: 1, eventstoredb: 2 } as const;
const VERSION_MAX = Math.max(...Object.values(VERSIONS));
const NOTE = 'Made by Casetrail on purpose: a folder without this file is refused.';

const placeSchema = z.enum(['embedded', 'eventstoredb']);
const markerSchema = z.object({
  format: z.literal(FORMAT),
  version: z.int().positive(),
  note: z.string(),
  /** Where the log lies; it was embedded before this was written. */
  place: placeSchema.default('embedded'),
  /** The name of the log; null until all stores were open for the first time. */
  log: z.string().nullable(),
  /** The log that is being begun for this folder, by its first start on a server or by a move. */
  next: z.object({ place: placeSchema, log: z.string() }).optional(),
});

export type LogPlace = z.infer<typeof placeSchema>;

/** A log by its name, and where it lies. */
export interface PlacedLog {
  readonly place: LogPlace;
  readonly log: string;
}

/** What the folder remembers of its log. */
export type Marker = Omit<z.infer<typeof markerSchema>, 'format' | 'version' | 'note'>;

/** The marker while it is written: where a crash leaves it alone, the folder was never made. */
const MARKER_BEGUN = `${MARKER}.new`;

/** A fresh volume has a folder of its own for what its file system finds. */
const NOBODYS = new Set(['lost+found', MARKER_BEGUN]);

/** @param besides names that count for nothing */
export function isEmptyFolder(folder: string, besides: readonly string[] = []): boolean {
  const isNothing = (name: string) => NOBODYS.has(name) || besides.includes(name);
  return !existsSync(folder) || readdirSync(folder).every(isNothing);
}

/**
 * Makes a folder for the owner alone, and, where there is none, a key file outside it.
 * @throws RangeError when there is data already; VaultKeyUnusable; the system's error, with its path
 */
export function createDataFolder({ dataFolder, keyFile }: DataPlaces): void {
  if (!isEmptyFolder(dataFolder)) throw new RangeError(`There is data already in ${dataFolder}.`);
  refuseKeyWithin(dataFolder, keyFile);
  makeOwnFolder(dataFolder);
  if (!existsSync(keyFile)) createKeyFile(keyFile);
  // The marker last: what a crash leaves before it is no data folder.
  writeMarker(dataFolder, { place: 'embedded', log: null });
}

/** For its owner alone, also where it was there: a volume's has whatever rights it was given. */
export function makeOwnFolder(folder: string): void {
  if (!existsSync(folder)) makeMissing(folder);
  chmodSync(folder, 0o700);
}

/** On a disk that can only be read, Node says of a folder that its parent is not there: so that one is asked first. */
function makeMissing(folder: string): void {
  accessSync(existingPart(folder), constants.W_OK);
  makeFolder(folder);
}

function existingPart(path: string): string {
  const whole = resolve(path);
  return existsSync(whole) ? whole : existingPart(dirname(whole));
}

/** Also by way of a link; a folder lies within itself. */
export function liesWithin(folder: string, path: string): boolean {
  const way = relative(realPath(folder), realPath(path));
  return way === '' || !(way.startsWith('..') || isAbsolute(way));
}

/** @throws VaultKeyUnusable where a backup of the data would hold its key */
export function refuseKeyWithin(dataFolder: string, keyFile: string): void {
  if (!liesWithin(dataFolder, keyFile)) return;
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

/** @param named what names the folder to the operator. @throws NoDataFolder, DataFolderUnusable */
export function readMarker(dataFolder: string, named = 'CASETRAIL_DATA_FOLDER'): Marker {
  const path = join(dataFolder, MARKER);
  if (!existsSync(path)) {
    throw new NoDataFolder(
      `There is no Casetrail data in ${resolve(dataFolder)}. If there should be, its volume is not mounted, ` +
        `or ${named} names another folder. To make a new, empty one: casetrail init ` +
        '(in a checkout: npm run casetrail -- init). To try things out: start with --demo.',
    );
  }
  const marker = markerSchema.safeParse(jsonOrUndefined(readFileSync(path, 'utf8')));
  if (!marker.success) {
    throw new DataFolderUnusable(
      `The marker ${path} is damaged, or no marker of Casetrail. Restore the data folder from its backup.`,
    );
  }
  const { version, place, log, next } = marker.data;
  if (version > VERSION_MAX) {
    throw new DataFolderUnusable(
      `The data folder ${dataFolder} was made by a newer version of Casetrail (format ${version}; ` +
        `this build knows ${VERSION_MAX}). Start that version, or a newer one.`,
    );
  }
  if (version !== VERSIONS[place]) {
    throw new DataFolderUnusable(
      `The marker ${path} contradicts itself: format ${version}, and the place of the log "${place}", which is ` +
        `format ${VERSIONS[place]}. No build writes that. Restore the data folder from its backup.`,
    );
  }
  return { place, log, ...(next && { next }) };
}

/** Durable before it returns, and whole at every moment. */
function writeMarker(dataFolder: string, marker: Marker): void {
  const path = join(dataFolder, MARKER);
  const beside = join(dataFolder, MARKER_BEGUN);
  const whole = { format: FORMAT, version: VERSIONS[marker.place], note: NOTE, ...marker };
  writeFileSync(beside, `${JSON.stringify(whole, undefined, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(beside, path);
  sync(dataFolder);
}

/**
 * The name under which a log is begun for this folder: remembered before the log has it, so that a
 * start or a move that was cut off goes on with the same log, and nobody else's is taken for it.
 */
export function beginLog(dataFolder: string, place: LogPlace, newName: string): PlacedLog {
  const { next, ...marker } = readMarker(dataFolder);
  if (next?.place === place) return next;
  const begun = { place, log: newName };
  writeMarker(dataFolder, { ...marker, next: begun });
  return begun;
}

/**
 * From now on the folder belongs to this log. Where it belonged to another one, the views go first,
 * since they hold positions of that one: a crash in between leaves the old log, and views to be folded.
 */
export function belongTo(dataFolder: string, { place, log }: PlacedLog): void {
  const before = readMarker(dataFolder);
  if (before.log !== null && before.log !== log) {
    for (const beside of BESIDE) rmSync(join(dataFolder, FILES.views + beside), { force: true });
  }
  writeMarker(dataFolder, { place, log });
}

/** Makes a data folder of the files that lie there, proved to be those of the log. */
export function markRestored(dataFolder: string, placed: PlacedLog): void {
  writeMarker(dataFolder, placed);
}

/** @throws DataFolderUnusable where a file is gone, or empty, that cannot be made again */
export function refuseWhatIsMissing(dataFolder: string, { place, log }: Marker): void {
  if (log === null) return;
  const needed = place === 'embedded' ? [FILES.events, ...IRREPLACEABLE] : IRREPLACEABLE;
  const missing = needed.filter((file) => sizeOf(join(dataFolder, file)) === 0);
  if (missing.length === 0) return;
  throw new DataFolderUnusable(
    `Missing or empty in the data folder ${dataFolder}: ${missing.join(', ')}. What was in it is nowhere ` +
      `else. Restore ${needed.join(', ')} from one backup; ${FILES.views} needs none.`,
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
