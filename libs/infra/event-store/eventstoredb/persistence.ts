/** Trying again where a connection broke: at growing distances, for a while, never past the caller's deadline. */
import { setTimeout as sleep } from 'node:timers/promises';
import { faultOf, portError } from './client-errors.ts';
import { type ClientSupply, type SupervisedClient } from './supervised-client.ts';

const FIRST_PAUSE_MS = 25;
const LAST_PAUSE_MS = 400;
/** An election takes one to two seconds; longer than this is an outage, which the caller is told. */
const PATIENCE_MS = 3_000;

export class Persistence {
  readonly #call: string;
  readonly #supply: ClientSupply;
  readonly #signal: AbortSignal;
  #failingSince: number | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  /** `signal` ends the pauses, when nobody waits any more. */
  constructor(call: string, supply: ClientSupply, signal: AbortSignal) {
    this.#call = call;
    this.#supply = supply;
    this.#signal = signal;
  }

  succeeded(): void {
    this.#failingSince = undefined;
    this.#pauseMs = FIRST_PAUSE_MS;
  }

  /**
   * Resolves when it is time to try again.
   * @throws the port's error where trying again is of no use, or has been for long enough
   */
  async afterFailure(client: SupervisedClient, error: unknown): Promise<void> {
    const fault = faultOf(error);
    if (fault !== 'lost') client.heardAt = performance.now();
    if (fault === 'final') throw portError(this.#call, error);
    if (fault === 'lost') this.#supply.replace(client);
    const now = performance.now();
    this.#failingSince ??= now;
    if (now - this.#failingSince >= PATIENCE_MS) throw portError(this.#call, error);
    await pause(this.#pauseMs, this.#signal).catch(() => {
      throw portError(this.#call, error);
    });
    this.#pauseMs = Math.min(2 * this.#pauseMs, LAST_PAUSE_MS);
  }
}

/** Between half and all of it, so that many who lost one server do not come back all at once. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms * (0.5 + Math.random() / 2), undefined, { signal });
}
