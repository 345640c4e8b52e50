/**
 * A process that does one thing at a time, when it is told to look: what its runner does in loops, with
 * the same ids, on a log that nobody waits at.
 */
import { type EventStore } from '#infra/event-store/event-store.port';
import { type ActionSender } from '#infra/process-runner/action-sender';
import { Instance, instanceOf } from '#infra/process-runner/process-instances';
import { type RecordedEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { START, type Position } from '#kernel/position';
import { type AnyProcess } from '#kernel/process';

export class ProcessByHand {
  readonly #process: AnyProcess;
  readonly #log: EventStore;
  readonly #sender: ActionSender;
  readonly #instances = new Map<string, Instance>();
  #seen: Position = START;

  /** @param past what it has reacted to already */
  constructor(
    process: AnyProcess,
    log: EventStore,
    sender: ActionSender,
    past: readonly RecordedEvent[],
  ) {
    this.#process = process;
    this.#log = log;
    this.#sender = sender;
    for (const event of past) {
      if (process.handles.includes(event.type)) this.#instanceOf(event)?.fold(event);
      this.#seen = event.position;
    }
  }

  /** @returns whether there was an event to react to. @throws what no repetition mends */
  async look(): Promise<boolean> {
    const { name, handles, react } = this.#process;
    const filter = { eventTypes: handles };
    for await (const event of this.#log.readAll({ after: this.#seen, filter, limit: 1 })) {
      const instance = this.#instanceOf(event);
      const actions = instance ? react(event, instance.state) : [];
      for (const [index, action] of actions.entries()) {
        await this.#sender.send(action, {
          commandId: deriveId('action', name, event.id, index),
          platform: event.metadata.platform,
          correlationId: event.metadata.correlationId,
          causationId: event.id,
        });
      }
      instance?.fold(event);
      this.#seen = event.position;
      return true;
    }
    return false;
  }

  #instanceOf(event: RecordedEvent): Instance | undefined {
    const key = instanceOf(this.#process, event);
    if (key === null) return undefined;
    const empty = { key, document: null, position: START, parked: false };
    const instance = this.#instances.get(key) ?? new Instance(this.#process, empty);
    this.#instances.set(key, instance);
    return instance;
  }
}
