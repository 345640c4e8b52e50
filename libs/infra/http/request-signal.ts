/**
 * The signal that goes with every call that a request makes: aborted when its time is up, when its
 * client is gone, or, where it only reads and so may be waiting, when the server ends. A command that
 * came in before the end is finished. What was begun may or may not have been done by then.
 */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';

const SIGNAL = Symbol('signal');

interface WithSignal {
  [SIGNAL]?: AbortSignal;
}

export interface Lifetime {
  /** Milliseconds until a request is given up. */
  readonly deadlineMs: number;
  /** Aborted when the server begins to end. */
  readonly ending: AbortSignal;
}

interface Server extends Lifetime {
  /** Of those that may be waiting. */
  readonly open: Set<AbortController>;
}

const servers = new WeakMap<object, Server>();

/** @param server the Fastify instance that the requests come through. */
export function setLifetime(server: object, lifetime: Lifetime): void {
  const open = new Set<AbortController>();
  servers.set(server, { ...lifetime, open });
  lifetime.ending.addEventListener('abort', () => open.forEach((request) => request.abort()));
}

/** Made when first asked for, and the same ever after. */
export function signalOf(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const holder = request as WithSignal;
  return (holder[SIGNAL] ??= signalFor(request, reply));
}

/**
 * By hand and not by AbortSignal.any and .timeout, whose timers outlive the request: at thousands of
 * requests a second those of half a minute would lie in memory together.
 */
function signalFor(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const server = servers.get(request.server);
  let timer: NodeJS.Timeout | undefined;
  if (server) {
    const mayWait = request.method === 'GET' || request.method === 'HEAD';
    if (mayWait) server.open.add(controller);
    // What is left of the request's time, which began before anybody asked for the signal.
    const leftMs = Math.max(0, server.deadlineMs - reply.elapsedTime);
    timer = setTimeout(() => controller.abort(), leftMs);
    timer.unref();
    if (mayWait && server.ending.aborted) controller.abort();
  }
  reply.raw.once('close', () => {
    clearTimeout(timer);
    server?.open.delete(controller);
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** `@RequestSignal() signal: AbortSignal` */
export const RequestSignal = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const http = context.switchToHttp();
  return signalOf(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
});
