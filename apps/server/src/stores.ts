/** The only place that picks adapters: opens the embedded stores of a data folder. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EventStore } from '#infra/event-store/event-store.port';
import { openSqliteEventStore } from '#infra/event-store/sqlite/sqlite-event-store';
import { type ReadStore } from '#infra/read-store/read-store.port';
import { openSqliteReadStore } from '#infra/read-store/sqlite/sqlite-read-store';
import { createKeyFile } from '#infra/vault/keys';
import { openSqliteVault } from '#infra/vault/sqlite/sqlite-vault';
import { type Vault } from '#infra/vault/vault.port';
import { type Clock } from '#kernel/clock';
import { type IdSource } from '#kernel/ids';

export interface Stores {
  readonly eventStore: EventStore;
  readonly readStore: ReadStore;
  readonly vault: Vault;
}

export interface StoresOptions {
  readonly dataFolder: string;
  readonly keyFile: string;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** An empty or missing folder must be made on purpose: an unmounted volume is no new system. */
export class NoDataFolder extends Error {
  override readonly name = 'NoDataFolder';
}

/** Tells a folder that was made on purpose from an unmounted volume. */
const MARKER = 'CASETRAIL';

export function isEmptyFolder(folder: string): boolean {
  return !existsSync(folder) || readdirSync(folder).length === 0;
}

/** Makes a folder for the owner alone, and a key file outside it. @throws RangeError when there is data already */
export function createDataFolder({ dataFolder, keyFile }: StoresOptions): void {
  if (!isEmptyFolder(dataFolder)) throw new RangeError(`There is data already in ${dataFolder}.`);
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  writeFileSync(
    join(dataFolder, MARKER),
    'Made by Casetrail on purpose: an empty folder is refused.\n',
  );
  if (!existsSync(keyFile)) createKeyFile(keyFile);
}

/** @throws NoDataFolder; StoreUnusable, ReadStoreUnusable, VaultKeyUnusable, VaultDamaged with what to do */
export async function openStores({
  dataFolder,
  keyFile,
  clock,
  ids,
}: StoresOptions): Promise<Stores> {
  if (!existsSync(join(dataFolder, MARKER))) {
    throw new NoDataFolder(
      `There is no Casetrail data in ${dataFolder}. Is its volume mounted? A demonstration is made by --demo.`,
    );
  }
  const others = ['vault.sqlite', 'views.sqlite'].filter((file) =>
    existsSync(join(dataFolder, file)),
  );
  if (others.length > 0 && !existsSync(join(dataFolder, 'events.sqlite'))) {
    throw new NoDataFolder(
      `The log events.sqlite is missing from ${dataFolder}, where ${others.join(' and ')} are. Restore it.`,
    );
  }
  const vault = openSqliteVault({ folder: dataFolder, keyFile, clock, ids });
  const eventStore = await openSqliteEventStore({ file: join(dataFolder, 'events.sqlite'), ids });
  const readStore = openSqliteReadStore({ file: join(dataFolder, 'views.sqlite') });
  return { eventStore, readStore, vault };
}

/** In the order that loses nothing: what reads the log first, the log last. */
export async function closeStores({ eventStore, readStore, vault }: Stores): Promise<void> {
  await readStore.close();
  await vault.close();
  await eventStore.close();
}
