import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import { createKeyFile } from '../keys.ts';
import { openSqliteVault } from './sqlite-vault.ts';
import { VaultCopy } from './vault-copy.ts';

let root: string;
const at = (name: string) => join(root, name);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'casetrail-vault-copy-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A vault of two subjects, of whom one was erased. */
async function vaultIn(name: string): Promise<string> {
  const [folder, keyFile] = [at(name), at(`${name}.key`)];
  createKeyFile(keyFile);
  const vault = openSqliteVault({ folder, keyFile, clock: systemClock, ids: randomIds });
  const record = { platform: 'demo', kind: 'text', value: 'words' } as const;
  await vault.put([
    { ...record, ref: 'kept', subjectId: 'wei' },
    { ...record, ref: 'gone', subjectId: 'lan' },
  ]);
  await vault.eraseSubject('demo', 'lan');
  await vault.close();
  return folder;
}

function told<T>(folder: string, ask: (copy: VaultCopy) => T): T {
  const copy = new VaultCopy(folder);
  try {
    return ask(copy);
  } finally {
    copy.close();
  }
}

it('tells which records there are, and that somebody was erased', async () => {
  const folder = await vaultIn('one');
  const asked = (copy: VaultCopy) => [
    copy.records,
    copy.erasedSubjects,
    copy.holds('kept'),
    copy.holds('gone'),
    copy.holds('never was'),
  ];
  expect(told(folder, asked)).toEqual([1, 1, true, false, false]);
});

it('counts for gone what lies under a key that was destroyed', async () => {
  const before = await vaultIn('before');
  copyFileSync(join(before, 'vault.sqlite'), at('vault.sqlite'));
  const vault = openSqliteVault({
    folder: before,
    keyFile: at('before.key'),
    clock: systemClock,
    ids: randomIds,
  });
  await vault.eraseSubject('demo', 'wei');
  await vault.close();
  copyFileSync(join(before, 'keys.sqlite'), at('keys.sqlite'));
  expect(told(root, (copy) => [copy.records, copy.holds('kept')])).toEqual([1, false]);
});

describe('a key file', () => {
  it('that the vault was made with is taken', async () => {
    const folder = await vaultIn('one');
    expect(() => told(folder, (copy) => copy.refuseOtherKeys(at('one.key')))).not.toThrow();
    expect(readdirSync(folder).sort()).toEqual(
      expect.arrayContaining(['keys.sqlite', 'vault.sqlite']),
    );
  });

  it('of another vault is refused', async () => {
    const folder = await vaultIn('one');
    createKeyFile(at('other.key'));
    const refused = () => told(folder, (copy) => copy.refuseOtherKeys(at('other.key')));
    expect(refused).toThrow(/the key file does not hold it\. Restore the key file from its backup/);
  });

  it('is refused where the two files are of two vaults', async () => {
    const [one, two] = [await vaultIn('one'), await vaultIn('two')];
    copyFileSync(join(two, 'keys.sqlite'), join(one, 'keys.sqlite'));
    const refused = () => told(one, (copy) => copy.refuseOtherKeys(at('two.key')));
    expect(refused).toThrow('keys.sqlite belongs to another vault than vault.sqlite');
  });
});
