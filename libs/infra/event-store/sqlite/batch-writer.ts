/** The writer as the store sees it: one job at a time, wherever it runs. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type LogWriter } from './log-writer.ts';
import { type AppendOutcome, type AppendRequest } from './write-protocol.ts';

export interface BatchWriter {
  readonly storeId: string;
  /** Durable when it resolves. @throws StorageError; the batch may have been written then */
  apply(batch: readonly AppendRequest[]): Promise<readonly AppendOutcome[]>;
  /** Resolves when an append would succeed. @throws StorageError */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Writes on the calling thread: for tools and tests, which have nothing else to do meanwhile. Each job
 * waits for a turn of the event loop, or a loop of appends would let nothing else of the process run.
 */
export function inlineWriter(writer: LogWriter): BatchWriter {
  return {
    storeId: writer.storeId,
    apply: async (batch) => {
      await nextTurn();
      return writer.apply(batch);
    },
    probe: async () => {
      await nextTurn();
      writer.probe();
    },
    close: async () => writer.close(),
  };
}
