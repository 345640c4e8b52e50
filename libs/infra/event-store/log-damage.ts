/**
 * Who follows the log and cannot pass a damage of it. They try again, as it may be mended under them,
 * and it is told once: a log line every few seconds would hide the first.
 */
import { StoreUnusable } from './event-store.errors.ts';

export class LogDamage<Follower> {
  readonly #stopped = new Map<Follower, StoreUnusable>();

  /** What one of them cannot pass; undefined where all go on. */
  get met(): StoreUnusable | undefined {
    return [...this.#stopped.values()][0];
  }

  /** @returns whether this failure is to be told: any other one than the damage that was told */
  failed(follower: Follower, error: unknown): boolean {
    if (!(error instanceof StoreUnusable)) {
      this.#stopped.delete(follower);
      return true;
    }
    const isTold = this.#stopped.get(follower)?.message === error.message;
    this.#stopped.set(follower, error);
    return !isTold;
  }

  /** It goes on, or follows no more. */
  passed(follower: Follower): void {
    this.#stopped.delete(follower);
  }
}
