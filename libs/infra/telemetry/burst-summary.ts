/**
 * Tells the first of many like things at once and the rest as one sum, so that whoever repeats
 * something a million times fills neither a log nor a stream. The memory is bounded: where more
 * different keys come than are kept, the longest untouched one is summed up and forgotten.
 */
import { type Clock } from '#kernel/clock';
import { type Instant, msBetween } from '#kernel/instants';

export interface BurstSum<T> {
  readonly sample: T;
  /** How many came after the first that was told. */
  readonly count: number;
  /** Of the first and the last that the sum counts. */
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

export interface BurstOptions {
  /** How long after the first its repeats are only counted. */
  readonly windowMs: number;
  readonly keysMax: number;
  readonly clock: Clock;
}

interface Entry<T> {
  readonly sample: T;
  readonly openedAt: Instant;
  count: number;
  firstAt: Instant;
  lastAt: Instant;
}

export class BurstSummary<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #options: BurstOptions;
  readonly #onSum: (sum: BurstSum<T>) => void;

  constructor(options: BurstOptions, onSum: (sum: BurstSum<T>) => void) {
    this.#options = options;
    this.#onSum = onSum;
  }

  /** True when this one is to be told now; false when it was only counted. */
  isFirst(key: string, sample: T): boolean {
    const at = this.#options.clock.now();
    const known = this.#entries.get(key);
    if (known && msBetween(known.openedAt, at) < this.#options.windowMs) {
      this.#count(known, at);
      // Re-inserted, so that the map stays in the order of last use.
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return false;
    }
    if (known) this.#close(key, known);
    while (this.#entries.size >= this.#options.keysMax) {
      const [oldest, entry] = this.#entries.entries().next().value!;
      this.#close(oldest, entry);
    }
    this.#entries.set(key, { sample, openedAt: at, count: 0, firstAt: at, lastAt: at });
    return true;
  }

  /** Counts one that could not be told, so that the sum has it. */
  countUntold(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) this.#count(entry, entry.lastAt);
  }

  /** Sums up what is older than the window; to be called now and then. */
  flush(): void {
    const at = this.#options.clock.now();
    for (const [key, entry] of this.#entries) {
      if (msBetween(entry.openedAt, at) >= this.#options.windowMs) this.#close(key, entry);
    }
  }

  /** Sums up everything, before the server ends. */
  flushAll(): void {
    for (const [key, entry] of this.#entries) this.#close(key, entry);
  }

  get size(): number {
    return this.#entries.size;
  }

  #count(entry: Entry<T>, at: Instant): void {
    if (entry.count === 0) entry.firstAt = at;
    entry.lastAt = at;
    entry.count++;
  }

  #close(key: string, entry: Entry<T>): void {
    this.#entries.delete(key);
    const { sample, count, firstAt, lastAt } = entry;
    if (count > 0) this.#onSum({ sample, count, firstAt, lastAt });
  }
}
