/** A backup beside events that lie on a server: restored, the vault is held against the server's log. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '#infra/config/secret';
import { BackupRig, note, NOTES } from '../../apps/cli/src/backup/backup.testkit.ts';
import { closeStores } from '../../apps/server/src/stores.ts';
import { FakeEventStoreDb } from './fake-eventstoredb.ts';
import { describeWithEmptyServer } from './server-under-test.ts';

describe('on a server in memory', () => {
  const fakes: FakeEventStoreDb[] = [];
  afterAll(async () => {
    for (const fake of fakes) await fake.close();
  });
  backups(async () => {
    const fake = await FakeEventStoreDb.start();
    fakes.push(fake);
    return fake.url;
  });
});

describeWithEmptyServer('on a real server', backups);

function backups(emptyServer: () => Promise<string>): void {
  let rig: BackupRig;
  let storeId: string;
  beforeAll(async () => {
    const connectionString = new Secret(await emptyServer());
    rig = new BackupRig(undefined, { kind: 'eventstoredb', connectionString });
    const stores = await rig.opened();
    storeId = stores.eventStore.storeId;
    await rig.backup();
    await closeStores(stores);
  });
  afterAll(() => rig.dispose());

  it('is proved to hold what its events name, and served with them', async () => {
    const { log, proved } = await rig.restore();
    expect(log).toEqual({ place: 'eventstoredb', log: storeId });
    expect(proved).toMatchObject({
      log: { events: NOTES, streams: NOTES },
      opened: NOTES,
      lacking: 0,
    });
    const stores = await rig.open(rig.restored);
    expect(stores.eventStore.storeId).toBe(storeId);
    const [record] = await stores.vault.read('demo', ['ref-3']);
    expect(Buffer.from(record!.value).toString()).toBe('Text 3.');
    await closeStores(stores);
  });

  it('is refused under events that are newer, and leaves nothing', async () => {
    const stores = await rig.open();
    await note(stores, NOTES);
    await closeStores(stores);
    const dataFolder = join(rig.root, 'newer');
    await expect(rig.restore({ dataFolder })).rejects.toThrow(
      /Events name 1 records that the vault does not hold, ref-5 .* newer than the vault/,
    );
    expect(existsSync(dataFolder)).toBe(false);
  });

  it('is refused where the server cannot be reached', async () => {
    const connectionString = new Secret('esdb://127.0.0.1:9?tls=false');
    const eventStore = { kind: 'eventstoredb', connectionString } as const;
    const dataFolder = join(rig.root, 'nobody');
    await expect(rig.restore({ dataFolder, eventStore })).rejects.toThrow(/does not answer/);
    expect(existsSync(dataFolder)).toBe(false);
  });
}
