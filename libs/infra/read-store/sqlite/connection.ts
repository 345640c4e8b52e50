import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { ReadStoreUnavailable } from '../read-store.port.ts';
import { translated, wantsFreshConnection } from './sqlite-errors.ts';

export type Row = Record<string, SQLOutputValue>;

/** Queries differ in shape, not in values, so few texts recur; the limit guards against a client that invents shapes. */
const STATEMENTS_MAX = 500;

/**
 * One connection that heals: when the disk gave trouble the next call opens a fresh one, so that a full
 * or read-only disk needs no restart once it is mended. Until one can be opened the old one goes on:
 * what cannot be written can be read. Throws in the port's words.
 */
export class Connection {
  readonly #file: string;
  readonly #open: () => DatabaseSync;
  #db: DatabaseSync | undefined;
  #wantsFresh = false;
  #statements = new Map<string, StatementSync>();
  #closed = false;

  constructor(file: string, open: () => DatabaseSync) {
    this.#file = file;
    this.#open = open;
    this.#guarded(() => this.#database());
  }

  all(sql: string, ...params: readonly SQLInputValue[]): Row[] {
    return this.#guarded(() => this.#statement(sql).all(...params));
  }

  get(sql: string, ...params: readonly SQLInputValue[]): Row | undefined {
    return this.#guarded(() => this.#statement(sql).get(...params));
  }

  /** @returns how many rows it changed */
  run(sql: string, ...params: readonly SQLInputValue[]): number {
    return this.#guarded(() => Number(this.#statement(sql).run(...params).changes));
  }

  /** For statements that change the schema: nothing prepared before is kept. */
  exec(sql: string): void {
    this.#statements.clear();
    this.#guarded(() => this.#database().exec(sql));
  }

  /** All or nothing. The work is synchronous, so nothing of this process comes between. */
  transaction<T>(work: () => T): T {
    return this.#guarded(() => {
      const db = this.#database();
      this.#statement('BEGIN IMMEDIATE').run();
      try {
        const result = work();
        this.#statement('COMMIT').run();
        return result;
      } catch (error) {
        // A full disk may have rolled back by itself, and trouble inside has closed the connection.
        if (db.isOpen && db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
    });
  }

  close(): void {
    this.#closed = true;
    this.#replaceBy(undefined);
  }

  #database(): DatabaseSync {
    if (this.#closed) throw new ReadStoreUnavailable(`The read store ${this.#file} is closed.`);
    if (this.#db && (!this.#wantsFresh || this.#db.isTransaction)) return this.#db;
    try {
      this.#replaceBy(this.#open());
    } catch (error) {
      if (!this.#db) throw error;
    }
    return this.#db!;
  }

  #statement(sql: string): StatementSync {
    const db = this.#database();
    const known = this.#statements.get(sql);
    if (known) return known;
    if (this.#statements.size >= STATEMENTS_MAX) this.#statements.clear();
    const statement = db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #guarded<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      this.#wantsFresh ||= wantsFreshConnection(error);
      throw this.#fromFileSystem(error) ?? translated(error, this.#file);
    }
  }

  /** The file is made before SQLite opens it, which fails in the file system's own words. */
  #fromFileSystem(error: unknown): ReadStoreUnavailable | undefined {
    if ((error as NodeJS.ErrnoException | undefined)?.syscall === undefined) return undefined;
    return new ReadStoreUnavailable(`The read store ${this.#file} could not be opened.`, {
      cause: error,
    });
  }

  #replaceBy(fresh: DatabaseSync | undefined): void {
    this.#statements.clear();
    const old = this.#db;
    this.#db = fresh;
    this.#wantsFresh = false;
    if (old?.isOpen) old.close();
  }
}
