/** A vault in a folder of its own, for the specs of this adapter. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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

  async dispose(): Promise<void> {
    await this.#open?.close();
    rmSync(this.root, { recursive: true });
  }
}
