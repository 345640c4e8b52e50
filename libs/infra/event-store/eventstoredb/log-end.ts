/**
 * How far the log is known to reach. A server that comes back with less has lost its end, or was put
 * back from a copy: what was acknowledged is not there, and whatever it takes now is another history.
 */
import { type EventStoreDBClient } from '@eventstore/db-client';
import { isLater, laterOf, LOG_START, type LogPosition } from './position-token.ts';
import { pullLast } from './pull.ts';
import { placeOf } from './stored-event.ts';
import { OtherLog } from './store-name.ts';

export class LogEnd {
  #furthest: LogPosition;

  constructor(furthest: LogPosition) {
    this.#furthest = furthest;
  }

  /** Of an event that was acknowledged or read: a majority has it, whoever leads. */
  reached(place: LogPosition): void {
    this.#furthest = laterOf(this.#furthest, place);
  }

  /** @throws OtherLog, or what the client throws */
  async assertReachedBy(client: EventStoreDBClient): Promise<void> {
    if (isLater(this.#furthest, await endOf(client))) throw new OtherLog('an older copy');
  }
}

/**
 * The place of the last event, the server's own too. Whoever may write need not be let read the whole
 * log: the server keeps that from all but its own admins, unless told otherwise. @throws what the client throws
 */
export async function endOf(client: EventStoreDBClient): Promise<LogPosition> {
  const pull = pullLast(client);
  try {
    while (!pull.ended) {
      const item = pull.read();
      if (item === null) await pull.changed();
      else if (item.event) return placeOf(item.event);
    }
    return LOG_START;
  } finally {
    pull.stop();
  }
}
