/**
 * Group commit: what is asked for while the event loop is busy goes into one transaction, so that many
 * requests share one sync to the disk. Each work is all or none: an error of its own undoes it alone,
 * a failure of the disk undoes and refuses the whole group. Nothing resolves before it is durable.
 */
import type { DatabaseSync } from 'node:sqlite';
import { VaultUnavailable } from '../vault.port.ts';
import { translate } from './files.ts';

interface Work {
  readonly bytes: number;
  /** Runs inside the transaction; returns what tells the caller once it is committed. */
  readonly run: () => () => void;
  readonly refuse: (error: unknown) => void;
}

/** A second transaction that must be durable before the group's own. */
export interface Forerunner {
  commit(): void;
  rollback(): void;
}

const GROUP_WORKS_MAX = 256;
/** A group is closed when it holds so much, so that a pile of files does not hold up the event loop. */
const GROUP_BYTES_MAX = 4_000_000;

/** Prepared once: SQLite would read the words of each again for every work. */
const prepare = (db: DatabaseSync) => ({
  begin: db.prepare('BEGIN IMMEDIATE'),
  commit: db.prepare('COMMIT'),
  savepoint: db.prepare('SAVEPOINT work'),
  undo: db.prepare('ROLLBACK TO work'),
  release: db.prepare('RELEASE work'),
});

export class GroupCommit {
  readonly #db: DatabaseSync;
  readonly #sql: ReturnType<typeof prepare>;
  readonly #forerunner: Forerunner;
  #queue: Work[] = [];
  #scheduled = false;

  constructor(db: DatabaseSync, forerunner: Forerunner) {
    this.#db = db;
    this.#sql = prepare(db);
    this.#forerunner = forerunner;
  }

  /** @param bytes about how much the work writes */
  run<T>(work: () => T, bytes = 0): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const run = () => {
        const result = work();
        return () => resolve(result);
      };
      this.#queue.push({ bytes, run, refuse: reject });
      this.#schedule();
    });
  }

  /** Commits everything that waits, before it returns. */
  drain(): void {
    while (this.#queue.length > 0) this.#commitGroup();
  }

  #schedule(): void {
    if (this.#scheduled || this.#queue.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#queue.length > 0) this.#commitGroup();
      this.#schedule();
    });
  }

  #takeGroup(): Work[] {
    let bytes = 0;
    let count = 0;
    for (const work of this.#queue) {
      bytes += work.bytes;
      if (count > 0 && (bytes > GROUP_BYTES_MAX || count === GROUP_WORKS_MAX)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  #commitGroup(): void {
    const group = this.#takeGroup();
    const settled: (() => void)[] = [];
    try {
      this.#sql.begin.run();
      for (const work of group) settled.push(this.#runOne(work));
      this.#forerunner.commit();
      this.#sql.commit.run();
    } catch (error) {
      this.#rollback();
      const reason = translate(error);
      for (const work of group) work.refuse(reason);
      return;
    }
    for (const tell of settled) tell();
  }

  #runOne(work: Work): () => void {
    this.#sql.savepoint.run();
    try {
      return work.run();
    } catch (error) {
      const reason = translate(error);
      if (reason instanceof VaultUnavailable) throw reason;
      this.#sql.undo.run();
      return () => work.refuse(reason);
    } finally {
      if (this.#db.isTransaction) this.#sql.release.run();
    }
  }

  #rollback(): void {
    this.#forerunner.rollback();
    // After a full disk SQLite may have rolled back by itself.
    if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec('ROLLBACK');
  }
}
