/**
 * Builds the HTTP server: Nest on Fastify, with every default that would answer otherwise than by
 * problem+json replaced, and nothing reachable that has no policy. It is not yet listening.
 */
import { type IncomingMessage } from 'node:http';
import {
  type DynamicModule,
  Inject,
  Module,
  type ModuleMetadata,
  type OnModuleDestroy,
} from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Clock } from '#kernel/clock';
import { type IdSource } from '#kernel/ids';
import { minutesToMs } from '#kernel/instants';
import { type ViolationCatalogue } from '#kernel/violation';
import { AccessGuard } from '#infra/auth/access.guard';
import { findCaller } from '#infra/auth/caller';
import { DeniedAggregator } from '#infra/auth/denied-aggregator';
import { assertEveryRouteHasAPolicy, routesOf } from '#infra/auth/routes';
import { type JsonLogger } from '#infra/telemetry/logger';
import { RequestLog } from '#infra/telemetry/request-log';
import { type Ticker } from '#infra/telemetry/ticker';
import { traceIdOf } from '#infra/telemetry/trace-id';
import { assertBodyForm } from './body-form.ts';
import { answerBrokenHttp } from './broken-http.ts';
import { TRACE_HEADER } from './headers.ts';
import { parseJsonBody } from './json-body.ts';
import { ProblemFilter, sendProblem } from './problem.filter.ts';
import { tell } from './problem.mapping.ts';
import { HttpProblem } from './problem.ts';
import { RequestFormGuard } from './request-form.guard.ts';
import { setLifetime } from './request-signal.ts';
import { RouteTable } from './route-table.ts';
import { setFileLimit, UPLOAD_FIELD_BYTES_MAX, UPLOAD_FIELDS_MAX } from './upload.ts';
import { ValidationPipe } from './validation.pipe.ts';
import { ViolationRegistry } from './violation.registry.ts';

export interface HttpSettings {
  /** Bytes of a JSON body. */
  readonly bodyLimitBytes: number;
  /** Bytes of an uploaded file. */
  readonly fileLimitBytes: number;
  /** Until a request that was received is given up, milliseconds. */
  readonly requestDeadlineMs: number;
  /** Until a request must have arrived completely, milliseconds. */
  readonly receiveTimeoutMs: number;
}

export interface HttpAppOptions {
  readonly settings: HttpSettings;
  /** The catalogues of all modules whose violations can reach a client. */
  readonly violations: readonly ViolationCatalogue[];
  readonly logger: JsonLogger;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly ticker: Ticker;
}

/** No id that this server gives is longer. */
const PARAM_LENGTH_MAX = 200;
const FLUSH_MS = minutesToMs(1);
const ENDING = Symbol('ending');

/** Around the application's own module, so that the first thing to know of the end is the server. */
@Module({})
class ServerModule implements OnModuleDestroy {
  constructor(@Inject(ENDING) private readonly ending: AbortController) {}

  onModuleDestroy(): void {
    this.ending.abort();
  }
}

function serverModule(
  application: NonNullable<ModuleMetadata['imports']>[number],
  ending: AbortController,
): DynamicModule {
  return {
    module: ServerModule,
    imports: [application],
    providers: [{ provide: ENDING, useValue: ending }],
  };
}

function adapterOf({ settings, ids }: HttpAppOptions, registry: ViolationRegistry): FastifyAdapter {
  return new FastifyAdapter({
    logger: false,
    bodyLimit: settings.bodyLimitBytes,
    requestTimeout: settings.receiveTimeoutMs,
    trustProxy: false,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    requestIdHeader: false,
    genReqId: (raw: IncomingMessage) => traceIdOf(raw, ids),
    forceCloseConnections: 'idle',
    // Node answers what lacks it without a word; `refuseOddHeaders` does by a problem.
    http: { requireHostHeader: false },
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    clientErrorHandler: answerBrokenHttp,
    // A URL that cannot be decoded, before any hook or filter: `request` has no route yet.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(request, reply, tell(error), registry),
    multipart: {
      limits: {
        files: 1,
        fields: UPLOAD_FIELDS_MAX,
        fieldSize: UPLOAD_FIELD_BYTES_MAX,
        parts: UPLOAD_FIELDS_MAX + 1,
      },
    },
  });
}

function takeJsonAlone(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** The router takes nothing between two slashes for a parameter; no id of ours is empty. */
function knowNoDoubledSlashes(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const [path] = request.url.split('?', 1);
    done(path!.includes('//') ? new HttpProblem('not-found') : undefined);
  });
}

/** What Node refuses by itself, without a word to whoever sent it. */
function refuseOddHeaders(fastify: FastifyInstance): void {
  fastify.server.on('checkExpectation', (raw, answer) =>
    fastify.server.emit('request', raw, answer),
  );
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { expect, host } = request.headers;
    if (expect !== undefined && expect.toLowerCase() !== '100-continue')
      return done(new HttpProblem('expectation-failed'));
    const lacksHost = host === undefined && request.raw.httpVersion === '1.1';
    done(lacksHost ? new HttpProblem('malformed-request') : undefined);
  });
}

/**
 * Who sends it is asked before any of a body is read: to whoever has no token nothing is said of what
 * they sent, and it takes no room. What they may is the guard's to say, which knows the handler.
 */
function authenticateBeforeReading(fastify: FastifyInstance, app: NestFastifyApplication): void {
  const guard = app.get(AccessGuard, { strict: false });
  const closed = new Set(
    routesOf(app)
      .filter(({ policy }) => policy !== 'public')
      .map(({ method, path }) => `${method} ${path}`),
  );
  fastify.addHook('onRequest', async (request) => {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const isClosed = closed.has(`${method} ${request.routeOptions.url}`);
    if (isClosed) await guard.authenticate(request);
  });
  fastify.addHook('preParsing', async (request) => {
    if (!request.is404) assertBodyForm(request.headers);
  });
}

/** Refuses what comes in after the end has begun, so that what is in flight can be finished. */
function refuseWhileEnding(
  fastify: FastifyInstance,
  ending: AbortSignal,
  registry: ViolationRegistry,
): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header(TRACE_HEADER, request.id);
    if (!ending.aborted) return done();
    sendProblem(request, reply, tell(new HttpProblem('shutting-down')), registry);
  });
  // An answer that ends after the idle connections were closed would keep its own open, and the
  // server with it, until the client lets go.
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (ending.aborted) reply.header('connection', 'close');
    done(null, payload);
  });
}

/**
 * The application, initialised. `close` ends it: no new requests, those in flight are finished, then
 * every module's shutdown hooks run. Whose signals end the process is for whoever owns it to say.
 * @param application must import `AuthModule.with(...)`.
 * @throws RouteWithoutPolicy when a route carries neither @Access nor @Public
 */
export async function createHttpApp(
  application: NonNullable<ModuleMetadata['imports']>[number],
  options: HttpAppOptions,
): Promise<NestFastifyApplication> {
  const { logger, clock, settings, ticker } = options;
  const registry = new ViolationRegistry(options.violations);
  const ending = new AbortController();
  const routes = new RouteTable();
  const requests = new RequestLog(logger, clock);
  const adapter = adapterOf(options, registry);
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  takeJsonAlone(fastify);
  routes.watch(fastify);
  setLifetime(fastify, { deadlineMs: settings.requestDeadlineMs, ending: ending.signal });
  setFileLimit(fastify, settings.fileLimitBytes);
  refuseWhileEnding(fastify, ending.signal, registry);
  refuseOddHeaders(fastify);
  knowNoDoubledSlashes(fastify);
  requests.watch(fastify, (request) => findCaller(request)?.principal.platform);
  const stopFlushing = ticker.every(FLUSH_MS, () => requests.flush());
  fastify.addHook('onClose', () => {
    stopFlushing();
    requests.flushAll();
  });

  const app = await NestFactory.create<NestFastifyApplication>(
    serverModule(application, ending),
    adapter,
    { logger, bodyParser: false, abortOnError: false },
  );
  authenticateBeforeReading(fastify, app);
  const reflector = app.get(Reflector);
  const denials = app.get(DeniedAggregator, { strict: false });
  app.useSecurityHeaders();
  app.useGlobalFilters(new ProblemFilter(registry, routes, logger, requests, denials));
  app.useGlobalPipes(new ValidationPipe());
  app.useGlobalGuards(app.get(AccessGuard, { strict: false }), new RequestFormGuard(reflector));
  assertEveryRouteHasAPolicy(app);
  return app;
}
