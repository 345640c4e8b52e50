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

/** @throws HttpProblem position-token-invalid, position-token-of-another-store */
export function positionOfToken(token: string, storeId: string): Position {
  if (token.length > TOKEN_MAX || !/^[A-Za-z0-9_-]+$/.test(token))
    throw new HttpProblem('position-token-invalid', { field: 'position' });
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const end = text.indexOf('\n');
  if (end < 0 || positionToken(text.slice(0, end), text.slice(end + 1) as Position) !== token)
    throw new HttpProblem('position-token-invalid', { field: 'position' });
  if (text.slice(0, end) !== storeId)
    throw new HttpProblem('position-token-of-another-store', { field: 'position' });
  return text.slice(end + 1) as Position;
}

export function setPosition(reply: FastifyReply, storeId: string, position: Position): void {
  reply.header(POSITION_HEADER, positionToken(storeId, position));
}

/**
 * The token that a query carries, in the header or as `position` in the query string, else
 * undefined: `@ReadAfter() token: string | undefined`. To be read with `positionOfToken`.
 */
export const ReadAfter = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const header = headerOf(request.headers, READ_AFTER_HEADER);
    if (header !== undefined) return header;
    const { position } = request.query as { position?: unknown };
    if (position !== undefined && typeof position !== 'string')
      throw new HttpProblem('position-token-invalid', { field: 'position' });
    return position;
  },
);
