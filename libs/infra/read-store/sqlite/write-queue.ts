/**
 * Gathers the writes that are asked for in one turn of the event loop into one transaction, so that
 * twenty views that follow the same events cost one commit, not twenty. A transaction is bounded, so
 * that a rebuild of many views does not hold the thread for long at a time.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ViewVersionGone } from '../read-store.port.ts';
import { type Checkpointer } from './checkpointer.ts';
import { type Connection } from './connection.ts';

/** Rows a transaction: about 20 to 40 ms on one core of 2024 at 400 bytes a document. */
const ROWS_MAX = 1_500;

interface Entry {
  readonly rows: number;
  readonly apply: () => void;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export class WriteQueue {
  readonly #connection: Connection;
  readonly #checkpointer: Checkpointer;
  #waiting: Entry[] = [];
  #draining: Promise<void> | undefined;
  #exclusive: Promise<void> = Promise.resolve();

  constructor(connection: Connection, checkpointer: Checkpointer) {
    this.#connection = connection;
    this.#checkpointer = checkpointer;
  }

  /** @param apply runs inside a transaction; when it throws ViewVersionGone it must have written nothing. */
  add(rows: number, apply: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ rows, apply, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Runs alone: after the writes before it, and with the writes after it waiting, also while it awaits. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#exclusive;
    let release = (): void => undefined;
    this.#exclusive = new Promise((resolve) => (release = resolve));
    try {
      await before;
      while (this.#waiting.length > 0) this.#commit(this.#take());
      return await work();
    } finally {
      release();
    }
  }

  async idle(): Promise<void> {
    await this.#draining;
    await this.#released();
  }

  /** When nobody runs alone: somebody may have begun while the one before was waited for. */
  async #released(): Promise<void> {
    let awaited: Promise<void>;
    do {
      awaited = this.#exclusive;
      await awaited;
    } while (awaited !== this.#exclusive);
  }

  async #drain(): Promise<void> {
    // A microtask later, everything that was asked for together is here.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      await this.#released();
      const room = this.#checkpointer.room();
      if (room) await room;
      this.#commit(this.#take());
      if (this.#waiting.length > 0) await nextTurn();
    }
    this.#draining = undefined;
  }

  #take(): readonly Entry[] {
    let rows = 0;
    const last = this.#waiting.findIndex((entry) => (rows += entry.rows) >= ROWS_MAX);
    return this.#waiting.splice(0, last < 0 ? this.#waiting.length : last + 1);
  }

  #commit(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const gone = new Map<Entry, ViewVersionGone>();
    try {
      this.#connection.transaction(() => {
        for (const entry of entries) {
          try {
            entry.apply();
          } catch (error) {
            // One view's swap must not fail the others' writes.
            if (!(error instanceof ViewVersionGone)) throw error;
            gone.set(entry, error);
          }
        }
      });
    } catch (error) {
      for (const entry of entries) entry.reject(error);
      return;
    }
    this.#checkpointer.committed(entries.reduce((rows, entry) => rows + entry.rows, 0));
    for (const entry of entries) {
      const error = gone.get(entry);
      if (error) entry.reject(error);
      else entry.resolve();
    }
  }
}
