/**
 * The signal that goes with every call that a request makes: aborted when its time is up, when its
 * client is gone, or when the server ends. What was begun may or may not have been done by then.
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

const lifetimes = new WeakMap<object, Lifetime>();

/** @param server the Fastify instance that the requests come through. */
export function setLifetime(server: object, lifetime: Lifetime): void {
  lifetimes.set(server, lifetime);
}

/** Made when first asked for, and the same ever after. */
export function signalOf(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const holder = request as WithSignal;
  return (holder[SIGNAL] ??= signalFor(request, reply));
}

function signalFor(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  const lifetime = lifetimes.get(request.server);
  if (!lifetime) return gone.signal;
  // What is left of the request's time, which began before anybody asked for the signal.
  const leftMs = Math.max(0, lifetime.deadlineMs - reply.elapsedTime);
  return AbortSignal.any([gone.signal, lifetime.ending, AbortSignal.timeout(Math.ceil(leftMs))]);
}

/** `@RequestSignal() signal: AbortSignal` */
export const RequestSignal = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const http = context.switchToHttp();
  return signalOf(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
});
