import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { randomIds } from '#kernel/ids';
import { addKeyToFile, KeyEncryptionKeys, loadKeyFile } from '../keys.ts';
import { SteppedClock } from '../vault.contract.ts';
import {
  type NewVaultRecord,
  VaultConflict,
  VaultDamaged,
  VaultKeyUnusable,
  VaultUnavailable,
} from '../vault.port.ts';
import { keepInWal, openVaultFiles, type VaultFiles } from './files.ts';
import { openSqliteVault, SqliteVault } from './sqlite-vault.ts';
import { SqliteVaultFixture } from './sqlite-vault.testkit.ts';

let fixture: SqliteVaultFixture;
const clock = new SteppedClock();
const parts = { clock, ids: randomIds };

beforeEach(() => {
  fixture = new SqliteVaultFixture(parts);
});
afterEach(() => fixture.dispose());

const record = (ref: string, given: Partial<NewVaultRecord> = {}): NewVaultRecord => ({
  ref,
  platform: 'shop',
  subjectId: 'ada',
  kind: 'text',
  value: `value of ${ref}`,
  ...given,
});

async function readText(vault: SqliteVault, ref: string): Promise<string | undefined> {
  const [found] = await vault.read('shop', [ref]);
  return found && Buffer.from(found.value).toString();
}

describe('opening', () => {
  it('sets both files to sync at each commit and to overwrite what is deleted', () => {
    const files = openVaultFiles(fixture.folder);
    for (const db of [files.records, files.keys]) {
      const pragmas = ['journal_mode', 'synchronous', 'secure_delete', 'temp_store'];
      const set = pragmas.map((name) => db.prepare(`PRAGMA ${name}`).get()![name]);
      // 2 is FULL of synchronous, and MEMORY of temp_store: nothing is spilled into a third file.
      expect(set).toEqual(['wal', 2, 1, 2]);
      db.close();
    }
  });

  it.each(['vault.sqlite', 'keys.sqlite'] as const)(
    'puts %s back to WAL where another tool left it otherwise, and keeps what it holds',
    async (file) => {
      const vault = await fixture.open();
      await vault.put([record('r1')]);
      await vault.close();
      fixture.onFile(file, (db) =>
        db.exec('PRAGMA journal_mode = PERSIST; PRAGMA user_version = 1'),
      );
      expect(await readText(await fixture.open(), 'r1')).toBe('value of r1');
      expect(readdirSync(fixture.folder)).not.toContain(`${file}-journal`);
      expect(readFileSync(join(fixture.folder, file)).readUInt16BE(18)).toBe(0x0202);
    },
  );

  it('is refused where the file system takes no WAL', async () => {
    await (await fixture.open()).close();
    const path = join(fixture.folder, 'other.sqlite');
    const db = new DatabaseSync(`file:${path}?vfs=unix-dotfile`);
    expect(() => keepInWal(db, path)).toThrow(VaultUnavailable);
    expect(() => keepInWal(db, path)).toThrow(/other\.sqlite .* a local disk does/);
    db.close();
  });

  it('makes files that only their owner may read, those of the log too', async () => {
    const vault = await fixture.open();
    await vault.put([record('r1')]);
    const names = readdirSync(fixture.folder).sort();
    expect(names).toEqual(
      ['keys.sqlite', 'vault.sqlite'].flatMap((file) => [file, `${file}-shm`, `${file}-wal`]),
    );
    for (const name of names) {
      expect(statSync(join(fixture.folder, name)).mode & 0o777).toBe(0o600);
    }
  });

  it.each(['vault.sqlite', 'keys.sqlite'] as const)(
    'refuses %s of a newer version, and says which',
    async (file) => {
      await (await fixture.open()).close();
      fixture.onFile(file, (db) => db.exec('PRAGMA user_version = 7'));
      await expect(fixture.open()).rejects.toThrow(VaultDamaged);
      await expect(fixture.open()).rejects.toThrow(/newer version of Casetrail \(schema 7,/);
    },
  );

  it.each(['vault.sqlite', 'keys.sqlite'] as const)(
    'refuses a damaged %s and names it',
    async (file) => {
      await (await fixture.open()).put([record('r1')]);
      await fixture.close();
      const path = join(fixture.folder, file);
      writeFileSync(path, Buffer.alloc(4_096, 0xa5), { flag: 'r+' });
      await expect(fixture.open()).rejects.toThrow(VaultDamaged);
      await expect(fixture.open()).rejects.toThrow(file);
    },
  );

  it('refuses a file that lost its end', async () => {
    const vault = await fixture.open();
    await vault.put(Array.from({ length: 200 }, (_, index) => record(`r${index}`)));
    await fixture.close();
    const path = join(fixture.folder, 'vault.sqlite');
    truncateSync(path, statSync(path).size - 8_192);
    await expect(fixture.open()).rejects.toThrow(VaultDamaged);
  });

  it('says unavailable when the folder cannot be made', async () => {
    writeFileSync(fixture.folder, 'a file, not a folder');
    await expect(fixture.open()).rejects.toThrow(VaultUnavailable);
  });
});

describe('keys', () => {
  it('of another file are noticed at open, by their id and by their content', async () => {
    await (await fixture.open()).put([record('r1')]);
    await fixture.close();
    const { folder } = fixture;
    const others = [
      KeyEncryptionKeys.random(),
      new KeyEncryptionKeys([
        { id: loadKeyFile(fixture.keyFile).newestId, key: Buffer.alloc(32, 1) },
      ]),
    ];
    for (const keys of others) {
      expect(() => openSqliteVault({ folder, keys, ...parts })).toThrow(VaultKeyUnusable);
    }
    expect(await readText(await fixture.open(), 'r1')).toBe('value of r1');
  });

  it('of another vault are noticed at open, under the same key-encryption key', async () => {
    await (await fixture.open()).put([record('r1')]);
    await fixture.close();
    const other = new SqliteVaultFixture(parts);
    const keys = loadKeyFile(fixture.keyFile);
    await openSqliteVault({ folder: other.folder, keys, ...parts }).close();
    other.copyTo(fixture, 'keys.sqlite');
    await other.dispose();
    await expect(fixture.open()).rejects.toThrow(/keys.sqlite belongs to another vault/);
  });

  it('that are missing are not made anew for a vault in use', async () => {
    await (await fixture.open()).put([record('r1')]);
    await fixture.close();
    fixture.remove('keys.sqlite');
    await expect(fixture.open()).rejects.toThrow(VaultKeyUnusable);
    await expect(fixture.open()).rejects.toThrow(/keys.sqlite is missing or empty/);
  });

  it('are for records that must be there: a missing vault.sqlite is not made anew', async () => {
    await (await fixture.open()).put([record('r1')]);
    await fixture.close();
    fixture.remove('vault.sqlite');
    await expect(fixture.open()).rejects.toThrow(VaultDamaged);
    await expect(fixture.open()).rejects.toThrow(/vault.sqlite is missing or empty/);
  });

  it('that are older than the records are damage, not an erasure', async () => {
    const vault = await fixture.open();
    await vault.put([record('r1')]);
    fixture.onFile('keys.sqlite', (db) => db.exec('DELETE FROM subject_key'));
    await expect(vault.read('shop', ['r1'])).rejects.toThrow(VaultDamaged);
    await expect(vault.masked('shop', ['r1'])).rejects.toThrow(/The key of record r1 is lost/);
  });

  it('rotate: new subjects use the newest, the older still opens what it wrapped', async () => {
    await (await fixture.open()).put([record('r1')]);
    const first = loadKeyFile(fixture.keyFile).newestId;
    const second = addKeyToFile(fixture.keyFile);
    const vault = await fixture.open();
    await vault.put([record('r2', { subjectId: 'bob' }), record('r3')]);
    expect(await readText(vault, 'r1')).toBe('value of r1');
    const rows = fixture.onFile('keys.sqlite', (db) =>
      db.prepare('SELECT subject_id, kek_id FROM subject_key ORDER BY seq').all(),
    );
    expect(rows).toEqual([
      { subject_id: 'ada', kek_id: first },
      { subject_id: 'bob', kek_id: second },
    ]);
  });

  it('can be rewrapped, after which the older one is needed no more and nothing of it remains', async () => {
    await (await fixture.open()).put([record('r1'), record('r2', { subjectId: 'bob' })]);
    const wrapped = fixture.wrappedKeys();
    addKeyToFile(fixture.keyFile);
    let vault = await fixture.open();
    const commitment = await vault.commitment('shop', 'ada', 'x');
    expect(await vault.rewrapKeys()).toBe(2);
    expect(await vault.rewrapKeys()).toBe(0);
    const atRest = Buffer.from(await fixture.bytesAtRest());
    expect(wrapped).toHaveLength(3);
    expect(wrapped.filter((bytes) => atRest.includes(bytes))).toEqual([]);
    fixture.dropOldestKey();
    vault = await fixture.open();
    expect(await readText(vault, 'r2')).toBe('value of r2');
    expect(await vault.commitment('shop', 'ada', 'x')).toBe(commitment);
  });

  it('that the key file lost are missed at open, not at the first read', async () => {
    await (await fixture.open()).put([record('r1')]);
    addKeyToFile(fixture.keyFile);
    await fixture.open();
    fixture.onFile('keys.sqlite', (db) => db.exec("UPDATE subject_key SET kek_id = '0badc0de'"));
    await expect(fixture.open()).rejects.toThrow(/wrapped under key 0badc0de/);
  });

  it('are unwrapped again when the cache had no room for them', async () => {
    const vault = await fixture.open({ cachedKeysMax: 2 });
    const subjects = ['a', 'b', 'c', 'd', 'e'];
    await vault.put(subjects.map((subjectId) => record(subjectId, { subjectId })));
    for (const ref of [...subjects, ...subjects.toReversed()]) {
      expect(await readText(vault, ref)).toBe(`value of ${ref}`);
    }
  });
});

describe('records', () => {
  it('do not open in each other’s place', async () => {
    const vault = await fixture.open();
    await vault.put([record('r1'), record('r2')]);
    fixture.onFile('vault.sqlite', (db) =>
      db.exec("UPDATE record SET seq = CASE ref WHEN 'r1' THEN 2 ELSE 1 END"),
    );
    await expect(vault.read('shop', ['r1'])).rejects.toThrow(VaultDamaged);
    await expect(vault.read('shop', ['r2'])).rejects.toThrow(/Record r2 cannot be opened/);
  });

  it.each(["kind = 'name'", "subject_id = 'bob'"])('do not open once %s is set', async (change) => {
    const vault = await fixture.open();
    await vault.put([record('r1')]);
    fixture.onFile('vault.sqlite', (db) => db.exec(`UPDATE record SET ${change}`));
    await expect(vault.read('shop', ['r1'])).rejects.toThrow(VaultDamaged);
  });

  it('that lost their bytes are damage', async () => {
    const vault = await fixture.open();
    await vault.put([record('r1')]);
    fixture.onFile('vault.sqlite', (db) => db.exec('UPDATE sealed SET bytes = NULL'));
    await expect(vault.read('shop', ['r1'])).rejects.toThrow(/Record r1 has lost its bytes/);
  });
});

describe('group commit', () => {
  it('puts what many ask for at once into one transaction, and keeps each one whole', async () => {
    const vault = await fixture.open();
    await vault.put([record('taken')]);
    const begun = fixture.framesInLog();
    await Promise.allSettled(
      Array.from({ length: 100 }, (_, n) =>
        vault.put([record(`r${n}`), record('taken', n % 10 === 3 ? { value: 'other' } : {})]),
      ),
    );
    const found = await vault.read(
      'shop',
      Array.from({ length: 100 }, (_, n) => `r${n}`),
    );
    expect(found.filter((r) => r === undefined)).toHaveLength(10);
    // One commit a put would write its leaf pages and those of three indexes anew each time.
    expect(fixture.framesInLog() - begun).toBeLessThan(60);
  });

  it('splits what is too much for one, and still serves all', async () => {
    const vault = await fixture.open();
    const refs = Array.from({ length: 600 }, (_, n) => `r${n}`);
    await Promise.all(refs.map((ref) => vault.put([record(ref)])));
    const found = await vault.read('shop', refs);
    expect(found.every((r) => r !== undefined)).toBe(true);
  });
});

describe('trouble with the disk', () => {
  let files: VaultFiles;
  let vault: SqliteVault;
  beforeEach(() => {
    files = openVaultFiles(fixture.folder);
    vault = new SqliteVault(files, loadKeyFile(fixture.keyFile), parts);
  });
  afterEach(() => vault.close());

  const full = (db: keyof VaultFiles): void => {
    const pages = Number(files[db].prepare('PRAGMA page_count').get()!['page_count']);
    files[db].exec(`PRAGMA max_page_count = ${pages}`);
  };
  const roomAgain = (db: keyof VaultFiles): void => {
    files[db].exec('PRAGMA max_page_count = 4294967294');
  };
  const large = (ref: string, subjectId = 'ada') =>
    record(ref, { subjectId, value: 'x'.repeat(50_000) });

  it('a full disk refuses the whole group, stores none of it, and is over when it is over', async () => {
    await vault.put([record('r0')]);
    full('records');
    const outcomes = await Promise.allSettled([
      vault.put([record('r1')]),
      vault.put([large('r2')]),
    ]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ reason: expect.any(VaultUnavailable) });
    }
    expect(await vault.read('shop', ['r1', 'r2'])).toEqual([undefined, undefined]);
    expect(await readText(vault, 'r0')).toBe('value of r0');
    roomAgain('records');
    await vault.put([record('r1'), large('r2')]);
    expect(await readText(vault, 'r1')).toBe('value of r1');
  });

  it('a full disk under the keys stores no record without its key', async () => {
    await vault.put([record('r0')]);
    full('keys');
    const names = Array.from({ length: 60 }, (_, n) => `subject-${n}`.repeat(20));
    const put = () => vault.put(names.map((subjectId) => record(subjectId, { subjectId })));
    await expect(put()).rejects.toThrow(VaultUnavailable);
    expect(await readText(vault, names[0]!)).toBeUndefined();
    roomAgain('keys');
    await put();
    expect(await readText(vault, names[0]!)).toBe(`value of ${names[0]}`);
  });

  it('a read-only file is unavailable for writes, goes on reading, and recovers', async () => {
    await vault.put([record('r0')]);
    files.records.exec('PRAGMA query_only = ON');
    await expect(vault.put([record('r1')])).rejects.toThrow(VaultUnavailable);
    await expect(vault.ready()).rejects.toThrow(VaultUnavailable);
    expect(await readText(vault, 'r0')).toBe('value of r0');
    files.records.exec('PRAGMA query_only = OFF');
    await vault.ready();
    await vault.put([record('r1')]);
  });

  it('an erasure that stopped half-way has destroyed the key, and is finished when repeated', async () => {
    await vault.put([record('r1')]);
    const ciphertext = await fixture.ciphertextOf('r1');
    const reader = fixture.startReading('vault.sqlite');
    await expect(vault.eraseSubject('shop', 'ada')).rejects.toThrow(VaultUnavailable);
    expect(await readText(vault, 'r1')).toBeUndefined();
    expect(Buffer.from(await fixture.bytesAtRest()).includes(ciphertext)).toBe(true);
    reader.close();
    await vault.eraseSubject('shop', 'ada');
    expect(Buffer.from(await fixture.bytesAtRest()).includes(ciphertext)).toBe(false);
  });

  it('an erasure that a crash stopped after the key is finished at the next start', async () => {
    const holder = { accountId: 'ada', caseId: 'case-a' };
    const identity = { platform: 'shop', type: 't', number: '1' };
    await vault.put([record('r1'), record('r2', { subjectId: 'bob' })]);
    await vault.reserveIdentity(identity, holder);
    const ciphertext = await fixture.ciphertextOf('r1');
    fixture.refuseDeletes();
    await expect(vault.eraseSubject('shop', 'ada')).rejects.toThrow('the disk is gone');
    expect(Buffer.from(await fixture.bytesAtRest()).includes(ciphertext)).toBe(true);
    await vault.close();
    fixture.allowDeletes();
    const again = await fixture.open();
    expect(Buffer.from(await fixture.bytesAtRest()).includes(ciphertext)).toBe(false);
    expect(await again.findIdentity(identity)).toBeUndefined();
    expect(await readText(again, 'r1')).toBeUndefined();
    expect(await readText(again, 'r2')).toBe('value of r2');
  });

  it('a closed vault is unavailable, and may be closed twice', async () => {
    await vault.close();
    await vault.close();
    await expect(vault.put([record('r1')])).rejects.toThrow(VaultUnavailable);
    await expect(vault.read('shop', ['r1'])).rejects.toThrow(VaultUnavailable);
    await expect(vault.eraseSubject('shop', 'ada')).rejects.toThrow(VaultUnavailable);
    await expect(vault.ready()).rejects.toThrow(VaultUnavailable);
  });
});

it('a second process at the same folder neither overwrites nor loses anything', async () => {
  const one = await fixture.open();
  const two = openSqliteVault({ folder: fixture.folder, keyFile: fixture.keyFile, ...parts });
  await Promise.all([one.put([record('r1')]), two.put([record('r2')])]);
  await expect(two.put([record('r1', { value: 'other' })])).rejects.toThrow(VaultConflict);
  expect(await two.commitment('shop', 'ada', 'x')).toBe(await one.commitment('shop', 'ada', 'x'));
  await one.eraseSubject('shop', 'ada');
  expect(await two.read('shop', ['r1', 'r2'])).toEqual([undefined, undefined]);
  await two.close();
});
