import fc from 'fast-check';
import { canonicalJson } from '#kernel/canonical-json';
import { type PolicyDefinition, type PolicyMaterial } from './policy.definition.ts';
import { DIFFERENCE_CODES, differencesBetween } from './policy.differences.ts';
import { changed, individualPolicy as policy } from './policy.testkit.ts';

const text = { 'zh-CN': '文字', en: 'Text' };
const selfie: PolicyMaterial = {
  key: 'selfie',
  title: text,
  required: true,
  accepts: { documentTypes: [], mediaTypes: ['image/png'] },
  files: { min: 1, max: 1 },
  fields: [],
};
type Change = Parameters<typeof changed>[1];
const material = (copy: Parameters<Change>[0], key: string) =>
  copy.materials.find((one) => one.key === key)!;
const field = (copy: Parameters<Change>[0], inMaterial: string, key: string) =>
  material(copy, inMaterial).fields.find((one) => one.key === key)!;

const cases: readonly (readonly [what: string, change: Change, differences: readonly object[]])[] =
  [
    [
      'a new required material',
      (p) => p.materials.push(selfie),
      [{ code: 'requirement-added', path: '/materials/selfie' }],
    ],
    [
      'a new optional material',
      (p) => p.materials.push({ ...selfie, required: false }),
      [{ code: 'optional-item-added', path: '/materials/selfie' }],
    ],
    [
      'a required material gone',
      (p) => p.materials.splice(1, 1),
      [{ code: 'requirement-removed', path: '/materials/phone' }],
    ],
    [
      'an optional field gone',
      (p) => material(p, 'personal-information').fields.splice(1, 1),
      [
        {
          code: 'optional-item-removed',
          path: '/materials/personal-information/fields/yearly-income',
        },
      ],
    ],
    [
      'a material now required',
      (p) => (material(p, 'further-documents').required = true),
      [
        {
          code: 'material-now-required',
          path: '/materials/further-documents/required',
          before: false,
          after: true,
        },
      ],
    ],
    [
      'a material no longer required',
      (p) => (material(p, 'email').required = false),
      [
        {
          code: 'material-no-longer-required',
          path: '/materials/email/required',
          before: true,
          after: false,
        },
      ],
    ],
    [
      'a field now required',
      (p) => (field(p, 'identity-document', 'expires-on').required = true),
      [
        {
          code: 'field-now-required',
          path: '/materials/identity-document/fields/expires-on/required',
          before: false,
          after: true,
        },
      ],
    ],
    [
      'a field no longer required',
      (p) => (field(p, 'identity-document', 'date-of-birth').required = false),
      [
        {
          code: 'field-no-longer-required',
          path: '/materials/identity-document/fields/date-of-birth/required',
          before: true,
          after: false,
        },
      ],
    ],
    [
      'one document type for another',
      (p) => (material(p, 'identity-document').accepts.documentTypes[1] = 'residence-permit'),
      [
        {
          code: 'document-type-no-longer-accepted',
          path: '/materials/identity-document/accepts/documentTypes/passport',
        },
        {
          code: 'document-type-accepted',
          path: '/materials/identity-document/accepts/documentTypes/residence-permit',
        },
      ],
    ],
    [
      'one media type for another',
      (p) => (material(p, 'further-documents').accepts.mediaTypes[0] = 'image/webp'),
      [
        {
          code: 'media-type-no-longer-accepted',
          path: '/materials/further-documents/accepts/mediaTypes/image~1jpeg',
        },
        {
          code: 'media-type-accepted',
          path: '/materials/further-documents/accepts/mediaTypes/image~1webp',
        },
      ],
    ],
    [
      'one option for another',
      (p) =>
        (field(p, 'personal-information', 'occupation').options![0] = {
          value: 'farmer',
          title: text,
        }),
      [
        {
          code: 'option-removed',
          path: '/materials/personal-information/fields/occupation/options/employed',
        },
        {
          code: 'option-added',
          path: '/materials/personal-information/fields/occupation/options/farmer',
        },
      ],
    ],
    [
      'a field for other document types',
      (p) => (field(p, 'identity-document', 'country').onlyFor = ['cn-resident-id', 'passport']),
      [
        {
          code: 'field-scope-changed',
          path: '/materials/identity-document/fields/country/onlyFor',
        },
      ],
    ],
    [
      'another format',
      (p) => (field(p, 'personal-information', 'address').format = 'name'),
      [
        {
          code: 'format-changed',
          path: '/materials/personal-information/fields/address/format',
          before: 'text',
          after: 'name',
        },
      ],
    ],
    [
      'a threshold',
      (p) => (p.appeal.windowDays = 30),
      [{ code: 'threshold-changed', path: '/appeal/windowDays', before: 15, after: 30 }],
    ],
    [
      'a validity without end',
      (p) => delete p.validityDays,
      [{ code: 'threshold-changed', path: '/validityDays', before: 730, after: undefined }],
    ],
    [
      'another declaration',
      (p) => (p.declaration = { textVersion: '2026-02', text }),
      [{ code: 'declaration-changed', path: '/declaration' }],
    ],
    [
      'another rule',
      (p) => (p.screening.rejectsFormalLack = true),
      [
        {
          code: 'rule-changed',
          path: '/screening/rejectsFormalLack',
          before: false,
          after: true,
        },
      ],
    ],
    [
      'other words',
      (p) => (material(p, 'phone').title = text),
      [{ code: 'wording-changed', path: '/materials/phone/title' }],
    ],
    [
      'another order',
      (p) => p.materials.reverse(),
      [{ code: 'order-changed', path: '/materials' }],
    ],
  ];

describe('the differences between two versions', () => {
  it.each(cases)('name %s', (_, change, differences) => {
    expect(differencesBetween(policy, changed(policy, change))).toEqual(differences);
  });

  it('have a spec for every name', () => {
    const seen = new Set(
      cases.flatMap(([, , found]) => found.map((one) => (one as { code: string }).code)),
    );
    expect([...seen].sort()).toEqual([...DIFFERENCE_CODES].sort());
  });

  it('are none between a text and itself, whatever its number', () => {
    expect(differencesBetween(policy, { ...policy, policyVersion: 2 })).toEqual([]);
  });

  it('are never none when anything changed at all', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('drop', 'swap', 'other'), (n, how) => {
        const after = disturbed(policy, n, how);
        fc.pre(canonicalJson(after) !== canonicalJson(policy));
        expect(differencesBetween(policy, after)).not.toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

/** The definition with its n-th list changed or its n-th value replaced, wherever that lies. */
function disturbed(definition: PolicyDefinition, n: number, how: 'drop' | 'swap' | 'other') {
  const { policyVersion, ...copy } = structuredClone(definition);
  const lists: unknown[][] = [];
  const values: [Record<string, unknown>, string][] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value) && value.length > 0) lists.push(value);
    for (const [key, member] of Object.entries(value as Record<string, unknown>)) {
      if (typeof member === 'object' && member !== null) visit(member);
      else values.push([value as Record<string, unknown>, key]);
    }
  };
  visit(copy);
  if (how === 'other') {
    const [holder, key] = values[n % values.length]!;
    const value = holder[key];
    holder[key] =
      typeof value === 'boolean'
        ? !value
        : typeof value === 'number'
          ? value + 1
          : `${String(value)}x`;
  } else {
    const list = lists[n % lists.length]!;
    if (how === 'drop') list.pop();
    else list.unshift(list.pop());
  }
  return { policyVersion, ...copy } as PolicyDefinition;
}
