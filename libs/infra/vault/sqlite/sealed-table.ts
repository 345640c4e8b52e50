/**
 * Everything that must be erasable without a trace: rows are appended, blanked in place, and never
 * deleted (files.ts says why). A blanked row keeps a few bytes; the pages of a large one are reused.
 */
import type { DatabaseSync } from 'node:sqlite';

export class SealedTable {
  readonly #append;
  readonly #read;
  readonly #blank;

  constructor(db: DatabaseSync) {
    this.#append = db.prepare('INSERT INTO sealed (bytes) VALUES (?)');
    this.#read = db.prepare('SELECT bytes FROM sealed WHERE seq = ?');
    this.#blank = db.prepare('UPDATE sealed SET bytes = NULL WHERE seq = ?');
  }

  append(bytes: Uint8Array): number {
    return Number(this.#append.run(bytes).lastInsertRowid);
  }

  /** Undefined where the row is blank or missing. */
  read(seq: number): Uint8Array | undefined {
    return (this.#read.get(seq)?.['bytes'] as Uint8Array | null | undefined) ?? undefined;
  }

  blank(seq: number): void {
    this.#blank.run(seq);
  }
}
