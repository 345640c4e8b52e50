/**
 * Idempotency of commands: every POST carries a key, and the command id follows from platform,
 * principal, route and key. The log itself then remembers what was done (docs/architecture.md, "What
 * holds on every store"); nothing is cached here.
 */
import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { canonicalJson } from '#kernel/canonical-json';
import { uuidV8 } from '#kernel/ids';
import { callerOf } from '#infra/auth/caller';
import { headerOf, IDEMPOTENCY_HEADER } from './headers.ts';
import { HttpProblem } from './problem.ts';

export const WITHOUT_IDEMPOTENCY_KEY = 'casetrail:without-idempotency-key';

/** For a POST that appends nothing, so that repeating it is harmless. */
export const WithoutIdempotencyKey = () => SetMetadata(WITHOUT_IDEMPOTENCY_KEY, true);

const VISIBLE_ASCII = /^[\x21-\x7e]{1,200}$/;

/** @throws HttpProblem idempotency-key-missing, idempotency-key-invalid */
export function idempotencyKeyOf(request: FastifyRequest): string {
  const key = headerOf(request.headers, IDEMPOTENCY_HEADER);
  if (key === undefined || key === '') throw new HttpProblem('idempotency-key-missing');
  // Node joins a header that was sent twice by ", ", and a space is not visible.
  if (!VISIBLE_ASCII.test(key)) throw new HttpProblem('idempotency-key-invalid');
  return key;
}

/**
 * Method and concrete path, written from the route's template and its parameters, so that the same
 * resource is one route however its URL was escaped.
 */
export function concreteRouteOf(request: FastifyRequest): string {
  const params = request.params as Readonly<Record<string, string>>;
  const path = (request.routeOptions.url ?? '').replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  return `${request.method} ${path}`;
}

/** Where a command comes from: `@Origin() origin: CommandOrigin`. */
export interface CommandOrigin {
  readonly platform: string;
  readonly principalId: string;
  /** `POST /v1/cases/<id>/submissions`. */
  readonly route: string;
  readonly key: string;
}

/** @throws HttpProblem idempotency-key-missing, idempotency-key-invalid */
export function originOf(request: FastifyRequest): CommandOrigin {
  const { principal } = callerOf(request);
  return {
    platform: principal.platform,
    principalId: principal.id,
    route: concreteRouteOf(request),
    key: idempotencyKeyOf(request),
  };
}

export const Origin = createParamDecorator((_: unknown, context: ExecutionContext) =>
  originOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** HMAC under a key that only this installation has: the Vault's method of that name. */
export type KeyedDigest = (purpose: string, ...parts: readonly string[]) => Uint8Array;

export interface CommandIdentity {
  /** UUIDv8; all ids of the command derive from it. */
  readonly commandId: string;
  /** Hex; the same command id with another digest is another request (422). */
  readonly requestDigest: string;
}

/**
 * @param body what was sent, as JSON: of an upload its fields and the digest of its file. Keyed,
 * because a bare hash of a body that is little more than an ID number can be guessed.
 * @throws TypeError where the body is not JSON.
 */
export function commandIdentity(
  command: CommandOrigin & { readonly body: unknown; readonly keyedDigest: KeyedDigest },
): CommandIdentity {
  const { platform, principalId, route, key, body, keyedDigest } = command;
  const digest = keyedDigest('request', canonicalJson(body ?? null));
  return {
    commandId: uuidV8(keyedDigest('command', platform, principalId, route, key)),
    requestDigest: Buffer.from(digest).toString('hex'),
  };
}
