/**
 * Writes in a worker thread, so that the disk's syncs do not hold up the event loop. A thread that
 * dies is replaced, and the job that it had is given to the new one once: appends name their exact
 * place and ids, so what the dead one had already written is answered, not written again.
 */
import { Worker } from 'node:worker_threads';
import { type BatchWriter } from './batch-writer.ts';
import { StorageError, unavailable } from './storage-fault.ts';
import {
  type AppendOutcome,
  type AppendRequest,
  type WriterJob,
  type WriterReply,
  type WriterSettings,
} from './write-protocol.ts';

/** The same suffix as this file's: `.ts` from the sources, `.js` from the build. */
const SHELL = new URL(`./writer.worker${import.meta.url.slice(-3)}`, import.meta.url);

class ThreadLost extends Error {}

type Waiting = { resolve(reply: WriterReply): void; reject(error: ThreadLost): void };

/** One thread with at most one question under way. */
class WriterThread {
  readonly worker: Worker;
  readonly exited: Promise<void>;
  lost = false;
  #waiting: Waiting | undefined;

  constructor(settings: WriterSettings) {
    this.worker = new Worker(SHELL, { workerData: settings });
    this.worker.on('message', (reply: WriterReply) => this.#take()?.resolve(reply));
    this.worker.on('error', (error) => this.#lose(error));
    this.exited = new Promise((resolve) => {
      this.worker.on('exit', (code) => {
        this.#lose(new Error(`exit code ${code}`));
        resolve();
      });
    });
  }

  /** The next reply, after sending a job; without one, the thread's first word. */
  answer(job?: WriterJob): Promise<WriterReply> {
    return new Promise((resolve, reject) => {
      if (this.lost) return reject(new ThreadLost('The writer thread is gone.'));
      this.#waiting = { resolve, reject };
      if (job) this.worker.postMessage(job);
    });
  }

  #take(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }

  #lose(cause: unknown): void {
    this.lost = true;
    this.#take()?.reject(new ThreadLost('The writer thread died.', { cause }));
  }
}

export class WorkerWriter implements BatchWriter {
  #storeId = '';
  readonly #settings: WriterSettings;
  #thread: WriterThread | undefined;

  private constructor(settings: WriterSettings) {
    this.#settings = settings;
  }

  /** @throws StorageError */
  static async open(settings: WriterSettings): Promise<WorkerWriter> {
    const writer = new WorkerWriter(settings);
    await writer.#withFreshThread((thread) => Promise.resolve(thread));
    return writer;
  }

  get storeId(): string {
    return this.#storeId;
  }

  /** The present thread's worker: what a test ends to see that its loss does no harm. */
  get worker(): Worker | undefined {
    return this.#thread?.worker;
  }

  async apply(batch: readonly AppendRequest[]): Promise<readonly AppendOutcome[]> {
    const reply = await this.#ask({ job: 'append', batch });
    if (reply.reply !== 'appended') throw new Error(`Answered out of turn: ${reply.reply}`);
    return reply.outcomes;
  }

  async probe(): Promise<void> {
    await this.#ask({ job: 'probe' });
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    if (!thread || thread.lost) return;
    thread.worker.postMessage('close');
    await thread.exited;
  }

  #ask(job: WriterJob): Promise<WriterReply> {
    return this.#withFreshThread(async (thread) => {
      const reply = await thread.answer(job);
      if (reply.reply === 'failed') throw new StorageError(reply.fault);
      return reply;
    });
  }

  async #withFreshThread<T>(work: (thread: WriterThread) => Promise<T>): Promise<T> {
    let loss: unknown;
    for (let attempt = 1; attempt <= 2; attempt++) {
      try {
        return await work(await this.#livingThread());
      } catch (error) {
        if (!(error instanceof ThreadLost)) throw error;
        loss = error;
      }
    }
    throw unavailable(this.#settings.file, 'its writer thread died twice', loss);
  }

  async #livingThread(): Promise<WriterThread> {
    if (this.#thread && !this.#thread.lost) return this.#thread;
    // The dead thread's connection must be gone before the next one opens the file.
    await this.#thread?.exited;
    const thread = new WriterThread(this.#settings);
    this.#thread = thread;
    const opened = await thread.answer();
    if (opened.reply === 'opened') {
      this.#storeId = opened.storeId;
      return thread;
    }
    this.#thread = undefined;
    await thread.worker.terminate();
    if (opened.reply === 'failed') throw new StorageError(opened.fault);
    throw new Error(`Answered out of turn: ${opened.reply}`);
  }
}
