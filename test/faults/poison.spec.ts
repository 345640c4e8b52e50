/**
 * One event that cannot be folded, in each view and in each process of the catalogue, under the running
 * server: the one document is parked and marked, all the rest goes on, and the mend repairs it.
 */
import { instant } from '#kernel/instants';
import { describeInFull } from '#kernel/testing/full-run';
import { processes, views } from '../../apps/server/src/catalogue.ts';
import { until } from '../e2e/world.testkit.ts';
import { Field } from './field.testkit.ts';
import { life } from './life.testkit.ts';
import { poisonProcess, poisonView } from './poison.testkit.ts';
import { FLOWS } from './flows.testkit.ts';
import { reissue } from './requests.testkit.ts';

/** Due times reach into a year without calendar data, so that one process has something to do. */
const NEW_YEARS_EVE = instant('2026-12-31T02:00:00Z');

/** A document of theirs is of one event, and so never there before it. */
const OF_ONE_EVENT = ['timeline', 'audit-trail'];
/** Types of events that name no person of a flow. */
const OF_NOBODY = ['PolicyPublished', 'CalendarExtended', 'StaffLeft'];

interface Standing {
  readonly id: string;
  readonly view?: string;
  readonly key?: string;
  readonly process?: string;
}

async function standing(field: Field, list: string): Promise<readonly Standing[]> {
  const { body } = await field.get(`/v1/operations/${list}`, { as: 'ada' });
  return (body as { items: readonly Standing[] }).items;
}

const retried = async (field: Field, list: string, { id }: Standing): Promise<unknown> =>
  (await field.post(`/v1/operations/${list}/${id}/retry`, { as: 'ada' })).body;

describeInFull('a poisoned event', () => {
  let field: Field;

  beforeEach(async () => {
    field = new Field();
    field.clock.set(NEW_YEARS_EVE);
    await field.start();
    await field.atRest();
  });
  afterEach(() => field.dispose());

  it.each(views)('in $name parks one document, and no other waits for it', async (view) => {
    let poison: { readonly id: string; readonly key: string; readonly isNew: boolean } | undefined;
    // A document that is there already where there is one: it is served on, and marked.
    const mend = poisonView(view, ({ id }, key, document) => {
      if (document !== null || OF_ONE_EVENT.includes(view.name)) {
        poison ??= { id, key, isNew: document === null };
      }
      return poison?.id === id && poison.key === key;
    });
    try {
      await life(field, field.person());
      await field.atRest();
      await life(field, field.person());
      await field.atRest();
      const { key, isNew } = poison!;
      const parked = await standing(field, 'parked-documents');
      expect(parked).toMatchObject([
        { view: view.name, key, error: expect.stringMatching(/^Poison/) },
      ]);
      const served = await (await field.stores.readStore.serving(view.name))!.get(key);
      expect(served?.degraded).toBe(isNew ? undefined : true);
      expect(await field.parked()).toEqual([view.name]);
      mend();
      const [behind, ...others] = await field.viewFaults();
      expect(behind).toContain(`the document ${key} of ${view.name} is`);
      expect(others).toEqual([]);
      expect(await retried(field, 'parked-documents', parked[0]!)).toEqual({ outcome: 'mended' });
    } finally {
      mend();
    }
    expect(await standing(field, 'parked-documents')).toEqual([]);
    expect(await field.viewFaults()).toEqual([]);
  });

  const flows = [...FLOWS, reissue];

  it.each(processes)('in $name waits as a dead letter, and all else goes on', async (process) => {
    const flow = flows.find(({ keptBy }) => keptBy === process.name)!;
    const others = flows.filter(({ keptBy }) => keptBy && keptBy !== process.name);
    const person = field.person();
    await flow.prepare(field, person);
    await field.atRest();
    const before = await field.stores.eventStore.head();
    let poison: string | undefined;
    const mend = poisonProcess(process, ({ id }, actions) => {
      if (actions.length > 0) poison ??= id;
      return poison === id;
    });
    try {
      await flow.act(field, person);
      const [letter] = await until(
        () => standing(field, 'dead-letters'),
        (letters) => letters.length > 0,
      );
      expect(letter).toMatchObject({ process: process.name });
      for (const other of others) {
        const somebody = field.person();
        await other.prepare(field, somebody);
        await field.atRest();
        await other.act(field, somebody);
        await field.atRest();
        await other.check?.(field, somebody);
      }
      expect(await standing(field, 'dead-letters')).toHaveLength(1);
      mend();
      expect(await retried(field, 'dead-letters', letter!)).toEqual({ outcome: 'done' });
    } finally {
      mend();
    }
    await field.atRest();
    expect(await field.parked()).toEqual([]);
    const effect = Object.entries(flow.effect).filter(([type]) => !OF_NOBODY.includes(type));
    expect(await field.effectOn(person, before)).toMatchObject(Object.fromEntries(effect));
    await flow.check?.(field, person);
    expect(await field.viewFaults()).toEqual([]);
  });
});
