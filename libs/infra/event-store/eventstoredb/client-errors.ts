/** What the client's errors mean. Its messages are often empty: the type tells, and gRPC's code where it is a plain Error. */
import {
  AccessDeniedError,
  DeadlineExceededError,
  ErrorType,
  isCommandError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  TimeoutError,
  UnsupportedError,
} from '@eventstore/db-client';
import {
  AppendTooLarge,
  DeadlineExceeded,
  EventStoreError,
  StoreUnavailable,
  StoreUnusable,
} from '../event-store.errors.ts';

/**
 * `lost`: the connection or the leader; try again on another connection. `busy`: the server gave up
 * itself, two seconds after it began; try again. `final`: trying again changes nothing.
 */
export type Fault = 'lost' | 'busy' | 'final';

export function faultOf(error: unknown): Fault {
  if (error instanceof EventStoreError || isDefect(error)) return 'final';
  if (error instanceof TimeoutError) return 'busy';
  if (error instanceof Error && isCommandError(error) && FINAL.has(error.type)) return 'final';
  return 'lost';
}

/** Everything else, UnknownError too: a connection that breaks in the middle of a call ends in one. */
const FINAL: ReadonlySet<string> = new Set([
  ErrorType.WRONG_EXPECTED_VERSION,
  ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
  ErrorType.STREAM_DELETED,
  ErrorType.STREAM_NOT_FOUND,
  ErrorType.ACCESS_DENIED,
  ErrorType.UNSUPPORTED,
  ErrorType.DEADLINE_EXCEEDED,
]);

/** A mistake in a program, the client's or ours, which no other connection mends. */
function isDefect(error: unknown): boolean {
  return (
    error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError
  );
}

export const isNotFound = (error: unknown): boolean => error instanceof StreamNotFoundError;

/** What the port promises to throw. */
export function portError(call: string, cause: unknown): EventStoreError {
  if (cause instanceof EventStoreError) return cause;
  const options = { cause };
  if (cause instanceof MaxAppendSizeExceededError) {
    return new AppendTooLarge(`${call}: more than the server's MaxAppendSize.`, options);
  }
  if (cause instanceof StreamDeletedError) {
    return new StoreUnusable(`${call}: the stream was deleted for good on the server.`, options);
  }
  if (cause instanceof UnsupportedError) {
    return new StoreUnusable(`${call}: the server is too old for it.`, options);
  }
  if (cause instanceof AccessDeniedError) {
    return new StoreUnavailable(`${call}: the server refused the credentials.`, options);
  }
  if (cause instanceof DeadlineExceededError) {
    return new DeadlineExceeded(`${call}: no answer in time.`, options);
  }
  return new StoreUnavailable(`${call}: the event store cannot be reached now.`, options);
}
