/**
 * Both ends of a move of the events: the log of a data folder, and the server that the events go to or
 * come from. The folder is this process's meanwhile, and belongs to the old log until the copy is
 * proved: whatever ends the move before that, the old log serves as if nothing had been tried.
 */
import { type EventStore } from '#infra/event-store/event-store.port';
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
import { openEmbedded, otherLogOf, serverRefusal } from './event-log.ts';
import { lockFolder } from './folder-lock.ts';

export interface MoveOptions {
  readonly dataFolder: string;
  readonly connectionString: Secret;
  /** Where the events are to lie. */
  readonly to: LogPlace;
  readonly clock: Clock;
  readonly ids: IdSource;
}

export interface LogMove {
  /** The folder belongs to the log at the other end already: an earlier move came to its end. */
  readonly isDone: boolean;
  readonly from: EventStore;
  readonly to: EventStore;
  /** From now on the folder belongs to the copy; its views are folded anew at the next start. */
  settle(): void;
  /** Lets go of both logs and of the folder. */
  close(): Promise<void>;
}

/**
 * @throws NoDataFolder, FolderInUse, DataFolderUnusable, EventServerRefused, StoreUnusable,
 *   StoreUnavailable, each with what to do
 */
export async function openMove(options: MoveOptions): Promise<LogMove> {
  const { dataFolder, to, clock } = options;
  readMarker(dataFolder);
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
    return { isDone, ...ends, settle, close };
  } catch (error) {
    await close();
    throw serverRefusal(error) ?? error;
  }
}

/** The server's log is the folder's own, or is begun under a name that the folder remembers. */
async function openServer(
  { dataFolder, connectionString, ids }: MoveOptions,
  { place, log }: Marker,
): Promise<EventStore> {
  const begin = place === 'embedded';
  const name = begin ? beginLog(dataFolder, 'eventstoredb', ids.next()).log : log!;
  try {
    const expected = { name, begin };
    return await openEventStoreDb({ connectionString: connectionString.reveal(), log: expected });
  } catch (error) {
    throw otherLogOf(error, dataFolder, begin ? null : log) ?? error;
  }
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
