/**
 * One line a request: method, route template, status, duration, trace id, platform. Never the URL,
 * the query, a header or the body. Refusals (400 to 499) and outages (503) are damped: the first of a
 * kind is logged at once, those that follow within the window as one sum. So is what an outage makes
 * fail, since it fails every request alike, and the log may lie on the very disk that is full.
 */
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Clock } from '#kernel/clock';
import { minutesToMs } from '#kernel/instants';
import { BurstSummary } from './burst-summary.ts';
import { type JsonLogger } from './logger.ts';
import { safeError } from './safe-error.ts';

interface Line {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly platform?: string;
}

export interface OutageFacts {
  readonly code: string;
  readonly method: string;
  readonly route: string;
}

const WINDOW_MS = minutesToMs(1);
const KEYS_MAX = 2_000;

export class RequestLog {
  readonly #refused: BurstSummary<Line>;
  readonly #outages: BurstSummary<OutageFacts>;
  readonly #logger: JsonLogger;

  constructor(logger: JsonLogger, clock: Clock) {
    this.#logger = logger;
    this.#refused = new BurstSummary(
      { windowMs: WINDOW_MS, keysMax: KEYS_MAX, clock },
      ({ sample, count, firstAt, lastAt }) =>
        this.#logger.facts('requests like this', { ...sample, count, firstAt, lastAt }),
    );
    this.#outages = new BurstSummary(
      { windowMs: WINDOW_MS, keysMax: KEYS_MAX, clock },
      ({ sample, count, firstAt, lastAt }) =>
        this.#logger.facts('failures like this', { ...sample, count, firstAt, lastAt }),
    );
  }

  /** @param traceId of the one request that is told in full. */
  outage(facts: OutageFacts, error: unknown, traceId: string): void {
    const { code, method, route } = facts;
    // Another cause is another outage, also while the first one is damped.
    const { name, message = name } = safeError(error);
    if (!this.#outages.isFirst(`${code} ${method} ${route} ${message}`, facts)) return;
    this.#logger.failure(code, error, { traceId, method, route });
  }

  /** @param platformOf the caller's platform, once the request is authenticated. */
  watch(fastify: FastifyInstance, platformOf: (request: FastifyRequest) => string | undefined) {
    fastify.addHook('onResponse', (request, reply, done) => {
      this.#write(request, reply, platformOf(request));
      done();
    });
  }

  #write(request: FastifyRequest, reply: FastifyReply, platform: string | undefined): void {
    const line: Line = {
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      ...(platform !== undefined && { platform }),
    };
    const isDamped = (line.status >= 400 && line.status < 500) || line.status === 503;
    const key = `${line.method} ${line.route} ${line.status} ${platform ?? ''}`;
    if (isDamped && !this.#refused.isFirst(key, line)) return;
    const durationMs = Math.round(reply.elapsedTime * 10) / 10;
    this.#logger.facts('request', { ...line, durationMs, traceId: request.id });
  }

  flush(): void {
    this.#refused.flush();
    this.#outages.flush();
  }

  flushAll(): void {
    this.#refused.flushAll();
    this.#outages.flushAll();
  }
}
