/**
 * Reports refused attempts to the access log: the first of a principal on a route at a thing at once,
 * those that follow within the window as one sum. The things that are named are bounded too, and what
 * is tried beyond them is one sum more. So whoever hammers a denied route, or tries every id, fills
 * neither the log nor the access stream, and is still seen.
 *
 * What belongs to another platform goes to the operator's log instead: a record that is there only
 * where the thing is would tell this platform's auditors of the other's.
 */
import { type Actor, type Role } from '#kernel/actor';
import { type Clock } from '#kernel/clock';
import { canonicalJson } from '#kernel/canonical-json';
import { deriveId } from '#kernel/ids';
import { type Instant, minutesToMs } from '#kernel/instants';
import { BurstSummary } from '#infra/telemetry/burst-summary';
import { type JsonLogger } from '#infra/telemetry/logger';
import { type Ticker } from '#infra/telemetry/ticker';
import { type AccessLog, type Denial, type HiddenFrom } from './access-log.port.ts';
import { type AttemptedAt } from './attempted-at.ts';
import { type Principal } from './caller.ts';
import { ToldThings } from './told-things.ts';

export interface DeniedAttempt {
  readonly principal: Principal;
  readonly roles: readonly Role[];
  readonly route: string;
  readonly code: string;
  readonly at: AttemptedAt;
  readonly hiddenFrom?: HiddenFrom;
}

export interface DeniedAggregatorOptions {
  readonly accessLog: AccessLog;
  readonly logger: JsonLogger;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly windowMs?: number;
  readonly keysMax?: number;
  /** Things that are named of one principal and one code, in a window. */
  readonly thingsMax?: number;
}

const WINDOW_MS = minutesToMs(10);
const KEYS_MAX = 10_000;
const THINGS_MAX = 20;
const TICK_MS = minutesToMs(1);

type Sample = Omit<Denial, 'id' | 'attempts' | 'from' | 'to'> & Pick<DeniedAttempt, 'hiddenFrom'>;
type Report = Denial & Pick<DeniedAttempt, 'hiddenFrom'>;

export class DeniedAggregator {
  readonly #options: DeniedAggregatorOptions;
  readonly #bursts: BurstSummary<Sample>;
  readonly #told: ToldThings;
  readonly #reports = new Set<Promise<unknown>>();
  /** What may not have been recorded, by id: it is reported again as it was, until it is known to be. */
  readonly #unrecorded = new Map<string, Report>();
  #isRepeating = false;
  readonly #stopTicking: () => void;

  constructor(options: DeniedAggregatorOptions) {
    const { clock, ticker, windowMs = WINDOW_MS } = options;
    const { keysMax = KEYS_MAX, thingsMax = THINGS_MAX } = options;
    this.#options = options;
    this.#told = new ToldThings({ clock, windowMs, thingsMax, keysMax });
    this.#bursts = new BurstSummary({ windowMs, keysMax, clock }, (sum) => {
      const { sample, count, firstAt, lastAt } = sum;
      const id = idOf('sum', sample, firstAt);
      void this.#follow(
        this.#report({ id, ...sample, attempts: count, from: firstAt, to: lastAt }),
      );
    });
    this.#stopTicking = ticker.every(TICK_MS, () => {
      this.#bursts.flush();
      void this.#follow(this.#repeat());
    });
  }

  /** Resolves once a first attempt is recorded, and at once for one that is only counted. Never rejects. */
  async record(attempt: DeniedAttempt): Promise<void> {
    const { principal, roles, route, code, hiddenFrom } = attempt;
    const { platform, id: principalId } = principal;
    const actor: Actor = { kind: principal.kind, id: principalId };
    // By code too: ids that nobody has use up none of the names of what is there and hidden.
    const who = JSON.stringify([platform, principalId, code, hiddenFrom]);
    const at = this.#namedOf(who, attempt.at);
    const sample: Sample = { platform, actor, principalId, roles, route, at, code, hiddenFrom };
    const key = JSON.stringify([who, route, at]);
    const now = this.#options.clock.now();
    if (!this.#bursts.isFirst(key, sample)) return;
    const id = idOf('first', sample, now);
    const report = { id, ...sample, attempts: 1, from: now, to: now };
    const came = await this.#follow(this.#report(report));
    // Where too many wait already, the sum of the window has it.
    if (came === 'given-up') this.#bursts.countUntold(key);
  }

  /** Reports all sums and waits for them; nothing is recorded afterwards. */
  async close(): Promise<void> {
    this.#stopTicking();
    this.#bursts.flushAll();
    await Promise.all(this.#reports);
    await this.#repeat();
  }

  #namedOf(who: string, at: AttemptedAt): AttemptedAt {
    const isAny = Object.keys(at).length > 0;
    return isAny && this.#told.isNamed(who, JSON.stringify(at)) ? at : {};
  }

  #follow<T>(report: Promise<T>): Promise<T> {
    this.#reports.add(report);
    void report.then(() => this.#reports.delete(report));
    return report;
  }

  /** One after the other; when one fails again, the others wait with it. */
  async #repeat(): Promise<void> {
    if (this.#isRepeating) return;
    this.#isRepeating = true;
    for (const report of [...this.#unrecorded.values()]) {
      if ((await this.#report(report)) !== 'done') break;
    }
    this.#isRepeating = false;
  }

  async #report({ hiddenFrom, ...denial }: Report): Promise<'done' | 'kept' | 'given-up'> {
    if (hiddenFrom === 'platform') {
      const { platform, principalId, route, at, attempts } = denial;
      const told = { platform, principalId, route, ...at, attempts };
      this.#options.logger.facts('tried at another platform', told, 'warn');
      return 'done';
    }
    try {
      await this.#options.accessLog.denied(denial);
      this.#unrecorded.delete(denial.id);
      return 'done';
    } catch (error) {
      // It was told when it failed first.
      if (this.#unrecorded.has(denial.id)) return 'kept';
      this.#options.logger.failure('A refused attempt could not be recorded.', error, {
        platform: denial.platform,
        route: denial.route,
        attempts: denial.attempts,
      });
      const { keysMax = KEYS_MAX } = this.#options;
      if (this.#unrecorded.size >= keysMax) return 'given-up';
      this.#unrecorded.set(denial.id, denial);
      return 'kept';
    }
  }
}

const idOf = (what: 'first' | 'sum', sample: Sample, from: Instant): string => {
  const { platform, principalId, code, route, at } = sample;
  return deriveId('denial', what, platform, principalId, code, route, canonicalJson(at), from);
};
