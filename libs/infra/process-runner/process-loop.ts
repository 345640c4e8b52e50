/**
 * One process, from its checkpoint. Of each event: the actions are sent, then the state that follows
 * is written, then the checkpoint. A crash in between sends the actions again under the same ids,
 * which changes nothing. The state after an event from which nothing follows, such as an imported one,
 * waits in memory and is written with the checkpoint: after a crash before that it is folded again.
 * An action that fails for good parks its instance, and all its later events wait until it is driven
 * again; other instances go on.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { refusalIn } from '#kernel/newer-event';
import { START } from '#kernel/position';
import { type Action, type AnyProcess } from '#kernel/process';
import { Turns } from '../command-handler/turns.ts';
import { isRetryable } from '../event-store/event-store.errors.ts';
import { LogDamage } from '../event-store/log-damage.ts';
import {
  type DocumentWrite,
  type FoldState,
  type ParkedDocument,
  type ViewStore,
} from '../read-store/read-store.port.ts';
import { safeError } from '../telemetry/safe-error.ts';
import { ActionFailed } from './action-sender.ts';
import { asView, AT_THE_END, byInstance, Instance, instanceOf } from './process-instances.ts';
import { type Driven, type ProcessRunnerOptions } from './process-options.ts';

const BACKOFF_MS = [50, 200, 1_000, 5_000, 15_000] as const;
/** Of the whole process, whose log or state cannot be had: a disk has room again at any moment. */
const STANDSTILL_MAX_MS = 1_000;
/** Instances of one process that act at the same time. */
const ABREAST = 16;
/** Events whose states are written together where nothing is sent. */
const FOLDED_TOGETHER = 256;
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
    const damage = new LogDamage<this>();
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.#follow(this.#prepared, signal, () => {
          failures = 0;
          damage.passed(this);
        });
      } catch (error) {
        if (damage.failed(this, error))
          this.#options.onTrouble?.({ process: this.name, parked: false, error });
        await this.#options.pause(Math.min(backoff(failures++), STANDSTILL_MAX_MS), signal);
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
      const instance = new Instance(this.#process, folded);
      try {
        const tail = { after: folded.position, filter: this.#filter, signal };
        for await (const stored of eventStore.readAll(tail)) {
          const event = catalogue.upcastOrWithhold(stored);
          if (instanceOf(this.#process, event) !== key) continue;
          const came = await this.#handle(store, instance, event, signal);
          if (came !== 'done') return came === 'parked' ? 'failed-again' : 'interrupted';
        }
      } catch (error) {
        if (signal.aborted) return 'interrupted';
        throw error;
      }
      await store.write(instance.takeUnwritten(), START);
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
    let together: RecordedEvent[] = [];
    for await (const stored of eventStore.readAll({ filter: this.#filter })) {
      if (stored.position > until) break;
      const event = catalogue.upcastOrWithhold(stored);
      const key = instanceOf(this.#process, event);
      if (key === null || event.position >= (letters.get(key)?.position ?? AT_THE_END)) continue;
      const refusal = refusalIn(event);
      if (refusal) {
        letters.set(key, this.#letter(key, event, refusal));
        continue;
      }
      together.push(event);
      if (together.length < FOLDED_TOGETHER) continue;
      await this.#foldTogether(store, together);
      together = [];
    }
    await this.#foldTogether(store, together);
    for (const letter of letters.values()) await store.park(letter);
    await store.write([], until);
  }

  async #foldTogether(store: ViewStore, events: readonly RecordedEvent[]): Promise<void> {
    const instances = byInstance(this.#process, events);
    const writes: DocumentWrite[] = [];
    for (const folded of await store.getForFold([...instances.keys()])) {
      const instance = new Instance(this.#process, folded);
      for (const event of instances.get(folded.key)!) {
        if (!instance.hasSeen(event)) instance.fold(event);
      }
      writes.push(...instance.takeUnwritten());
    }
    await store.write(writes, START);
  }

  async #follow(store: ViewStore, signal: AbortSignal, progressed: () => void): Promise<void> {
    const { eventStore, catalogue } = this.#options;
    const after = await store.checkpoint();
    for await (const batch of eventStore.subscribe({ after, filter: this.#filter, signal })) {
      const events = batch.events.map((stored) => catalogue.upcastOrWithhold(stored));
      const instances = byInstance(this.#process, events);
      const unwritten: DocumentWrite[] = [];
      await abreast(await store.getForFold([...instances.keys()]), ABREAST, async (folded) => {
        const its = instances.get(folded.key)!;
        const handle = () => this.#handleAll(store, folded, its, signal);
        unwritten.push(...(await this.#turns.take(folded.key, handle)));
      });
      if (signal.aborted) return;
      await store.write(unwritten, batch.position);
      progressed();
    }
  }

  /** @returns the state that they left, where it is not written yet. */
  async #handleAll(
    store: ViewStore,
    folded: FoldState,
    events: readonly RecordedEvent[],
    signal: AbortSignal,
  ): Promise<readonly DocumentWrite[]> {
    // Who drives a letter again may have let it go since that was read: what it did not see is seen here.
    const [now] = folded.parked ? await store.getForFold([folded.key]) : [folded];
    if (!now || now.parked) return [];
    const instance = new Instance(this.#process, now);
    for (const event of events) {
      if ((await this.#handle(store, instance, event, signal)) !== 'done') return [];
    }
    return instance.takeUnwritten();
  }

  /** @throws what may pass: then nothing of the event is written, and it comes again. */
  async #handle(
    store: ViewStore,
    instance: Instance,
    event: RecordedEvent,
    signal: AbortSignal,
  ): Promise<'done' | 'parked' | 'interrupted'> {
    if (instance.hasSeen(event)) return 'done';
    try {
      const refusal = refusalIn(event);
      if (refusal) throw refusal;
      const { imported } = event.metadata;
      const actions = imported ? [] : this.#process.react(event, instance.state);
      await this.#send(actions, event, signal);
      if (signal.aborted) return 'interrupted';
      instance.fold(event);
      // At once, so that a crash later on sends them again as rarely as can be.
      if (actions.length > 0) await store.write(instance.takeUnwritten(), START);
      return 'done';
    } catch (error) {
      if (isRetryable(error)) throw error;
      // What came before it: nothing is written of a parked instance by the checkpoint.
      await store.write(instance.takeUnwritten(), START);
      await store.park(this.#letter(instance.key, event, error));
      this.#options.onTrouble?.({ process: this.name, key: instance.key, parked: true, error });
      return 'parked';
    }
  }

  #letter(key: string, event: RecordedEvent, error: unknown): ParkedDocument {
    return {
      key,
      platform: event.metadata.platform,
      position: event.position,
      eventType: event.type,
      error: wordsOf(this.#options.catalogue.damageOf(event) ?? error),
      at: this.#options.clock.now(),
    };
  }

  async #send(
    actions: readonly Action[],
    event: RecordedEvent,
    signal: AbortSignal,
  ): Promise<void> {
    for (const [index, action] of actions.entries()) {
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
