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
import { AllFeed } from './all-feed.ts';
import { isNotFound } from './client-errors.ts';
import { SEARCH_WINDOW } from './log-reader.ts';
import { LOG_START } from './position-token.ts';
import { Pull } from './pull.ts';

const STREAM = '$$casetrail';
const ENTRY = 'casetrailStoreId';

/** The log that is to be opened, and no other. */
export interface ExpectedLog {
  readonly name: string;
  /** Whether a server that holds nothing yet begins the log, under this name. */
  readonly begin: boolean;
}

/** The server holds another log than the expected one, nothing, or events of somebody else's; or it ends before what was seen of it. */
export class OtherLog extends StoreUnusable {
  readonly holds: 'another log' | 'nothing' | 'foreign events' | 'an older copy';

  constructor(holds: OtherLog['holds']) {
    super(`The server does not hold the log that is expected: it holds ${holds}.`);
    this.holds = holds;
  }
}

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

/**
 * Of several who begin a log at once, each under a name of its own, one comes to have it.
 * @throws OtherLog, StoreUnusable, or what the client throws
 */
export async function assertNamed(
  client: EventStoreDBClient,
  { name, begin }: ExpectedLog,
  msLeft: number,
): Promise<void> {
  let there = await storedName(client);
  if (there === undefined && begin) {
    if (await holdsEvents(client)) throw new OtherLog('foreign events');
    there = await nameOf(client, name, msLeft);
  }
  assertSame(there, name);
}

/** @throws OtherLog, StoreUnusable, or what the client throws */
export async function assertHolds(client: EventStoreDBClient, name: string): Promise<void> {
  assertSame(await storedName(client), name);
}

function assertSame(there: string | undefined, name: string): void {
  if (there !== name) throw new OtherLog(there === undefined ? 'nothing' : 'another log');
}

/** Whether there is any event but the server's own. */
async function holdsEvents(client: EventStoreDBClient): Promise<boolean> {
  const options = { after: LOG_START, filter: undefined, window: SEARCH_WINDOW };
  const feed = new AllFeed(client, options);
  try {
    for (;;) {
      const item = feed.next();
      if (item === null) await feed.changed();
      else if ('event' in item) return true;
      else if ('state' in item && item.state === 'caughtUp') return false;
    }
  } finally {
    feed.stop();
  }
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
    // A stream that is not there is an error of its own; this is a connection that was closed.
    throw new Error('The server ended the reading.');
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  } finally {
    pull.stop();
  }
}
