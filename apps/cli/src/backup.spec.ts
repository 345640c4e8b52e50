/** `casetrail backup` and `casetrail restore` as their user meets them; under load: test/crash/backup.spec.ts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeInFull } from '#kernel/testing/full-run';
import { BackupRig, NOTES } from './backup/backup.testkit.ts';
import { CliRig, type Ended } from './cli.testkit.ts';
import { closeStores } from '../../server/src/stores.ts';

let cli: CliRig;
let rig: BackupRig;
beforeEach(() => {
  cli = new CliRig();
  rig = new BackupRig(cli.root);
});
afterEach(() => cli.dispose());

const backup = () => ['backup', rig.target()];
const restore = () => ['restore', rig.target(), '--key-file', rig.places.keyFile];
const there = async (path: string) => {
  while (!existsSync(path)) await sleep(1);
};

/** One paragraph, and no stack. */
function expectRefused({ code, out, err }: Ended, said: RegExp): void {
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(said);
  expect(err).not.toMatch(/^\s+at /m);
}

it('what is backed up while a server has it is restored, and each says what it did', async () => {
  const stores = await rig.opened();
  const backedUp = await cli.run(backup());
  await closeStores(stores);
  expect(backedUp.code).toBe(0);
  expect(backedUp.out).toContain('NOT in it is the key file');
  const { sha256 } = rig.manifest().log as { sha256: string };
  for (const part of [rig.target(), sha256, 'events   5 in 5 streams', 'records  5, of which']) {
    expect(backedUp.out).toContain(part);
  }
  const restored = await cli.run(restore(), 'restored');
  expect(restored.code).toBe(0);
  for (const part of [
    `events   5 in 5 streams, SHA-256 ${sha256}, as the backup says\n`,
    'records  5: all that events name is there and opens\n',
    'What happened after the backup has not happened',
    'The log has a new name',
  ]) {
    expect(restored.out).toContain(part);
  }
  expectRefused(await cli.run(restore(), 'restored'), /There is something in .* already/);
  expectRefused(await cli.run(backup()), /There is something in .* already/);
});

it('a backup of a vault that has lost what events name says so, and fails', async () => {
  await rig.filled();
  rig.alter(join(rig.places.dataFolder, 'vault.sqlite'), `DELETE FROM record WHERE ref = 'ref-1'`);
  const { code, err } = await cli.run(backup());
  expect(code).toBe(1);
  expect(err).toContain(
    'Events name 1 records that the vault does not hold, and nobody was erased',
  );
});

describeInFull('a backup that is killed', () => {
  it('leaves no backup, and a restore no data folder', async () => {
    await rig.filled();
    const part = `${rig.target()}.part`;
    expect((await cli.signalledWhen(backup(), () => there(part), 'SIGKILL')).code).toBeNull();
    expect(existsSync(rig.target())).toBe(false);
    expect((await cli.run(backup())).code).toBe(0);
    expect(existsSync(part)).toBe(false);

    const underWay = join(rig.restored, 'RESTORING');
    const killed = await cli.signalledWhen(restore(), () => there(underWay), 'SIGKILL', 'restored');
    expect(killed.code).toBeNull();
    expectRefused(await cli.run(['status'], 'restored'), /There is no Casetrail data in/);
    expect((await cli.run(restore(), 'restored')).code).toBe(0);
    expect(await cli.events('restored')).toHaveLength(NOTES);
  });
});
