/**
 * Keeps the views: all that serve follow the log in one subscription, and a version that is being
 * built catches up beside them and is swapped in when it has. A lost read store is waited for; a view
 * that fails by itself goes on alone, so that it holds up none of the others.
 */
import { type Clock } from '#kernel/clock';
import { type EventCatalogue } from '#kernel/event-definition';
import { type RecordedEvent } from '#kernel/envelope';
import { START, type Position } from '#kernel/position';
import { type AnyView } from '#kernel/view';
import { type EventStore } from '../event-store/event-store.port.ts';
import {
  type ParkedDocument,
  type ReadStore,
  ReadStoreUnavailable,
  type ViewState,
  type ViewStatus,
} from '../read-store/read-store.port.ts';
import { ViewBehind } from './view-behind.ts';
import { type RetryOutcome, ViewRunner } from './view-runner.ts';

export interface ProjectorOptions {
  readonly eventStore: EventStore;
  readonly readStore: ReadStore;
  readonly views: readonly AnyView[];
  readonly catalogue: EventCatalogue;
  readonly clock: Clock;
  /** Waits; ends early, without an error, when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onTrouble?: (trouble: {
    readonly views: readonly string[];
    readonly error: unknown;
  }) => void;
}

export interface ProjectedView extends ViewStatus {
  readonly reached: Position;
}

/** A document that stands still because its fold threw, and of which view. */
export interface ParkedInView extends ParkedDocument {
  readonly view: string;
}

interface Waiter {
  readonly met: () => boolean;
  readonly arrived: () => void;
}

const BACKOFF_MS = [20, 100, 500, 2_000, 5_000] as const;
/** The longest that a timer of Node waits: about 25 days. */
const FOR_EVER_MS = 2 ** 31 - 1;

export class Projector {
  readonly #options: ProjectorOptions;
  /** Of each view, what keeps the version that this build knows; a rebuild puts another in its place. */
  readonly #runners = new Map<string, ViewRunner>();
  readonly #serving = new WeakSet<ViewRunner>();
  /** How far a version is that serves, but is kept no more, until the one that is being built is swapped in. */
  readonly #standing = new Map<string, Position>();
  readonly #waiters = new Set<Waiter>();
  readonly #running = new Set<Promise<void>>();
  /** Swaps and resets follow each other: a promotion must not meet a build that was just begun afresh. */
  #swap: Promise<unknown> = Promise.resolve();
  #abort: AbortController | undefined;

  constructor(options: ProjectorOptions) {
    this.#options = options;
  }

  /** @throws ReadStoreUnavailable; it can then be started again. */
  async start(): Promise<void> {
    if (this.#abort) return;
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const { serving, building } = await this.#prepare();
      this.#follow(serving);
      this.#follow(building);
    } catch (error) {
      this.#abort = undefined;
      throw error;
    }
  }

  /** Finishes the batch in hand and stores every checkpoint. */
  async stop(): Promise<void> {
    this.#abort?.abort();
    await Promise.all(this.#running);
    this.#abort = undefined;
  }

  /**
   * Resolves when what serves of the view has reached the position.
   * @throws ViewBehind when it has not in time, with how far it is.
   */
  waitFor(
    view: string,
    position: Position,
    { deadlineMs, signal }: { readonly deadlineMs: number; readonly signal?: AbortSignal },
  ): Promise<void> {
    const met = (): boolean => {
      const reached = this.reached(view);
      return reached !== undefined && reached >= position;
    };
    const late = () => new ViewBehind(view, position, this.reached(view) ?? START);
    return this.#until(met, late, deadlineMs, signal);
  }

  /** How far what serves of the view is; undefined where nothing serves yet. */
  reached(view: string): Position | undefined {
    const runner = this.#runners.get(view);
    return runner && this.#serving.has(runner) ? runner.reached : this.#standing.get(view);
  }

  /**
   * Builds the view anew beside what serves, and swaps; what serves stands still meanwhile. Resolves
   * when the new one serves. @throws RangeError where no such view runs; ViewBehind when stopped before
   */
  async rebuild(name: string): Promise<void> {
    const view = this.#options.views.find((one) => one.name === name);
    const signal = this.#abort?.signal;
    if (!view || !signal) throw new RangeError(`No view "${name}" is running.`);
    await this.#alone(async () => {
      await this.#options.readStore.reset(view);
      const standing = this.reached(name);
      if (standing !== undefined) this.#standing.set(name, standing);
      const runner = new ViewRunner(view, this.#options.readStore, this.#options.clock);
      this.#runners.set(name, runner);
      this.#follow([runner]);
    });
    const met = (): boolean => this.#serving.has(this.#runners.get(name)!);
    const late = () => new ViewBehind(name, START, this.reached(name) ?? START);
    await this.#until(met, late, FOR_EVER_MS, signal);
  }

  /**
   * Folds what waited behind a parked document, after the mend.
   * @param key of the document, as `parked` lists it.
   */
  async retryParked(view: string, key: string): Promise<RetryOutcome> {
    const runner = this.#runners.get(view);
    if (!runner) return 'not-parked';
    return runner.retry(key, (after, until) => this.#tail(runner.view, after, until));
  }

  /**
   * What stands still because its fold threw, also in a version that is still being built.
   * @param view of this view alone; absent: of all.
   */
  async parked(view?: string): Promise<readonly ParkedInView[]> {
    const asked = [...this.#runners].filter(([name]) => view === undefined || name === view);
    const lists = await Promise.all(
      asked.map(async ([name, runner]) =>
        (await runner.parked()).map((document) => ({ ...document, view: name })),
      ),
    );
    return lists.flat();
  }

  async status(): Promise<readonly ProjectedView[]> {
    const stored = await this.#options.readStore.status();
    return stored.map((view) => {
      const runner = this.#runners.get(view.name);
      const kept =
        runner?.view.version === view.version &&
        (view.state === 'serving') === this.#serving.has(runner);
      return { ...view, reached: kept ? runner.reached : view.checkpoint };
    });
  }

  async #prepare(): Promise<Readonly<Record<ViewState, readonly ViewRunner[]>>> {
    const { views, readStore, clock } = this.#options;
    const byState: Record<ViewState, ViewRunner[]> = { serving: [], building: [] };
    for (const view of views) {
      const state = await readStore.prepare(view);
      const runner = new ViewRunner(view, readStore, clock);
      byState[state].push(runner);
      this.#runners.set(view.name, runner);
      if (state === 'serving') this.#serving.add(runner);
    }
    for (const { name, state, checkpoint } of await readStore.status()) {
      if (state === 'serving') this.#standing.set(name, checkpoint);
    }
    return byState;
  }

  #follow(runners: readonly ViewRunner[]): void {
    if (runners.length === 0) return;
    const running = this.#keepFollowing(new Set(runners), this.#abort!.signal);
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }

  async #keepFollowing(group: Set<ViewRunner>, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      this.#leaveReplaced(group);
      if (group.size === 0) return;
      try {
        await this.#run(group, signal, () => (failures = 0));
      } catch (error) {
        this.#trouble(group, error);
        const ms = BACKOFF_MS[Math.min(failures++, BACKOFF_MS.length - 1)]!;
        await this.#options.pause(ms, signal);
      }
    }
    await Promise.allSettled([...group].map((runner) => runner.flush()));
  }

  async #run(group: Set<ViewRunner>, signal: AbortSignal, progressed: () => void): Promise<void> {
    const { eventStore, catalogue } = this.#options;
    for (const runner of group) await this.#apart(group, runner, () => runner.resume());
    const after = [...group].reduce<Position | undefined>(
      (least, { reached }) => (least === undefined || reached < least ? reached : least),
      undefined,
    );
    if (after === undefined) return;
    const eventTypes = [...new Set([...group].flatMap(({ view }) => view.handles))];
    for await (const batch of eventStore.subscribe({ after, filter: { eventTypes }, signal })) {
      const events = batch.events.map((event) => catalogue.upcast(event));
      this.#leaveReplaced(group);
      for (const runner of group) {
        await this.#apart(group, runner, async () => {
          await runner.apply(events, batch.position);
          if (batch.live) await this.#serve(runner);
        });
      }
      this.#tell();
      if (group.size === 0) return;
      progressed();
    }
  }

  /** What is wrong with one view alone must not hold up the others of its group: it leaves them. */
  async #apart(
    group: Set<ViewRunner>,
    runner: ViewRunner,
    work: () => Promise<unknown>,
  ): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (group.size === 1 || error instanceof ReadStoreUnavailable) throw error;
      this.#trouble([runner], error);
      group.delete(runner);
      this.#follow([runner]);
    }
  }

  #leaveReplaced(group: Set<ViewRunner>): void {
    for (const runner of group) if (!this.#isCurrent(runner)) group.delete(runner);
  }

  #isCurrent(runner: ViewRunner): boolean {
    return this.#runners.get(runner.view.name) === runner;
  }

  async #serve(runner: ViewRunner): Promise<void> {
    if (this.#serving.has(runner)) return;
    await this.#alone(async () => {
      if (!this.#isCurrent(runner)) return;
      await runner.flush();
      await this.#options.readStore.promote(runner.view);
      this.#serving.add(runner);
    });
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#swap.then(work);
    this.#swap = result.catch(() => undefined);
    return result;
  }

  #until(
    met: () => boolean,
    late: () => Error,
    deadlineMs: number,
    signal?: AbortSignal,
  ): Promise<void> {
    if (met()) return Promise.resolve();
    if (signal?.aborted) return Promise.reject(late());
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
        this.#waiters.delete(waiter);
        settle();
      };
      const giveUp = (): void => end(() => reject(late()));
      const waiter: Waiter = { met, arrived: () => end(resolve) };
      const timer = setTimeout(giveUp, deadlineMs);
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiters.add(waiter);
    });
  }

  #tell(): void {
    for (const waiter of this.#waiters) if (waiter.met()) waiter.arrived();
  }

  #trouble(runners: Iterable<ViewRunner>, error: unknown): void {
    this.#options.onTrouble?.({ views: [...runners].map(({ view }) => view.name), error });
  }

  async *#tail(view: AnyView, after: Position, until: Position): AsyncIterable<RecordedEvent> {
    const filter = { eventTypes: view.handles };
    for await (const event of this.#options.eventStore.readAll({ after, filter })) {
      if (event.position > until) return;
      yield this.#options.catalogue.upcast(event);
    }
  }
}
