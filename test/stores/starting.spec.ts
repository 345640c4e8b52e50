/** The stores of a data folder whose events are on a real server: which log it takes, and what is said where the server is away. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '#infra/config/secret';
import { openEventStoreDb } from '#infra/event-store/eventstoredb/eventstoredb-event-store';
import { systemClock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import {
  beginLog,
  belongTo,
  DataFolderUnusable,
  readMarker,
} from '../../apps/server/src/data-folder.ts';
import { EventServerRefused } from '../../apps/server/src/event-log.ts';
import {
  closeStores,
  createDataFolder,
  makeDataFolder,
  openStores,
} from '../../apps/server/src/stores.ts';
import { ownNames, someEvents } from '../../libs/infra/event-store/contract/rig.contract.ts';
import {
  describeWithEmptyServer,
  describeWithServer,
  describeWithServerProcess,
} from './server-under-test.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'casetrail-starting-'));
  createDataFolder(places());
});
afterEach(() => rmSync(root, { recursive: true }));

const places = () => ({
  dataFolder: join(root, 'data'),
  keyFile: join(root, 'root.key'),
  clock: systemClock,
  ids: randomIds,
});

const openOn = (url: string) =>
  openStores({
    ...places(),
    eventStore: { kind: 'eventstoredb', connectionString: new Secret(url) },
  });

/** As after a first start that was cut off: the log of the tests has its name already. */
async function begunOn(url: string): Promise<void> {
  const store = await openEventStoreDb({ connectionString: url });
  beginLog(join(root, 'data'), 'eventstoredb', store.storeId);
  await store.close();
}

describeWithServer('EventStoreDB: a data folder', (url) => {
  it('takes the log that it belongs to, appends to it, and finds it again', async () => {
    await begunOn(url);
    const first = await openOn(url);
    await first.eventStore.append(ownNames().stream('a'), 'no-stream', someEvents(1));
    await closeStores(first);
    const again = await openOn(url);
    expect(again.eventStore.storeId).toBe(first.eventStore.storeId);
    await closeStores(again);
  });

  it('that is new takes no log that is there', async () => {
    await expect(openOn(url)).rejects.toThrow(/another log, of another data folder/);
  });

  it('that is to be made is not, where the server holds a log', async () => {
    await (await openEventStoreDb({ connectionString: url })).close();
    const eventStore = { kind: 'eventstoredb', connectionString: new Secret(url) } as const;
    const dataFolder = join(root, 'new', 'data');
    const making = makeDataFolder({ ...places(), dataFolder, eventStore });
    await expect(making).rejects.toThrow(/another log, of another data folder/);
    expect(existsSync(join(root, 'new'))).toBe(false);
  });

  it('takes no other log than its own', async () => {
    await begunOn(url);
    await closeStores(await openOn(url));
    belongTo(join(root, 'data'), { place: 'eventstoredb', log: randomIds.next() });
    const refused = openOn(url);
    await expect(refused).rejects.toBeInstanceOf(DataFolderUnusable);
    await expect(refused).rejects.toThrow(/another log, than that of the data folder/);
  });
});

describeWithEmptyServer('EventStoreDB: a data folder that is to be made', (fresh) => {
  it('is, where the server holds nothing, and its log begins there', async () => {
    const url = await fresh();
    const eventStore = { kind: 'eventstoredb', connectionString: new Secret(url) } as const;
    const own = { ...places(), dataFolder: join(root, 'new', 'data') };
    await makeDataFolder({ ...own, eventStore });
    await makeDataFolder({ ...own, dataFolder: join(root, 'newer', 'data'), eventStore });
    const stores = await openStores({ ...own, eventStore });
    expect(readMarker(own.dataFolder)).toEqual({
      place: 'eventstoredb',
      log: stores.eventStore.storeId,
    });
    await closeStores(stores);
  });
});

describeWithServerProcess('EventStoreDB: a start while the server', (url, server) => {
  it.each([
    ['is killed', () => server.kill(), () => server.start()],
    ['is stopped', async () => server.signal('SIGSTOP'), async () => server.signal('SIGCONT')],
  ])(
    '%s is refused with what to do, and succeeds when it is back',
    async (_, away, back) => {
      await begunOn(url);
      await away();
      const refused = await openOn(url)
        .catch((error: Error) => error)
        .finally(back);
      expect(refused).toBeInstanceOf(EventServerRefused);
      expect(refused).toMatchObject({
        message: expect.stringMatching(
          /^CASETRAIL_EVENT_STORE: .* does not answer\. Check/,
        ) as string,
      });
      await closeStores(await openOn(url));
    },
    120_000,
  );
});
