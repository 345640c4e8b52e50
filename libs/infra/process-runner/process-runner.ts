/**
 * Runs processes from their checkpoints. Of each event: the actions are sent, then the state that
 * follows is written, then the checkpoint. A crash in between sends the actions again under the same
 * ids, which changes nothing. An action that fails for good parks its instance as a dead letter, and
 * all its later events wait until it is driven again; other instances go on.
 */
import { type Clock } from '#kernel/clock';
import { type EventCatalogue } from '#kernel/event-definition';
import { type RecordedEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { START, type Position } from '#kernel/position';
import { type AnyProcess } from '#kernel/process';
import { type EventStore } from '../event-store/event-store.port.ts';
import {
  type ParkedDocument,
  type ReadStore,
  type ViewStore,
} from '../read-store/read-store.port.ts';
import { type ActionSender } from './action-sender.ts';

export interface ProcessRunnerOptions {
  readonly eventStore: EventStore;
  readonly readStore: ReadStore;
  readonly processes: readonly AnyProcess[];
  readonly catalogue: EventCatalogue;
  readonly sender: ActionSender;
  readonly clock: Clock;
  /** Waits; ends early, without an error, when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onTrouble?: (trouble: ProcessTrouble) => void;
}

export interface ProcessTrouble {
  readonly process: string;
  readonly key?: string;
  readonly parked: boolean;
  readonly error: unknown;
}

export interface DeadLetter extends ParkedDocument {
  readonly process: string;
}

const BACKOFF_MS = [50, 200, 1_000, 5_000, 15_000] as const;
/** Instances of one process that act at the same time. */
const ABREAST = 16;
/** An unexpected error may pass; one that comes back this often does not. */
const TRIES_OF_THE_UNEXPECTED = 3;

export class ProcessRunner {
  readonly #options: ProcessRunnerOptions;
  readonly #stores = new Map<string, ViewStore>();
  #abort: AbortController | undefined;
  #running: readonly Promise<void>[] = [];

  constructor(options: ProcessRunnerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    if (this.#abort) return;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    for (const process of this.#options.processes) await this.#prepare(process);
    this.#running = this.#options.processes.map((process) => this.#keepRunning(process, signal));
  }

  /** Finishes the events in hand. */
  async stop(): Promise<void> {
    this.#abort?.abort();
    await Promise.all(this.#running);
    this.#abort = undefined;
  }

  async deadLetters(): Promise<readonly DeadLetter[]> {
    const lists = await Promise.all(
      this.#options.processes.map(async ({ name }) => {
        const parked = (await this.#stores.get(name)?.parked()) ?? [];
        return parked.map((letter) => ({ ...letter, process: name }));
      }),
    );
    return lists.flat();
  }

  /**
   * Drives a dead letter again, and after it all that waited behind it.
   * @returns false where there is no such dead letter, or where it failed again.
   */
  async driveAgain(name: string, key: string): Promise<boolean> {
    const process = this.#options.processes.find((one) => one.name === name);
    const store = this.#stores.get(name);
    const letter = (await store?.parked())?.find((one) => one.key === key);
    if (!process || !store || !letter) return false;
    await store.unpark(key);
    const [folded] = await store.getForFold([key]);
    const signal = this.#abort?.signal ?? new AbortController().signal;
    const after = folded?.position ?? START;
    const until = await store.checkpoint();
    const filter = { eventTypes: process.handles };
    for await (const stored of this.#options.eventStore.readAll({ after, filter })) {
      if (stored.position > until) break;
      const event = this.#options.catalogue.upcast(stored);
      if (process.key(event) !== key) continue;
      if (!(await this.#handle(process, store, event, signal))) return false;
    }
    return true;
  }

  async #prepare(process: AnyProcess): Promise<void> {
    const { readStore } = this.#options;
    const view = asView(process);
    const state = await readStore.prepare(view);
    const store = readStore.exact(view);
    if (state === 'building') {
      const before = await (await readStore.serving(view.name))?.checkpoint();
      if (before !== undefined) await this.#foldSilently(process, store, before);
      await readStore.promote(view);
    }
    this.#stores.set(process.name, readStore.exact(view));
  }

  /** A new form of the state, over what the old one has reacted to already: nothing is sent again. */
  async #foldSilently(process: AnyProcess, store: ViewStore, until: Position): Promise<void> {
    const { eventStore, catalogue } = this.#options;
    const filter = { eventTypes: process.handles };
    for await (const stored of eventStore.readAll({ filter })) {
      if (stored.position > until) break;
      const event = catalogue.upcast(stored);
      const key = process.key(event);
      if (key === null) continue;
      const [folded] = await store.getForFold([key]);
      if (folded && folded.position >= event.position) continue;
      const document = process.evolve(folded?.document ?? process.initial, event);
      await store.write([{ key, document, position: event.position }], START);
    }
    await store.write([], until);
  }

  async #keepRunning(process: AnyProcess, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.#run(process, signal, () => (failures = 0));
      } catch (error) {
        this.#options.onTrouble?.({ process: process.name, parked: false, error });
        await this.#options.pause(backoff(failures++), signal);
      }
    }
  }

  async #run(process: AnyProcess, signal: AbortSignal, progressed: () => void): Promise<void> {
    const { eventStore, catalogue } = this.#options;
    const store = this.#stores.get(process.name)!;
    const after = await store.checkpoint();
    const filter = { eventTypes: process.handles };
    for await (const batch of eventStore.subscribe({ after, filter, signal })) {
      const instances = new Map<string, RecordedEvent[]>();
      for (const stored of batch.events) {
        const event = catalogue.upcast(stored);
        const key = process.key(event);
        if (key === null) continue;
        instances.set(key, [...(instances.get(key) ?? []), event]);
      }
      await abreast([...instances.values()], ABREAST, async (events) => {
        for (const event of events) {
          if (signal.aborted || !(await this.#handle(process, store, event, signal))) return;
        }
      });
      if (signal.aborted) return;
      await store.write([], batch.position);
      progressed();
    }
  }

  /** @returns false when the instance is parked, before or now. */
  async #handle(
    process: AnyProcess,
    store: ViewStore,
    event: RecordedEvent,
    signal: AbortSignal,
  ): Promise<boolean> {
    const key = process.key(event)!;
    const [folded] = await store.getForFold([key]);
    if (folded?.parked) return false;
    if (folded && folded.position >= event.position) return true;
    try {
      const state = folded?.document ?? process.initial;
      if (!event.metadata.imported) await this.#act(process, event, state, signal);
      if (signal.aborted) return false;
      const document = process.evolve(state, event);
      await store.write([{ key, document, position: event.position }], START);
      return true;
    } catch (error) {
      if (isRetryable(error)) throw error;
      await store.park({
        key,
        position: event.position,
        eventType: event.type,
        error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
        at: this.#options.clock.now(),
      });
      this.#options.onTrouble?.({ process: process.name, key, parked: true, error });
      return false;
    }
  }

  async #act(
    process: AnyProcess,
    event: RecordedEvent,
    state: object,
    signal: AbortSignal,
  ): Promise<void> {
    for (const [index, action] of process.react(event, state).entries()) {
      const envelope = {
        commandId: deriveId('action', process.name, event.id, index),
        platform: event.metadata.platform,
        correlationId: event.metadata.correlationId,
        causationId: event.id,
      };
      for (let tries = 0; !signal.aborted;) {
        try {
          await this.#options.sender.send(action, envelope);
          break;
        } catch (error) {
          tries++;
          if (!isRetryable(error) && tries >= TRIES_OF_THE_UNEXPECTED) throw error;
          this.#options.onTrouble?.({ process: process.name, parked: false, error });
          await this.#options.pause(backoff(tries - 1), signal);
        }
      }
    }
  }
}

/** A process keeps the states of its instances as a view keeps documents. */
function asView({ name, version, handles, key, evolve, initial }: AnyProcess) {
  return {
    name: `process-${name}`,
    version,
    handles,
    keys: (event: RecordedEvent) => {
      const instance = key(event);
      return instance === null ? [] : [instance];
    },
    evolve: (document: object | null, event: RecordedEvent) => evolve(document ?? initial, event),
    indexes: [],
  };
}

function isRetryable(error: unknown): boolean {
  return (error as { retryable?: boolean } | null)?.retryable === true;
}

function backoff(failures: number): number {
  return BACKOFF_MS[Math.min(failures, BACKOFF_MS.length - 1)]!;
}

/** Works through a list, at most `width` at a time. */
async function abreast<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const lane = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
}
