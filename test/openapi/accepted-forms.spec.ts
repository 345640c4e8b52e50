/**
 * What AcceptedForms takes without asking class-validator, class-validator takes too, and makes the
 * same of it: random bodies and queries of every route, most of them nearly right.
 */
import { type Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import fc from 'fast-check';
import { anyText } from '#kernel/testing/any-text';
import { routesOf } from '#infra/auth/routes';
import { AcceptedForms } from '#infra/http/accepted-forms';
import { UNSAFE_NAMES } from '#infra/http/json-body';
import { HttpProblem } from '#infra/http/problem';
import { ValidationPipe } from '#infra/http/validation.pipe';
import { type FieldForm, fieldsOf, requestFormOf } from '../e2e/request-forms.testkit.ts';
import { Server } from '../e2e/server.testkit.ts';

const STORED_SEED = 20_261_129;
const { CASETRAIL_SEED, CASETRAIL_RUNS } = process.env;
const runs = {
  numRuns: Number(CASETRAIL_RUNS ?? 150),
  seed: Number(CASETRAIL_SEED ?? STORED_SEED),
};

interface Asked {
  readonly metatype: Type;
  readonly type: 'body' | 'query';
}

const server = new Server();
let forms: ReadonlyMap<string, Asked>;
beforeAll(async () => {
  await server.start();
  const found = routesOf(server.app).flatMap((route) => {
    const { body, query } = requestFormOf(server.app, route);
    return [
      ...(body ? [[body.name, { metatype: body, type: 'body' }] as const] : []),
      ...(query ? [[query.name, { metatype: query, type: 'query' }] as const] : []),
    ];
  });
  forms = new Map<string, Asked>(found);
});
afterAll(() => server.dispose());

/** With the prototype that parsed JSON has. */
const PLAIN = { noNullPrototype: true } as const;

/** Others are refused before a body comes so far. */
const names = fc.string().filter((name) => !UNSAFE_NAMES.has(name));

const wild = fc.oneof(
  anyText(),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, '', '\u0000', [], {}, [null], [[]], [{}], { a: null }, { a: { b: 1 } }),
  fc.array(fc.string()),
  fc.dictionary(names, fc.oneof(fc.string(), fc.constant(null)), PLAIN),
);

/** Values that the rules of a property ask for, as far as they say. */
function rightFor(metatype: Type, { name, type }: FieldForm): fc.Arbitrary<unknown> {
  const rules = getMetadataStorage()
    .getTargetValidationMetadatas(metatype, '', false, false)
    .filter(({ propertyName }) => propertyName === name);
  const values = rules.flatMap(({ name: rule, constraints = [] }): fc.Arbitrary<unknown>[] => {
    if (rule === 'isIn') return [fc.constantFrom(...(constraints[0] as unknown[]))];
    if (rule === 'matches') return [fc.stringMatching(constraints[0] as RegExp)];
    if (rule === 'isUuid') return [fc.uuid()];
    if (rule === 'isRFC3339')
      return [fc.constantFrom('2026-11-29T08:00:00Z', '2026-02-30T08:00:00Z')];
    if (rule === 'isCode') return [fc.constantFrom('unclear-rule', 'a1', 'A1', '1a')];
    return [];
  });
  if (values.length > 0) return fc.oneof(...values);
  if (type === 'number') return fc.integer({ min: -1, max: 120 });
  if (type === 'boolean') return fc.boolean();
  if (type === 'object') return fc.dictionary(names, fc.string(), PLAIN);
  return fc.string({ minLength: 1 });
}

function nearlyRight(
  metatype: Type,
  fields: readonly FieldForm[],
  wildness: number,
): fc.Arbitrary<object> {
  const values = fields.map((field): [string, fc.Arbitrary<unknown>] => {
    const { name, type, fields: its, nested } = field;
    const one = nested ? nearlyRight(nested, its!, wildness) : rightFor(metatype, field);
    const right = type === 'list' ? fc.array(one, { maxLength: 3 }) : one;
    return [
      name,
      fc.oneof({ weight: 40, arbitrary: right }, { weight: wildness, arbitrary: wild }),
    ];
  });
  const requiredKeys = fields.filter(({ optional }) => !optional).map(({ name }) => name);
  const known = fc.record(Object.fromEntries(values), { requiredKeys, ...PLAIN });
  const extra = fc.dictionary(fc.constantFrom('other', 'name'), wild, PLAIN);
  return fc.oneof(
    { weight: 9, arbitrary: known },
    { weight: 1, arbitrary: fc.tuple(known, extra).map(([one, two]) => ({ ...one, ...two })) },
    { weight: 1, arbitrary: fc.record(Object.fromEntries(values), { requiredKeys: [], ...PLAIN }) },
  );
}

/** What came of it: the instance, or the problem as it is told. */
function outcomeOf(pipe: ValidationPipe, value: unknown, metatype: Type, type: 'body' | 'query') {
  try {
    return { made: pipe.transform(value, { type, metatype, data: undefined }) };
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    return { refused: { code: error.code, details: error.details } };
  }
}

describe('a form that is accepted at once', () => {
  it('is what class-validator and class-transformer make of it, and no other is', () => {
    let asked = 0;
    const swift = new AcceptedForms();
    const counting = {
      accepted: (metatype: Type, plain: object) => {
        const instance = swift.accepted(metatype, plain);
        asked += instance ? 1 : 0;
        return instance;
      },
    };
    const fast = new ValidationPipe(counting);
    const whole = new ValidationPipe({ accepted: () => undefined });
    const neverAtOnce: string[] = [];
    for (const [name, { metatype, type }] of forms) {
      asked = 0;
      const bodies = nearlyRight(metatype, fieldsOf(metatype as never), 3);
      fc.assert(
        fc.property(
          bodies.map((body) => JSON.stringify(body)),
          (sent) => {
            const body: unknown = JSON.parse(sent);
            const made = outcomeOf(fast, body, metatype, type);
            expect(made).toStrictEqual(outcomeOf(whole, JSON.parse(sent), metatype, type));
            expect(JSON.stringify(body)).toBe(sent);
          },
        ),
        runs,
      );
      if (asked === 0) neverAtOnce.push(name);
    }
    expect(forms.size).toBeGreaterThan(30);
    expect(neverAtOnce).toEqual([]);
  }, 300_000);
});
