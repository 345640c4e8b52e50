/**
 * Group commit: one batch is with the writer while the next one fills, and goes as soon as the writer
 * is free. There is no timer, so a lone append waits for nobody.
 */
import { type BatchWriter } from './batch-writer.ts';
import { unavailable } from './storage-fault.ts';
import { type AppendOutcome, type AppendRequest } from './write-protocol.ts';

const BATCH_REQUESTS_MAX = 512;
const BATCH_BYTES_MAX = 8 * 1024 * 1024;
/** What may wait for the writer before further appends are turned away. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

interface Waiting<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

interface WaitingAppend extends Waiting<AppendOutcome> {
  readonly request: AppendRequest;
  readonly bytes: number;
  withdrawn: boolean;
}

export interface QueuedAppend {
  readonly outcome: Promise<AppendOutcome>;
  /** Takes the append back, if it has not gone to the writer yet. */
  withdraw(): void;
}

export class GroupCommit {
  readonly #writer: BatchWriter;
  readonly #onCommitted: () => void;
  #appends: WaitingAppend[] = [];
  #probes: Waiting<void>[] = [];
  #waitingBytes = 0;
  #pumping: Promise<void> | undefined;

  constructor(writer: BatchWriter, onCommitted: () => void) {
    this.#writer = writer;
    this.#onCommitted = onCommitted;
  }

  append(request: AppendRequest): QueuedAppend {
    const bytes = request.events.reduce((sum, event) => sum + event.bytes, 0);
    if (this.#waitingBytes + bytes > WAITING_BYTES_MAX) {
      const refusal = unavailable('event log', 'too many appends wait for the disk');
      return { outcome: Promise.reject(refusal), withdraw: () => undefined };
    }
    let entry: WaitingAppend | undefined;
    const outcome = new Promise<AppendOutcome>((resolve, reject) => {
      entry = { request, bytes, withdrawn: false, resolve, reject };
      this.#appends.push(entry);
      this.#waitingBytes += bytes;
    });
    this.#start();
    return {
      outcome,
      withdraw: () => {
        entry!.withdrawn = true;
      },
    };
  }

  probe(): Promise<void> {
    const outcome = new Promise<void>((resolve, reject) => this.#probes.push({ resolve, reject }));
    this.#start();
    return outcome;
  }

  /** Resolves when nothing waits and nothing is under way. */
  async drained(): Promise<void> {
    while (this.#pumping) await this.#pumping;
  }

  #start(): void {
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
      if (this.#appends.length > 0 || this.#probes.length > 0) this.#start();
    });
  }

  async #pump(): Promise<void> {
    // What else is appended in this turn of the loop joins the first batch.
    await Promise.resolve();
    while (this.#appends.length > 0 || this.#probes.length > 0) {
      await this.#answerProbes();
      await this.#answerBatch(this.#nextBatch());
    }
  }

  #nextBatch(): WaitingAppend[] {
    const batch: WaitingAppend[] = [];
    let bytes = 0;
    let taken = 0;
    for (const append of this.#appends) {
      const full = batch.length >= BATCH_REQUESTS_MAX || bytes + append.bytes > BATCH_BYTES_MAX;
      if (full && batch.length > 0) break;
      taken++;
      this.#waitingBytes -= append.bytes;
      if (append.withdrawn) continue;
      batch.push(append);
      bytes += append.bytes;
    }
    this.#appends = taken === this.#appends.length ? [] : this.#appends.slice(taken);
    return batch;
  }

  async #answerBatch(batch: readonly WaitingAppend[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      const outcomes = await this.#writer.apply(batch.map(({ request }) => request));
      batch.forEach((append, at) => append.resolve(outcomes[at]!));
    } catch (error) {
      for (const append of batch) append.reject(error);
    }
    this.#onCommitted();
  }

  async #answerProbes(): Promise<void> {
    if (this.#probes.length === 0) return;
    const probes = this.#probes;
    this.#probes = [];
    try {
      await this.#writer.probe();
      for (const probe of probes) probe.resolve();
    } catch (error) {
      for (const probe of probes) probe.reject(error);
    }
  }
}
