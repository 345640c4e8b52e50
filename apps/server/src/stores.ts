/** The only place that picks adapters: opens the embedded stores of a data folder, for one process. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type EventStore } from '#infra/event-store/event-store.port';
import { openSqliteEventStore } from '#infra/event-store/sqlite/sqlite-event-store';
import { type ReadStore } from '#infra/read-store/read-store.port';
import { openSqliteReadStore } from '#infra/read-store/sqlite/sqlite-read-store';
import { openSqliteVault } from '#infra/vault/sqlite/sqlite-vault';
import { type Vault } from '#infra/vault/vault.port';
import { type Clock } from '#kernel/clock';
import { type IdSource } from '#kernel/ids';
import {
  DataFolderUnusable,
  type DataPlaces,
  FILES,
  hasViews,
  type Marker,
  readMarker,
  refuseKeyWithin,
  refuseWhatIsMissing,
  writeMarker,
} from './data-folder.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';

export { createDataFolder, isEmptyFolder, NoDataFolder } from './data-folder.ts';

export interface Stores {
  readonly eventStore: EventStore;
  readonly readStore: ReadStore;
  readonly vault: Vault;
  /** The data folder is this process's, until it is released. */
  readonly lock: FolderLock;
  /** The folder had data, and no views: they are folded again from the log. */
  readonly viewsAreRebuilt: boolean;
}

export interface StoresOptions extends DataPlaces {
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Page cache of the views, in KiB; the read store's own where it is not given. */
  readonly viewsCacheKiB?: number;
}

/** A log up to this size is looked through for damage at every start, which takes about a second. */
const LOOKED_THROUGH_BYTES_MAX = 100_000_000;

/**
 * @throws NoDataFolder, FolderInUse, DataFolderUnusable, StoreUnusable, ReadStoreUnusable,
 *   VaultKeyUnusable, VaultDamaged and the stores' Unavailable, each with what to do
 */
export async function openStores(options: StoresOptions): Promise<Stores> {
  const { dataFolder, keyFile, clock, viewsCacheKiB: cacheKiB } = options;
  refuseKeyWithin(dataFolder, keyFile);
  readMarker(dataFolder);
  const lock = lockFolder(dataFolder, clock.now());
  const opened: { close(): Promise<void> }[] = [];
  try {
    // Again, as another process may have been the first to open it meanwhile.
    const marker = readMarker(dataFolder);
    refuseWhatIsMissing(dataFolder, marker);
    const viewsAreRebuilt = marker.log !== null && !hasViews(dataFolder);
    const vault = openSqliteVault({ folder: dataFolder, ...options });
    opened.push(vault);
    const eventStore = await openLog(options);
    opened.push(eventStore);
    const readStore = openSqliteReadStore({ file: join(dataFolder, FILES.views), cacheKiB });
    opened.push(readStore);
    await refuseWhatDoesNotBelong(dataFolder, marker, { eventStore, readStore });
    if (marker.log === null) writeMarker(dataFolder, { ...marker, log: eventStore.storeId });
    return { eventStore, readStore, vault, lock, viewsAreRebuilt };
  } catch (error) {
    for (const store of opened.reverse()) await store.close();
    lock.release();
    throw error;
  }
}

function openLog({ dataFolder, ids }: StoresOptions) {
  const file = join(dataFolder, FILES.events);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return openSqliteEventStore({
    file,
    ids,
    check: size <= LOOKED_THROUGH_BYTES_MAX ? 'full' : 'quick',
  });
}

/** @throws DataFolderUnusable for a log of another folder, or one that has lost its end */
async function refuseWhatDoesNotBelong(
  dataFolder: string,
  { log }: Marker,
  { eventStore, readStore }: Pick<Stores, 'eventStore' | 'readStore'>,
): Promise<void> {
  if (log !== null && eventStore.storeId !== log) {
    throw new DataFolderUnusable(
      `${FILES.events} in ${dataFolder} is the log of another data folder. Restore this folder's own.`,
    );
  }
  const head = await eventStore.head();
  const ahead = (await readStore.status()).find(({ checkpoint }) => checkpoint > head);
  if (!ahead) return;
  throw new DataFolderUnusable(
    `${FILES.events} in ${dataFolder} has lost its end: the view ${ahead.name} has seen events that it does ` +
      `not hold. Restore the newest backup of it. If it is the newest, delete ${FILES.views} with its -wal ` +
      'and -shm files and start again: the views are then folded from what there is.',
  );
}

/** In the order that loses nothing: what reads the log first, the log after it, the lock last. */
export async function closeStores({ eventStore, readStore, vault, lock }: Stores): Promise<void> {
  try {
    await readStore.close();
    await vault.close();
    await eventStore.close();
  } finally {
    lock.release();
  }
}
