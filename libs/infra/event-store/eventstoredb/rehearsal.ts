/**
 * Beginning a log without beginning it, for whoever makes something that is to belong to the log, and
 * would leave it behind if the server refused: all that is read is read, and the append that would name
 * the log is sent so that no server can take it. A server that would refuse it for who sends it, or
 * because it takes no appends, does so all the same.
 */
import { type EventStoreDBClient, WrongExpectedVersionError } from '@eventstore/db-client';
import { assertNamed } from './store-name.ts';

/** No stream ever ends there. */
const NOWHERE = BigInt(Number.MAX_SAFE_INTEGER);

/** It has come as far as the append, and the server would have taken that. */
class Rehearsed extends Error {}

/** @throws as assertNamed does for a log that is to be begun under the name */
export async function rehearseBeginning(
  client: EventStoreDBClient,
  name: string,
  msLeft: number,
): Promise<void> {
  try {
    await assertNamed(rehearsing(client), { name, begin: true }, msLeft);
  } catch (error) {
    if (!(error instanceof Rehearsed)) throw error;
  }
}

function rehearsing(client: EventStoreDBClient): EventStoreDBClient {
  const appendToStream: EventStoreDBClient['appendToStream'] = async (stream, events, options) => {
    try {
      return await client.appendToStream(stream, events, { ...options, expectedRevision: NOWHERE });
    } catch (error) {
      throw error instanceof WrongExpectedVersionError ? new Rehearsed() : error;
    }
  };
  return new Proxy(client, {
    get: (target, name) => {
      if (name === 'appendToStream') return appendToStream;
      const own: unknown = Reflect.get(target, name, target);
      return typeof own === 'function' ? (own.bind(target) as unknown) : own;
    },
  });
}
