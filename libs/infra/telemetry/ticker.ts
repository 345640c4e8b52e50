/** What happens now and then, outside all business time. Injected, so that specs need not wait. */
export interface Ticker {
  /** Calls `tick` every `everyMs` until the returned function is called. Keeps no process alive. */
  every(everyMs: number, tick: () => void): () => void;
}

export const intervalTicker: Ticker = {
  every(everyMs, tick) {
    const timer = setInterval(tick, everyMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};
