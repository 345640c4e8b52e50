/** Whether the store is still open, for everything that waits. */
import { assertTimeLeft } from '../call-deadline.ts';
import { StoreUnavailable } from '../event-store.errors.ts';
import { type CallOptions } from '../event-store.port.ts';

export class Serving {
  readonly #closing = new AbortController();

  /** @throws StoreUnavailable, CallAborted, DeadlineExceeded where the call may not go on. */
  assert(call: string, options: CallOptions): void {
    if (this.#closing.signal.aborted) {
      throw new StoreUnavailable(`${call}: the event store is closed.`);
    }
    assertTimeLeft(call, options);
  }

  /** Aborted by the caller or by the end of the store. */
  signalFor(callers: AbortSignal | undefined): AbortSignal {
    const { signal } = this.#closing;
    return callers ? AbortSignal.any([callers, signal]) : signal;
  }

  close(): void {
    this.#closing.abort();
  }
}
