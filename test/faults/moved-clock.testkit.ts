/** The system's clock, set to another time: it goes on from there, as a clock that was set does. */
import { type Clock, systemClock } from '#kernel/clock';
import { type Instant, msBetween, plusMs } from '#kernel/instants';

export class MovedClock implements Clock {
  #offsetMs = 0;

  now(): Instant {
    return plusMs(systemClock.now(), this.#offsetMs);
  }

  /** Forward, or back where it is negative. */
  move(ms: number): void {
    this.#offsetMs += ms;
  }

  set(to: Instant): void {
    this.#offsetMs = msBetween(systemClock.now(), to);
  }
}
