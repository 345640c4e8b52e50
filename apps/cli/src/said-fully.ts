/** Errors of what the commands do that say by themselves what is wrong, where, and what to do. */
import { LogsDiffer } from '#infra/event-store/copy-log';
import { EventStoreError } from '#infra/event-store/event-store.errors';
import { StorageError } from '#infra/event-store/sqlite/storage-fault';
import { ImportedOtherwise, MappingError, XesError } from '#modules/exchange/index';
import { MoveCutShort } from '../../server/src/log-move.ts';
import { BackupRefused } from './backup/manifest.ts';
import { FoundingRefused } from './found-platform.ts';

export function saidFully(error: unknown): string | undefined {
  const known =
    error instanceof BackupRefused ||
    error instanceof FoundingRefused ||
    error instanceof ImportedOtherwise ||
    error instanceof MappingError ||
    error instanceof XesError ||
    error instanceof LogsDiffer ||
    error instanceof MoveCutShort ||
    error instanceof StorageError ||
    error instanceof EventStoreError;
  return known ? error.message : undefined;
}
