/**
 * Fires due times. They wait in views, so they survive a crash and can be rebuilt; firing one sends a
 * guarded command whose id derives from the timer and its due time, so that early, late, twice and
 * after a rebuild are all harmless. What fires is settled by the event that follows, not here.
 */
import { type Clock } from '#kernel/clock';
import { deriveId } from '#kernel/ids';
import { msBetween, type Instant } from '#kernel/instants';
import { type Timer } from '#kernel/process';
import { isRetryable } from '../event-store/event-store.errors.ts';
import { type ReadStore, type StoredDocument } from '../read-store/read-store.port.ts';
import { type ActionSender } from './action-sender.ts';
import { Background } from './background.ts';

export interface TimerRunnerOptions {
  readonly readStore: ReadStore;
  /** Names of views whose documents are timers with `armed` and `dueAt`. */
  readonly views: readonly string[];
  readonly sender: ActionSender;
  readonly clock: Clock;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds between two looks at the views. Default 500. */
  readonly everyMs?: number;
  readonly onTrouble?: (trouble: { readonly timer?: string; readonly error: unknown }) => void;
}

const PAGE = 200;
/** A timer that was fired and is still there is fired again after this long, whatever came of it. */
const AGAIN_MS = 30_000;
/** So many that fail for now, one after the other, are no accident: the look ends, and the next begins anew. */
const FAILURES_MAX = 3;

export class TimerRunner {
  readonly #options: TimerRunnerOptions;
  readonly #fired = new Map<string, Instant>();
  readonly #background = new Background((signal) => this.#run(signal));

  constructor(options: TimerRunnerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#background.start();
  }

  stop(): Promise<void> {
    return this.#background.stop();
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.fireDue(signal).catch((error: unknown) => this.#options.onTrouble?.({ error }));
      await this.#options.pause(this.#options.everyMs ?? 500, signal);
    }
  }

  /** One look at all timers that are due now. @returns how many were fired. */
  async fireDue(signal?: AbortSignal): Promise<number> {
    const now = this.#options.clock.now();
    let fired = 0;
    let failures = 0;
    for await (const { view, timer } of this.#due(now)) {
      if (signal?.aborted) break;
      const came = await this.#fire(view, timer, now);
      if (came === 'fired') fired++;
      failures = came === 'failed-for-now' ? failures + 1 : 0;
      if (failures === FAILURES_MAX) break;
    }
    this.#forget(now);
    return fired;
  }

  async *#due(
    now: Instant,
  ): AsyncGenerator<{ readonly view: string; readonly timer: StoredDocument<Timer> }> {
    for (const view of this.#options.views) {
      const store = await this.#options.readStore.serving<Timer & { armed: boolean }>(view);
      let after: string | undefined;
      do {
        const page = await store?.find({
          where: { armed: true, dueAt: { lte: now } },
          orderBy: [{ field: 'dueAt', direction: 'asc' }],
          limit: PAGE,
          ...(after === undefined ? {} : { after }),
        });
        for (const timer of page?.documents ?? []) yield { view, timer };
        after = page?.next;
      } while (after !== undefined);
    }
  }

  async #fire(
    view: string,
    { key, document }: StoredDocument<Timer>,
    now: Instant,
  ): Promise<'fired' | 'fired-before' | 'failed' | 'failed-for-now'> {
    const { platform, dueAt, action } = document;
    const timer = `${view}/${key}@${dueAt}`;
    const last = this.#fired.get(timer);
    if (last !== undefined && msBetween(last, now) < AGAIN_MS) return 'fired-before';
    this.#fired.set(timer, now);
    const commandId = deriveId('timer', timer);
    try {
      await this.#options.sender.send(action, { commandId, platform });
      return 'fired';
    } catch (error) {
      this.#options.onTrouble?.({ timer, error });
      if (!isRetryable(error)) return 'failed';
      this.#fired.delete(timer);
      return 'failed-for-now';
    }
  }

  #forget(now: Instant): void {
    for (const [timer, at] of this.#fired) {
      if (msBetween(at, now) >= AGAIN_MS) this.#fired.delete(timer);
    }
  }
}
