/**
 * One process, from its checkpoint. Of each event: the actions are sent, then the state that follows
 * is written, then the checkpoint. A crash in between sends the actions again under the same ids,
 * which changes nothing. An action that fails for good parks its instance, and all its later events
 * wait until it is driven again; other instances go on.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { START } from '#kernel/position';
import { type AnyProcess } from '#kernel/process';
import { Turns } from '../command-handler/turns.ts';
import { isRetryable } from '../event-store/event-store.errors.ts';
import {
  type FoldState,
  type ParkedDocument,
  type ViewStore,
} from '../read-store/read-store.port.ts';
import { safeError } from '../telemetry/safe-error.ts';
import { ActionFailed } from './action-sender.ts';
import { asView, AT_THE_END, instanceOf, stateOf } from './process-instances.ts';
import { type Driven, type ProcessRunnerOptions } from './process-options.ts';

const BACKOFF_MS = [50, 200, 1_000, 5_000, 15_000] as const;
/** Instances of one process that act at the same time. */
const ABREAST = 16;
/** An unexpected error may pass; one that comes back this often does not. */
const TRIES_OF_THE_UNEXPECTED = 3;

export class ProcessLoop {
  readonly #process: AnyProcess;
  readonly #options: ProcessRunnerOptions;
  #store: ViewStore | undefined;
  /** The events of one instance follow each other, whoever has them in hand. */
  readonly #turns = new Turns();

  constructor(process: AnyProcess, options: ProcessRunnerOptions) {
    this.#process = process;
    this.#options = options;
  }

  get name(): string {
    return this.#process.name;
  }

  get #filter() {
    return { eventTypes: this.#process.handles };
  }

  /** Called before anything else. */
  async prepare(): Promise<void> {
    const { readStore } = this.#options;
    const view = asView(this.#process);
    if ((await readStore.prepare(view)) === 'building') {
      const before = await readStore.serving(view.name);
      if (before) await this.#foldSilently(readStore.exact(view), before);
      await readStore.promote(view);
    }
    this.#store = readStore.exact(view);
  }

  /** Until the signal is aborted, whatever happens. */
  async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.#follow(this.#prepared, signal, () => (failures = 0));
      } catch (error) {
        this.#options.onTrouble?.({ process: this.name, parked: false, error });
        await this.#options.pause(backoff(failures++), signal);
      }
    }
  }

  letters(): Promise<readonly ParkedDocument[]> {
    return this.#prepared.parked();
  }

  /**
   * The parked event, and all of its instance after it, to the end of the log. Let go last: a crash
   * before that finds the instance parked where it got to, and nothing that waited is lost.
   */
  drive(key: string, signal: AbortSignal): Promise<Driven> {
    const store = this.#prepared;
    const { eventStore, catalogue } = this.#options;
    return this.#turns.take(key, async () => {
      const [folded] = await store.getForFold([key]);
      if (!folded?.parked) return 'no-such-letter';
      try {
        const tail = { after: folded.position, filter: this.#filter, signal };
        for await (const stored of eventStore.readAll(tail)) {
          const event = catalogue.upcast(stored);
          if (instanceOf(this.#process, event) !== key) continue;
          const [so] = await store.getForFold([key]);
          const came = await this.#handle(store, key, event, so, signal);
          if (came !== 'done') return came === 'parked' ? 'failed-again' : 'interrupted';
        }
      } catch (error) {
        if (signal.aborted) return 'interrupted';
        throw error;
      }
      await store.unpark(key);
      return 'done';
    });
  }

  get #prepared(): ViewStore {
    if (!this.#store) throw new Error(`${this.name} is not prepared.`);
    return this.#store;
  }

  /**
   * A new form of the state, over what the old one has reacted to already: nothing is sent again, and
   * what waits behind a dead letter of the old one goes on waiting behind it.
   */
  async #foldSilently(store: ViewStore, before: ViewStore): Promise<void> {
    const { eventStore, catalogue } = this.#options;
    const until = await before.checkpoint();
    const letters = new Map((await before.parked()).map((letter) => [letter.key, letter]));
    for await (const stored of eventStore.readAll({ filter: this.#filter })) {
      if (stored.position > until) break;
      const event = catalogue.upcast(stored);
      const key = instanceOf(this.#process, event);
      if (key === null || event.position >= (letters.get(key)?.position ?? AT_THE_END)) continue;
      const [folded] = await store.getForFold([key]);
      if (folded && folded.position >= event.position) continue;
      await this.#remember(store, key, event, stateOf(this.#process, folded));
    }
    for (const letter of letters.values()) await store.park(letter);
    await store.write([], until);
  }

  async #follow(store: ViewStore, signal: AbortSignal, progressed: () => void): Promise<void> {
    const { eventStore, catalogue } = this.#options;
    const after = await store.checkpoint();
    for await (const batch of eventStore.subscribe({ after, filter: this.#filter, signal })) {
      const instances = new Map<string, RecordedEvent[]>();
      for (const stored of batch.events) {
        const event = catalogue.upcast(stored);
        const key = instanceOf(this.#process, event);
        if (key !== null) instances.set(key, [...(instances.get(key) ?? []), event]);
      }
      await abreast([...instances], ABREAST, ([key, events]) =>
        this.#turns.take(key, () => this.#handleAll(store, key, events, signal)),
      );
      if (signal.aborted) return;
      await store.write([], batch.position);
      progressed();
    }
  }

  async #handleAll(
    store: ViewStore,
    key: string,
    events: readonly RecordedEvent[],
    signal: AbortSignal,
  ): Promise<void> {
    for (const event of events) {
      const [folded] = await store.getForFold([key]);
      if (folded?.parked) return;
      if ((await this.#handle(store, key, event, folded, signal)) !== 'done') return;
    }
  }

  /** @throws what may pass: then nothing of the event is written, and it comes again. */
  async #handle(
    store: ViewStore,
    key: string,
    event: RecordedEvent,
    folded: FoldState | undefined,
    signal: AbortSignal,
  ): Promise<'done' | 'parked' | 'interrupted'> {
    if (folded && folded.position >= event.position) return 'done';
    const state = stateOf(this.#process, folded);
    try {
      if (!event.metadata.imported) await this.#act(event, state, signal);
      if (signal.aborted) return 'interrupted';
      await this.#remember(store, key, event, state);
      return 'done';
    } catch (error) {
      if (isRetryable(error)) throw error;
      await store.park({
        key,
        platform: event.metadata.platform,
        position: event.position,
        eventType: event.type,
        error: wordsOf(error),
        at: this.#options.clock.now(),
      });
      this.#options.onTrouble?.({ process: this.name, key, parked: true, error });
      return 'parked';
    }
  }

  async #remember(
    store: ViewStore,
    key: string,
    event: RecordedEvent,
    state: object,
  ): Promise<void> {
    const document = this.#process.evolve(state, event) as object | null;
    await store.write([{ key, document, position: event.position }], START);
  }

  async #act(event: RecordedEvent, state: object, signal: AbortSignal): Promise<void> {
    for (const [index, action] of this.#process.react(event, state).entries()) {
      const envelope = {
        commandId: deriveId('action', this.name, event.id, index),
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
          this.#options.onTrouble?.({ process: this.name, parked: false, error });
          await this.#options.pause(backoff(tries - 1), signal);
        }
      }
    }
  }
}

/** What may be kept of an error and shown to an operator. */
function wordsOf(error: unknown): string {
  const { name, message } = safeError(error);
  const words = error instanceof ActionFailed ? error.message : message;
  return words === undefined ? name : `${name}: ${words}`;
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
