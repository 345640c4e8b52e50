/**
 * Removes what a failed command left behind. The vault is written first and the event second, so a
 * record that no event names after a grace longer than any request may take will never be named.
 * Events are for ever: a record once seen named is named for good, and need not be looked at again.
 */
import type { Clock } from '#kernel/clock';
import { hoursToMs, instantFromMs, type Instant, plusMs } from '#kernel/instants';
import type { Vault } from './vault.port.ts';

export interface SweeperOptions {
  readonly vault: Pick<Vault, 'refsStoredBetween' | 'sweep'>;
  /** Which of these references some event names. Must look at the log itself, or wait until a view has caught up. */
  readonly isNamed: (refs: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly clock: Clock;
  /** Milliseconds that a record is left alone. Default: one hour. */
  readonly graceMs?: number;
  /** The longest that a request may take, in milliseconds. */
  readonly longestDeadlineMs: number;
  /** How many references are looked up at a time. Default 500. */
  readonly pageSize?: number;
  /** Where an earlier sweeper stopped; by default everything is looked at. */
  readonly resumeAfter?: Instant;
}

export interface SweepReport {
  readonly looked: number;
  readonly swept: number;
  /** Everything stored until then has been looked at: give it to the next sweeper as `resumeAfter`. */
  readonly resumeAfter: Instant;
}

const BEGINNING = instantFromMs(0);

export class VaultSweeper {
  readonly #options: SweeperOptions;
  readonly #graceMs: number;
  #resumeAfter: Instant;

  /** @throws RangeError when a request could still be running after the grace */
  constructor(options: SweeperOptions) {
    this.#options = options;
    this.#graceMs = options.graceMs ?? hoursToMs(1);
    this.#resumeAfter = options.resumeAfter ?? BEGINNING;
    if (this.#graceMs <= options.longestDeadlineMs) {
      throw new RangeError(
        `The grace (${this.#graceMs} ms) must be longer than the longest request (${options.longestDeadlineMs} ms).`,
      );
    }
  }

  /**
   * Looks at everything that is older than the grace and not yet looked at, page by page. After an
   * error the page is looked at again by the next run. An aborted run stops between two pages.
   */
  async run(signal?: AbortSignal): Promise<SweepReport> {
    const { vault, isNamed, clock, pageSize = 500 } = this.#options;
    const before = plusMs(clock.now(), -this.#graceMs);
    let looked = 0;
    let swept = 0;
    while (!signal?.aborted) {
      const page = await vault.refsStoredBetween(this.#resumeAfter, before, pageSize);
      const last = page.at(-1);
      if (!last) break;
      const refs = page.map((record) => record.ref);
      const named = await isNamed(refs);
      const unnamed = refs.filter((ref) => !named.has(ref));
      if (unnamed.length > 0) swept += await vault.sweep(unnamed);
      looked += page.length;
      this.#resumeAfter = last.storedAt;
    }
    return { looked, swept, resumeAfter: this.#resumeAfter };
  }
}
