/** The change feed as it is asked: over a real log, through its controller. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Caller } from '#infra/auth/caller';
import { newRig, type Rig } from '#infra/projector/projector.testkit';
import { defineEvent, EventCatalogue } from '#kernel/event-definition';
import { deriveId } from '#kernel/ids';
import { instant } from '#kernel/instants';
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

async function stored(...written: readonly Sample[]): Promise<void> {
  const events = written.map(({ type, schemaVersion, data }) => {
    const id = deriveId('feed', appended++);
    return {
      id,
      type,
      schemaVersion,
      data,
      metadata: metadataFor(id, instant('2026-03-02T01:00:00Z')),
    };
  });
  await rig.eventStore.append(`case-${appended}`, 'no-stream', events);
}

async function fed(catalogue: EventCatalogue, query: Partial<FeedQuery> = {}) {
  const feed = new FeedController(rig.eventStore, catalogue);
  const caller = { principal: { platform: 'shop', id: 'otto' } } as unknown as Caller;
  const full = Object.assign(new FeedQuery(), { limit: 100, ...query });
  const { items } = await feed.events(full, caller, new AbortController().signal);
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
