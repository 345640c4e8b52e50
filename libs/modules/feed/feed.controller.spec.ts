/** The change feed as it is asked: over a real log, through its controller. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Caller } from '#infra/auth/caller';
import { type EventStore, type ReadAllOptions } from '#infra/event-store/event-store.port';
import { positionToken } from '#infra/http/position-token';
import { newRig, type Rig } from '#infra/projector/projector.testkit';
import { type RecordedEvent } from '#kernel/envelope';
import { defineEvent, EventCatalogue } from '#kernel/event-definition';
import { deriveId } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { START, type Position } from '#kernel/position';
import { type GoldenSamples } from '#kernel/testing/golden';
import { metadataFor } from '#kernel/testing/metadata';
import { caseEvents } from '#modules/cases/index';
import { FeedController, FeedQuery } from './feed.controller.ts';

type Sample = GoldenSamples['samples'][number];

const file = new URL('../cases/case.golden.json', import.meta.url);
const { samples } = JSON.parse(readFileSync(file, 'utf8')) as GoldenSamples;
const withdrawn = samples.find(({ type }) => type === 'CaseWithdrawn')!;

let rig: Rig;
let appended = 0;

beforeEach(async () => {
  rig = await newRig();
});
afterEach(() => rig.dispose());

const stored = (...written: readonly Sample[]) => storedOn('shop', ...written);

async function storedOn(platform: string, ...written: readonly Sample[]): Promise<void> {
  const events = written.map(({ type, schemaVersion, data }) => {
    const id = deriveId('feed', appended++);
    return {
      id,
      type,
      schemaVersion,
      data,
      metadata: metadataFor(id, instant('2026-03-02T01:00:00Z'), { platform }),
    };
  });
  await rig.eventStore.append(`case-${appended}`, 'no-stream', events);
}

function answered(
  query: Partial<FeedQuery> = {},
  { catalogue = caseEvents, store = rig.eventStore } = {},
) {
  const feed = new FeedController(store, catalogue);
  const caller = { principal: { platform: 'shop', id: 'otto' } } as unknown as Caller;
  const full = Object.assign(new FeedQuery(), { limit: 100, ...query });
  return feed.events(full, caller, new AbortController().signal);
}

async function fed(catalogue: EventCatalogue, query: Partial<FeedQuery> = {}) {
  const { items } = await answered(query, { catalogue });
  return items.map(({ type, schemaVersion, data }) => ({ type, schemaVersion, data }));
}

describe('the change feed', () => {
  it('gives an event that an older build wrote in the present version of its schema', async () => {
    // A build that is to come: in its second version the event says by whom, too.
    const later = defineEvent(
      'CaseWithdrawn',
      'The case was withdrawn.',
      z.looseObject({ party: z.string() }),
      { schemaVersion: 2, upcasts: { 1: (data) => ({ ...data, party: 'applicant' }) } },
    );
    await stored(withdrawn);
    expect(withdrawn.schemaVersion).toBe(1);
    expect(await fed(new EventCatalogue([later]), { type: 'CaseWithdrawn' })).toEqual([
      {
        type: 'CaseWithdrawn',
        schemaVersion: 2,
        data: { ...withdrawn.data, party: 'applicant' },
      },
    ]);
  });

  it('gives every event of a case that was ever released in a form that its type has now', async () => {
    await stored(...samples);
    const items = await fed(caseEvents);
    expect(items.map(({ type }) => type)).toEqual(samples.map(({ type }) => type));
    for (const { type, schemaVersion, data } of items) {
      const definition = caseEvents.find(type)!;
      expect([type, schemaVersion]).toEqual([type, definition.schemaVersion]);
      expect(definition.schema.safeParse(data).error?.issues ?? []).toEqual([]);
    }
  });

  it('gives what a later build wrote as it is written', async () => {
    const newer = { ...withdrawn, schemaVersion: 7, data: { party: 'nobody' } };
    const unknown = { type: 'CasePainted', schemaVersion: 1, data: { colour: 'red' } };
    await stored(newer, unknown);
    expect(await fed(caseEvents)).toEqual([newer, unknown]);
  });
});

const noted = samples.find(({ type }) => type === 'NoteAdded')!;
const typesIn = ({ items }: { items: readonly { type: string }[] }) =>
  items.map(({ type }) => type);

/** The same log, of which somebody notes which reads were made, or writes to while one is made. */
function watched(seen: {
  readonly before?: (options: ReadAllOptions | undefined) => Promise<void>;
  readonly looked?: (event: RecordedEvent) => void;
  readonly after?: () => Promise<void>;
}): EventStore {
  return new Proxy(rig.eventStore, {
    get(store, name) {
      if (name !== 'readAll') {
        const member: unknown = Reflect.get(store, name);
        return typeof member === 'function' ? (member as () => unknown).bind(store) : member;
      }
      return async function* (options?: ReadAllOptions) {
        await seen.before?.(options);
        for await (const event of store.readAll(options)) {
          seen.looked?.(event);
          yield event;
        }
        await seen.after?.();
      };
    },
  });
}

describe('the position of the change feed', () => {
  it.each<[string, Partial<FeedQuery>]>([
    ["other platforms' events", {}],
    ["other platforms' events and other types", { type: 'CaseWithdrawn' }],
    ['the same, with waiting', { type: 'CaseWithdrawn', wait: 0.3 }],
  ])('moves over what is not asked for, once and no further: %s', async (_, query) => {
    await stored(withdrawn);
    const first = await answered(query);
    expect(typesIn(first)).toEqual(['CaseWithdrawn']);
    await storedOn('bank', withdrawn, noted);
    const second = await answered({ ...query, after: first.position });
    expect(second.items).toEqual([]);
    const end = positionToken(rig.eventStore.storeId, await rig.eventStore.head());
    expect(second.position).toBe(end);
    expect((await answered({ ...query, after: end })).position).toBe(end);
  });

  it('is where what was looked at once is not looked at again', async () => {
    await storedOn('bank', withdrawn);
    await stored(noted);
    const { position: after } = await answered({ type: 'CaseWithdrawn' });
    const looked: string[] = [];
    const store = watched({ looked: ({ type }) => looked.push(type) });
    await answered({ after, type: 'CaseWithdrawn' }, { store });
    await answered({ after }, { store });
    expect(looked).toEqual([]);
  });

  it('of a page that is full is its last event, whatever follows', async () => {
    await stored(withdrawn, noted, withdrawn, noted);
    const { items, position: after } = await answered({ type: 'CaseWithdrawn', limit: 1 });
    expect(items).toMatchObject([{ type: 'CaseWithdrawn', position: after }]);
    expect(typesIn(await answered({ after }))).toEqual(['NoteAdded', 'CaseWithdrawn', 'NoteAdded']);
  });

  it('of an empty log is its beginning', async () => {
    for (const query of [{}, { type: 'CaseWithdrawn' }]) {
      const { position: after } = await answered(query);
      await stored(withdrawn);
      expect(typesIn(await answered({ ...query, after }))).toContain('CaseWithdrawn');
    }
  });

  it.each<['before' | 'after', Partial<FeedQuery>]>([
    ['before', {}],
    ['before', { type: 'CaseWithdrawn' }],
    ['after', {}],
    ['after', { type: 'CaseWithdrawn' }],
  ])('passes nothing that is appended while it looks, %s it reads: %j', async (when, query) => {
    await stored(noted);
    let appends = 0;
    const store = watched({
      [when]: async () => {
        if (appends++ < 4) await stored(noted, withdrawn, noted);
      },
    });
    const found: string[] = [];
    let position: string | undefined;
    for (let asked = 0; asked < 24; asked++) {
      const after = position === undefined ? {} : { after: position };
      const answer = await answered({ ...query, ...after, limit: 1 }, { store });
      found.push(...typesIn(answer));
      position = answer.position;
    }
    expect(appends).toBeGreaterThan(4);
    expect(found).toEqual(typesIn(await answered(query)));
  });

  it('goes on while it is waited, until something is there', async () => {
    await storedOn('bank', withdrawn);
    const begun: (string | undefined)[] = [];
    let looks = 0;
    const store = watched({
      before: async (options) => {
        begun.push(options?.after);
        looks += 1;
        if (looks === 2) await storedOn('bank', noted);
        if (looks === 4) await stored(withdrawn);
      },
    });
    const { items } = await answered({ type: 'CaseWithdrawn', wait: 20 }, { store });
    expect(items).toHaveLength(1);
    expect(begun).toEqual(begun.toSorted());
    expect(new Set(begun).size).toBe(3);
  });

  it.each([
    ['abc', 'position-token-invalid'],
    [positionToken('another store', START), 'position-token-of-another-store'],
  ])('is refused as `after` where it is none of this log: %s', async (after, code) => {
    await expect(answered({ after })).rejects.toMatchObject({ code, details: { field: 'after' } });
  });

  it('is refused as `after` where the log never gave it', async () => {
    const after = positionToken(rig.eventStore.storeId, 'ffffffffffffffff' as Position);
    for (const query of [{ after }, { after, type: 'CaseWithdrawn' }]) {
      await expect(answered(query)).rejects.toMatchObject({
        code: 'position-unknown',
        details: { field: 'after' },
      });
    }
  });
});
