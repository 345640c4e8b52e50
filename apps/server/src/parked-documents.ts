/** Documents of views that stand still because a fold threw, as a platform's admin lists and retries them. */
import { type ParkedInView } from '#infra/projector/projector';
import { decodeCursor, encodeCursor } from '#infra/read-store/cursor';
import { type Query } from '#infra/read-store/read-store.port';
import { deriveId } from '#kernel/ids';

const LIST = 'parked-documents';

/** A UUID that follows from view and key: the same for as long as the document is parked. */
export const parkedId = ({ view, key }: ParkedInView): string =>
  deriveId('parked-document', view, key);

/**
 * A page of what is parked on the platform, by view and key.
 * @throws BadCursor where `after` is none that a page of this platform gave
 */
export function parkedPage(
  parked: readonly ParkedInView[],
  platform: string,
  { after, limit }: Pick<Query, 'after' | 'limit'>,
): { readonly documents: readonly ParkedInView[]; readonly next?: string } {
  const query = { where: { platform }, orderBy: [{ field: 'view', direction: 'asc' }] } as const;
  const from = after === undefined ? undefined : decodeCursor(LIST, query, after);
  const isLater = ({ view, key }: ParkedInView) =>
    from === undefined || compared([view, key], [String(from.values[0]), from.key]) > 0;
  const left = parked
    .filter((document) => document.platform === platform && isLater(document))
    .sort((a, b) => compared([a.view, a.key], [b.view, b.key]));
  const documents = left.slice(0, limit);
  const last = documents.at(-1);
  if (!last || left.length <= limit) return { documents };
  return { documents, next: encodeCursor(LIST, query, { values: [last.view], key: last.key }) };
}

function compared(a: readonly [string, string], b: readonly [string, string]): number {
  const at = a[0] === b[0] ? 1 : 0;
  return a[at] < b[at] ? -1 : Number(a[at] > b[at]);
}
