/**
 * What a restored folder is held against, by the adapters that the server opens it with: the log
 * against the manifest, and the vault against the log.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type EventStoreSetting } from '#infra/config/settings';
import { CallAborted } from '#infra/event-store/event-store.errors';
import { type EventStore } from '#infra/event-store/event-store.port';
import { openSqliteVault } from '#infra/vault/sqlite/sqlite-vault';
import { type Vault } from '#infra/vault/vault.port';
import { type Clock } from '#kernel/clock';
import { type IdSource } from '#kernel/ids';
import { type PlacedLog } from '../../../server/src/data-folder.ts';
import { openEmbedded, openLog, serverRefusal } from '../../../server/src/event-log.ts';
import { BackupRefused, type Manifest } from './manifest.ts';
import { countOf, type LogWithRecords, readWithRecords } from './named-records.ts';

/** Between two looks at what else there is to do, such as a signal. */
const RECORDS_A_TURN = 100;

export interface RestoreProgress {
  readonly step: 'checking' | 'copying' | 'reading' | 'opening';
  readonly file?: string;
  /** Events that were read, or records that were opened. */
  readonly done?: number;
}

export interface ProofOptions {
  readonly dataFolder: string;
  readonly keyFile: string;
  /** Where the events lie; a backup without them is held against those, where it is given. */
  readonly eventStore: EventStoreSetting;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: RestoreProgress) => void;
}

export interface Proved {
  /** The events that were read, and how many records they name; undefined where no address of their server was given. */
  readonly log?: { readonly events: number; readonly streams: number; readonly sha256: string };
  /** Records that events name, which were opened. */
  readonly opened: number;
  /** Named, and not there: of subjects that were erased. */
  readonly lacking: number;
}

/** @throws BackupRefused where something is not as the backup says; the stores' errors */
export async function provedOf(
  options: ProofOptions,
  manifest: Manifest,
  placed: PlacedLog,
): Promise<Proved> {
  const { dataFolder, signal, onProgress } = options;
  const vault = openSqliteVault({ folder: dataFolder, ...options });
  try {
    const store = await opened(options, placed);
    if (!store) return { opened: 0, lacking: 0 };
    try {
      const read = await readWithRecords(store, signal, (done) =>
        onProgress?.({ step: 'reading', done }),
      );
      refuseOtherLog(manifest, read);
      const found = await openedRecords(vault, read.named, options);
      refuseLost(manifest, found.lost);
      const { events, streams, sha256 } = read;
      return {
        log: { events, streams, sha256 },
        opened: countOf(read.named) - found.lost.length,
        lacking: found.lost.length,
      };
    } finally {
      await store.close();
    }
  } finally {
    await vault.close();
  }
}

async function opened(options: ProofOptions, placed: PlacedLog): Promise<EventStore | undefined> {
  const { dataFolder, eventStore, ids } = options;
  if (placed.place === 'embedded') return openEmbedded(dataFolder, ids);
  if (eventStore.kind === 'embedded') return undefined;
  try {
    return await openLog({ dataFolder, eventStore, ids }, placed);
  } catch (error) {
    throw serverRefusal(error) ?? error;
  }
}

function refuseOtherLog({ log }: Manifest, read: LogWithRecords): void {
  if (log.place !== 'embedded') return;
  if (read.events === log.events && read.sha256 === log.sha256) return;
  throw new BackupRefused(
    `The log says something else than the manifest: ${read.events} events (SHA-256 ${read.sha256}), ` +
      `instead of ${log.events} (${log.sha256}). Give another backup.`,
  );
}

/** @throws VaultDamaged for a record that is there and does not open */
async function openedRecords(
  vault: Vault,
  named: LogWithRecords['named'],
  { signal, onProgress }: ProofOptions,
): Promise<{ readonly lost: readonly string[] }> {
  const lost: string[] = [];
  let done = 0;
  for (const [platform, refs] of named) {
    for (const ref of refs) {
      if (signal.aborted) throw new CallAborted('The restore was ended.');
      const [record] = await vault.read(platform, [ref]);
      if (!record) lost.push(ref);
      onProgress?.({ step: 'opening', done: ++done });
      if (done % RECORDS_A_TURN === 0) await nextTurn();
    }
  }
  return { lost };
}

/** Erasure alone takes away what an event names. */
function refuseLost({ log, vault }: Manifest, lost: readonly string[]): void {
  const maySo = log.place === 'embedded' ? lost.length === vault.lacking : vault.erasedSubjects > 0;
  if (lost.length === 0 || maySo) return;
  const why =
    log.place === 'embedded'
      ? 'Give another backup.'
      : 'The events on the server are newer than the vault of the backup: restore events that were copied before it.';
  throw new BackupRefused(
    `Events name ${lost.length} records that the vault does not hold, ${lost[0]} among them. ${why}`,
  );
}
