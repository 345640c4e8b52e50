/**
 * Position tokens: what a command answers with, and what a query carries to read its own write. A
 * token names its store, since a position means nothing to another one; to clients it is opaque.
 */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Position } from '#kernel/position';
import { headerOf, POSITION_HEADER, READ_AFTER_HEADER } from './headers.ts';
import { HttpProblem } from './problem.ts';

const TOKEN_MAX = 512;

export function positionToken(storeId: string, position: Position): string {
  return Buffer.from(`${storeId}\n${position}`, 'utf8').toString('base64url');
}

/** A token as a request carries it, and where: the parameter or the header that a refusal names. */
export interface GivenToken {
  readonly token: string;
  readonly field: string;
}

/** @throws HttpProblem position-token-invalid, position-token-of-another-store */
export function positionOfToken({ token, field }: GivenToken, storeId: string): Position {
  if (token.length > TOKEN_MAX || !/^[A-Za-z0-9_-]+$/.test(token))
    throw new HttpProblem('position-token-invalid', { field });
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const end = text.indexOf('\n');
  if (end < 0 || positionToken(text.slice(0, end), text.slice(end + 1) as Position) !== token)
    throw new HttpProblem('position-token-invalid', { field });
  if (text.slice(0, end) !== storeId)
    throw new HttpProblem('position-token-of-another-store', { field });
  return text.slice(end + 1) as Position;
}

export function setPosition(reply: FastifyReply, storeId: string, position: Position): void {
  reply.header(POSITION_HEADER, positionToken(storeId, position));
}

/**
 * The token that a query carries, in the header or as `position` in the query string, else
 * undefined: `@ReadAfter() token: GivenToken | undefined`. To be read with `positionOfToken`.
 */
export const ReadAfter = createParamDecorator(
  (_: unknown, context: ExecutionContext): GivenToken | undefined => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const header = headerOf(request.headers, READ_AFTER_HEADER);
    if (header !== undefined) return { token: header, field: READ_AFTER_HEADER };
    const { position } = request.query as { position?: unknown };
    if (position !== undefined && typeof position !== 'string')
      throw new HttpProblem('position-token-invalid', { field: 'position' });
    return position === undefined ? undefined : { token: position, field: 'position' };
  },
);
