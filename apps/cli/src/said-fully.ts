/** Errors of the exchange that say by themselves what is wrong, where, and what to do. */
import { EventStoreError } from '#infra/event-store/event-store.errors';
import { ImportedOtherwise, MappingError, XesError } from '#modules/exchange/index';

export function saidFully(error: unknown): string | undefined {
  const known =
    error instanceof ImportedOtherwise ||
    error instanceof MappingError ||
    error instanceof XesError ||
    error instanceof EventStoreError;
  return known ? error.message : undefined;
}
