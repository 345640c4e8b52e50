/** The instances of a process: which one an event belongs to, and how the read store keeps them. */
import { type RecordedEvent } from '#kernel/envelope';
import { type Position } from '#kernel/position';
import { type AnyProcess } from '#kernel/process';
import { type DocumentWrite, type FoldState } from '../read-store/read-store.port.ts';

/** Later than every position: they are texts of ASCII. */
export const AT_THE_END = '\uffff' as Position;

/** Instances never cross platforms, whatever the process keys by. */
export function instanceOf(process: AnyProcess, event: RecordedEvent): string | null {
  const key = process.key(event);
  return key === null ? null : `${event.metadata.platform}/${key}`;
}

export function platformOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}

/** The events of each instance, in their order; without those that belong to none. */
export function byInstance(
  process: AnyProcess,
  events: readonly RecordedEvent[],
): ReadonlyMap<string, readonly RecordedEvent[]> {
  const instances = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const key = instanceOf(process, event);
    if (key === null) continue;
    const others = instances.get(key);
    if (others) others.push(event);
    else instances.set(key, [event]);
  }
  return instances;
}

/** One instance while its events are folded: in memory, from what is stored of it. */
export class Instance {
  readonly key: string;
  readonly #process: AnyProcess;
  #document: object | null;
  #position: Position;
  #stored: Position;

  constructor(process: AnyProcess, { key, document, position }: FoldState) {
    this.#process = process;
    this.key = key;
    this.#document = document;
    this.#position = position;
    this.#stored = position;
  }

  get state(): object {
    return this.#document ?? (this.#process.initial as object);
  }

  hasSeen({ position }: RecordedEvent): boolean {
    return position <= this.#position;
  }

  /** @throws what the process throws; the instance is then where it was */
  fold(event: RecordedEvent): void {
    this.#document = this.#process.evolve(this.state, event) as object | null;
    this.#position = event.position;
  }

  /** What the store does not have yet, as one write or none. Whoever takes it sees to it that it is written. */
  takeUnwritten(): readonly DocumentWrite[] {
    if (this.#position === this.#stored) return [];
    this.#stored = this.#position;
    return [{ key: this.key, document: this.#document, position: this.#position }];
  }
}

/** A process keeps the states of its instances as a view keeps documents; it is never folded as one. */
export function asView(process: AnyProcess) {
  const { name, version, handles, evolve, initial } = process;
  return {
    name: `process-${name}`,
    version,
    handles,
    keys: (event: RecordedEvent) => {
      const instance = instanceOf(process, event);
      return instance === null ? [] : [instance];
    },
    evolve: (document: object | null, event: RecordedEvent) =>
      evolve(document ?? initial, event) as object | null,
    indexes: [],
  };
}
