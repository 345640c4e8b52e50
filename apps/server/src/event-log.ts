/**
 * Opens the log of a data folder, where the settings say that it lies, and says of a server what is
 * wrong with it: the setting, what was found, and what to do; hosts and ports, and nothing secret.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type EventStoreSetting } from '#infra/config/settings';
import { DeadlineExceeded, StoreUnavailable } from '#infra/event-store/event-store.errors';
import { type EventStore } from '#infra/event-store/event-store.port';
import {
  addressOf,
  parseConnectionString,
} from '#infra/event-store/eventstoredb/connection-string';
import { openEventStoreDb } from '#infra/event-store/eventstoredb/eventstoredb-event-store';
import {
  assertMayBegin,
  type ServerFault,
  ServerRefused,
  UnsupportedServer,
} from '#infra/event-store/eventstoredb/opening';
import { OtherLog } from '#infra/event-store/eventstoredb/store-name';
import { openSqliteEventStore } from '#infra/event-store/sqlite/sqlite-event-store';
import { type IdSource } from '#kernel/ids';
import { beginLog, DataFolderUnusable, FILES, type Marker } from './data-folder.ts';

export interface LogOptions {
  readonly dataFolder: string;
  readonly eventStore: EventStoreSetting;
  readonly ids: IdSource;
}

/** What the operator gave the places by: the settings, or the options of a command. */
export interface PlaceNames {
  readonly server: string;
  readonly dataFolder: string;
}

const SETTING_NAMES: PlaceNames = {
  server: 'CASETRAIL_EVENT_STORE',
  dataFolder: 'CASETRAIL_DATA_FOLDER',
};

/** The server of the events cannot be served from now. Its message says what to do. */
export class EventServerRefused extends Error {
  override readonly name = 'EventServerRefused';

  constructor(
    what: string,
    remedy: string,
    { cause, named = SETTING_NAMES.server }: ErrorOptions & { readonly named?: string } = {},
  ) {
    super(`${named}: ${what} ${remedy}`, { cause });
  }
}

/** A log up to this size is looked through for damage at every start, which takes about a second. */
const LOOKED_THROUGH_BYTES_MAX = 100_000_000;

const FAULTS: Readonly<Record<ServerFault, readonly [what: string, remedy: string]>> = {
  unreachable: [
    'does not answer',
    'Check the address and its tls option, and that the server runs and can be reached from here.',
  ],
  certificate: [
    'and this machine do not agree on TLS',
    'Give tls=false where the server speaks none; else tlsCAFile, the authority of its certificate, and the host by a name that the certificate has.',
  ],
  credentials: [
    'refuses the name and password, or does not let them read and write all streams',
    'Give those of a user of its group $admins, or of one who may read $all: esdb://name:password@host.',
  ],
  'not-leader': [
    'only follows another node of its cluster',
    'Give all nodes with commas, or a name that stands for them: esdb+discover://name.',
  ],
  'not-ready': [
    'takes no appends now: it is starting, electing a leader, without a majority, or only a replica to read from',
    'Start again when it is up; a node that never comes so far says why in its own log.',
  ],
};

/** @throws DataFolderUnusable where the settings lead to another place than the folder's log lies in */
export function refuseOtherPlace(
  dataFolder: string,
  { place, log }: Marker,
  eventStore: EventStoreSetting,
): void {
  if (log === null || place === eventStore.kind) return;
  throw new DataFolderUnusable(
    place === 'embedded'
      ? `The events of the data folder ${dataFolder} are in its ${FILES.events}, and CASETRAIL_EVENT_STORE ` +
          'names a server. Leave the setting out, or move the events to the server first: casetrail migrate.'
      : `The events of the data folder ${dataFolder} are on an EventStoreDB server (log ${log}), and ` +
          'CASETRAIL_EVENT_STORE names none. Give the address of that server, or move the events back first: casetrail migrate.',
  );
}

/** @throws DataFolderUnusable, StoreUnusable, StoreUnavailable; of a server, what `serverRefusal` words */
export function openLog(options: LogOptions, marker: Marker): Promise<EventStore> {
  const { dataFolder, eventStore, ids } = options;
  if (eventStore.kind === 'embedded') return openEmbedded(dataFolder, ids);
  const address = eventStore.connectionString.reveal();
  return openOnServer(dataFolder, address, marker, ids);
}

/** The folder's own log; made where there is none. @throws StoreUnusable, StoreUnavailable */
export function openEmbedded(dataFolder: string, ids: IdSource): Promise<EventStore> {
  const file = join(dataFolder, FILES.events);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const check = size <= LOOKED_THROUGH_BYTES_MAX ? 'full' : 'quick';
  return openSqliteEventStore({ file, ids, check });
}

/** A folder that belongs to no log yet begins one, and takes none that is there: its personal data is in another vault. */
async function openOnServer(
  dataFolder: string,
  connectionString: string,
  { log }: Marker,
  ids: IdSource,
): Promise<EventStore> {
  const name = log ?? beginLog(dataFolder, 'eventstoredb', ids.next()).log;
  try {
    return await openEventStoreDb({ connectionString, log: { name, begin: log === null } });
  } catch (error) {
    throw otherLogOf(error, dataFolder, log) ?? error;
  }
}

/**
 * Asks the server before a folder is made whose log is to begin there, and writes nothing on it.
 * @throws EventServerRefused, DataFolderUnusable, as the folder's first opening would
 */
export async function refuseUnfitServer({
  dataFolder,
  eventStore,
  ids,
}: LogOptions): Promise<void> {
  if (eventStore.kind === 'embedded') return;
  try {
    await assertMayBegin(eventStore.connectionString.reveal(), ids.next());
  } catch (error) {
    throw otherLogOf(error, dataFolder, null) ?? serverRefusal(error) ?? error;
  }
}

/** What an operator is told of a server's error at the start; undefined for what says enough itself. */
export function serverRefusal(
  error: unknown,
  { server: named } = SETTING_NAMES,
): EventServerRefused | undefined {
  const options = { cause: error, named };
  if (error instanceof ServerRefused) {
    const [what, remedy] = FAULTS[error.fault];
    return new EventServerRefused(`The server at ${error.address} ${what}.`, remedy, options);
  }
  if (error instanceof UnsupportedServer) {
    return new EventServerRefused(error.message, 'Start a server of one of these.', options);
  }
  if (error instanceof StoreUnavailable || error instanceof DeadlineExceeded) {
    const [what, remedy] = FAULTS.unreachable;
    return new EventServerRefused(`The server ${what} any more.`, remedy, options);
  }
  return undefined;
}

/** What is said of a server that was served from, and cannot be any more. */
export function lostServer(
  address: string,
  error: StoreUnavailable | DeadlineExceeded,
  { server: named }: PlaceNames,
): EventServerRefused {
  const { fault } = new ServerRefused(address, error.cause);
  const [what, remedy] =
    fault === 'unreachable'
      ? ['does not answer any more', 'See that it runs and can be reached from here.']
      : FAULTS[fault];
  return new EventServerRefused(`The server at ${address} ${what}.`, remedy, {
    cause: error,
    named,
  });
}

/** The same where the settings name the server; undefined for another error, and where they name none. */
export function lostMidway(
  error: unknown,
  eventStore: EventStoreSetting,
): EventServerRefused | undefined {
  const isLost = error instanceof StoreUnavailable || error instanceof DeadlineExceeded;
  if (eventStore.kind === 'embedded' || !isLost) return undefined;
  const address = addressOf(parseConnectionString(eventStore.connectionString.reveal()));
  return lostServer(address, error, SETTING_NAMES);
}

/** What is said of a server that holds something else than the folder's log; undefined for another error. */
export function otherLogOf(
  error: unknown,
  dataFolder: string,
  log: string | null,
  names = SETTING_NAMES,
): DataFolderUnusable | undefined {
  if (!(error instanceof OtherLog)) return undefined;
  const { holds } = error;
  const found = `The server that ${names.server} names holds ${holds === 'nothing' ? 'no events' : holds}`;
  const words: Readonly<Record<OtherLog['holds'], string>> = {
    'foreign events':
      'which Casetrail did not write. Give the address of a server that is Casetrail’s alone.',
    'another log':
      log === null
        ? `of another data folder, or an earlier copy of this one’s. Give that folder (${names.dataFolder}), from ` +
          'its backup if need be, or the address of an empty server.'
        : `than that of the data folder ${dataFolder} (log ${log}). Give the address of that log’s server, or ` +
          `the folder that belongs to this one (${names.dataFolder}).`,
    'an older copy': `of its log: what was seen of it is not all there. Restore the newest backup of the server.`,
    nothing:
      `and the data folder ${dataFolder} belongs to a log (${log}): it is another server, or has lost its ` +
      'disk. Check the address; then restore the backup of the server.',
  };
  return new DataFolderUnusable(`${found}, ${words[holds]}`);
}
