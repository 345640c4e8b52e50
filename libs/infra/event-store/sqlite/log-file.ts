/**
 * A log's file that nobody writes to, such as a copy of one: read as it lies, without a writer, which
 * would bring it to today's schema and make it another file.
 */
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type RecordedEvent } from '#kernel/envelope';
import { CallAborted } from '../event-store.errors.ts';
import { type EventStore } from '../event-store.port.ts';
import { LogReader } from './log-reader.ts';
import { storeIdOf } from './schema.ts';

/** @throws StorageError where it is no log */
export function nameOfLogFile(file: string): string {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return storeIdOf(db, file);
  } finally {
    db.close();
  }
}

/**
 * From now on it is a log of its own: positions that the old one gave mean nothing to it. Only for a
 * file that is no store's yet.
 */
export function renameLogFile(file: string, storeId: string): void {
  const db = new DatabaseSync(file);
  try {
    db.prepare(`UPDATE meta SET value = ? WHERE name = 'store-id'`).run(storeId);
  } finally {
    db.close();
  }
}

/** Every event of the file, in order; each iteration has a connection of its own. */
export function logOfFile(file: string): Pick<EventStore, 'readAll'> {
  return {
    async *readAll({ signal } = {}): AsyncGenerator<RecordedEvent> {
      const reader = new LogReader(file);
      try {
        const upTo = reader.head();
        const part = { upTo, filter: undefined, limit: Number.MAX_SAFE_INTEGER };
        for (let after = 0; after < upTo;) {
          if (signal?.aborted) throw new CallAborted('The reading of the log was ended.');
          const { events, lookedTo } = reader.logPage({ ...part, after });
          yield* events;
          after = lookedTo;
          await nextTurn();
        }
      } finally {
        reader.close();
      }
    },
  };
}
