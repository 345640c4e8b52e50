/** The instances of a process: which one an event belongs to, and how the read store keeps them. */
import { type RecordedEvent } from '#kernel/envelope';
import { type Position } from '#kernel/position';
import { type AnyProcess } from '#kernel/process';
import { type FoldState } from '../read-store/read-store.port.ts';

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

export function stateOf({ initial }: AnyProcess, folded: FoldState | undefined): object {
  return folded?.document ?? (initial as object);
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
