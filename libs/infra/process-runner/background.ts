/** Work that goes on beside everything else, from `start` until `stop`. */
export class Background {
  readonly #work: (signal: AbortSignal) => Promise<void>;
  #abort: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();

  /** @param work ends soon after its signal is aborted. */
  constructor(work: (signal: AbortSignal) => Promise<void>) {
    this.#work = work;
  }

  /** Begun already, it goes on as it does. */
  start(): void {
    if (this.#abort) return;
    this.#abort = new AbortController();
    this.#running = this.#work(this.#abort.signal);
  }

  /** Resolves when the step in hand is finished. */
  async stop(): Promise<void> {
    this.#abort?.abort();
    await this.#running;
    this.#abort = undefined;
  }
}
