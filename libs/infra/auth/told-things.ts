/**
 * Which things somebody's attempts are recorded at by name: a bounded number of them in a window, so
 * that whoever tries ever other ids makes no record of each. Later ones are still counted, unnamed.
 */
import { type Clock } from '#kernel/clock';
import { type Instant, msBetween } from '#kernel/instants';

export interface ToldThingsOptions {
  readonly clock: Clock;
  readonly windowMs: number;
  /** Things of one who, in a window. */
  readonly thingsMax: number;
  /** Of how many it is known at once; the longest known one is forgotten for another. */
  readonly keysMax: number;
}

interface Told {
  readonly openedAt: Instant;
  readonly things: Set<string>;
}

export class ToldThings {
  readonly #told = new Map<string, Told>();
  readonly #options: ToldThingsOptions;

  constructor(options: ToldThingsOptions) {
    this.#options = options;
  }

  /** Whether this thing is named for that one, for the first time or again. */
  isNamed(who: string, thing: string): boolean {
    const { things } = this.#of(who);
    if (things.has(thing)) return true;
    if (things.size >= this.#options.thingsMax) return false;
    things.add(thing);
    return true;
  }

  #of(who: string): Told {
    const { clock, windowMs, keysMax } = this.#options;
    const at = clock.now();
    const known = this.#told.get(who);
    if (known && msBetween(known.openedAt, at) < windowMs) return known;
    this.#told.delete(who);
    if (this.#told.size >= keysMax) this.#told.delete(this.#told.keys().next().value!);
    const opened = { openedAt: at, things: new Set<string>() };
    this.#told.set(who, opened);
    return opened;
  }
}
