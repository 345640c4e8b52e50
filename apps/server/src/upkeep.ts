/**
 * The vault's upkeep, now and then: reservations of identities are settled by a look at their case,
 * and records that no event names are swept away. A crash between vault and event leaves both behind.
 * Only what is older than the grace, hence than any request that could still be on its way, is touched,
 * and only what was there at the round before: a clock that jumps ahead makes nothing old.
 */
import { CallAborted } from '#infra/event-store/event-store.errors';
import { Background } from '#infra/process-runner/background';
import { type SweepReport, VaultSweeper } from '#infra/vault/sweeper';
import { type Clock } from '#kernel/clock';
import { daysToMs, earlier, hoursToMs, type Instant, minutesToMs, plusMs } from '#kernel/instants';
import { Identities } from './identities.ts';
import { type Stores } from './stores.ts';
import { ReadStoreMarks } from './sweep-marks.ts';

export interface UpkeepSettings {
  /** Milliseconds between two rounds. */
  readonly everyMs: number;
  /** Milliseconds that a record or a reservation is left alone. */
  readonly graceMs: number;
  /** The longest that a request may take, in milliseconds. */
  readonly longestRequestMs: number;
}

export const UPKEEP_DEFAULTS: UpkeepSettings = {
  everyMs: hoursToMs(1),
  graceMs: daysToMs(1),
  longestRequestMs: minutesToMs(5),
};

export interface UpkeepOptions extends UpkeepSettings {
  readonly stores: Pick<Stores, 'eventStore' | 'readStore' | 'vault'>;
  readonly clock: Clock;
  /** Waits; ends early, without an error, when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onDone?: (report: UpkeepReport) => void;
  readonly onTrouble?: (trouble: { readonly what: string; readonly error: unknown }) => void;
}

export interface UpkeepReport extends SweepReport {
  readonly confirmed: number;
  readonly released: number;
}

/** Entries that are looked at together; each costs a read of its case's stream. */
const ENTRIES = 200;
const FIRST_PAUSE_MAX_MS = minutesToMs(1);

export class Upkeep {
  readonly #options: UpkeepOptions;
  readonly #sweeper: VaultSweeper;
  readonly #identities: Identities;
  /** When the round before began, by the clock of then; at first, when there was no request yet. */
  #roundBefore: Instant;
  readonly #background = new Background((signal) => this.#run(signal));

  /** @throws RangeError when a request could still be running after the grace */
  constructor(options: UpkeepOptions) {
    this.#options = options;
    const { stores, clock, graceMs, longestRequestMs } = options;
    this.#roundBefore = clock.now();
    this.#identities = new Identities(stores);
    this.#sweeper = new VaultSweeper({
      vault: stores.vault,
      log: stores.eventStore,
      marks: new ReadStoreMarks(stores.readStore),
      clock,
      graceMs,
      longestRequestMs,
    });
  }

  start(): void {
    this.#background.start();
  }

  /** Finishes the step in hand. */
  stop(): Promise<void> {
    return this.#background.stop();
  }

  /** A pause comes first, as what is just starting has more urgent things to do: a short one, for a server that often starts. */
  async #run(signal: AbortSignal): Promise<void> {
    const { pause, everyMs, onDone } = this.#options;
    await pause(Math.min(everyMs, FIRST_PAUSE_MAX_MS), signal);
    while (!signal.aborted) {
      onDone?.(await this.round(signal));
      await pause(everyMs, signal);
    }
  }

  /** One round. Trouble with one half does not hold up the other, and both are tried again next time. */
  async round(signal: AbortSignal = new AbortController().signal): Promise<UpkeepReport> {
    const nothing = { confirmed: 0, released: 0, looked: 0, swept: 0 };
    const storedBefore = this.#roundBefore;
    this.#roundBefore = this.#options.clock.now();
    const settled = await this.#tried('settling identities', signal, () =>
      this.#settle(storedBefore, signal),
    );
    const swept = await this.#tried('sweeping', signal, () =>
      this.#sweeper.run(signal, storedBefore),
    );
    return { ...nothing, ...settled, ...swept };
  }

  async #tried<T>(
    what: string,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(signal.aborted && error instanceof CallAborted)) {
        this.#options.onTrouble?.({ what, error });
      }
      return undefined;
    }
  }

  /**
   * Every entry that is looked at is confirmed or released, so that each look finds others. One that
   * was reserved again since is spared by the vault: its event may be on its way.
   */
  async #settle(storedBefore: Instant, signal: AbortSignal) {
    const { stores, clock, graceMs } = this.#options;
    const before = earlier(storedBefore, plusMs(clock.now(), -graceMs));
    const report = { confirmed: 0, released: 0 };
    while (!signal.aborted) {
      const entries = await stores.vault.reservedIdentities(before, ENTRIES);
      for (const { platform, identityRef, caseId, ...entry } of entries) {
        if (signal.aborted) break;
        const whole = { platform, identityRef, caseId, ...entry };
        if (await this.#identities.isVerified(whole, signal)) {
          await stores.vault.confirmIdentity(platform, identityRef, caseId);
          report.confirmed += 1;
        } else {
          await stores.vault.releaseIdentity(platform, identityRef, caseId, before);
          report.released += 1;
        }
      }
      if (entries.length < ENTRIES) break;
    }
    return report;
  }
}
