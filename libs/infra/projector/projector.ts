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
import { type StoreUnusable } from '../event-store/event-store.errors.ts';
import { type EventStore, type SubscriptionBatch } from '../event-store/event-store.port.ts';
import { LogDamage } from '../event-store/log-damage.ts';
import {
  type ParkedDocument,
  type ReadStore,
  ReadStoreUnavailable,
  type ViewState,
  type ViewStatus,
} from '../read-store/read-store.port.ts';
import { ViewBehind } from './view-behind.ts';
import { type RetryOutcome, ViewRunner } from './view-runner.ts';
import { Waiters } from './waiters.ts';

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

/** Views that follow the log together. */
interface Group {
  readonly runners: Set<ViewRunner>;
  readonly signal: AbortSignal;
}

/** No longer than that, as nobody is shown anything new meanwhile: a disk has room again at any moment. */
const BACKOFF_MS = [20, 100, 500, 1_000] as const;
/** The longest that a timer of Node waits: about 25 days. */
const FOR_EVER_MS = 2 ** 31 - 1;

export class Projector {
  readonly #options: ProjectorOptions;
  /** Of each view, what keeps the version that this build knows; a rebuild puts another in its place. */
  readonly #runners = new Map<string, ViewRunner>();
  readonly #serving = new WeakSet<ViewRunner>();
  /** How far a version is that serves, but is kept no more, until the one that is being built is swapped in. */
  readonly #standing = new Map<string, Position>();
  readonly #waiters = new Waiters();
  readonly #running = new Set<Promise<void>>();
  /** Swaps and resets follow each other: a promotion must not meet a build that was just begun afresh. */
  #swap: Promise<unknown> = Promise.resolve();
  #abort: AbortController | undefined;
  readonly #damage = new LogDamage<Group>();

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
      this.#follow(serving, abort.signal);
      this.#follow(building, abort.signal);
    } catch (error) {
      this.#abort = undefined;
      throw error;
    }
  }

  /** Finishes the batch in hand and stores every checkpoint. Whoever waits is told that the view is behind. */
  async stop(): Promise<void> {
    this.#abort?.abort();
    this.#waiters.giveUp();
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
    return this.#waiters.until(met, { deadlineMs, late, ...(signal ? { signal } : {}) });
  }

  /** The damage of the log that views cannot pass; undefined where they go on. */
  get damage(): StoreUnusable | undefined {
    return this.#damage.met;
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
      const runner = new ViewRunner(view, this.#options);
      this.#runners.set(name, runner);
      this.#follow([runner], signal);
    });
    const met = (): boolean => this.#serving.has(this.#runners.get(name)!);
    const late = () => new ViewBehind(name, START, this.reached(name) ?? START);
    await this.#waiters.until(met, { deadlineMs: FOR_EVER_MS, late, signal });
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
    const { views, readStore } = this.#options;
    const byState: Record<ViewState, ViewRunner[]> = { serving: [], building: [] };
    for (const view of views) {
      const state = await readStore.prepare(view);
      const runner = new ViewRunner(view, this.#options);
      byState[state].push(runner);
      this.#runners.set(view.name, runner);
      if (state === 'serving') this.#serving.add(runner);
    }
    for (const { name, state, checkpoint } of await readStore.status()) {
      if (state === 'serving') this.#standing.set(name, checkpoint);
    }
    return byState;
  }

  #follow(runners: readonly ViewRunner[], signal: AbortSignal): void {
    if (runners.length === 0) return;
    const running = this.#keepFollowing({ runners: new Set(runners), signal });
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }

  async #keepFollowing(group: Group): Promise<void> {
    const { runners, signal } = group;
    for (let failures = 0; !signal.aborted;) {
      this.#leaveReplaced(group);
      if (runners.size === 0) break;
      try {
        await this.#run(group, () => {
          failures = 0;
          this.#damage.passed(group);
        });
      } catch (error) {
        if (this.#damage.failed(group, error)) this.#trouble(runners, error);
        const ms = BACKOFF_MS[Math.min(failures++, BACKOFF_MS.length - 1)]!;
        await this.#options.pause(ms, signal);
      }
    }
    this.#damage.passed(group);
    await Promise.allSettled([...runners].map((runner) => runner.flush()));
  }

  async #run(group: Group, progressed: () => void): Promise<void> {
    const { eventStore } = this.#options;
    const { runners, signal } = group;
    for (const runner of runners) await this.#apart(group, runner, () => runner.resume());
    const [after] = [...runners].map(({ reached }) => reached).sort();
    if (after === undefined) return;
    const eventTypes = [...new Set([...runners].flatMap(({ view }) => view.handles))];
    for await (const batch of eventStore.subscribe({ after, filter: { eventTypes }, signal })) {
      this.#leaveReplaced(group);
      await this.#applyTo(group, batch);
      this.#waiters.tell();
      if (runners.size === 0) return;
      progressed();
    }
  }

  /** All at once, so that what they write is one commit. Ends when each has. @throws what stops all of them */
  async #applyTo(group: Group, { events, position, live }: SubscriptionBatch): Promise<void> {
    const outcomes = await Promise.allSettled(
      [...group.runners].map((runner) =>
        this.#apart(group, runner, async () => {
          await runner.apply(events, position);
          if (live) await this.#serve(runner);
        }),
      ),
    );
    const failed = outcomes.find(({ status }) => status === 'rejected');
    if (failed) throw (failed as PromiseRejectedResult).reason;
  }

  /** What is wrong with one view alone must not hold up the others of its group: it leaves them. */
  async #apart(
    { runners, signal }: Group,
    runner: ViewRunner,
    work: () => Promise<unknown>,
  ): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (runners.size === 1 || error instanceof ReadStoreUnavailable) throw error;
      this.#trouble([runner], error);
      runners.delete(runner);
      this.#follow([runner], signal);
    }
  }

  #leaveReplaced({ runners }: Group): void {
    for (const runner of runners) if (!this.#isCurrent(runner)) runners.delete(runner);
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

  #trouble(runners: Iterable<ViewRunner>, error: unknown): void {
    this.#options.onTrouble?.({ views: [...runners].map(({ view }) => view.name), error });
  }

  async *#tail(view: AnyView, after: Position, until: Position): AsyncIterable<RecordedEvent> {
    const filter = { eventTypes: view.handles };
    for await (const event of this.#options.eventStore.readAll({ after, filter })) {
      if (event.position > until) return;
      yield event;
    }
  }
}
