/**
 * Whatever is wrong with a body, at every route: it is answered by problem+json from 400 to 499 with a
 * stable code and, where a field is at fault, its path; never by a failure of the server, and never by
 * doing it. CASETRAIL_RUNS tries more random bodies, CASETRAIL_SEED other ones.
 */
import fc from 'fast-check';
import { type RouteInfo } from '#infra/auth/routes';
import {
  type Expected,
  faultsOf,
  nameOf,
  Refusals,
  sampleOf,
  takesJson,
  type Try,
} from './refusals.testkit.ts';
import {
  bodiesLike,
  type FieldForm,
  fieldsOf,
  requestFormOf,
  wrongFor,
} from './request-forms.testkit.ts';

let all: Refusals;

beforeAll(async () => {
  all = await Refusals.start();
});

afterAll(() => all.server.dispose());

const deep = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);

describe('a body', () => {
  it.each<[string, string | Uint8Array, Expected]>([
    ['is cut off', '{"a":', { status: 400, code: 'malformed-json' }],
    ['is empty, and said to be JSON', '', { status: 400, code: 'malformed-json' }],
    ['is no JSON', 'NaN', { status: 400, code: 'malformed-json' }],
    ['has a comment', '{} // so', { status: 400, code: 'malformed-json' }],
    ['is no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), { status: 400 }],
    ['is UTF-16', Buffer.from('{}', 'utf16le'), { status: 400, code: 'malformed-json' }],
    ['is a list', '[{}]', { status: 400, code: 'invalid-body' }],
    ['is a text', '"{}"', { status: 400, code: 'invalid-body' }],
    ['is a number', '7', { status: 400, code: 'invalid-body' }],
    ['is null', 'null', { status: 400, code: 'invalid-body' }],
    ['is nested deeply', deep(100), { status: 400, code: 'body-too-complex' }],
    ['has too many entries', `{"a":[${'1,'.repeat(20_000)}1]}`, { code: 'body-too-complex' }],
    ['has a field twice', '{"a":1,"\\u0061":2}', { code: 'duplicate-field', field: 'a' }],
    ['reaches for a prototype', '{"__proto__":{"isAdmin":true}}', { code: 'unsafe-field' }],
    ['reaches for a constructor', '{"constructor":{"prototype":{}}}', { code: 'unsafe-field' }],
    ['reaches for one deeper', '{"a":{"__proto__":1}}', { code: 'unsafe-field' }],
    ['has a field that nobody knows', '{"nobodyKnowsIt":1}', { field: 'nobodyKnowsIt' }],
    ['has a method for a field', '{"toString":1}', { code: 'unsafe-field', field: 'toString' }],
    ['is too large', `{"a":"${'x'.repeat(1_000_000)}"}`, { status: 413, code: 'body-too-large' }],
  ])('is refused at every route that takes JSON when it %s', async (what, body, expected) => {
    await all.expectAll(
      all.posts.filter(takesJson).map((route) => [what, route, { body }, expected]),
    );
  });

  it('is refused with another content type at every route', async () => {
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/xml',
      'nonsense',
    ];
    const refused = { status: 415, code: 'unsupported-media-type' };
    await all.expectAll(
      all.posts.flatMap((route) => {
        const other = takesJson(route) ? 'multipart/form-data; boundary=b' : 'application/json';
        return [...types, other].map((type): Try => {
          const headers = { 'content-type': type };
          return [type, route, { body: '{}', headers }, refused];
        });
      }),
    );
  });
});

interface Place {
  readonly path: string;
  readonly field: FieldForm;
  /** The body with another value at this place; without the field for undefined. */
  readonly withValue: (value: unknown) => unknown;
}

/** Every place of a body that a class declares, in a body that is good otherwise. */
function placesIn(
  fields: readonly FieldForm[],
  good: Record<string, unknown>,
  rebuild: (body: object) => unknown = (body) => body,
  parent = '',
): Place[] {
  return fields.flatMap((field) => {
    const path = `${parent}${field.name}`;
    const withValue = (value: unknown) => rebuild({ ...good, [field.name]: value });
    const own: Place = { path, field, withValue };
    if (!field.fields) return [own];
    const isList = field.type === 'list';
    const held = good[field.name];
    const inner = ((isList ? (held as unknown[] | undefined)?.[0] : held) ?? {}) as typeof good;
    const rebuildInner = (body: object) => withValue(isList ? [body] : body);
    const place = `${path}${isList ? '[0]' : ''}.`;
    return [own, ...placesIn(field.fields, inner, rebuildInner, place)];
  });
}

const placesOf = (route: RouteInfo): Place[] => {
  const { body } = requestFormOf(all.server.app, route);
  const good = sampleOf(route).body?.(all.ids) as Record<string, unknown> | undefined;
  return body ? placesIn(fieldsOf(body), good ?? {}) : [];
};

const atPath = (path: string) => new RegExp(`^${path.replace(/[.[\]]/g, '\\$&')}`);

describe('a field', () => {
  const everywhere = (values: (place: Place) => readonly unknown[], expected: Expected = {}) =>
    all.expectAll(
      all.posts.flatMap((route) =>
        placesOf(route).flatMap((place) =>
          values(place).map((value): Try => [
            `${place.path} = ${String(JSON.stringify(value)).slice(0, 40)}`,
            route,
            { body: JSON.stringify(place.withValue(value)) },
            { status: 422, code: 'invalid-field', field: atPath(place.path), ...expected },
          ]),
        ),
      ),
    );

  it('is refused everywhere when it is null, or of another type', () =>
    everywhere(({ field }) => wrongFor(field)));

  it('is missed everywhere where it must be given', () =>
    everywhere(({ field }) => (field.optional ? [] : [undefined])));

  it('is refused everywhere when it is longer than anything that is asked for', () =>
    everywhere(({ field: { type } }) =>
      type === 'text' ? ['x'.repeat(20_000)] : type === 'list' ? [Array(2_000).fill('x')] : [],
    ));

  it('is refused everywhere when it holds what no text holds', () =>
    everywhere(
      ({ field: { type } }) =>
        type === 'text' ? ['\ud800', 'a\u0000b', '\u0007', '\udc00\ud800'] : [],
      {},
    ));
});

describe('what a body holds that no class describes', () => {
  const route = (name: string) => all.routes.find((candidate) => nameOf(candidate) === name)!;
  const inside = (name: string, member: string, values: readonly unknown[], expected: Expected) =>
    all.expectAll(
      values.map((value): Try => {
        const body = JSON.stringify({ [member]: value });
        // On whatever version: what a policy does not know is found only when the version is right.
        return [body.slice(0, 60), route(name), { body, without: ['if-match'] }, expected];
      }),
    );

  it('are texts by the keys of a policy: what applicants type', () =>
    inside(
      'POST /v1/cases/:caseId/materials/:material',
      'fields',
      [
        { name: null },
        { name: 7 },
        { name: ['x'] },
        { name: { first: 'x' } },
        { name: '' },
        { name: ' \n ' },
        { name: 'x'.repeat(5_000) },
        { 'No Key': 'x' },
        { [`a${'b'.repeat(200)}`]: 'x' },
        { stranger: 'x' },
        Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`key-${index}`, 'x'])),
      ],
      { field: /^fields/, status: 422 },
    ));

  it('is held against the schema of policies', () =>
    inside(
      'POST /v1/policies/:key/versions',
      'definition',
      [
        {},
        { key: null },
        { key: 'demo-only', policyVersion: '2' },
        { materials: [null] },
        { materials: Array(500).fill({}) },
        { key: 'demo-only', stranger: 1 },
      ],
      { field: /^definition/, status: 422 },
    ));

  it('is held against the form of calendars', () =>
    inside(
      'POST /v1/platform/calendar',
      'addition',
      [
        {},
        { version: null },
        { version: 'x', years: null },
        { version: 'x', years: [{ year: 1e9 }] },
        { version: 'x', years: [], stranger: 1 },
      ],
      { field: /^addition/, status: 422, code: 'calendar-data-invalid' },
    ));
});

describe('a random body', () => {
  const { CASETRAIL_RUNS, CASETRAIL_SEED } = process.env;
  const runs = {
    // At each of some fifty routes.
    numRuns: Math.ceil(Number(CASETRAIL_RUNS ?? 60) / 5),
    seed: Number(CASETRAIL_SEED ?? 20_261_125),
  };

  // As many runs as test:full asks for take minutes.
  const timeoutMs = 20 * 60_000;

  it(
    'that is like what a route takes is done or refused, and never fails',
    async () => {
      const { caseId } = all.ids;
      for (const route of all.posts.filter(takesJson)) {
        const { body } = requestFormOf(all.server.app, route);
        const seen = await all.server.get(`/v1/cases/${caseId}`, { as: 'lin' });
        const headers = { 'if-match': seen.headers.get('etag')! };
        const bodies = body ? bodiesLike(fieldsOf(body)) : fc.object();
        await fc.assert(
          fc.asyncProperty(bodies, async (value) => {
            const answer = await all.send(route, { body: textOf(value), headers });
            const faults = answer.status < 300 ? [] : faultsOf(answer);
            expect([nameOf(route), ...faults]).toEqual([nameOf(route)]);
          }),
          runs,
        );
      }
    },
    timeoutMs,
  );

  it('leaves no failure of the server in its log', () => {
    expect(all.failures()).toEqual([]);
  });
});

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'bigint' ? String(member) : member,
  );
}
