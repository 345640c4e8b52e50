/**
 * A data folder is made of a backup, and proved to be what the backup says before it becomes one. The
 * log gets a new name: a position that was given after the backup would else mean another event, once
 * the log has grown as far again; by the name it is refused, and its client begins again from the start.
 */
import { chmodSync, existsSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sync } from '#infra/disk/durable';
import { CallAborted } from '#infra/event-store/event-store.errors';
import { renameLogFile } from '#infra/event-store/sqlite/log-file';
import { VaultCopy } from '#infra/vault/sqlite/vault-copy';
import {
  BESIDE,
  FILES,
  isEmptyFolder,
  liesWithin,
  makeOwnFolder,
  MARKER,
  markRestored,
  type PlacedLog,
  refuseKeyWithin,
} from '../../../server/src/data-folder.ts';
import { LOCK_FILES, lockFolder } from '../../../server/src/folder-lock.ts';
import { BackupRefused, entryOf, filesOf, type Manifest, readManifest } from './manifest.ts';
import { type ProofOptions, type Proved, provedOf } from './proof.ts';
import { refuseTaken } from './taken-place.ts';

export interface RestoreOptions extends ProofOptions {
  readonly backup: string;
}

export interface Restored {
  readonly manifest: Manifest;
  readonly log: PlacedLog;
  readonly proved: Proved;
}

/** Lies in a folder that is being restored: what a killed restore left, the next one clears away. */
const UNDER_WAY = 'RESTORING';

/** @throws BackupRefused, VaultKeyUnusable, FolderInUse, CallAborted, the stores' and the system's errors; nothing is left then */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { backup, dataFolder, keyFile, clock } = options;
  const manifest = readManifest(backup);
  refuseKeyWithin(dataFolder, keyFile);
  refuseWithin(backup, dataFolder);
  refuseTakenFolder(dataFolder);
  await refuseDamaged(options, manifest);
  refuseOtherKeys(backup, keyFile);
  const wasThere = existsSync(dataFolder);
  makeOwnFolder(dataFolder);
  const lock = lockFolder(dataFolder, clock.now());
  try {
    refuseTakenFolder(dataFolder);
    const restored = await filled(options, manifest);
    lock.release();
    return restored;
  } catch (error) {
    lock.release();
    for (const name of LOCK_FILES) rmSync(join(dataFolder, name), { force: true });
    if (!wasThere && isEmptyFolder(dataFolder)) rmdirSync(dataFolder);
    throw error;
  }
}

async function filled(options: RestoreOptions, manifest: Manifest): Promise<Restored> {
  const { dataFolder, ids } = options;
  const { place, storeId } = manifest.log;
  const underWay = join(dataFolder, UNDER_WAY);
  try {
    writeFileSync(underWay, 'What is here is not whole yet.\n', { mode: 0o600, flush: true });
    clear(dataFolder);
    await copied(options, manifest);
    const log = { place, log: place === 'embedded' ? ids.next() : storeId };
    if (place === 'embedded') renameLogFile(join(dataFolder, FILES.events), log.log);
    const proved = await provedOf(options, manifest, log);
    for (const name of filesOf(place)) sync(join(dataFolder, name));
    sync(dataFolder);
    if (options.signal.aborted) throw new CallAborted('The restore was ended.');
    markRestored(dataFolder, log);
    rmSync(underWay);
    sync(dataFolder);
    return { manifest, log, proved };
  } catch (error) {
    clear(dataFolder);
    rmSync(underWay, { force: true });
    throw error;
  }
}

function clear(dataFolder: string): void {
  for (const file of Object.values(FILES)) {
    for (const beside of BESIDE) rmSync(join(dataFolder, file + beside), { force: true });
  }
}

async function copied(
  { backup, dataFolder, signal, onProgress }: RestoreOptions,
  { log, files }: Manifest,
): Promise<void> {
  for (const name of filesOf(log.place)) {
    if (signal.aborted) throw new CallAborted('The restore was ended.');
    onProgress?.({ step: 'copying', file: name });
    await copyFile(join(backup, name), join(dataFolder, name));
    chmodSync(join(dataFolder, name), 0o600);
    refuseOther(await entryOf(dataFolder, name, signal), files, dataFolder);
  }
}

/** A folder that a killed restore left counts as empty. */
function refuseTakenFolder(dataFolder: string): void {
  const left = existsSync(join(dataFolder, UNDER_WAY)) && !existsSync(join(dataFolder, MARKER));
  if (!left) refuseTaken(dataFolder, LOCK_FILES);
}

/** A backup stays what it is: the next restore of it begins from the same. */
function refuseWithin(backup: string, dataFolder: string): void {
  if (!liesWithin(backup, dataFolder)) return;
  throw new BackupRefused(
    `The data folder ${dataFolder} would lie within the backup ${backup}. Give a folder elsewhere.`,
  );
}

async function refuseDamaged(
  { backup, signal, onProgress }: RestoreOptions,
  { files }: Manifest,
): Promise<void> {
  for (const { name } of files) {
    onProgress?.({ step: 'checking', file: name });
    if (!existsSync(join(backup, name))) {
      throw new BackupRefused(`${name} is missing from the backup ${backup}. Give another backup.`);
    }
    refuseOther(await entryOf(backup, name, signal), files, backup);
  }
}

function refuseOther(
  found: Manifest['files'][number],
  files: Manifest['files'],
  folder: string,
): void {
  const said = files.find(({ name }) => name === found.name);
  if (said?.sha256 === found.sha256) return;
  throw new BackupRefused(
    `${found.name} in ${folder} is not what the manifest of the backup says: ${found.bytes} bytes with the SHA-256 ` +
      `${found.sha256}, instead of ${said?.bytes} with ${said?.sha256}. Give another backup.`,
  );
}

function refuseOtherKeys(backup: string, keyFile: string): void {
  const vault = new VaultCopy(backup);
  try {
    vault.refuseOtherKeys(keyFile);
  } finally {
    vault.close();
  }
}
