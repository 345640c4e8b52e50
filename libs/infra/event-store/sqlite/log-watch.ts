/**
 * Wakes subscriptions when the log grows: at once for appends of this process, and by a look at the
 * head now and then, only while somebody waits, for those of another process on the same file.
 */
export class LogWatch {
  readonly #headNow: () => number;
  readonly #watchMs: number;
  /** Who waits, and the head that each of them has seen. */
  readonly #waiting = new Map<() => void, number>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(headNow: () => number, watchMs: number) {
    this.#headNow = headNow;
    this.#watchMs = watchMs;
  }

  /** Wakes all that wait. */
  announce(): void {
    for (const wake of [...this.#waiting.keys()]) wake();
  }

  /**
   * Resolves when the log may have grown beyond `head`, the signal is aborted, or the watch is closed.
   * Whoever calls it has read `head` in the same turn of the loop, so no append slips between.
   */
  grown(head: number, signal: AbortSignal): Promise<void> {
    if (this.#closed || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        if (this.#waiting.size === 0) this.#rest();
        resolve();
      };
      this.#waiting.set(wake, head);
      signal.addEventListener('abort', wake);
      this.#timer ??= setInterval(() => this.#look(), this.#watchMs);
    });
  }

  close(): void {
    this.#closed = true;
    this.announce();
  }

  #look(): void {
    try {
      const now = this.#headNow();
      for (const [wake, head] of [...this.#waiting]) if (now > head) wake();
    } catch {
      // Whoever waits meets the same failure when it reads, and can tell its caller.
      this.announce();
    }
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
