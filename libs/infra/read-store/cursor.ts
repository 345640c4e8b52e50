/**
 * Page cursors, the same for every adapter: where the page before ended, bound to the query that
 * gave it. A cursor holds only what the page itself showed, so it needs no secret.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '#kernel/canonical-json';
import { BadCursor, type Query, type Scalar } from './read-store.port.ts';

export interface Cursor {
  /** The last document's values of the `orderBy` fields, in their order. */
  readonly values: readonly Scalar[];
  /** The last document's key. */
  readonly key: string;
}

type CursorQuery = Pick<Query, 'where' | 'orderBy'>;

/** Binds to view, conditions and order; not to the limit, which may differ from page to page. */
function fingerprint(viewName: string, query: CursorQuery): string {
  const text = canonicalJson([viewName, query.where ?? {}, query.orderBy ?? []]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

export function encodeCursor(viewName: string, query: CursorQuery, cursor: Cursor): string {
  const text = JSON.stringify([fingerprint(viewName, query), cursor.values, cursor.key]);
  return Buffer.from(text).toString('base64url');
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** @throws BadCursor for what no page gave, and for a cursor of another query. */
export function decodeCursor(viewName: string, query: CursorQuery, text: string): Cursor {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw new BadCursor('This is no cursor that a page gave.');
  }
  if (!Array.isArray(parts) || parts.length !== 3)
    throw new BadCursor('This is no cursor that a page gave.');
  const [print, values, key] = parts as unknown[];
  if (print !== fingerprint(viewName, query))
    throw new BadCursor('This cursor belongs to another query.');
  const width = query.orderBy?.length ?? 0;
  if (!Array.isArray(values) || values.length !== width || !values.every(isScalar))
    throw new BadCursor('This is no cursor that a page gave.');
  if (typeof key !== 'string') throw new BadCursor('This is no cursor that a page gave.');
  return { values, key };
}
