/**
 * What names the log: an entry in the metadata of the stream `casetrail`, made by the first who opens
 * it. Metadata lies among the server's own events, so that no reader meets it; sending it again goes
 * all the way of an append and changes nothing, which is how a store shows that it takes appends.
 */
import {
  BACKWARDS,
  END,
  jsonEvent,
  NO_STREAM,
  WrongExpectedVersionError,
  type EventStoreDBClient,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { isUuid } from '#kernel/ids';
import { StoreUnusable } from '../event-store.errors.ts';
import { isNotFound } from './client-errors.ts';
import { Pull } from './pull.ts';

const STREAM = '$$casetrail';
const ENTRY = 'casetrailStoreId';

/** The log's name; a new log takes the one that is given. @throws StoreUnusable, or what the client throws */
export async function nameOf(
  client: EventStoreDBClient,
  newName: string,
  msLeft: number,
): Promise<string> {
  const there = await storedName(client);
  if (there !== undefined) return there;
  await sendName(client, newName, msLeft);
  const stored = await storedName(client);
  if (stored === undefined) throw new Error('The name of the log was stored and is not there.');
  return stored;
}

/** Resolves when the server has taken an append. @throws what the client throws */
export async function sendName(
  client: Pick<EventStoreDBClient, 'appendToStream'>,
  name: string,
  msLeft: number,
): Promise<void> {
  const entry = jsonEvent({ id: name, type: '$metadata', data: { [ENTRY]: name } });
  const options = { expectedRevision: NO_STREAM, deadline: msLeft, requiresLeader: true } as const;
  await client.appendToStream(STREAM, entry, options).catch((error: unknown) => {
    // Another one names it at this moment, or somebody has added metadata: it was looked at, and
    // only a server that takes appends answers so.
    if (!(error instanceof WrongExpectedVersionError)) throw error;
  });
}

async function storedName(client: EventStoreDBClient): Promise<string | undefined> {
  const options = { direction: BACKWARDS, fromRevision: END, maxCount: 1, requiresLeader: true };
  const reading = client.readStream(STREAM, options as Parameters<typeof client.readStream>[1]);
  const pull = new Pull<ResolvedEvent>(reading, () => reading.cancel());
  try {
    while (!pull.ended) {
      const item = pull.read();
      if (item === null) {
        await pull.changed();
        continue;
      }
      const name = (item.event?.data as Record<string, unknown> | undefined)?.[ENTRY];
      if (typeof name === 'string' && isUuid(name)) return name;
      throw new StoreUnusable(`The metadata of the stream casetrail lacks its ${ENTRY}.`);
    }
    return undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  } finally {
    pull.stop();
  }
}
