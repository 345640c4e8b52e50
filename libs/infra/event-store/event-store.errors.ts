/** Everything that an event store may throw. Adapters translate their client's errors into these and no others. */
export abstract class EventStoreError extends Error {
  abstract readonly code: string;
  /** May the very same call succeed later, and is repeating it safe? */
  abstract readonly retryable: boolean;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The stream is not where the caller thought; nothing was written. */
export class RevisionConflict extends EventStoreError {
  readonly code = 'revision-conflict';
  readonly retryable = false;

  readonly stream: string;
  readonly expected: number | 'no-stream';
  readonly actual: number | 'no-stream';

  constructor(stream: string, expected: number | 'no-stream', actual: number | 'no-stream') {
    super(`Stream ${stream} is at ${actual}, not at ${expected}.`);
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

/** No answer in time. An append may or may not have happened: repeat it with the same event ids. */
export class DeadlineExceeded extends EventStoreError {
  readonly code = 'deadline-exceeded';
  readonly retryable = true;
}

/** The caller's signal was aborted. An append may or may not have happened. */
export class CallAborted extends EventStoreError {
  readonly code = 'call-aborted';
  readonly retryable = true;
}

/** The store cannot serve now: full disk, read-only folder, lost server. An append may or may not have happened. */
export class StoreUnavailable extends EventStoreError {
  readonly code = 'store-unavailable';
  readonly retryable = true;
}

/** More than the store takes in one event or one batch; refused before anything is sent. */
export class AppendTooLarge extends EventStoreError {
  readonly code = 'append-too-large';
  readonly retryable = false;
}

/** A position that this store never gave. */
export class UnknownPosition extends EventStoreError {
  readonly code = 'unknown-position';
  readonly retryable = false;
}

/** What is stored is damaged, of a version that this build does not know, or another store's. Nothing is served from it. */
export class StoreUnusable extends EventStoreError {
  readonly code = 'store-unusable';
  readonly retryable = false;
}

/** Whether the very same call may succeed later: an error of this store, or of those of views and the vault, which mark theirs likewise. */
export function isRetryable(error: unknown): boolean {
  return (error as { readonly retryable?: boolean } | null)?.retryable === true;
}
