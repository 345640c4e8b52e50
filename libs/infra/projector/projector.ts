/**
 * Keeps the views: all that serve follow the log in one subscription, and a version that is being
 * built catches up beside them and is swapped in when it has. A lost read store is waited for.
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
  type ViewStatus,
} from '../read-store/read-store.port.ts';
import { ViewBehind } from './view-behind.ts';
import { ViewRunner } from './view-runner.ts';

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

interface Waiter {
  readonly view: string;
  readonly position: Position;
  readonly arrived: () => void;
}

const BACKOFF_MS = [20, 100, 500, 2_000, 5_000] as const;

export class Projector {
  readonly #options: ProjectorOptions;
  readonly #serving = new Map<string, ViewRunner>();
  /** Runners whose place a rebuild has taken: they follow no longer. */
  readonly #replaced = new WeakSet<ViewRunner>();
  readonly #waiters = new Set<Waiter>();
  #abort: AbortController | undefined;
  #running: Promise<void>[] = [];

  constructor(options: ProjectorOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    if (this.#abort) return;
    this.#abort = new AbortController();
    const serving: ViewRunner[] = [];
    const building: ViewRunner[] = [];
    for (const view of this.#options.views) {
      const state = await this.#options.readStore.prepare(view);
      const runner = new ViewRunner(view, this.#options.readStore, this.#options.clock);
      (state === 'serving' ? serving : building).push(runner);
    }
    for (const runner of serving) this.#serving.set(runner.view.name, runner);
    this.#follow(serving);
    this.#follow(building);
  }

  /** Finishes the batch in hand and stores every checkpoint. */
  async stop(): Promise<void> {
    this.#abort?.abort();
    await Promise.all(this.#running);
    this.#running = [];
    this.#abort = undefined;
  }

  /**
   * Resolves when the serving version of the view has reached the position.
   * @throws ViewBehind when it has not in time, with how far it is.
   */
  waitFor(
    view: string,
    position: Position,
    { deadlineMs, signal }: { readonly deadlineMs: number; readonly signal?: AbortSignal },
  ): Promise<void> {
    const reached = () => this.#serving.get(view)?.reached ?? START;
    const serves = () => this.#serving.has(view) && reached() >= position;
    if (serves()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', late);
        this.#waiters.delete(waiter);
        settle();
      };
      const late = (): void => end(() => reject(new ViewBehind(view, position, reached())));
      const waiter: Waiter = { view, position, arrived: () => end(resolve) };
      const timer = setTimeout(late, deadlineMs);
      signal?.addEventListener('abort', late, { once: true });
      this.#waiters.add(waiter);
    });
  }

  /** Builds the view anew beside what serves, and swaps. Resolves when the new one serves. */
  async rebuild(name: string): Promise<void> {
    const view = this.#options.views.find((one) => one.name === name);
    if (!view || !this.#abort) throw new RangeError(`No view "${name}" is running.`);
    const before = this.#serving.get(name);
    if (before) this.#replaced.add(before);
    this.#serving.delete(name);
    await this.#options.readStore.reset(view);
    const runner = new ViewRunner(view, this.#options.readStore, this.#options.clock);
    const head = await this.#options.eventStore.head();
    this.#follow([runner]);
    await this.waitFor(name, head, { deadlineMs: 2 ** 31 - 1, signal: this.#abort.signal });
  }

  /** @returns false where the fold throws again, or nothing of the kind is parked. */
  async retryParked(name: string, key: string): Promise<boolean> {
    const runner = this.#serving.get(name);
    if (!runner || !(await runner.parked()).some((one) => one.key === key)) return false;
    return runner.retry(key, (after, until) => this.#tail(runner.view, after, until));
  }

  async parked(): Promise<readonly (ParkedDocument & { readonly view: string })[]> {
    const lists = await Promise.all(
      [...this.#serving].map(async ([view, runner]) =>
        (await runner.parked()).map((document) => ({ ...document, view })),
      ),
    );
    return lists.flat();
  }

  async status(): Promise<readonly ProjectedView[]> {
    const stored = await this.#options.readStore.status();
    return stored.map((view) => {
      const runner = this.#serving.get(view.name);
      const own = runner?.view.version === view.version && view.state === 'serving';
      return { ...view, reached: own ? runner.reached : view.checkpoint };
    });
  }

  #follow(runners: readonly ViewRunner[]): void {
    if (runners.length > 0) this.#running.push(this.#keepFollowing(runners, this.#abort!.signal));
  }

  async #keepFollowing(runners: readonly ViewRunner[], signal: AbortSignal): Promise<void> {
    const views = runners.map(({ view }) => view.name);
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.#run(runners, signal, () => (failures = 0));
      } catch (error) {
        if (runners.every((runner) => this.#replaced.has(runner))) return;
        this.#options.onTrouble?.({ views, error });
        const ms = BACKOFF_MS[Math.min(failures++, BACKOFF_MS.length - 1)]!;
        await this.#options.pause(ms, signal);
      }
    }
    await Promise.allSettled(runners.map((runner) => runner.flush()));
  }

  async #run(
    runners: readonly ViewRunner[],
    signal: AbortSignal,
    progressed: () => void,
  ): Promise<void> {
    const { eventStore, catalogue } = this.#options;
    const following = runners.filter((runner) => !this.#replaced.has(runner));
    const checkpoints = await Promise.all(following.map((runner) => runner.resume()));
    const after = checkpoints.reduce((least, one) => (one < least ? one : least));
    const eventTypes = [...new Set(runners.flatMap(({ view }) => view.handles))];
    for await (const batch of eventStore.subscribe({ after, filter: { eventTypes }, signal })) {
      const events = batch.events.map((event) => catalogue.upcast(event));
      for (const runner of following) {
        if (this.#replaced.has(runner)) continue;
        await runner.apply(events, batch.position);
        if (batch.live) await this.#serve(runner);
        this.#tell(runner);
      }
      progressed();
    }
  }

  async #serve(runner: ViewRunner): Promise<void> {
    if (this.#serving.get(runner.view.name) === runner) return;
    await runner.flush();
    await this.#options.readStore.promote(runner.view);
    this.#serving.set(runner.view.name, runner);
  }

  #tell({ view, reached }: ViewRunner): void {
    for (const waiter of this.#waiters) {
      if (waiter.view !== view.name || !this.#serving.has(view.name)) continue;
      if (reached >= waiter.position) waiter.arrived();
    }
  }

  async *#tail(view: AnyView, after: Position, until: Position): AsyncIterable<RecordedEvent> {
    const filter = { eventTypes: view.handles };
    for await (const event of this.#options.eventStore.readAll({ after, filter })) {
      if (event.position > until) return;
      yield this.#options.catalogue.upcast(event);
    }
  }
}
