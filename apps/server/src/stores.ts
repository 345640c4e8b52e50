/** The only place, with event-log.ts, that picks adapters: opens the stores of a data folder, for one process. */
import { join } from 'node:path';
import { type EventStoreSetting } from '#infra/config/settings';
import { UnknownPosition } from '#infra/event-store/event-store.errors';
import { type EventStore } from '#infra/event-store/event-store.port';
import { type ReadStore } from '#infra/read-store/read-store.port';
import { openSqliteReadStore } from '#infra/read-store/sqlite/sqlite-read-store';
import { openSqliteVault } from '#infra/vault/sqlite/sqlite-vault';
import { type Vault } from '#infra/vault/vault.port';
import { type Clock } from '#kernel/clock';
import { type IdSource } from '#kernel/ids';
import { START, type Position } from '#kernel/position';
import {
  belongTo,
  createDataFolder,
  DataFolderUnusable,
  type DataPlaces,
  FILES,
  hasViews,
  type Marker,
  readMarker,
  refuseKeyWithin,
  refuseWhatIsMissing,
} from './data-folder.ts';
import {
  type LogOptions,
  openLog,
  refuseOtherPlace,
  refuseUnfitServer,
  serverRefusal,
} from './event-log.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { closeToOthers } from './folder-rights.ts';

export { createDataFolder, isEmptyFolder, NoDataFolder } from './data-folder.ts';

export interface Stores {
  readonly eventStore: EventStore;
  readonly readStore: ReadStore;
  readonly vault: Vault;
  /** The data folder is this process's, until it is released. */
  readonly lock: FolderLock;
  /** The folder had data, and no views: they are folded again from the log. */
  readonly viewsAreRebuilt: boolean;
  /** The rights that others had to the folder until now, as its mode in octal digits. */
  readonly wasOpen?: string;
}

export interface StoresOptions extends DataPlaces {
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Where the events lie; in the data folder where it is not given. */
  readonly eventStore?: EventStoreSetting;
}

/**
 * Makes a data folder for a log that may begin where the settings say: where a server refuses that,
 * neither folder nor key is made.
 * @throws EventServerRefused, DataFolderUnusable; what createDataFolder throws
 */
export async function makeDataFolder(options: DataPlaces & LogOptions): Promise<void> {
  await refuseUnfitServer(options);
  createDataFolder(options);
}

/**
 * @throws NoDataFolder, FolderInUse, DataFolderUnusable, EventServerRefused, StoreUnusable,
 *   ReadStoreUnusable, VaultKeyUnusable, VaultDamaged and the stores' Unavailable, each with what to do
 */
export async function openStores(options: StoresOptions): Promise<Stores> {
  const { dataFolder, keyFile, clock } = options;
  const setting: EventStoreSetting = options.eventStore ?? { kind: 'embedded' };
  refuseKeyWithin(dataFolder, keyFile);
  readMarker(dataFolder);
  const wasOpen = closeToOthers(dataFolder);
  const lock = lockFolder(dataFolder, clock.now());
  const opened: { close(): Promise<void> }[] = [];
  try {
    // Again, as another process may have been the first to open it meanwhile.
    const marker = readMarker(dataFolder);
    refuseOtherPlace(dataFolder, marker, setting);
    refuseWhatIsMissing(dataFolder, marker);
    const viewsAreRebuilt = marker.log !== null && !hasViews(dataFolder);
    const vault = openSqliteVault({ folder: dataFolder, ...options });
    opened.push(vault);
    const eventStore = await openLog({ ...options, eventStore: setting }, marker);
    opened.push(eventStore);
    const readStore = openSqliteReadStore({ file: join(dataFolder, FILES.views) });
    opened.push(readStore);
    refuseLogOfAnotherFolder(dataFolder, marker, eventStore);
    await refuseViewsOfAnotherLog(dataFolder, setting, { eventStore, readStore });
    if (marker.log === null) {
      belongTo(dataFolder, { place: setting.kind, log: eventStore.storeId });
    }
    return {
      eventStore,
      readStore,
      vault,
      lock,
      viewsAreRebuilt,
      ...(wasOpen === undefined ? {} : { wasOpen }),
    };
  } catch (error) {
    for (const store of opened.reverse()) await store.close();
    lock.release();
    throw setting.kind === 'eventstoredb' ? (serverRefusal(error) ?? error) : error;
  }
}

/** @throws DataFolderUnusable */
function refuseLogOfAnotherFolder(
  dataFolder: string,
  { log }: Marker,
  { storeId }: EventStore,
): void {
  if (log === null || storeId === log) return;
  throw new DataFolderUnusable(
    `${FILES.events} in ${dataFolder} is the log of another data folder. Restore this folder's own.`,
  );
}

/** @throws DataFolderUnusable where the log has lost its end, or the views are of another one */
async function refuseViewsOfAnotherLog(
  dataFolder: string,
  { kind }: EventStoreSetting,
  { eventStore, readStore }: Pick<Stores, 'eventStore' | 'readStore'>,
): Promise<void> {
  const views = await readStore.status();
  for (const checkpoint of new Set(views.map((view) => view.checkpoint))) {
    if (await isOf(eventStore, checkpoint)) continue;
    const { name } = views.find((view) => view.checkpoint === checkpoint)!;
    const log = kind === 'embedded' ? `${FILES.events} in ${dataFolder}` : 'The log on the server';
    throw new DataFolderUnusable(
      `${log} has lost its end: the view ${name} has seen events that it does ` +
        `not hold. Restore the newest backup of it. If it is the newest, delete ${FILES.views} with its -wal ` +
        'and -shm files and start again: the views are then folded from what there is.',
    );
  }
}

/** Whether the log has ever given the position, and still reaches as far. */
async function isOf(eventStore: EventStore, position: Position): Promise<boolean> {
  if (position === START) return true;
  try {
    for await (const event of eventStore.readAll({ after: position, limit: 1 })) void event;
    return true;
  } catch (error) {
    if (error instanceof UnknownPosition) return false;
    throw error;
  }
}

/**
 * In the order that loses nothing: what reads the log first, the log after it, the lock last. One that
 * cannot be closed keeps none of the others open.
 */
export async function closeStores({ eventStore, readStore, vault, lock }: Stores): Promise<void> {
  const failures: unknown[] = [];
  for (const store of [readStore, vault, eventStore]) {
    await store.close().catch((error: unknown) => failures.push(error));
  }
  lock.release();
  if (failures.length > 0) throw failures[0];
}
