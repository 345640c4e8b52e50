/**
 * That the files hold no plaintext ever, and no erased byte afterwards. The first test is the control:
 * it shows that secure_delete alone leaves stale copies behind, which is why files.ts lays out the
 * tables as it does; should it fail one day, SQLite has become better, and the layout may be simpler.
 */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { randomIds } from '#kernel/ids';
import { SteppedClock } from '../vault.contract.ts';
import { type NewVaultRecord, VAULT_KINDS } from '../vault.port.ts';
import { type SqliteVault } from './sqlite-vault.ts';
import { SqliteVaultFixture } from './sqlite-vault.testkit.ts';

let fixture: SqliteVaultFixture;
let vault: SqliteVault;

beforeEach(async () => {
  fixture = new SqliteVaultFixture({ clock: new SteppedClock(), ids: randomIds });
  vault = await fixture.open();
});
afterEach(() => fixture.dispose());

const atRest = async (): Promise<Buffer> => Buffer.from(await fixture.bytesAtRest());
const PIECE_BYTES = 8;

/** How many of the secrets have left a piece (eight bytes, on their eight-byte grid) anywhere in the files. */
function tracesOf(secrets: readonly Buffer[], files: Buffer): number {
  const ownerOf = new Map<bigint, number>();
  // By their first three bytes nearly all places are passed over, at a fraction of a look into the map.
  const begins = new Uint8Array(2 ** 24);
  for (const [owner, secret] of secrets.entries()) {
    for (let at = 0; at + PIECE_BYTES <= secret.length; at += PIECE_BYTES) {
      ownerOf.set(secret.readBigUInt64BE(at), owner);
      begins[secret.readUIntBE(at, 3)] = 1;
    }
  }
  const seen = new Set<number>();
  for (let at = 0; at + PIECE_BYTES <= files.length; at++) {
    if (begins[(files[at]! << 16) | (files[at + 1]! << 8) | files[at + 2]!] === 0) continue;
    const owner = ownerOf.get(files.readBigUInt64BE(at));
    if (owner !== undefined) seen.add(owner);
  }
  return seen.size;
}

/** A fixed sequence in place of chance, so that a failure can be repeated. */
function sequence(seed: string): (below: number) => number {
  let turn = 0;
  return (below) =>
    createHash('sha256').update(`${seed}${turn++}`).digest().readUInt32BE(0) % below;
}

it('control: deleting with secure_delete alone leaves copies in pages that were rebalanced', async () => {
  const db = new DatabaseSync(join(fixture.folder, 'control.sqlite'));
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON; CREATE TABLE t (k TEXT PRIMARY KEY, v BLOB) WITHOUT ROWID',
  );
  const next = sequence('control');
  const [add, remove] = [
    db.prepare('INSERT INTO t VALUES (?, ?)'),
    db.prepare('DELETE FROM t WHERE k = ?'),
  ];
  const living: { key: string; value: Buffer }[] = [];
  const deleted: Buffer[] = [];
  db.exec('BEGIN');
  for (let round = 0; round < 8_000; round++) {
    const added = { key: `${next(2 ** 32)}-${round}`, value: randomBytes(16 + next(600)) };
    add.run(added.key, added.value);
    living.push(added);
    if (round % 3 === 0) continue;
    const [victim] = living.splice(next(living.length), 1);
    remove.run(victim!.key);
    deleted.push(victim!.value);
  }
  db.exec('COMMIT');
  db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  db.close();
  expect(tracesOf(deleted, await atRest())).toBeGreaterThan(0);
});

describe('after many subjects came and went', () => {
  const SUBJECTS = 120;
  const idNumber = (n: number): string => `1101011990${String(n).padStart(8, '0')}`;
  const identity = (n: number) => ({
    platform: 'shop',
    type: 'cn-resident-id',
    number: idNumber(n),
  });

  beforeEach(async () => {
    const next = sequence('subjects');
    // Ten at a time, which are put at once and so share a commit: each alone would wait for the disk.
    for (let first = 0; first < 1_500; first += 10) {
      const puts: Promise<unknown>[] = [];
      for (let round = first; round < first + 10; round++) {
        const n = next(SUBJECTS);
        const holder = { accountId: `subject-${n}`, caseId: `case-${n}` };
        const record: NewVaultRecord = {
          ref: `ref-${next(2 ** 32)}-${round}`,
          platform: 'shop',
          subjectId: `subject-${n}`,
          kind: 'text',
          value: randomBytes(next(10) === 0 ? 9_000 : 16 + next(600)),
        };
        puts.push(vault.put([record]), vault.reserveIdentity(identity(n), holder));
      }
      await Promise.all(puts);
    }
  });

  const secrets = (sql: string, file: 'vault.sqlite' | 'keys.sqlite'): Buffer[] =>
    fixture.onFile(file, (db) =>
      db
        .prepare(sql)
        .all()
        .map((row) => Buffer.from(row['bytes'] as Uint8Array)),
    );

  it('no ciphertext, index token or wrapped key of the erased is left, not even a piece', async () => {
    const isOdd = (id: string) => `CAST(substr(${id}, 9) AS INTEGER) % 2 = 1`;
    const erased = [
      ...secrets(
        `SELECT bytes FROM record JOIN sealed USING (seq) WHERE ${isOdd('subject_id')}`,
        'vault.sqlite',
      ),
      ...secrets(
        `SELECT bytes FROM identity JOIN sealed USING (seq) WHERE ${isOdd('account_id')}`,
        'vault.sqlite',
      ),
      ...secrets(
        `SELECT wrapped AS bytes FROM subject_key WHERE ${isOdd('subject_id')}`,
        'keys.sqlite',
      ),
    ];
    expect(erased.length).toBeGreaterThan(800);
    expect(tracesOf(erased, await atRest())).toBe(erased.length);
    for (let n = 1; n < SUBJECTS; n += 2) await vault.eraseSubject('shop', `subject-${n}`);
    expect(tracesOf(erased, await atRest())).toBe(0);
    expect(await vault.findIdentity(identity(1))).toBeUndefined();
    expect(await vault.findIdentity(identity(2))).toMatchObject({ accountId: 'subject-2' });
  });

  it('the room of erased files is used again', async () => {
    const scan = (ref: string, subjectId: string): NewVaultRecord[] => [
      { ref, platform: 'shop', subjectId, kind: 'file', value: randomBytes(3_000_000) },
    ];
    await vault.put(scan('scan', 'guest'));
    await vault.eraseSubject('shop', 'guest');
    const size = (await atRest()).length;
    for (let round = 0; round < 3; round++) {
      await vault.put(scan(`scan-${round}`, 'guest'));
      await vault.eraseSubject('shop', 'guest');
    }
    expect((await atRest()).length).toBeLessThan(size + 1_000_000);
  });
});

describe('planted canaries', () => {
  const person = 'Wilhelmina Canary 金丝雀';
  const number = '11010519491231002X';

  it('are in no file, in no form: records, index, commitments and digests of every kind', async () => {
    const value = `${person} ${number}`;
    await vault.put(
      VAULT_KINDS.map((kind) => ({ ref: kind, platform: 'shop', subjectId: 'ada', kind, value })),
    );
    await vault.commitment('shop', 'ada', number);
    vault.keyedDigest('body', value);
    const holder = { accountId: 'ada', caseId: 'case-a' };
    const { entry } = await vault.reserveIdentity(
      { platform: 'shop', type: 'cn-resident-id', number },
      holder,
    );
    await vault.confirmIdentity('shop', entry.identityRef, 'case-a');
    const sha256 = createHash('sha256').update(number).digest();
    const running = await atRest();
    await vault.close();
    for (const files of [running, await atRest()]) {
      for (const form of ['utf8', 'utf16le', 'base64', 'hex'] as const) {
        for (const text of [person, number, '金丝雀', 'Wilhelmina']) {
          expect(files.includes(encoded(text, form))).toBe(false);
        }
      }
      expect(files.includes(sha256)).toBe(false);
      expect(files.includes(Buffer.from('case-a'))).toBe(true);
    }
  });

  it('appear in no error', async () => {
    const one = { ref: 'r1', platform: 'shop', subjectId: 'ada', kind: 'name' } as const;
    await vault.put([{ ...one, value: person }]);
    const conflict = await vault.put([{ ...one, value: number }]).catch(String);
    fixture.onFile('vault.sqlite', (db) => db.exec("UPDATE record SET kind = 'text'"));
    const damaged = await vault.read('shop', ['r1']).catch(String);
    expect(conflict).toMatch(/^VaultConflict: Record r1/);
    expect(damaged).toMatch(/^VaultDamaged: Record r1/);
    for (const said of [conflict, damaged]) {
      expect(said).not.toContain('Canary');
      expect(said).not.toContain(number);
    }
  });
});

const encoded = (text: string, form: 'utf8' | 'utf16le' | 'base64' | 'hex'): Buffer =>
  form === 'utf8' || form === 'utf16le'
    ? Buffer.from(text, form)
    : Buffer.from(Buffer.from(text).toString(form));
