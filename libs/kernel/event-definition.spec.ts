import { z } from 'zod';
import { defineEvent, EventCatalogue } from './event-definition.ts';

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

  it('that a newer build wrote gives it as it is, to be passed over', () => {
    const newer = stored(4, { shape: 'round' });
    expect(catalogue.upcast(newer)).toBe(newer);
    const unknown = stored(1, {}, 'BoxPainted');
    expect(catalogue.upcast(unknown)).toBe(unknown);
  });
});
