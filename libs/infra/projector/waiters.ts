/** Those who wait until something of a view is so: told whenever a view has moved. */
interface Waiter {
  readonly met: () => boolean;
  readonly arrived: () => void;
  readonly giveUp: () => void;
}

export interface Patience {
  readonly deadlineMs: number;
  /** Ends the wait as a deadline does. */
  readonly signal?: AbortSignal;
  /** What is thrown then. */
  readonly late: () => Error;
}

export class Waiters {
  readonly #waiters = new Set<Waiter>();

  /** Resolves once it is met. @throws what `late` makes */
  until(met: () => boolean, { deadlineMs, signal, late }: Patience): Promise<void> {
    if (met()) return Promise.resolve();
    if (signal?.aborted) return Promise.reject(late());
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
        this.#waiters.delete(waiter);
        settle();
      };
      const giveUp = (): void => end(() => reject(late()));
      const waiter: Waiter = { met, arrived: () => end(resolve), giveUp };
      const timer = setTimeout(giveUp, deadlineMs);
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiters.add(waiter);
    });
  }

  tell(): void {
    for (const waiter of this.#waiters) if (waiter.met()) waiter.arrived();
  }

  giveUp(): void {
    for (const waiter of this.#waiters) waiter.giveUp();
  }
}
