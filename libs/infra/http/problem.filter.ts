/**
 * Every answer from 400 on leaves here. An error that nobody expected is told as `internal`, which
 * reveals nothing, and logged under the trace id without its message, since messages of parsers and
 * databases repeat what they were given.
 */
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { attemptOf } from '#infra/auth/attempted-at';
import { findCaller } from '#infra/auth/caller';
import { type DeniedAggregator } from '#infra/auth/denied-aggregator';
import { type JsonLogger } from '#infra/telemetry/logger';
import { type RequestLog } from '#infra/telemetry/request-log';
import { negotiateLocale } from './locale.ts';
import { tell, type Told } from './problem.mapping.ts';
import { renderProblem } from './problem.render.ts';
import { HttpProblem, PROBLEM_MEDIA_TYPE } from './problem.ts';
import { type RouteTable } from './route-table.ts';
import { type ViolationRegistry } from './violation.registry.ts';

export function addVary(reply: FastifyReply, field: string): void {
  const present = String(reply.getHeader('vary') ?? '');
  const fields = present.split(',').map((name) => name.trim().toLowerCase());
  if (fields.includes(field.toLowerCase()) || fields.includes('*')) return;
  reply.header('vary', present ? `${present}, ${field}` : field);
}

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  told: Told,
  registry: ViolationRegistry,
): void {
  const locale = negotiateLocale(request.headers['accept-language']);
  const { problem, headers } = renderProblem(told, registry, locale, request.id);
  // What the route set for its success (a length, a file name) would describe the wrong body.
  for (const name of ['content-length', 'content-disposition', 'etag', 'link'])
    reply.removeHeader(name);
  addVary(reply, 'Accept-Language');
  reply.headers(headers).code(problem.status).type(PROBLEM_MEDIA_TYPE);
  // As bytes: to a text Fastify would add a charset, which this media type does not have (RFC 9457).
  reply.send(Buffer.from(JSON.stringify(problem), 'utf8'));
}

/** What the operator has to see to. */
const OUTAGES: ReadonlySet<string> = new Set([
  'store-unavailable',
  'store-unusable',
  'event-of-newer-build',
  'event-damaged',
]);

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly registry: ViolationRegistry,
    private readonly routes: RouteTable,
    private readonly logger: JsonLogger,
    private readonly requests: RequestLog,
    private readonly denials: DeniedAggregator,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const told = this.#otherMethod(tell(error), request);
    if (!('refusal' in told)) this.#log(told.code, error, request);
    this.#recordHidden(told, request);
    if (reply.sent || reply.raw.headersSent) {
      // A body that broke off midway must not look complete.
      reply.raw.destroy();
      return;
    }
    sendProblem(request, reply, told, this.registry);
  }

  /** A defect each time, an outage once: a full disk is not to be filled by what is said of it. */
  #log(code: string, error: unknown, request: FastifyRequest): void {
    if (code === 'internal')
      this.logger.failure(code, error, { traceId: request.id, ...routeOf(request) });
    if (OUTAGES.has(code)) this.requests.outage({ code, ...routeOf(request) }, error, request.id);
  }

  /** Nobody waits for the record: an answer that took longer than one to nothing would tell that there is something. */
  #recordHidden(told: Told, request: FastifyRequest): void {
    const { hiddenFrom } = 'refusal' in told ? told.refusal : told.details;
    const caller = findCaller(request);
    if (!hiddenFrom || !caller) return;
    const code = 'refusal' in told ? told.refusal.violation.code : told.code;
    const { principal, roles } = caller;
    const { route, at } = attemptOf(request);
    const named = 'refusal' in told ? told.refusal.at : {};
    const attempt = { principal, roles, code, hiddenFrom, route, at: { ...at, ...named } };
    void this.denials.record(attempt);
  }

  /** The router says "not found" also where only the method is not. */
  #otherMethod(told: Told, request: FastifyRequest): Told {
    if ('refusal' in told || told.code !== 'not-found' || !request.is404) return told;
    const allow = this.routes.methodsOf(request.url);
    if (allow.length === 0) return told;
    return tell(new HttpProblem('method-not-allowed', { headers: { allow: allow.join(', ') } }));
  }
}

/** The template of the route, never its URL, which names ids. */
export function routeOf(request: FastifyRequest): { method: string; route: string } {
  return { method: request.method, route: request.routeOptions.url ?? 'none' };
}
