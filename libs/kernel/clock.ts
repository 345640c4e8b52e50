import { instantFromMs, type Instant } from './instants.ts';

/** The only source of time. Everything that asks "when" is given one. */
export interface Clock {
  now(): Instant;
}

export const systemClock: Clock = { now: () => instantFromMs(Date.now()) };

/** What the clock is injected by. */
export const CLOCK = Symbol('Clock');
