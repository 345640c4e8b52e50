/** A data folder and the server that its events are on, here one in memory. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { AccessDeniedError, NotLeaderError, UnavailableError } from '@eventstore/db-client';
import { Secret } from '#infra/config/secret';
import { type EventStoreSetting } from '#infra/config/settings';
import { DeadlineExceeded, StoreUnavailable } from '#infra/event-store/event-store.errors';
import { ServerRefused, UnsupportedServer } from '#infra/event-store/eventstoredb/opening';
import { OtherLog } from '#infra/event-store/eventstoredb/store-name';
import { systemClock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import { FakeEventStoreDb, REFUSALS } from '../../../test/stores/fake-eventstoredb.ts';
import { someEvents } from '../../../libs/infra/event-store/contract/rig.contract.ts';
import { beginLog, belongTo, DataFolderUnusable, readMarker } from './data-folder.ts';
import { EventServerRefused, lostServer, otherLogOf, serverRefusal } from './event-log.ts';
import { startFault } from './start-fault.ts';
import { closeStores, createDataFolder, openStores, type Stores } from './stores.ts';

const EMBEDDED: EventStoreSetting = { kind: 'embedded' };
const VIEW = { name: 'some-view', version: 1, indexes: [], handles: [], keys: () => [] };

let root: string;
let server: FakeEventStoreDb;
const open: Stores[] = [];
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'casetrail-log-'));
  server = await FakeEventStoreDb.start();
});
afterEach(async () => {
  await closed();
  await server.close();
  rmSync(root, { recursive: true });
});

const folderOf = (name: string) => join(root, name, 'data');

const placesOf = (name: string) => ({
  dataFolder: folderOf(name),
  keyFile: join(root, name, 'root.key'),
  clock: systemClock,
  ids: randomIds,
});

const onServer = (url = server.url): EventStoreSetting => ({
  kind: 'eventstoredb',
  connectionString: new Secret(url.replace('://', '://user:SECRET@')),
});

async function opened(name = 'mine', eventStore = onServer()): Promise<Stores> {
  if (!existsSync(folderOf(name))) createDataFolder(placesOf(name));
  const stores = await openStores({ ...placesOf(name), eventStore });
  open.push(stores);
  return stores;
}

async function closed(): Promise<void> {
  for (const stores of open.splice(0)) await closeStores(stores);
}

/** What the operator reads. */
async function refusalOf(name = 'mine', eventStore = onServer()): Promise<string> {
  const refused = await opened(name, eventStore).catch((error: Error) => error);
  if (!(refused instanceof Error)) throw new Error('It was opened.');
  expect(inspect(refused, { depth: 9, showHidden: true })).not.toContain('SECRET');
  return startFault(refused)!;
}

/** A folder that has some of everything, on the server. */
async function used(name = 'mine', eventStore = onServer()) {
  const { eventStore: log, readStore } = await opened(name, eventStore);
  const { position } = await log.append(`of-${name}`, 'no-stream', someEvents(1));
  await readStore.prepare({ ...VIEW, evolve: () => null });
  await readStore.exact(VIEW).write([], position);
  await closed();
  return { storeId: log.storeId, position };
}

describe('a new data folder', () => {
  it('begins its log on an empty server, and goes on with it', async () => {
    const { storeId } = await used();
    expect(readMarker(folderOf('mine'))).toEqual({ place: 'eventstoredb', log: storeId });
    const { eventStore, viewsAreRebuilt } = await opened();
    expect([eventStore.storeId, viewsAreRebuilt]).toEqual([storeId, false]);
  });

  it('goes on with the same log where its first start was cut off after the log had its name', async () => {
    const { storeId } = await used();
    rmSync(join(root, 'mine'), { recursive: true });
    createDataFolder(placesOf('mine'));
    beginLog(folderOf('mine'), 'eventstoredb', storeId);
    expect((await opened()).eventStore.storeId).toBe(storeId);
    expect(readMarker(folderOf('mine'))).toEqual({ place: 'eventstoredb', log: storeId });
  });

  it('takes no log of another folder, whose personal data it has not', async () => {
    await used('other');
    const said = await refusalOf();
    expect(said).toContain('CASETRAIL_EVENT_STORE names holds another log');
    expect(said).toContain('CASETRAIL_DATA_FOLDER');
    expect(readMarker(folderOf('mine')).log).toBeNull();
    expect((await opened('mine', EMBEDDED)).eventStore.storeId).toBeTruthy();
  });

  it('takes no server on which somebody else keeps events', async () => {
    await used('other');
    server.forget('$$casetrail');
    expect(await refusalOf()).toContain('foreign events, which Casetrail did not write');
  });
});

describe('a data folder whose events are on a server', () => {
  it('is refused where the setting names none, with what to set', async () => {
    const { storeId } = await used();
    const said = await refusalOf('mine', EMBEDDED);
    for (const part of [folderOf('mine'), storeId, 'CASETRAIL_EVENT_STORE', 'casetrail migrate']) {
      expect(said).toContain(part);
    }
  });

  it('is refused with the log of another folder, and lets go of its lock', async () => {
    await used();
    const other = await FakeEventStoreDb.start();
    await used('other', onServer(other.url));
    expect(await refusalOf('mine', onServer(other.url))).toContain('another log, than that of');
    await other.close();
    await opened();
  });

  it('is refused where the server has lost everything, and begins nothing there', async () => {
    await used();
    for (const stream of server.streams) server.forget(stream);
    expect(await refusalOf()).toMatch(/holds no events, .* has lost its disk/s);
    expect(server.streams).toEqual([]);
  });

  it('is refused where the server has lost the end of its log, until its views are folded anew', async () => {
    await used();
    server.forget('of-mine');
    expect(await refusalOf()).toMatch(/The log on the server has lost its end: the view some-view/);
    rmSync(join(folderOf('mine'), 'views.sqlite'));
    expect((await opened()).viewsAreRebuilt).toBe(true);
  });

  it('is refused with views of another log', async () => {
    await used();
    const other = await FakeEventStoreDb.start();
    await used('other', onServer(other.url));
    await other.close();
    cpSync(join(folderOf('other'), 'views.sqlite'), join(folderOf('mine'), 'views.sqlite'));
    expect(await refusalOf()).toContain('delete views.sqlite');
  });

  it('needs its vault and its keys, and no file of events', async () => {
    await used();
    rmSync(join(folderOf('mine'), 'vault.sqlite'));
    expect(await refusalOf()).toMatch(
      /: vault\.sqlite\. .* Restore vault\.sqlite, keys\.sqlite from/s,
    );
  });

  it('is refused by builds that know no server: its marker is of a newer format', async () => {
    await used();
    const marker = () =>
      JSON.parse(readFileSync(join(folderOf('mine'), 'CASETRAIL'), 'utf8')) as object;
    expect(marker()).toMatchObject({ version: 2 });
  });
});

describe('a data folder whose events are in it', () => {
  it('is refused where the setting names a server, on which nothing is begun', async () => {
    await used('mine', EMBEDDED);
    const said = await refusalOf();
    expect(said).toContain('CASETRAIL_EVENT_STORE names a server. Leave the setting out');
    expect(server.streams).toEqual([]);
  });

  it('is taken as it was made before there was a choice', async () => {
    const { storeId } = await used('mine', EMBEDDED);
    const path = join(folderOf('mine'), 'CASETRAIL');
    const { place, ...before } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    expect([place, before['version']]).toEqual(['embedded', 1]);
    writeFileSync(path, JSON.stringify(before));
    expect((await opened('mine', EMBEDDED)).eventStore.storeId).toBe(storeId);
  });

  it('changes to a log on a server by a move, which leaves no views of the old one', async () => {
    const { storeId } = await used('mine', EMBEDDED);
    const next = beginLog(folderOf('mine'), 'eventstoredb', randomIds.next());
    // What was begun is gone on with, and the folder serves its old log until it is moved.
    expect(beginLog(folderOf('mine'), 'eventstoredb', randomIds.next())).toEqual(next);
    expect((await opened('mine', EMBEDDED)).eventStore.storeId).toBe(storeId);
    await closed();
    belongTo(folderOf('mine'), next);
    expect(await refusalOf('mine', EMBEDDED)).toContain(next.log);
    expect(await refusalOf()).toContain('holds no events');
    expect(existsSync(join(folderOf('mine'), 'views.sqlite'))).toBe(false);
  });
});

describe('what is said of a server that cannot be used', () => {
  const refused = (cause: unknown) => new ServerRefused('store.example.org:2113', cause);
  const certificate = Object.assign(new Error('14 UNAVAILABLE: self-signed certificate'), {
    code: 14,
  });

  it.each<[string, Error, string]>([
    ['wrong credentials', refused(new AccessDeniedError()), 'esdb://name:password@host'],
    ['nobody there', refused(new UnavailableError()), 'Check the address'],
    [
      'an election',
      refused(Object.assign(new Error('Server Is Not Ready'), { code: 14 })),
      'electing',
    ],
    ['a follower', refused(Object.create(NotLeaderError.prototype)), 'esdb+discover://'],
    ['a certificate', refused(certificate), 'tlsCAFile'],
  ])('names the setting, the address and the remedy: %s', (_, error, remedy) => {
    const said = startFault(serverRefusal(error))!;
    expect(said).toMatch(/^CASETRAIL_EVENT_STORE: The server at store\.example\.org:2113 /);
    expect(said).toContain(remedy);
  });

  it.each([
    new UnsupportedServer('The server is of version 25.0.1; EventStoreDB is supported.'),
    new StoreUnavailable('head: the event store cannot be reached now.'),
    new DeadlineExceeded('head: no answer in time.'),
  ])('names the setting: $name', (error) => {
    expect(startFault(serverRefusal(error))).toMatch(/^CASETRAIL_EVENT_STORE: The server /);
  });

  it.each<[string, Error]>([
    ['credentials', refused(new AccessDeniedError())],
    ['nobody there', refused(new UnavailableError())],
    ['a version', new UnsupportedServer('The server is of version 25.0.1.')],
    ['silence', new DeadlineExceeded('head: no answer in time.')],
    ...(['another log', 'nothing', 'foreign events'] as const).map((holds): [string, Error] => [
      holds,
      new OtherLog(holds),
    ]),
  ])('names what the address was given by, where that is no setting: %s', (_, error) => {
    const names = { server: '--to', dataFolder: '--from' };
    for (const log of [null, 'a-log']) {
      const said = startFault(
        otherLogOf(error, '/data', log, names) ?? serverRefusal(error, names),
      );
      expect(said).toMatch(/^--to: The server |^The server that --to names holds /);
      expect(said).not.toContain('CASETRAIL_');
    }
  });

  it.each<[string, StoreUnavailable | DeadlineExceeded, string]>([
    ['silence', new DeadlineExceeded('readAll: no answer within 5000 ms.'), 'does not answer any'],
    [
      'a connection that is gone',
      new StoreUnavailable('append: gone.', { cause: new UnavailableError() }),
      'does not answer any more. See that it runs',
    ],
    [
      'a right that is taken away',
      new StoreUnavailable('append: refused.', { cause: new AccessDeniedError() }),
      'refuses the name and password',
    ],
  ])('says which server was lost, and why: %s', (_, error, why) => {
    const said = lostServer('store.example.org:2113', error, {
      server: '--to',
      dataFolder: '--from',
    });
    expect(startFault(said)).toMatch(/^--to: The server at store\.example\.org:2113 /);
    expect(said.message).toContain(why);
  });

  it('is said at the start, and leaves the folder as it was', async () => {
    server.refusing = REFUSALS.credentials;
    const said = await refusalOf();
    expect(said).toContain(`127.0.0.1:${server.port} refuses the name and password`);
    server.version = '21.10.0';
    expect(await refusalOf()).toContain('version 21.10.0; EventStoreDB from 23.10');
    expect(readMarker(folderOf('mine')).log).toBeNull();
    Object.assign(server, { refusing: undefined, version: '24.6.0' });
    await opened();
  });

  it('is nothing of ours where it is something else', () => {
    expect(serverRefusal(new DataFolderUnusable('x'))).toBeUndefined();
    expect(new EventServerRefused('a', 'b').message).toBe('CASETRAIL_EVENT_STORE: a b');
  });
});
