/**
 * Emmett's SQLite store (https://event-driven-io.github.io/emmett) at its best settings that work: one
 * connection, since with several it is refused as busy, and one append after the other, since appends at
 * the same time share a transaction of which the first is answered before it is committed. WAL it sets by
 * itself; synchronous is FULL, SQLite's default.
 */
import { existsSync } from 'node:fs';
import { type EventMetadata } from '../../libs/kernel/envelope.ts';
import { type AppendOne } from '../appends.ts';

/** Not a literal: where the package is not installed, tools would look for it in vain. */
const PACKAGE: string = '@event-driven-io/emmett-sqlite';

export const missingEmmett = (): string | undefined =>
  existsSync(new URL('node_modules', import.meta.url))
    ? undefined
    : 'it is not installed; npm ci --prefix bench/emmett does it, with a compiler';

export interface Connection {
  command(sql: string, values?: readonly unknown[]): Promise<unknown>;
  close(): void;
}

interface Message {
  readonly type: string;
  readonly data: object;
  readonly metadata: object;
}

export interface ReadMessage extends Message {
  readonly metadata: EventMetadata & { readonly streamName: string };
}

interface Processor {
  readonly processorId: string;
  readonly startFrom: 'BEGINNING';
  readonly eachMessage: (message: ReadMessage) => Promise<unknown>;
  readonly stopAfter: (message: ReadMessage) => boolean;
}

interface Consumer {
  processor(options: Processor): unknown;
  start(): Promise<void>;
  close(): Promise<void>;
}

interface Store {
  appendToStream(
    stream: string,
    events: readonly Message[],
    options: { readonly expectedStreamVersion: bigint },
  ): Promise<unknown>;
  consumer(options: {
    readonly pulling: { readonly batchSize: number; readonly pullingFrequencyInMs: number };
  }): Consumer;
  readonly schema: { migrate(): Promise<void> };
}

/** What is used of the package, as its types have it. */
interface Package {
  sqliteConnection(options: { readonly fileName: string }): Connection;
  getSQLiteEventStore(options: {
    readonly fileName: string;
    readonly connectionOptions: { readonly singleton: true; readonly connection: Connection };
  }): Store;
}

/** By 100, its default, it is slower by half and more, as it waits between two; by 5,000 no faster. */
const BATCH_EVENTS = 1_000;

export class Emmett {
  readonly connection: Connection;
  readonly #store: Store;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(connection: Connection, store: Store) {
    this.connection = connection;
    this.#store = store;
  }

  static async open(fileName: string): Promise<Emmett> {
    const { sqliteConnection, getSQLiteEventStore } = (await import(PACKAGE)) as Package;
    const connection = sqliteConnection({ fileName });
    const connectionOptions = { singleton: true, connection } as const;
    const store = getSQLiteEventStore({ fileName, connectionOptions });
    await store.schema.migrate();
    return new Emmett(connection, store);
  }

  /** Its versions of a stream begin with 1, and with 0 where there is none. */
  readonly append: AppendOne = (stream, expected, event) =>
    this.appendAll(stream, expected, [event]);

  appendAll(
    stream: string,
    expected: number | 'no-stream',
    events: readonly Message[],
  ): Promise<unknown> {
    const expectedStreamVersion = expected === 'no-stream' ? 0n : BigInt(expected + 1);
    const messages = events.map(({ type, data, metadata }) => ({ type, data, metadata }));
    const append = () => this.#store.appendToStream(stream, messages, { expectedStreamVersion });
    const appended = this.#last.then(append);
    this.#last = appended.catch(() => undefined);
    return appended;
  }

  /** Gives each of so many messages to the consumer's one processor, from the first on. */
  async consume(
    count: number,
    processorId: string,
    eachMessage: (message: ReadMessage) => Promise<unknown>,
  ): Promise<void> {
    let left = count;
    const pulling = { batchSize: BATCH_EVENTS, pullingFrequencyInMs: 0 };
    const consumer = this.#store.consumer({ pulling });
    const stopAfter = () => --left === 0;
    consumer.processor({ processorId, startFrom: 'BEGINNING', eachMessage, stopAfter });
    await consumer.start();
    if (left !== 0) throw new Error(`Its consumer ended ${left} messages before the last.`);
  }

  close(): void {
    this.connection.close();
  }
}
