/** A vault in a folder of its own, for the specs of this adapter. */
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Clock } from '#kernel/clock';
import { type IdSource } from '#kernel/ids';
import { createKeyFile } from '../keys.ts';
import { type VaultFixture } from '../vault.contract.ts';
import { openSqliteVault, type SqliteVault, type SqliteVaultSettings } from './sqlite-vault.ts';

export class SqliteVaultFixture implements VaultFixture {
  readonly root = mkdtempSync(join(tmpdir(), 'casetrail-vault-'));
  readonly folder = join(this.root, 'data');
  readonly keyFile = join(this.root, 'secret', 'vault-keys.json');
  readonly #parts: { clock: Clock; ids: IdSource };
  #open: SqliteVault | undefined;

  constructor(parts: { clock: Clock; ids: IdSource }) {
    this.#parts = parts;
    createKeyFile(this.keyFile);
  }

  async open(settings: Partial<SqliteVaultSettings> = {}): Promise<SqliteVault> {
    await this.#open?.close();
    const { folder, keyFile } = this;
    this.#open = openSqliteVault({ folder, keyFile, ...this.#parts, ...settings });
    return this.#open;
  }

  /** Runs SQL on one of the files beside the vault. */
  onFile<T>(file: 'vault.sqlite' | 'keys.sqlite', work: (db: DatabaseSync) => T): T {
    const db = new DatabaseSync(join(this.folder, file));
    try {
      return work(db);
    } finally {
      db.close();
    }
  }

  async ciphertextOf(ref: string): Promise<Uint8Array> {
    return this.onFile('vault.sqlite', (db) => {
      const sql = 'SELECT bytes FROM record JOIN sealed USING (seq) WHERE ref = ?';
      return db.prepare(sql).get(ref)!['bytes'] as Uint8Array;
    });
  }

  async bytesAtRest(): Promise<Uint8Array> {
    const names = readdirSync(this.folder);
    return Buffer.concat(names.map((name) => readFileSync(join(this.folder, name))));
  }

  /** As they lie at rest: the root key's, then the subjects' in the order of making. */
  wrappedKeys(): Uint8Array[] {
    const sql =
      'SELECT wrapped FROM root_key UNION ALL SELECT * FROM (SELECT wrapped FROM subject_key ORDER BY seq)';
    return this.onFile('keys.sqlite', (db) =>
      db
        .prepare(sql)
        .all()
        .map((row) => row['wrapped'] as Uint8Array),
    );
  }

  dropOldestKey(): void {
    const file = JSON.parse(readFileSync(this.keyFile, 'utf8')) as { keys: object[] };
    writeFileSync(this.keyFile, JSON.stringify({ ...file, keys: file.keys.slice(1) }));
  }

  /** Page images in the write-ahead log: 32 bytes of header, then 24 bytes and a page each. */
  framesInLog(): number {
    const { size } = statSync(join(this.folder, 'vault.sqlite-wal'));
    return Math.max(0, size - 32) / (24 + 4_096);
  }

  /** Another process in the middle of a read, until it is closed. */
  startReading(file: 'vault.sqlite' | 'keys.sqlite'): DatabaseSync {
    const reader = new DatabaseSync(join(this.folder, file));
    reader.exec('BEGIN; SELECT count(*) FROM sqlite_schema');
    return reader;
  }

  /** Deleting records fails until it is allowed again, as when the disk goes away between two files. */
  refuseDeletes(): void {
    this.onFile('vault.sqlite', (db) =>
      db.exec(
        "CREATE TRIGGER refuse BEFORE DELETE ON record BEGIN SELECT raise(FAIL, 'the disk is gone'); END",
      ),
    );
  }

  allowDeletes(): void {
    this.onFile('vault.sqlite', (db) => db.exec('DROP TRIGGER refuse'));
  }

  remove(file: string): void {
    rmSync(join(this.folder, file));
  }

  copyTo(other: SqliteVaultFixture, file: string): void {
    copyFileSync(join(this.folder, file), join(other.folder, file));
  }

  async close(): Promise<void> {
    await this.#open?.close();
  }

  async dispose(): Promise<void> {
    await this.#open?.close();
    rmSync(this.root, { recursive: true });
  }
}
