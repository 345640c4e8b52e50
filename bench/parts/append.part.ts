/** Durable appends through the port against bare inserts of the same rows. */
import { randomUUID } from 'node:crypto';
import { type DatabaseSync } from 'node:sqlite';
import { type NewEvent } from '#kernel/envelope';
import { type BatchWriter } from '#infra/event-store/sqlite/batch-writer';
import { LogReader } from '#infra/event-store/sqlite/log-reader';
import { connectForWriting, migrate } from '#infra/event-store/sqlite/schema';
import { SqliteEventStore } from '#infra/event-store/sqlite/sqlite-event-store';
import { WorkerWriter } from '#infra/event-store/sqlite/worker-writer';
import { type AppendOne, appendRate, MEASURED_MS, STREAM_LENGTH } from '../appends.ts';
import { type Contest, type Part, ratePerSecond } from '../contest.ts';
import { benchFolder } from '../folder.ts';
import { eventOf } from '../sample-events.ts';

const WATCH_MS = 250;

/** Counts what the group commit has made of the appends. */
class CountingWriter implements BatchWriter {
  readonly storeId: string;
  readonly #writer: BatchWriter;
  batches = 0;
  appends = 0;

  constructor(writer: BatchWriter) {
    this.#writer = writer;
    this.storeId = writer.storeId;
  }

  apply(batch: Parameters<BatchWriter['apply']>[0]) {
    this.batches++;
    this.appends += batch.length;
    return this.#writer.apply(batch);
  }

  probe() {
    return this.#writer.probe();
  }

  close() {
    return this.#writer.close();
  }
}

function appendPart(writers: number): Part {
  return {
    name: `append-${writers}`,
    ours: `durable appends of 600-byte events through the port, ${writers} at a time`,
    yardstick: 'bare inserts of the same rows, same settings, as many to a commit',
    unit: 'events/s',
    goal: { atLeast: 0.8 },
    open: async (): Promise<Contest> => {
      const folder = benchFolder();
      let perBatch = 1;
      return {
        ours: async () => {
          const file = folder.file('log.db');
          const settings = {
            file,
            newStoreId: randomUUID(),
            fullCheck: false,
            busyTimeoutMs: 5_000,
          };
          const writer = new CountingWriter(await WorkerWriter.open(settings));
          const store = new SqliteEventStore(writer, new LogReader(file), WATCH_MS);
          try {
            const append: AppendOne = (stream, expected, event) =>
              store.append(stream, expected, [event]);
            return await appendRate(append, writers, MEASURED_MS);
          } finally {
            await store.close();
            perBatch = Math.max(1, Math.round(writer.appends / writer.batches));
          }
        },
        yardstick: () => bareInserts(folder.file('bare.db'), perBatch),
        facts: () => ({ 'appends a commit': perBatch }),
        close: async () => folder.remove(),
      };
    },
  };
}

async function bareInserts(file: string, perCommit: number): Promise<number> {
  const db = connectForWriting(file, 5_000);
  migrate(db, file, randomUUID());
  const commit = bareCommit(db);
  try {
    let next = 0;
    return await ratePerSecond(MEASURED_MS, () => {
      commit(Array.from({ length: perCommit }, () => eventOf(next++)));
      return perCommit;
    });
  } finally {
    db.close();
  }
}

/** One transaction of plain inserts into the log's own table and indexes. */
function bareCommit(db: DatabaseSync): (events: readonly NewEvent[]) => void {
  const insert = db.prepare(
    `INSERT INTO events (position, stream_id, revision, type_id, schema_version, id, data, metadata)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  let position = 0;
  return (events) => {
    db.exec('BEGIN IMMEDIATE');
    for (const { schemaVersion, id, data, metadata } of events) {
      const stream = Math.floor(position / STREAM_LENGTH);
      const revision = position++ % STREAM_LENGTH;
      const texts = [JSON.stringify(data), JSON.stringify(metadata)] as const;
      insert.run(position, stream, revision, 1, schemaVersion, id, ...texts);
    }
    db.exec('COMMIT');
  };
}

export const appendParts: readonly Part[] = [appendPart(1), appendPart(32)];
