/**
 * A backup is a state that a crash could have left. Log, vault and keys are pinned in this order within
 * some milliseconds, while nobody can write to the vault: so every record that a copied event names is
 * in the copied vault, as it was written before the event, and what the vault holds besides is what a
 * request cut short leaves. Sweeping, settling of identities and erasure change the vault, too, and
 * cannot do so in between. No key is needed, nor is the server asked.
 */
import { copyFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sync } from '#infra/disk/durable';
import { CallAborted } from '#infra/event-store/event-store.errors';
import { logOfFile, nameOfLogFile } from '#infra/event-store/sqlite/log-file';
import { VaultCopy } from '#infra/vault/sqlite/vault-copy';
import { type Clock } from '#kernel/clock';
import {
  FILES,
  liesWithin,
  MARKER,
  readMarker,
  refuseWhatIsMissing,
} from '../../../server/src/data-folder.ts';
import { BackupRefused, entryOf, filesOf, type Manifest, writeManifest } from './manifest.ts';
import { countOf, readWithRecords } from './named-records.ts';
import { openPart } from './part-folder.ts';
import { pinTogether, Snapshot } from './snapshots.ts';

export interface BackupProgress {
  readonly step: 'copying' | 'reading' | 'hashing';
  readonly file: string;
  /** Of the file, from 0 to 1; unknown while events are read. */
  readonly share?: number;
  readonly events?: number;
}

export interface BackupOptions {
  readonly dataFolder: string;
  /** A folder that is not there yet. */
  readonly target: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: BackupProgress) => void;
}

/** @throws BackupRefused, NoDataFolder, DataFolderUnusable, CallAborted, StorageError, the system's error */
export async function takeBackup(options: BackupOptions): Promise<Manifest> {
  const { dataFolder, target, clock, signal } = options;
  if (liesWithin(dataFolder, target)) {
    throw new BackupRefused(
      `${resolve(target)} lies within the data folder ${dataFolder}, and would be lost with it. Give a folder elsewhere.`,
    );
  }
  const part = openPart(target, clock);
  try {
    const takenAt = clock.now();
    const log = await copied(options, part.path);
    const manifest = { takenAt, ...(await described(options, part.path, log)) };
    writeManifest(part.path, manifest);
    for (const { name } of manifest.files) sync(join(part.path, name));
    if (signal.aborted) throw new CallAborted('The backup was ended.');
    part.settle();
    return manifest;
  } finally {
    part.discard();
  }
}

/** Where the log lies, and what it is called. */
interface Placed {
  readonly place: Manifest['log']['place'];
  readonly log: string;
}

async function copied(
  { dataFolder, signal, onProgress }: BackupOptions,
  part: string,
): Promise<Placed> {
  const { place, log } = belongsTo(dataFolder);
  const snapshots = filesOf(place).map((file) => new Snapshot(dataFolder, file));
  try {
    await pinTogether(snapshots, join(dataFolder, FILES.vault), signal);
    copyFileSync(join(dataFolder, MARKER), join(part, MARKER));
    const now = belongsTo(dataFolder);
    if (now.place !== place || now.log !== log) {
      throw new BackupRefused(
        `The events of ${dataFolder} were moved to another place at this moment. Take the backup again.`,
      );
    }
    // Keys and vault first: while they are pinned, erased bytes cannot leave their write-ahead logs.
    for (const snapshot of snapshots.toReversed()) {
      await snapshot.copyTo(join(part, snapshot.file), signal, (file, share) =>
        onProgress?.({ step: 'copying', file, share }),
      );
      snapshot.release();
    }
    return { place, log };
  } finally {
    for (const snapshot of snapshots) snapshot.release();
  }
}

/** @throws NoDataFolder, DataFolderUnusable, BackupRefused where there is nothing yet */
function belongsTo(dataFolder: string): Placed {
  const marker = readMarker(dataFolder);
  const { place, log } = marker;
  if (log === null) {
    throw new BackupRefused(
      `The data folder ${dataFolder} has begun no log yet: there is nothing to back up. Start the server first.`,
    );
  }
  refuseWhatIsMissing(dataFolder, marker);
  return { place, log };
}

/** The copy, as it is read again. */
async function described(
  { signal, onProgress }: BackupOptions,
  part: string,
  { place, log: storeId }: Placed,
): Promise<Omit<Manifest, 'takenAt'>> {
  const vault = new VaultCopy(part);
  try {
    const { records, erasedSubjects } = vault;
    const files: Manifest['files'] = [];
    for (const name of [...filesOf(place), MARKER]) {
      onProgress?.({ step: 'hashing', file: name });
      files.push(await entryOf(part, name, signal));
    }
    if (place === 'eventstoredb') {
      const none = { named: null, lacking: null };
      return { log: { place, storeId }, vault: { records, erasedSubjects, ...none }, files };
    }
    const file = join(part, FILES.events);
    if (nameOfLogFile(file) !== storeId) {
      throw new BackupRefused(
        `${FILES.events} is the log of another data folder. Restore this folder's own.`,
      );
    }
    const { named, ...log } = await readWithRecords(logOfFile(file), signal, (events) =>
      onProgress?.({ step: 'reading', file: FILES.events, events }),
    );
    const lacking = [...named.values()].flatMap((refs) =>
      [...refs].filter((ref) => !vault.holds(ref)),
    );
    const counts = { records, erasedSubjects, named: countOf(named), lacking: lacking.length };
    return { log: { place, storeId, ...log }, vault: counts, files };
  } finally {
    vault.close();
  }
}
