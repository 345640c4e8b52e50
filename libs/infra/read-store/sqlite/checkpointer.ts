/**
 * Moves what was committed from the write-ahead log into the file in a worker thread. It takes two
 * syncs of the disk, for which SQLite would otherwise stop the thread that committed, and with it
 * every request. A thread that fails is replaced by the next one; until then SQLite does it itself
 * where the log gets too long.
 */
import { Worker } from 'node:worker_threads';

/** Rows from one checkpoint to the next: a few MiB of the log. */
const ROWS_BETWEEN = 500;
/** Rows at which who writes waits: a log that is written to without a pause would grow for ever. */
const ROWS_MAX = 20_000;

/** The same suffix as this file's: `.ts` from the sources, `.js` from the build. */
const SHELL = new URL(`./checkpoint.worker${import.meta.url.slice(-3)}`, import.meta.url);

export class Checkpointer {
  readonly #settings: { readonly file: string; readonly lockWaitMs: number };
  #worker: Worker | undefined;
  #underWay: Promise<void> | undefined;
  /** Since the last checkpoint began. */
  #rows = 0;
  #closing = false;

  constructor(settings: { readonly file: string; readonly lockWaitMs: number }) {
    this.#settings = settings;
  }

  /** After a commit of so many rows. */
  committed(rows: number): void {
    this.#rows += rows;
    if (this.#rows < ROWS_BETWEEN || this.#underWay) return;
    this.#rows = 0;
    this.#underWay = this.#checkpoint().then(() => {
      this.#underWay = undefined;
      // What was committed meanwhile may be more than it moved.
      if (!this.#closing) this.committed(0);
    });
  }

  /** Resolves when the log may take more; undefined where it may at once. */
  room(): Promise<void> | undefined {
    return this.#rows < ROWS_MAX ? undefined : this.#underWay;
  }

  /** Ends the thread, so that whoever closes the file last finds it alone. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#underWay;
    const worker = this.#worker;
    if (!worker) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.ref();
    worker.postMessage('end');
    await ended;
  }

  /** Resolves when it was done, or could not be. */
  #checkpoint(): Promise<void> {
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve) => {
      const end = () => {
        worker.off('message', end);
        worker.off('exit', end);
        worker.unref();
        resolve();
      };
      worker.on('message', end);
      worker.on('exit', end);
      // Who waits for it is not to be taken for a process that has nothing left to do.
      worker.ref();
      worker.postMessage('checkpoint');
    });
  }

  #start(): Worker {
    const worker = new Worker(SHELL, { workerData: this.#settings });
    // What failed is seen by whoever writes: a full or read-only disk fails their commits too.
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }
}
