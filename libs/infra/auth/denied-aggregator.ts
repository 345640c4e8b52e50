/**
 * Reports refused attempts to the access log: the first of a principal on a route at once, those that
 * follow within the window as one sum. So whoever hammers a denied route fills neither the log nor
 * the access stream, and is still seen.
 */
import { type Actor, type Role } from '#kernel/actor';
import { type Clock } from '#kernel/clock';
import { minutesToMs } from '#kernel/instants';
import { BurstSummary } from '#infra/telemetry/burst-summary';
import { type JsonLogger } from '#infra/telemetry/logger';
import { type Ticker } from '#infra/telemetry/ticker';
import { type AccessLog, type Denial } from './access-log.port.ts';
import { type Principal } from './caller.ts';

export interface DeniedAttempt {
  readonly principal: Principal;
  readonly roles: readonly Role[];
  readonly route: string;
  readonly code: string;
}

export interface DeniedAggregatorOptions {
  readonly accessLog: AccessLog;
  readonly logger: JsonLogger;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly windowMs?: number;
  readonly keysMax?: number;
}

const WINDOW_MS = minutesToMs(10);
const KEYS_MAX = 10_000;
const TICK_MS = minutesToMs(1);

type Sample = Omit<Denial, 'attempts' | 'from' | 'to'>;

export class DeniedAggregator {
  readonly #options: DeniedAggregatorOptions;
  readonly #bursts: BurstSummary<Sample>;
  readonly #reports = new Set<Promise<boolean>>();
  readonly #stopTicking: () => void;

  constructor(options: DeniedAggregatorOptions) {
    const { clock, ticker, windowMs = WINDOW_MS, keysMax = KEYS_MAX } = options;
    this.#options = options;
    this.#bursts = new BurstSummary({ windowMs, keysMax, clock }, (sum) => {
      const { sample, count, firstAt, lastAt } = sum;
      this.#follow({ ...sample, attempts: count, from: firstAt, to: lastAt });
    });
    this.#stopTicking = ticker.every(TICK_MS, () => this.#bursts.flush());
  }

  /** Resolves once a first attempt is recorded, and at once for one that is only counted. Never rejects. */
  async record({ principal, roles, route, code }: DeniedAttempt): Promise<void> {
    const { platform, id } = principal;
    const actor: Actor = { kind: principal.kind, id };
    const sample: Sample = { platform, actor, principalId: id, roles, route, code };
    const key = JSON.stringify([platform, id, route, code]);
    const at = this.#options.clock.now();
    if (!this.#bursts.isFirst(key, sample)) return;
    const recorded = await this.#follow({ ...sample, attempts: 1, from: at, to: at });
    // What could not be recorded is not lost: the sum of the window has it.
    if (!recorded) this.#bursts.countUntold(key);
  }

  /** Reports all sums and waits for them; nothing is recorded afterwards. */
  async close(): Promise<void> {
    this.#stopTicking();
    this.#bursts.flushAll();
    await Promise.all(this.#reports);
  }

  #follow(denial: Denial): Promise<boolean> {
    const report = this.#report(denial);
    this.#reports.add(report);
    void report.then(() => this.#reports.delete(report));
    return report;
  }

  async #report(denial: Denial): Promise<boolean> {
    try {
      await this.#options.accessLog.denied(denial);
      return true;
    } catch (error) {
      this.#options.logger.failure('A refused attempt could not be recorded.', error, {
        platform: denial.platform,
        route: denial.route,
        attempts: denial.attempts,
      });
      return false;
    }
  }
}
