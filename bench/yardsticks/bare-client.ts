/** The client of EventStoreDB as it comes, with its own defaults: what the adapter is measured against. */
import {
  BACKWARDS,
  END,
  EventStoreDBClient,
  excludeSystemEvents,
  jsonEvent,
  NO_STREAM,
} from '@eventstore/db-client';
import { type AppendOne } from '../appends.ts';

type Place = { readonly commit: bigint; readonly prepare: bigint };

export class BareClient {
  readonly #client: EventStoreDBClient;

  constructor(connectionString: string) {
    this.#client = EventStoreDBClient.connectionString(connectionString);
  }

  readonly append: AppendOne = (stream, expected, { id, type, data, metadata }) => {
    const expectedRevision = expected === 'no-stream' ? NO_STREAM : BigInt(expected);
    const event = { id, type, data: { ...data }, metadata: { ...metadata } };
    return this.#client.appendToStream(stream, jsonEvent(event), { expectedRevision });
  };

  /** Where the last event lies. */
  async head(): Promise<Place> {
    const options = { direction: BACKWARDS, fromPosition: END, maxCount: 1 } as const;
    for await (const { event } of this.#client.readAll(options)) {
      if (event?.position) return event.position;
    }
    throw new Error('The log is empty.');
  }

  /** Resolves when that many events after the place have arrived. */
  async receive(count: number, after: Place): Promise<void> {
    const filter = excludeSystemEvents();
    const subscription = this.#client.subscribeToAll({ fromPosition: after, filter });
    let left = count;
    try {
      await new Promise<void>((resolve, reject) => {
        subscription.on('error', reject);
        subscription.on('data', () => {
          if (--left === 0) resolve();
        });
      });
    } finally {
      await subscription.unsubscribe();
    }
  }

  /** Not waited for: the client never hears of the end of a reading that was left in the middle. */
  close(): void {
    void this.#client.dispose();
  }
}
