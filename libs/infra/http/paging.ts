/** The answer of a list, and its Link header (RFC 8288). */
import { type FastifyReply } from 'fastify';

export interface PageAnswer<T> {
  readonly items: readonly T[];
  /** The cursor of the next page; absent on the last. */
  readonly next?: string;
}

/** The page as an answer, with `Link: <…>; rel="next"` to the same query from the next cursor on. */
export function answerPage<T>(
  reply: FastifyReply,
  items: readonly T[],
  next: string | undefined,
): PageAnswer<T> {
  if (next === undefined) return { items };
  const url = new URL(reply.request.url, 'http://localhost');
  url.searchParams.set('cursor', next);
  reply.header('link', `<${url.pathname}${url.search}>; rel="next"`);
  return { items, next };
}
