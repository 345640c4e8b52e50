/**
 * ETag and If-Match (RFC 9110, sections 8.8.3 and 13.1.1). An ETag is the version of what was read:
 * strong, a number in quotes. A command names the one version that it was decided on, so `*`, weak
 * ETags and lists are refused.
 */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { headerOf } from './headers.ts';
import { HttpProblem } from './problem.ts';

const STRONG = /^"(0|[1-9]\d{0,14})"$/;

/** @throws RangeError for what is no version. */
export function etagOf(version: number): string {
  if (!Number.isSafeInteger(version) || version < 0) throw new RangeError(`No version: ${version}`);
  return `"${version}"`;
}

/** @throws HttpProblem if-match-invalid */
export function versionOfIfMatch(header: string): number {
  const version = STRONG.exec(header.trim())?.[1];
  if (version === undefined) throw new HttpProblem('if-match-invalid');
  return Number(version);
}

/** 412, with the version that it is at now: what the client has to read again. */
export function versionMoved(current: number): HttpProblem {
  return new HttpProblem('version-moved', {
    params: { version: current },
    headers: { etag: etagOf(current) },
  });
}

export function setEtag(reply: FastifyReply, version: number): void {
  reply.header('etag', etagOf(version));
}

/**
 * The version of If-Match: `@IfMatch() version: number`. Missing, it answers 428, unless the route
 * says `@IfMatch({ optional: true }) version: number | undefined`.
 */
export const IfMatch = createParamDecorator(
  (options: { optional: true } | undefined, context: ExecutionContext): number | undefined => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const header = headerOf(request.headers, 'if-match');
    if (header !== undefined) return versionOfIfMatch(header);
    if (options?.optional) return undefined;
    throw new HttpProblem('if-match-missing');
  },
);
