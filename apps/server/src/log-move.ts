/**
 * Both ends of a move of the events: the log of a data folder, and the server that the events go to or
 * come from. The folder is this process's meanwhile, and belongs to the old log until the copy is
 * proved: whatever ends the move before that, the old log serves as if nothing had been tried.
 */
import {
  CopyCutShort,
  copyLog,
  type CopyOptions,
  type LogSummary,
} from '#infra/event-store/copy-log';
import { type EventStore } from '#infra/event-store/event-store.port';
import {
  addressOf,
  parseConnectionString,
} from '#infra/event-store/eventstoredb/connection-string';
import { openEventStoreDb } from '#infra/event-store/eventstoredb/eventstoredb-event-store';
import { type Secret } from '#infra/config/secret';
import { type Clock } from '#kernel/clock';
import { type IdSource } from '#kernel/ids';
import {
  beginLog,
  belongTo,
  DataFolderUnusable,
  FILES,
  type LogPlace,
  type Marker,
  readMarker,
  refuseWhatIsMissing,
} from './data-folder.ts';
import {
  lostServer,
  openEmbedded,
  otherLogOf,
  type PlaceNames,
  serverRefusal,
} from './event-log.ts';
import { lockFolder } from './folder-lock.ts';
import { startFault } from './start-fault.ts';

export interface MoveOptions {
  readonly dataFolder: string;
  readonly connectionString: Secret;
  /** Where the events are to lie. */
  readonly to: LogPlace;
  readonly names: PlaceNames;
  readonly clock: Clock;
  readonly ids: IdSource;
}

export interface LogMove {
  /** The folder belongs to the log at the other end already: an earlier move came to its end. */
  readonly isDone: boolean;
  /** @throws MoveCutShort; what copyLog throws else */
  copy(options: Pick<CopyOptions, 'signal' | 'onProgress'>): Promise<LogSummary>;
  /** From now on the folder belongs to the copy; its views are folded anew at the next start. */
  settle(): void;
  /** Lets go of both logs and of the folder. */
  close(): Promise<void>;
}

/** One end cannot serve now. The message says which and why, what to do, and that nothing is lost. */
export class MoveCutShort extends Error {
  override readonly name = 'MoveCutShort';

  constructor(why: string, options: ErrorOptions) {
    super(
      `${why} Nothing is lost: the data folder belongs to the log that it had, and what was copied stays. ` +
        'The same command, run again, goes on from there.',
      options,
    );
  }
}

/**
 * @throws NoDataFolder, FolderInUse, DataFolderUnusable, EventServerRefused, StoreUnusable,
 *   StoreUnavailable, each with what to do
 */
export async function openMove(options: MoveOptions): Promise<LogMove> {
  const { dataFolder, to, clock, names } = options;
  readMarker(dataFolder, names.dataFolder);
  const lock = lockFolder(dataFolder, clock.now());
  const opened: EventStore[] = [];
  const close = async () => {
    for (const store of opened.reverse()) await store.close();
    lock.release();
  };
  try {
    const marker = readMarker(dataFolder);
    if (marker.log === null) throw nothingToMove(dataFolder);
    refuseWhatIsMissing(dataFolder, marker);
    const isDone = marker.place === to;
    opened.push(await openEmbedded(dataFolder, options.ids));
    opened.push(await openServer(options, marker));
    const [embedded, server] = opened as [EventStore, EventStore];
    const ends =
      to === 'embedded' ? { from: server, to: embedded } : { from: embedded, to: server };
    refuseAnotherLog(dataFolder, marker, isDone ? ends.to : ends.from);
    const settle = () => belongTo(dataFolder, { place: to, log: ends.to.storeId });
    const copy: LogMove['copy'] = (how) =>
      copyLog({ ...ends, ...how }).catch((error: unknown) => {
        throw saidOf(error, options, marker);
      });
    return { isDone, copy, settle, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The server's log is the folder's own, or is begun under a name that the folder remembers. */
async function openServer(options: MoveOptions, marker: Marker): Promise<EventStore> {
  const { dataFolder, connectionString, ids, names } = options;
  const begin = marker.place === 'embedded';
  const name = begin ? beginLog(dataFolder, 'eventstoredb', ids.next()).log : marker.log!;
  try {
    const expected = { name, begin };
    return await openEventStoreDb({ connectionString: connectionString.reveal(), log: expected });
  } catch (error) {
    throw otherLogSaid(error, options, marker) ?? serverRefusal(error, names) ?? error;
  }
}

/** A folder whose events are in it has no log on the server that could be missed there. */
function otherLogSaid(error: unknown, { dataFolder, names }: MoveOptions, marker: Marker) {
  return otherLogOf(error, dataFolder, marker.place === 'embedded' ? null : marker.log, names);
}

/** What ended the copying, in words for the operator. */
function saidOf(error: unknown, options: MoveOptions, marker: Marker): unknown {
  if (!(error instanceof CopyCutShort)) return otherLogSaid(error, options, marker) ?? error;
  const { end, cause } = error;
  const { to, connectionString, names } = options;
  const isServer = (end === 'to') === (to === 'eventstoredb');
  const address = () => addressOf(parseConnectionString(connectionString.reveal()));
  const why = isServer ? lostServer(address(), cause, names).message : startFault(cause);
  return new MoveCutShort(why ?? cause.message, { cause });
}

/** @throws DataFolderUnusable */
function refuseAnotherLog(dataFolder: string, { log }: Marker, { storeId }: EventStore): void {
  if (storeId === log) return;
  throw new DataFolderUnusable(
    `${FILES.events} in ${dataFolder} is the log of another data folder. Restore this folder's own.`,
  );
}

const nothingToMove = (dataFolder: string) =>
  new DataFolderUnusable(
    `The data folder ${dataFolder} has begun no log yet: there is nothing to move. ` +
      'Start the server with CASETRAIL_EVENT_STORE as it is to be.',
  );
