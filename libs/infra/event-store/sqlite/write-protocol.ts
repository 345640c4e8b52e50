/** What passes between the store and its writer, on one thread or over two: plain data only. */
import type { EncodedEvent } from '../append-checks.ts';

export interface AppendRequest {
  readonly stream: string;
  /** Revision of the last event; -1 for no stream. */
  readonly expected: number;
  readonly events: readonly EncodedEvent[];
}

/** One request's outcome; its position is the number of its last event in the log. */
export type AppendOutcome =
  { readonly revision: number; readonly position: number } | { readonly actual: number };

/** Why storage does not work: for now, or for good. */
export interface StorageFault {
  readonly fault: 'unavailable' | 'unusable';
  readonly message: string;
}

export type WriterJob =
  { readonly job: 'append'; readonly batch: readonly AppendRequest[] } | { readonly job: 'probe' };

export type WriterReply =
  | { readonly reply: 'opened'; readonly storeId: string }
  | { readonly reply: 'appended'; readonly outcomes: readonly AppendOutcome[] }
  | { readonly reply: 'able' }
  | { readonly reply: 'failed'; readonly fault: StorageFault };

export interface WriterSettings {
  readonly file: string;
  /** The name that a new log is given. */
  readonly newStoreId: string;
  /** Also look through the whole file when opening: its time grows with the log. */
  readonly fullCheck: boolean;
  /** How long a write waits for another process that writes to the same file, in milliseconds. */
  readonly busyTimeoutMs: number;
}
