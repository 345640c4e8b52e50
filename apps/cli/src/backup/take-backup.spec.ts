import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CallAborted } from '#infra/event-store/event-store.errors';
import { VaultUnavailable } from '#infra/vault/vault.port';
import { systemClock } from '#kernel/clock';
import { lockFolder } from '../../../server/src/folder-lock.ts';
import { closeStores } from '../../../server/src/stores.ts';
import { BackupRig, NOTES } from './backup.testkit.ts';
import { type BackupProgress } from './take-backup.ts';

let rig: BackupRig;
beforeEach(() => {
  rig = new BackupRig();
});
afterEach(() => rig.dispose());

describe('a backup', () => {
  it('has log, vault and keys of a folder that is open, for its owner alone, and no key file', async () => {
    const stores = await rig.opened();
    await rig.backup();
    await closeStores(stores);
    expect(rig.manifest()).toMatchObject({
      format: 'casetrail-backup',
      version: 1,
      log: {
        place: 'embedded',
        storeId: stores.eventStore.storeId,
        lastPosition: NOTES.toString(16).padStart(16, '0'),
        events: NOTES,
        streams: NOTES,
      },
      vault: { records: NOTES, erasedSubjects: 0, named: NOTES, lacking: 0 },
    });
    const names = readdirSync(rig.target()).sort();
    const files = ['CASETRAIL', 'events.sqlite', 'keys.sqlite', 'manifest.json', 'vault.sqlite'];
    expect(names).toEqual(files);
    expect(statSync(rig.target()).mode & 0o777).toBe(0o700);
    for (const name of names) {
      expect([name, statSync(join(rig.target(), name)).mode & 0o777]).toEqual([name, 0o600]);
    }
  });

  it('changes nothing of what the folder says, and another one of it is the same', async () => {
    await rig.filled();
    const first = await rig.backup();
    const second = await rig.backup({ target: rig.target('again') });
    expect({ ...second, takenAt: first.takenAt }).toEqual(first);
  });

  it('writes over nothing, nor into the data folder', async () => {
    await rig.filled();
    mkdirSync(rig.target());
    writeFileSync(join(rig.target(), 'something'), '');
    await expect(rig.backup()).rejects.toThrow(/There is something in .* already/);
    expect(readdirSync(rig.target())).toEqual(['something']);
    const target = join(rig.places.dataFolder, 'backup');
    await expect(rig.backup({ target })).rejects.toThrow('lies within the data folder');
  });

  it('goes into an empty folder that is there', async () => {
    await rig.filled();
    mkdirSync(rig.target());
    await rig.backup();
    expect(readdirSync(rig.target())).toContain('manifest.json');
  });

  it('of what is no data folder, or lacks a file, leaves nothing', async () => {
    await expect(rig.backup()).rejects.toThrow('There is no Casetrail data in');
    await rig.filled();
    writeFileSync(join(rig.places.dataFolder, 'vault.sqlite'), '');
    await expect(rig.backup()).rejects.toThrow(/Missing or empty .*: vault\.sqlite/);
    expect(readdirSync(rig.root)).toEqual(['one']);
  });

  it('that is stopped at any moment leaves nothing', async () => {
    await rig.filled();
    const steps: string[] = [];
    await rig.backup({
      target: rig.target('whole'),
      onProgress: ({ step, file }) => steps.push(`${step} ${file}`),
    });
    expect(steps.length).toBeGreaterThan(3);
    for (let last = 0; last < steps.length; last++) {
      const abort = new AbortController();
      let step = 0;
      const onProgress = () => step++ === last && abort.abort();
      const stopped = rig.backup({ signal: abort.signal, onProgress });
      await expect(stopped).rejects.toThrow(CallAborted);
      expect(readdirSync(rig.root).sort()).toEqual(['one', 'whole']);
    }
  });

  it('clears away what a killed one left at its place', async () => {
    await rig.filled();
    mkdirSync(`${rig.target()}.part`);
    for (const name of ['events.sqlite', 'LOCK', 'LOCK.holder']) {
      writeFileSync(join(`${rig.target()}.part`, name), '');
    }
    await rig.backup();
    expect(existsSync(`${rig.target()}.part`)).toBe(false);
    expect((await rig.restore()).proved.opened).toBe(NOTES);
  });

  it('leaves another one to the same place alone', async () => {
    await rig.filled();
    mkdirSync(`${rig.target()}.part`);
    const other = lockFolder(`${rig.target()}.part`, systemClock.now());
    await expect(rig.backup()).rejects.toThrow(/Another backup is being written to .*\.part/);
    other.release();
    await rig.backup();
  });
});

describe('what the vault lacks of what events name', () => {
  it('is counted, and restored as it is', async () => {
    await rig.filled();
    const vault = join(rig.places.dataFolder, 'vault.sqlite');
    rig.alter(vault, `DELETE FROM record WHERE ref = 'ref-1'`);
    expect((await rig.backup()).vault).toMatchObject({ erasedSubjects: 0, lacking: 1 });
    expect((await rig.restore()).proved).toMatchObject({ opened: NOTES - 1, lacking: 1 });
  });

  it('may be of who was erased', async () => {
    const stores = await rig.opened();
    await stores.vault.eraseSubject('demo', 'subject-1');
    await closeStores(stores);
    const { vault } = await rig.backup();
    expect(vault).toEqual({ records: 4, erasedSubjects: 1, named: 5, lacking: 1 });
    expect((await rig.restore()).proved).toMatchObject({ opened: 4, lacking: 1 });
  });

  it('is of who was being erased at that moment, which a restore finishes', async () => {
    await rig.filled();
    // The key is destroyed, and its records are still there.
    const keys = join(rig.places.dataFolder, 'keys.sqlite');
    const destroyed = 'state = 1, kek_id = NULL, wrapped = NULL';
    rig.alter(keys, `UPDATE subject_key SET ${destroyed} WHERE subject_id = 'subject-1'`);
    expect((await rig.backup()).vault).toMatchObject({ records: 5, erasedSubjects: 1, lacking: 1 });
    expect((await rig.restore()).proved).toMatchObject({ opened: 4, lacking: 1 });
    const again = await rig.backup({ dataFolder: rig.restored, target: rig.target('again') });
    expect(again.vault).toMatchObject({ records: 4, erasedSubjects: 1, lacking: 1 });
  });
});

describe('an erasure that falls into a backup', () => {
  it('is told to try again, leaves the copy as it was, and is done when the backup is', async () => {
    const stores = await rig.opened();
    const erasing = () => stores.vault.eraseSubject('demo', 'subject-1');
    let met: Promise<unknown> | undefined;
    const onProgress = ({ step, file }: BackupProgress) => {
      if (step === 'copying' && file === 'vault.sqlite')
        met ??= erasing().catch((error: unknown) => error);
    };
    const { vault } = await rig.backup({ onProgress });
    expect(await met).toBeInstanceOf(VaultUnavailable);
    expect(vault).toMatchObject({ records: NOTES, erasedSubjects: 0, lacking: 0 });
    await erasing();
    await closeStores(stores);
    expect((await rig.restore()).proved).toMatchObject({ opened: NOTES, lacking: 0 });
  });
});

describe('a folder whose events lie on a server', () => {
  const log = '0b6f0d43-6a52-4f5e-a7e3-6a4f0d3f9a11';
  beforeEach(async () => {
    await rig.filled();
    const marker = { format: 'casetrail-data-folder', version: 2, note: '', place: 'eventstoredb' };
    writeFileSync(join(rig.places.dataFolder, 'CASETRAIL'), JSON.stringify({ ...marker, log }));
  });

  it('is backed up without them, and restored to belong to their log', async () => {
    const manifest = await rig.backup();
    expect(manifest.log).toEqual({ place: 'eventstoredb', storeId: log });
    expect(manifest.vault).toMatchObject({ records: NOTES, named: null, lacking: null });
    expect(readdirSync(rig.target())).not.toContain('events.sqlite');
    const { log: placed, proved } = await rig.restore();
    expect([placed, proved]).toEqual([
      { place: 'eventstoredb', log },
      { opened: 0, lacking: 0 },
    ]);
    const again = await rig.backup({ dataFolder: rig.restored, target: rig.target('again') });
    expect(again.log).toEqual(manifest.log);
  });
});
