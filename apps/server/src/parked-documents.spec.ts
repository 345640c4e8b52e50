import { type ParkedInView } from '#infra/projector/projector';
import { BadCursor } from '#infra/read-store/read-store.port';
import { isUuid } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { type Position } from '#kernel/position';
import { parkedId, parkedPage } from './parked-documents.ts';

const parked = (view: string, key: string, platform = 'shop'): ParkedInView => ({
  view,
  key,
  platform,
  position: '0000000000000003' as Position,
  eventType: 'CaseOpened',
  error: 'TypeError: cannot be read',
  at: instant('2026-03-02T01:00:00Z'),
});

const all = [
  parked('timeline', 'a'),
  parked('case-detail', 'c'),
  parked('case-detail', 'b'),
  parked('case-detail', 'a', 'other'),
  parked('review-queue', 'b'),
];

const named = (documents: readonly ParkedInView[]) =>
  documents.map(({ view, key }) => `${view} ${key}`);

describe('a list of parked documents', () => {
  it('is of one platform, by view and key', () => {
    const { documents, next } = parkedPage(all, 'shop', { limit: 100 });
    expect(named(documents)).toEqual([
      'case-detail b',
      'case-detail c',
      'review-queue b',
      'timeline a',
    ]);
    expect(next).toBeUndefined();
    expect(named(parkedPage(all, 'elsewhere', { limit: 100 }).documents)).toEqual([]);
  });

  it.each([1, 2, 3, 4])('is read whole in pages of %d', (limit) => {
    const read: string[] = [];
    let after: string | undefined;
    do {
      const page = parkedPage(all, 'shop', { limit, ...(after !== undefined && { after }) });
      expect(page.documents.length).toBeLessThanOrEqual(limit);
      read.push(...named(page.documents));
      after = page.next;
    } while (after !== undefined);
    expect(read).toEqual(named(parkedPage(all, 'shop', { limit: 100 }).documents));
  });

  it('goes on where it was when what the page ended with was mended meanwhile', () => {
    const { next } = parkedPage(all, 'shop', { limit: 2 });
    const left = all.filter(({ key }) => key !== 'c');
    const { documents } = parkedPage(left, 'shop', { limit: 2, after: next! });
    expect(named(documents)).toEqual(['review-queue b', 'timeline a']);
  });

  it('refuses a cursor of another platform', () => {
    const { next } = parkedPage(all, 'shop', { limit: 1 });
    expect(() => parkedPage(all, 'other', { limit: 1, after: next! })).toThrow(BadCursor);
  });
});

describe('the id of a parked document', () => {
  it('follows from its view and key, and tells no two of them apart wrongly', () => {
    const ids = all.map(parkedId);
    expect(ids.every(isUuid)).toBe(true);
    expect(new Set(ids).size).toBe(all.length);
    expect(parkedId({ ...all[0]!, error: 'another' })).toBe(ids[0]);
  });
});
