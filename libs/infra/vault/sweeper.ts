/**
 * Removes what a failed command left behind. The vault is written first and the event second, so a
 * record that no event names after a grace longer than any request may take will never be named; who
 * tries the command again puts the record again, and begins a new grace (Vault.put, Vault.sweep).
 *
 * What a sweep costs: the references stored since the last one, a window of them in memory at a time
 * (200,000: about 40 MB), and a read of the log from where the last one ended until all of them are
 * found. Only when some are not found it reads the whole log, once a window, before it removes them:
 * the mark is a short cut, and a wrong one costs time, never a record. The first sweep of a vault,
 * and one whose mark was lost, reads the log once a window.
 */
import type { Clock } from '#kernel/clock';
import { earlier, type Instant, instantFromMs, plusMs } from '#kernel/instants';
import { type Position, START } from '#kernel/position';
import type { EventStore } from '../event-store/event-store.port.ts';
import { takeOutNamed } from './named-in-log.ts';
import type { Vault } from './vault.port.ts';

export interface SweepMark {
  /** Everything stored until then has been looked at. */
  readonly resumeAfter: Instant;
  /** About where the log names what was stored then. */
  readonly position: Position;
}

/** Where the mark outlives the process. Losing it costs a longer sweep, and nothing else. */
export interface SweepMarks {
  load(): Promise<SweepMark | undefined>;
  save(mark: SweepMark): Promise<void>;
}

export interface SweeperOptions {
  readonly vault: Pick<Vault, 'refsStoredBetween' | 'sweep'>;
  readonly log: Pick<EventStore, 'readAll' | 'head'>;
  readonly marks: SweepMarks;
  readonly clock: Clock;
  /** Milliseconds that a record is left alone. */
  readonly graceMs: number;
  /** The longest that a request may take, in milliseconds. */
  readonly longestRequestMs: number;
  /** How many references are held in memory at a time. Default 200,000. */
  readonly windowSize?: number;
}

export interface SweepReport {
  readonly looked: number;
  readonly swept: number;
}

interface Window {
  readonly refs: Set<string>;
  readonly until: Instant;
}

const BEGINNING: SweepMark = { resumeAfter: instantFromMs(0), position: START };
const PAGE_MAX = 2_000;

export class VaultSweeper {
  readonly #options: SweeperOptions;

  /** @throws RangeError when a request could still be running after the grace */
  constructor(options: SweeperOptions) {
    this.#options = options;
    const { graceMs, longestRequestMs } = options;
    if (graceMs <= longestRequestMs) {
      throw new RangeError(
        `The grace (${graceMs} ms) must be longer than the longest request (${longestRequestMs} ms).`,
      );
    }
  }

  /**
   * Looks at everything that is older than the grace and not yet looked at. After an error the window
   * is looked at again by the next run. @throws CallAborted when it is told to stop
   * @param storedBefore what was stored from then on is left alone too, however old it is by the clock
   */
  async run(signal?: AbortSignal, storedBefore?: Instant): Promise<SweepReport> {
    const { clock, graceMs, marks } = this.#options;
    const old = plusMs(clock.now(), -graceMs);
    const before = earlier(storedBefore ?? old, old);
    let mark = await this.#mark();
    let looked = 0;
    let swept = 0;
    while (!signal?.aborted) {
      const window = await this.#window(mark.resumeAfter, before);
      if (!window) break;
      looked += window.refs.size;
      const position = await this.#keepUnnamed(window.refs, mark.position, signal);
      if (window.refs.size > 0) {
        swept += await this.#options.vault.sweep([...window.refs], before);
      }
      mark = { resumeAfter: window.until, position };
      await marks.save(mark);
    }
    return { looked, swept };
  }

  /** A log that was restored from its backup may end before the mark. */
  async #mark(): Promise<SweepMark> {
    const mark = (await this.#options.marks.load()) ?? BEGINNING;
    const head = await this.#options.log.head();
    return mark.position > head ? { ...mark, position: START } : mark;
  }

  async #window(after: Instant, before: Instant): Promise<Window | undefined> {
    const { vault, windowSize = 200_000 } = this.#options;
    const refs = new Set<string>();
    let until = after;
    while (refs.size < windowSize) {
      const limit = Math.min(PAGE_MAX, windowSize - refs.size);
      const page = await vault.refsStoredBetween(until, before, limit);
      const last = page.at(-1);
      if (!last) break;
      for (const { ref } of page) refs.add(ref);
      until = last.storedAt;
    }
    return refs.size === 0 ? undefined : { refs, until };
  }

  /** Takes out of the set what the log names. @returns where the next look may begin */
  async #keepUnnamed(
    refs: Set<string>,
    after: Position,
    signal: AbortSignal | undefined,
  ): Promise<Position> {
    const { log } = this.#options;
    const position = await takeOutNamed(refs, log, after, signal);
    // What is to go for good is looked for everywhere, whatever the clocks were when it was stored.
    if (after !== START) await takeOutNamed(refs, log, START, signal);
    return position;
  }
}
