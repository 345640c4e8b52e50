import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailable, StoreUnusable } from '#infra/event-store/event-store.errors';
import { ReadStoreUnusable } from '#infra/read-store/read-store.port';
import { createKeyFile } from '#infra/vault/keys';
import { VaultDamaged, VaultKeyUnusable } from '#infra/vault/vault.port';
import { type NewEvent } from '#kernel/envelope';
import { systemClock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import { type Position } from '#kernel/position';
import { changed } from '#kernel/testing/changed';
import { metadataFor } from '#kernel/testing/metadata';
import { DataFolderUnusable } from './data-folder.ts';
import { FolderInUse } from './folder-lock.ts';
import {
  closeStores,
  createDataFolder,
  isEmptyFolder,
  NoDataFolder,
  openStores,
  type Stores,
} from './stores.ts';

let root: string;
let dataFolder: string;
let keyFile: string;
const open: Stores[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'casetrail-stores-'));
  dataFolder = join(root, 'data');
  keyFile = join(root, 'keys', 'root.key');
});
afterEach(async () => {
  for (const stores of open.splice(0)) await closeStores(stores);
  rmSync(root, { recursive: true });
});

const places = () => ({ dataFolder, keyFile, clock: systemClock, ids: randomIds });

async function opened(): Promise<Stores> {
  const stores = await openStores(places());
  open.push(stores);
  return stores;
}

async function closed(): Promise<void> {
  for (const stores of open.splice(0)) await closeStores(stores);
}

const inFolder = (file: string) => join(dataFolder, file);

function anEvent(): NewEvent {
  const id = randomIds.next();
  return {
    id,
    type: 'SomethingHappened',
    schemaVersion: 1,
    data: {},
    metadata: metadataFor(id, systemClock.now()),
  };
}

/** Some of everything, closed again. */
async function aUsedFolder(): Promise<void> {
  createDataFolder(places());
  const { eventStore, vault } = await opened();
  await eventStore.append('something-1', 'no-stream', [anEvent()]);
  await vault.put([
    { ref: 'r1', platform: 'shop', subjectId: 'ada', kind: 'text', value: 'secret-value' },
  ]);
  await closed();
}

describe('making a data folder', () => {
  it('makes it for its owner alone, a key outside it, and says that it is empty no more', () => {
    expect(isEmptyFolder(dataFolder)).toBe(true);
    createDataFolder(places());
    expect(isEmptyFolder(dataFolder)).toBe(false);
    expect(statSync(dataFolder).mode & 0o777).toBe(0o700);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  });

  it('takes the rights of others from a folder that was there, as the root of a new volume is', () => {
    mkdirSync(join(dataFolder, 'lost+found'), { recursive: true });
    chmodSync(dataFolder, 0o755);
    createDataFolder(places());
    expect(statSync(dataFolder).mode & 0o777).toBe(0o700);
  });

  it('keeps a key that is there', () => {
    createKeyFile(keyFile);
    const before = readFileSync(keyFile);
    createDataFolder(places());
    expect(readFileSync(keyFile)).toEqual(before);
  });

  it('makes one where a crash left a marker that was not whole', async () => {
    mkdirSync(dataFolder);
    writeFileSync(inFolder('CASETRAIL.new'), '{"format":');
    createDataFolder(places());
    await opened();
    await closed();
  });

  it('refuses a folder that holds anything', () => {
    mkdirSync(dataFolder);
    writeFileSync(inFolder('something'), '');
    expect(() => createDataFolder(places())).toThrow(/data already/);
  });

  it('refuses to put the key into it', () => {
    keyFile = inFolder('root.key');
    expect(() => createDataFolder(places())).toThrow(VaultKeyUnusable);
    expect(isEmptyFolder(dataFolder)).toBe(true);
  });
});

describe('opening the stores', () => {
  it('opens what was made, and all of it again, each file for its owner alone', async () => {
    await aUsedFolder();
    const { vault, eventStore, viewsAreRebuilt } = await opened();
    const [record] = await vault.read('shop', ['r1']);
    expect(record?.ref).toBe('r1');
    expect(await eventStore.head()).not.toBe('');
    expect(viewsAreRebuilt).toBe(false);
    const readable = readdirSync(dataFolder).filter(
      (name) => name.includes('.sqlite') && (statSync(inFolder(name)).mode & 0o077) !== 0,
    );
    expect(readable).toEqual([]);
  });

  it('takes the rights of others from the folder, and says that they were there', async () => {
    await aUsedFolder();
    chmodSync(dataFolder, 0o777);
    expect((await opened()).wasOpen).toBe('777');
    await closed();
    expect(statSync(dataFolder).mode & 0o777).toBe(0o700);
    expect((await opened()).wasOpen).toBeUndefined();
  });

  it('refuses a folder that nobody made, and says how to make one', async () => {
    await expect(openStores(places())).rejects.toThrow(NoDataFolder);
    await expect(openStores(places())).rejects.toThrow('npm run casetrail -- init');
    mkdirSync(dataFolder);
    await expect(openStores(places())).rejects.toThrow(NoDataFolder);
    expect(readdirSync(dataFolder)).toEqual([]);
  });

  it('goes on where the very first opening was cut off', async () => {
    createDataFolder(places());
    await opened();
    await closed();
    // As it lies when the process was killed after the vault and before the log was made.
    const marker = JSON.parse(readFileSync(inFolder('CASETRAIL'), 'utf8')) as object;
    writeFileSync(inFolder('CASETRAIL'), JSON.stringify({ ...marker, log: null }));
    rmSync(inFolder('events.sqlite'));
    rmSync(inFolder('views.sqlite'));
    const { eventStore } = await opened();
    await eventStore.ready();
  });

  it('refuses the folder to a second one until the first has closed it', async () => {
    createDataFolder(places());
    await opened();
    await expect(openStores(places())).rejects.toThrow(FolderInUse);
    await closed();
    await opened();
  });

  it('leaves no lock behind where it fails', async () => {
    await aUsedFolder();
    rmSync(keyFile);
    await expect(openStores(places())).rejects.toThrow(VaultKeyUnusable);
    await expect(openStores(places())).rejects.toThrow(VaultKeyUnusable);
  });
});

describe('a data folder that is not whole is refused', () => {
  it.each([
    [['events.sqlite']],
    [['vault.sqlite']],
    [['keys.sqlite']],
    [['events.sqlite', 'vault.sqlite']],
    [['events.sqlite', 'keys.sqlite']],
    [['vault.sqlite', 'keys.sqlite']],
    [['events.sqlite', 'vault.sqlite', 'keys.sqlite']],
    [['events.sqlite', 'vault.sqlite', 'keys.sqlite', 'views.sqlite']],
  ])('without %j, which it names and does not make', async (files) => {
    await aUsedFolder();
    for (const file of files) rmSync(inFolder(file));
    const refused = await openStores(places()).catch((error: Error) => error);
    expect(refused).toBeInstanceOf(DataFolderUnusable);
    const lost = files.filter((file) => file !== 'views.sqlite');
    expect((refused as Error).message).toContain(`: ${lost.join(', ')}.`);
    expect(readdirSync(dataFolder)).not.toEqual(expect.arrayContaining(lost));
  });

  it.each(['events.sqlite', 'vault.sqlite', 'keys.sqlite'])('with an empty %s', async (file) => {
    await aUsedFolder();
    truncateSync(inFolder(file), 0);
    await expect(openStores(places())).rejects.toThrow(`Missing or empty`);
    expect(statSync(inFolder(file)).size).toBe(0);
  });

  it.each<[string, new (...args: never[]) => Error]>([
    ['events.sqlite', StoreUnusable],
    ['vault.sqlite', VaultDamaged],
    ['keys.sqlite', VaultDamaged],
    ['views.sqlite', ReadStoreUnusable],
  ])('with a damaged %s, which it names', async (file, refusal) => {
    await aUsedFolder();
    writeFileSync(inFolder(file), Buffer.alloc(4_096, 0xa5), { flag: 'r+' });
    await expect(openStores(places())).rejects.toThrow(refusal);
    await expect(openStores(places())).rejects.toThrow(file);
  });

  it('with a log that is damaged in its middle', async () => {
    await aUsedFolder();
    const { eventStore } = await opened();
    const events = Array.from({ length: 500 }, anEvent);
    await eventStore.append('something-2', 'no-stream', events);
    await closed();
    const middle = Math.floor(statSync(inFolder('events.sqlite')).size / 8_192) * 4_096;
    const bytes = readFileSync(inFolder('events.sqlite'));
    bytes.fill(0xa5, middle, middle + 4_096);
    writeFileSync(inFolder('events.sqlite'), bytes);
    await expect(openStores(places())).rejects.toThrow(StoreUnusable);
  });

  it.each<[string, new (...args: never[]) => Error]>([
    ['events.sqlite', StoreUnusable],
    ['vault.sqlite', VaultDamaged],
    ['keys.sqlite', VaultDamaged],
    ['views.sqlite', ReadStoreUnusable],
  ])('with a %s of a newer version', async (file, refusal) => {
    await aUsedFolder();
    const db = new DatabaseSync(inFolder(file));
    db.exec('PRAGMA user_version = 99');
    db.close();
    await expect(openStores(places())).rejects.toThrow(refusal);
    await expect(openStores(places())).rejects.toThrow(/newer|schema 99/);
  });

  it('of a newer version as a whole', async () => {
    await aUsedFolder();
    const marker = JSON.parse(readFileSync(inFolder('CASETRAIL'), 'utf8')) as object;
    writeFileSync(inFolder('CASETRAIL'), JSON.stringify({ ...marker, version: 3 }));
    await expect(openStores(places())).rejects.toThrow(/newer version of Casetrail \(format 3;/);
  });

  it('of the format of another place than its log’s', async () => {
    await aUsedFolder();
    const marker = JSON.parse(readFileSync(inFolder('CASETRAIL'), 'utf8')) as object;
    writeFileSync(inFolder('CASETRAIL'), JSON.stringify({ ...marker, version: 2 }));
    await expect(openStores(places())).rejects.toThrow(DataFolderUnusable);
    await expect(openStores(places())).rejects.toThrow(/format 2, .*"embedded", which is format 1/);
  });

  it.each(['', 'no JSON', '{"format":"other"}'])('with the marker %j', async (text) => {
    await aUsedFolder();
    writeFileSync(inFolder('CASETRAIL'), text);
    await expect(openStores(places())).rejects.toThrow(/marker .* is damaged/);
  });

  it('with the log of another folder', async () => {
    await aUsedFolder();
    const mine = dataFolder;
    dataFolder = join(root, 'other');
    await aUsedFolder();
    copyFileSync(inFolder('events.sqlite'), join(mine, 'events.sqlite'));
    dataFolder = mine;
    await expect(openStores(places())).rejects.toThrow(/the log of another data folder/);
  });

  it('with a log that was restored from before what the views have seen', async () => {
    await aUsedFolder();
    copyFileSync(inFolder('events.sqlite'), join(root, 'backup'));
    const view = { name: 'some-view', version: 1, indexes: [], handles: [], keys: () => [] };
    const { eventStore, readStore } = await opened();
    const { position } = await eventStore.append('something-1', 0, [anEvent()]);
    await readStore.prepare({ ...view, evolve: () => null });
    await readStore.exact(view).write([], position);
    await closed();
    copyFileSync(join(root, 'backup'), inFolder('events.sqlite'));
    await expect(openStores(places())).rejects.toThrow(/lost its end: the view some-view/);
    rmSync(inFolder('views.sqlite'));
    await opened();
  });
});

describe('views that are missing', () => {
  it('are no obstacle: they are folded again, and it is said', async () => {
    await aUsedFolder();
    rmSync(inFolder('views.sqlite'));
    const { viewsAreRebuilt, readStore, eventStore } = await opened();
    expect(viewsAreRebuilt).toBe(true);
    expect(await readStore.status()).toEqual([]);
    expect((await eventStore.head()) > ('' as Position)).toBe(true);
  });
});

describe('the key file', () => {
  it('that is missing is never made for a folder that is there', async () => {
    await aUsedFolder();
    rmSync(keyFile);
    await expect(openStores(places())).rejects.toThrow(/no key file .* Restore it from its backup/);
    expect(readdirSync(join(root, 'keys'))).toEqual([]);
  });

  it('of another vault is refused, by the id of the key that is needed', async () => {
    await aUsedFolder();
    rmSync(keyFile);
    createKeyFile(keyFile);
    await expect(openStores(places())).rejects.toThrow(VaultKeyUnusable);
    await expect(openStores(places())).rejects.toThrow(/key [0-9a-f]{8}/);
  });

  it('that others may read is refused', async () => {
    await aUsedFolder();
    chmodSync(keyFile, 0o644);
    await expect(openStores(places())).rejects.toThrow(/open to others .* chmod 600/);
  });

  it('within the data folder is refused, also by way of a link', async () => {
    await aUsedFolder();
    copyFileSync(keyFile, inFolder('root.key'));
    const outside = keyFile;
    keyFile = inFolder('root.key');
    await expect(openStores(places())).rejects.toThrow(/lies within the data folder/);
    symlinkSync(dataFolder, join(root, 'elsewhere'));
    keyFile = join(root, 'elsewhere', 'root.key');
    await expect(openStores(places())).rejects.toThrow(/lies within the data folder/);
    keyFile = outside;
    await opened();
  });
});

describe('stores of which one cannot be closed', () => {
  it('are closed all the same, and the folder is let go', async () => {
    createDataFolder(places());
    const { readStore, ...others } = await openStores(places());
    const broken = changed(readStore, { close: () => Promise.reject(new Error('not now')) });
    await expect(closeStores({ ...others, readStore: broken })).rejects.toThrow('not now');
    await expect(others.eventStore.head()).rejects.toThrow(StoreUnavailable);
    await readStore.close();
    await opened();
  });
});
