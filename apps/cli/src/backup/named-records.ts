/** The records that a log names, held against a vault: gathered while the log is read for its hash, so that it is read once. */
import { type LogSummary, summaryOf } from '#infra/event-store/copy-log';
import { type EventStore } from '#infra/event-store/event-store.port';
import { recordsNamedIn } from '#infra/vault/named-refs';
import { type RecordedEvent } from '#kernel/envelope';
import { START, type Position } from '#kernel/position';

export interface LogWithRecords extends LogSummary {
  readonly lastPosition: Position;
  /** References, by the platform whose events name them. */
  readonly named: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Costs about 150 bytes of memory a record. @throws the store's errors */
export async function readWithRecords(
  log: Pick<EventStore, 'readAll'>,
  signal: AbortSignal,
  onEvent: (done: number) => void,
): Promise<LogWithRecords> {
  const named = new Map<string, Set<string>>();
  let lastPosition = START;
  const summary = await summaryOf(
    log,
    signal,
    (done, { position, metadata, data }: RecordedEvent) => {
      lastPosition = position;
      for (const ref of recordsNamedIn(data)) addTo(named, metadata.platform, ref);
      onEvent(done);
    },
  );
  return { ...summary, lastPosition, named };
}

function addTo(named: Map<string, Set<string>>, platform: string, ref: string): void {
  const refs = named.get(platform);
  if (refs) refs.add(ref);
  else named.set(platform, new Set([ref]));
}

export function countOf(named: LogWithRecords['named']): number {
  return named.values().reduce((sum, refs) => sum + refs.size, 0);
}
