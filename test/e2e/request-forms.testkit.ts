/**
 * What each route takes, from what Nest and class-validator noted of its handler: the classes of body
 * and query, their fields, and which other values are wrong for each. So specs of bad input cover a
 * route from the day on which it exists.
 */
import { type INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';
import fc from 'fast-check';
import { anyText } from '#kernel/testing/any-text';
import { type RouteInfo } from '#infra/auth/routes';

type Constructor = new () => object;

const BODY = 3;
const QUERY = 4;

export interface RequestForm {
  readonly body?: Constructor;
  readonly query?: Constructor;
}

export function requestFormOf(
  app: INestApplicationContext,
  { controller, handler }: RouteInfo,
): RequestForm {
  const classes = [...app.get(ModulesContainer).values()].flatMap(({ controllers }) =>
    [...controllers.values()].map(({ metatype }) => metatype as unknown as Constructor),
  );
  const declaring = classes.find(({ name }) => name === controller)!;
  const given = (Reflect.getMetadata('__routeArguments__', declaring, handler) ?? {}) as object;
  const types = Reflect.getMetadata(
    'design:paramtypes',
    declaring.prototype as object,
    handler,
  ) as Constructor[];
  const classOf = (kind: number) => {
    const key = Object.keys(given).find((name) => name.startsWith(`${kind}:`));
    return key === undefined ? undefined : types[Number(key.split(':')[1])];
  };
  const [body, query] = [classOf(BODY), classOf(QUERY)];
  return { ...(body && { body }), ...(query && { query }) };
}

export interface FieldForm {
  readonly name: string;
  readonly type: 'text' | 'number' | 'boolean' | 'list' | 'object' | 'class';
  readonly optional: boolean;
  /** Of the object, or of the entries of the list. */
  readonly fields?: readonly FieldForm[];
  /** The class of these. */
  readonly nested?: Constructor;
}

const TYPES = new Map<unknown, FieldForm['type']>([
  [String, 'text'],
  [Number, 'number'],
  [Boolean, 'boolean'],
  [Array, 'list'],
  [Object, 'object'],
]);

export function fieldsOf(dto: Constructor): readonly FieldForm[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  const names = new Set(rules.map(({ propertyName }) => propertyName));
  return [...names].map((name) => {
    const own = rules.filter(({ propertyName }) => propertyName === name);
    const design: unknown = Reflect.getMetadata('design:type', dto.prototype as object, name);
    const nested = nestedClass(dto, name, design);
    const type = TYPES.get(design) ?? 'class';
    const hasDefault = (new dto() as Record<string, unknown>)[name] !== undefined;
    return {
      name,
      optional: hasDefault || own.some(({ name: rule }) => rule === 'isOptional'),
      type,
      ...(nested && { nested, fields: fieldsOf(nested) }),
    };
  });
}

/** What class-transformer makes of an empty object there says which class it is for. */
function nestedClass(dto: Constructor, name: string, design: unknown): Constructor | undefined {
  const plain = { [name]: design === Array ? [{}] : {} };
  const made = (plainToInstance(dto, plain) as Record<string, object | object[]>)[name];
  const type = [made].flat()[0]?.constructor as Constructor | undefined;
  return TYPES.has(type) ? undefined : type;
}

/** Values of every other type than the field's, and null, which no field takes. */
export function wrongFor({ type }: FieldForm): readonly unknown[] {
  const values: readonly (readonly [FieldForm['type'], unknown])[] = [
    ['text', 'x'],
    ['number', 7.5],
    ['boolean', true],
    ['list', [[]]],
    ['object', {}],
  ];
  const is = type === 'class' ? 'object' : type;
  return [null, ...values.filter(([kind]) => kind !== is).map(([, value]) => value)];
}

const TEXTS = fc.oneof(
  anyText({ maxLength: 40 }),
  fc.constantFrom('identity-document', 'illegible', 'individual', 'a', '2026-12-01T00:00:00Z'),
  fc.uuid(),
);

/** Bodies that look like the class: most of its fields, mostly of their types. */
export function bodiesLike(fields: readonly FieldForm[]): fc.Arbitrary<object> {
  const members = fields.map((field) => [field.name, valuesLike(field)] as const);
  return fc.record(Object.fromEntries(members), { requiredKeys: [] });
}

function valuesLike({ type, fields }: FieldForm): fc.Arbitrary<unknown> {
  const inner = fields ? bodiesLike(fields) : fc.dictionary(TEXTS, fc.jsonValue(), { maxKeys: 3 });
  const likely = {
    text: TEXTS,
    number: fc.double(),
    boolean: fc.boolean(),
    list: fc.array<unknown>(fields ? inner : TEXTS, { maxLength: 3 }),
    object: inner,
    class: inner,
  }[type];
  return fc.oneof({ weight: 6, arbitrary: likely }, { weight: 1, arbitrary: fc.jsonValue() });
}
