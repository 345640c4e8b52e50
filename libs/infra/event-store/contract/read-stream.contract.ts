import {
  anEvent,
  asRecorded,
  idsIn,
  idsOf,
  listOf,
  openForSection,
  ownNames,
  someEvents,
  type RigFactory,
} from './rig.contract.ts';
import { type Instant } from '#kernel/instants';

const HARD_TO_KEEP = {
  text: '李雷 – naïve “quotes” \u0000 \u2028 \\ 👩‍⚖️ e\u0301 \ud83d',
  keys: { '': 1, 'a.b': 2, $ref: 3, 键: 4 },
  numbers: [0, -1, 0.1, 1e21, 5e-324, Number.MAX_SAFE_INTEGER, 123456789012345680000],
  nested: [[], {}, [null, true, false, { deep: [{ deeper: ['x'] }] }]],
  looksLike: ['2026-11-25T04:34:09.123Z', '12', 'null', '{"a":1}'],
};

export function readStreamContract(factory: RigFactory): void {
  const store = openForSection(factory);

  describe('readStream', () => {
    it('gives nothing where there is no such stream, either way', async () => {
      const stream = ownNames().stream('missing');
      expect(await idsIn(store().readStream(stream))).toEqual([]);
      expect(await idsIn(store().readStream(stream, { direction: 'backwards' }))).toEqual([]);
      expect(await idsIn(store().readStream(stream, { from: 3, limit: 2 }))).toEqual([]);
    });

    it('gives back exactly what was appended, with its place', async () => {
      const stream = ownNames().stream('case-1');
      const event = anEvent({ type: 'CaseOpened', schemaVersion: 7, data: HARD_TO_KEEP });
      const full = anEvent({
        metadata: {
          ...event.metadata,
          actor: { kind: 'ai', id: 'assistant-汉' },
          occurredAt: '2019-02-28T23:59:59.999Z' as Instant,
          requestDigest: 'digest',
          policyVersion: 'seller-individual@12',
          accountId: 'account-1',
        },
      });
      const first = await store().append(stream, 'no-stream', [event]);
      const second = await store().append(stream, 0, [full]);
      expect(await listOf(store().readStream(stream))).toStrictEqual([
        asRecorded(event, { stream, revision: 0, position: first.position }),
        asRecorded(full, { stream, revision: 1, position: second.position }),
      ]);
    });

    it('gives data and metadata as JSON has them: members that are undefined are not there', async () => {
      const stream = ownNames().stream('case-1');
      const event = anEvent({ data: { kept: null, dropped: undefined } });
      await store().append(stream, 'no-stream', [
        { ...event, metadata: { ...event.metadata, accountId: undefined } },
      ]);
      const [stored] = await listOf(store().readStream(stream));
      expect(Object.keys(stored!.data)).toEqual(['kept']);
      expect(Object.keys(stored!.metadata)).not.toContain('accountId');
    });

    it('reads names that are not ASCII', async () => {
      const names = ownNames();
      const stream = names.stream('案件 №1/ä%_*[');
      await store().append(stream, 'no-stream', [anEvent({ type: names.type('已批准') })]);
      const [stored] = await listOf(store().readStream(stream));
      expect(stored).toMatchObject({ stream, type: names.type('已批准') });
    });
  });

  describe('readStream: which part', () => {
    const stream = ownNames().stream('long');
    const events = someEvents(700);

    beforeAll(async () => {
      for (let at = 0; at < events.length; at += 100) {
        await store().append(stream, at ? at - 1 : 'no-stream', events.slice(at, at + 100));
      }
    });

    it('gives all of a long stream in order, without gap or repeat', async () => {
      const stored = await listOf(store().readStream(stream));
      expect(idsOf(stored)).toEqual(idsOf(events));
      expect(stored.map(({ revision }) => revision)).toEqual([...events.keys()]);
    });

    it('gives it backwards from the last', async () => {
      const stored = await listOf(store().readStream(stream, { direction: 'backwards' }));
      expect(idsOf(stored)).toEqual(idsOf(events).reverse());
    });

    it.each([
      ['forwards', { from: 650 }, [650, 699]],
      ['forwards', { from: 3, limit: 4 }, [3, 6]],
      ['forwards', { limit: 2 }, [0, 1]],
      ['forwards', { from: 699, limit: 10 }, [699, 699]],
      ['backwards', { from: 50 }, [50, 0]],
      ['backwards', { from: 650, limit: 600 }, [650, 51]],
      ['backwards', { limit: 1 }, [699, 699]],
      ['backwards', { from: 0, limit: 5 }, [0, 0]],
    ] as const)('%s with %j begins and ends at %j', async (direction, part, [first, last]) => {
      const stored = await listOf(store().readStream(stream, { direction, ...part }));
      expect([stored.at(0)!.revision, stored.at(-1)!.revision]).toEqual([first, last]);
      expect(stored).toHaveLength(Math.abs(last - first) + 1);
    });

    it('gives nothing after the last revision, and nothing at a limit of 0', async () => {
      expect(await idsIn(store().readStream(stream, { from: 700 }))).toEqual([]);
      expect(await idsIn(store().readStream(stream, { limit: 0 }))).toEqual([]);
    });

    it('can be left in the middle', async () => {
      const seen: string[] = [];
      for await (const event of store().readStream(stream)) {
        seen.push(event.id);
        if (seen.length === 300) break;
      }
      expect(seen).toEqual(idsOf(events.slice(0, 300)));
      expect(await idsIn(store().readStream(stream, { limit: 1 }))).toEqual([events[0]!.id]);
    });

    it('can be read by several at once', async () => {
      const lists = await Promise.all([1, 2, 3].map(() => idsIn(store().readStream(stream))));
      expect(lists).toEqual([idsOf(events), idsOf(events), idsOf(events)]);
    });
  });
}
