import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { CallAborted } from '#infra/event-store/event-store.errors';
import { createKeyFile } from '#infra/vault/keys';
import { type RecordedEvent } from '#kernel/envelope';
import { closeStores } from '../../../server/src/stores.ts';
import { BackupRig, NOTES } from './backup.testkit.ts';

let rig: BackupRig;
beforeEach(async () => {
  rig = new BackupRig();
  await rig.filled();
  await rig.backup();
});
afterEach(() => rig.dispose());

const file = (name: string) => join(rig.target(), name);
const withoutPositions = (events: readonly RecordedEvent[]) =>
  events.map(({ position: _, ...event }) => event);

/** As it was before it was tried, which is not at all. */
const nothingIsMade = () => expect(existsSync(rig.restored)).toBe(false);

describe('a backup that is restored', () => {
  it('is opened as any data folder, with the same events and records', async () => {
    const { manifest, proved } = await rig.restore();
    expect(proved).toEqual({
      log: { events: NOTES, streams: NOTES, sha256: (manifest.log as { sha256: string }).sha256 },
      opened: NOTES,
      lacking: 0,
    });
    expect(withoutPositions(await rig.events(rig.restored))).toEqual(
      withoutPositions(await rig.events()),
    );
    const stores = await rig.open(rig.restored);
    const [record] = await stores.vault.read('demo', ['ref-3']);
    expect(Buffer.from(record!.value).toString()).toBe('Text 3.');
    expect(stores.viewsAreRebuilt).toBe(true);
    await closeStores(stores);
    expect(readdirSync(rig.restored)).not.toContain('RESTORING');
  });

  it('has a log of another name each time, as positions beyond its end were given already', async () => {
    const { manifest, log } = await rig.restore();
    const again = await rig.restore({ dataFolder: join(rig.root, 'again') });
    expect(new Set([manifest.log.storeId, log.log, again.log.log]).size).toBe(3);
    const stores = await rig.open(rig.restored);
    expect(stores.eventStore.storeId).toBe(log.log);
    await closeStores(stores);
  });
});

describe('a restore', () => {
  it('writes over nothing', async () => {
    const { dataFolder } = rig.places;
    await expect(rig.restore({ dataFolder })).rejects.toThrow(/There is something in .* already/);
    expect(await rig.events()).toHaveLength(NOTES);
  });

  it('goes into no file, which stays as it is', async () => {
    const dataFolder = join(rig.root, 'file');
    writeFileSync(dataFolder, 'of somebody');
    await expect(rig.restore({ dataFolder })).rejects.toThrow(`${dataFolder} is a file`);
    expect(readFileSync(dataFolder, 'utf8')).toBe('of somebody');
  });

  it('goes not into the backup, which would be none any more', async () => {
    const names = readdirSync(rig.target());
    for (const dataFolder of [file('inside'), file('inside/data'), rig.target()]) {
      await expect(rig.restore({ dataFolder })).rejects.toThrow('would lie within the backup');
    }
    symlinkSync(rig.target(), join(rig.root, 'link'));
    const byLink = rig.restore({ dataFolder: join(rig.root, 'link', 'inside') });
    await expect(byLink).rejects.toThrow('would lie within the backup');
    expect(readdirSync(rig.target())).toEqual(names);
    // Beside it, and named alike, is another place.
    await rig.restore({ dataFolder: `${rig.target()}-restored` });
  });

  it('with another key file, or none, makes nothing', async () => {
    const keyFile = join(rig.root, 'other.key');
    await expect(rig.restore({ keyFile })).rejects.toThrow('There is no key file at');
    createKeyFile(keyFile);
    await expect(rig.restore({ keyFile })).rejects.toThrow(
      /the key file does not hold it\. Restore the key file from its backup/,
    );
    nothingIsMade();
  });

  it.each(['events.sqlite', 'vault.sqlite', 'keys.sqlite', 'CASETRAIL'])(
    'of a backup whose %s was altered or is gone makes nothing',
    async (name) => {
      const content = readFileSync(file(name));
      content[content.length >> 1]! ^= 1;
      writeFileSync(file(name), content);
      await expect(rig.restore()).rejects.toThrow(`${name} in ${rig.target()} is not what`);
      rmSync(file(name));
      await expect(rig.restore()).rejects.toThrow(`${name} is missing from the backup`);
      nothingIsMade();
    },
  );

  it.each([
    ['is cut short', /^.{40}/s, 'is damaged, or no manifest of ours'],
    ['names a file that no backup has', /"keys\.sqlite"/, 'is damaged, or no manifest of ours'],
    ['is of a newer version', /"version": 1/, 'was taken by a newer version of Casetrail'],
  ])('of a backup whose manifest %s makes nothing', async (_what, found, said) => {
    const instead = found.source.startsWith('"keys') ? '"../keys.sqlite"' : '"version": 2';
    const text = readFileSync(file('manifest.json'), 'utf8').replace(found, instead);
    writeFileSync(file('manifest.json'), text);
    await expect(rig.restore()).rejects.toThrow(said);
    nothingIsMade();
  });

  it('of a folder without a manifest makes nothing', async () => {
    rmSync(file('manifest.json'));
    await expect(rig.restore()).rejects.toThrow(
      'it is no backup, or one that never came to its end',
    );
    nothingIsMade();
  });

  it('of a log that says something else than the manifest leaves nothing', async () => {
    rig.vouch('CASETRAIL', ({ log }) => Object.assign(log, { sha256: '0'.repeat(64) }));
    await expect(rig.restore()).rejects.toThrow('The log says something else than the manifest');
    nothingIsMade();
  });

  it('of a vault that lacks what an event names leaves nothing', async () => {
    rig.alter(file('vault.sqlite'), `DELETE FROM record WHERE ref = 'ref-1'`);
    rig.vouch('vault.sqlite');
    await expect(rig.restore()).rejects.toThrow(
      'Events name 1 records that the vault does not hold, ref-1 among them',
    );
    nothingIsMade();
  });

  it('of a record that does not open leaves a folder that was there as it was', async () => {
    rig.alter(file('vault.sqlite'), 'UPDATE sealed SET bytes = zeroblob(60) WHERE seq = 1');
    rig.vouch('vault.sqlite');
    mkdirSync(rig.restored, { recursive: true });
    await expect(rig.restore()).rejects.toThrow(/Record ref-0 cannot be opened/);
    expect(readdirSync(rig.restored)).toEqual([]);
  });

  it('that is stopped at any moment leaves nothing', async () => {
    const steps: string[] = [];
    await rig.restore({
      dataFolder: join(rig.root, 'whole'),
      onProgress: ({ step }) => steps.push(step),
    });
    expect(new Set(steps)).toEqual(new Set(['checking', 'copying', 'reading', 'opening']));
    for (let last = 0; last < steps.length; last++) {
      const abort = new AbortController();
      let step = 0;
      const onProgress = () => step++ === last && abort.abort();
      const stopped = rig.restore({ signal: abort.signal, onProgress });
      await expect(stopped).rejects.toThrow(CallAborted);
      nothingIsMade();
    }
  });

  it('begins anew where a killed one left something', async () => {
    mkdirSync(rig.restored, { recursive: true });
    for (const name of ['RESTORING', 'LOCK', 'LOCK.holder', 'vault.sqlite', 'events.sqlite-wal']) {
      writeFileSync(join(rig.restored, name), 'left');
    }
    rmSync(join(rig.restored, 'LOCK'));
    expect((await rig.restore()).proved.opened).toBe(NOTES);
    expect(await rig.events(rig.restored)).toHaveLength(NOTES);
  });
});
