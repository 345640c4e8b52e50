/** The two files of a vault that nobody serves from, such as a backup's: what can be told of them without changing them. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { randomIds } from '#kernel/ids';
import { loadKeyFile } from '../keys.ts';
import { KeyRing } from './key-ring.ts';
import { translated } from './files.ts';

export class VaultCopy {
  readonly #records: DatabaseSync;
  readonly #keys: DatabaseSync;
  readonly #keyOf;
  readonly #stateOf;

  /** @throws VaultUnavailable, VaultDamaged */
  constructor(folder: string) {
    this.#records = translated(() => open(join(folder, 'vault.sqlite')));
    try {
      this.#keys = translated(() => open(join(folder, 'keys.sqlite')));
      this.#keyOf = translated(() =>
        this.#records.prepare('SELECT key_id FROM record WHERE ref = ?'),
      );
      this.#stateOf = translated(() =>
        this.#keys.prepare('SELECT state FROM subject_key WHERE key_id = ?'),
      );
    } catch (error) {
      this.#records.close();
      throw error;
    }
  }

  /** Whether the record is there, and its key in use. */
  holds(ref: string): boolean {
    return translated(() => {
      const row = this.#keyOf.get(ref);
      return row !== undefined && this.#stateOf.get(row['key_id']!)?.['state'] === 0;
    });
  }

  get records(): number {
    return translated(() => countOf(this.#records, 'SELECT count(*) AS n FROM record'));
  }

  /** Subjects whose key was destroyed: what events name of them may be gone. */
  get erasedSubjects(): number {
    return translated(() =>
      countOf(this.#keys, 'SELECT count(*) AS n FROM subject_key WHERE state <> 0'),
    );
  }

  /** @throws VaultKeyUnusable where the key file does not open this vault, or the files are of two */
  refuseOtherKeys(keyFile: string): void {
    const keys = loadKeyFile(keyFile);
    translated(() => {
      const check = this.#records
        .prepare("SELECT value FROM meta WHERE name = 'key-check'")
        .get()?.['value'] as Uint8Array | undefined;
      const ring = new KeyRing(this.#keys, keys, randomIds, 1);
      ring.openRoot(check).fill(0);
    });
  }

  close(): void {
    this.#records.close();
    this.#keys.close();
  }
}

const open = (file: string) => new DatabaseSync(file, { readOnly: true });

const countOf = (db: DatabaseSync, sql: string): number => Number(db.prepare(sql).get()?.['n']);
