import { z } from 'zod';
import { defineEvent, EventCatalogue } from './event-definition.ts';
import { EventOfNewerBuild, refusalIn } from './newer-event.ts';

const schema = z.strictObject({ thing: z.string(), size: z.int() });
const put = defineEvent('ThingPut', 'A thing was put in.', schema, {
  schemaVersion: 3,
  upcasts: {
    1: ({ name, ...data }) => ({ ...data, thing: name }),
    2: (data) => ({ ...data, size: 1 }),
  },
});
const opened = defineEvent('BoxOpened', 'A box.', z.strictObject({}));
const catalogue = new EventCatalogue([put, opened]);

const stored = (schemaVersion: number, data: object, type = 'ThingPut') => ({
  type,
  schemaVersion,
  data,
  id: 'e1',
});

describe('an event type', () => {
  it('begins with version 1, which needs no upcast', () => {
    expect(opened).toMatchObject({ type: 'BoxOpened', schemaVersion: 1, upcasts: {} });
  });

  it('has an upcast from every version before the present one', () => {
    const history = { schemaVersion: 3, upcasts: { 1: (data: Record<string, unknown>) => data } };
    expect(() => defineEvent('X', 'x', z.strictObject({}), history)).toThrow(RangeError);
  });
});

describe('a catalogue', () => {
  it('finds a type by its name, and nothing that is not declared', () => {
    expect(catalogue.find('ThingPut')).toBe(put);
    expect(catalogue.find('toString')).toBeUndefined();
    expect(catalogue.definitions).toEqual([put, opened]);
  });

  it('has each type once', () => {
    expect(() => new EventCatalogue([put, opened, put])).toThrow('Declared twice: ThingPut');
  });
});

describe('reading an event', () => {
  it('of an older version brings it up to the present one, step by step', () => {
    const first = stored(1, { name: 'cup' });
    expect(catalogue.upcast(first)).toEqual({
      ...first,
      schemaVersion: 3,
      data: { thing: 'cup', size: 1 },
    });
    const { data } = catalogue.upcast(stored(2, { thing: 'cup' }));
    expect(data).toEqual({ thing: 'cup', size: 1 });
    expect(schema.safeParse(data).success).toBe(true);
  });

  it('changes nothing of what is stored', () => {
    const first = stored(1, { name: 'cup' });
    catalogue.upcast(first);
    expect(first).toEqual(stored(1, { name: 'cup' }));
  });

  it('of the present version gives it as it is', () => {
    const present = stored(3, { thing: 'cup', size: 2 });
    expect(catalogue.upcast(present)).toBe(present);
  });

  it('of a version that only a newer build knows is refused, with where it lies and what to do', () => {
    const newer = { ...stored(4, { shape: 'round' }), stream: 'box-1', revision: 7 };
    expect(() => catalogue.upcast(newer)).toThrow(EventOfNewerBuild);
    expect(() => catalogue.upcast(newer)).toThrow(
      'box-1@7: ThingPut has schema version 4, this build knows 3. Run the build that wrote it',
    );
  });

  it('of such a version gives who shows it what is written', () => {
    const newer = stored(4, { shape: 'round' });
    expect(catalogue.upcastIfKnown(newer)).toBe(newer);
  });

  it('of such a version gives who sorts it the envelope, and nothing of what it says', () => {
    const event = catalogue.upcastOrWithhold(stored(4, { shape: 'round' }));
    expect([event.type, event.id, event.schemaVersion]).toEqual(['ThingPut', 'e1', 4]);
    expect(refusalIn(event)).toBeInstanceOf(EventOfNewerBuild);
    const looks: readonly ((data: object) => unknown)[] = [
      (data) => (data as { shape: string }).shape,
      (data) => 'shape' in data,
      (data) => ({ ...data }),
      (data) => JSON.stringify(data),
    ];
    for (const look of looks) expect(() => look(event.data)).toThrow(EventOfNewerBuild);
    const readable = catalogue.upcastOrWithhold(stored(2, { thing: 'cup' }));
    expect([refusalIn(readable), readable.data]).toEqual([undefined, { thing: 'cup', size: 1 }]);
  });

  it('of a type that only a newer build knows gives it as it is, to be passed over', () => {
    const unknown = stored(1, {}, 'BoxPainted');
    expect(catalogue.upcast(unknown)).toBe(unknown);
    expect(catalogue.upcastOrWithhold(unknown)).toBe(unknown);
    expect(catalogue.upcastIfKnown(unknown)).toBe(unknown);
  });
});
