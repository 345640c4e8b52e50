import { Ajv2020 } from 'ajv/dist/2020.js';
import business from './samples/business.policy.json' with { type: 'json' };
import individual from './samples/individual.policy.json' with { type: 'json' };
import jsonSchema from './policy.schema.json' with { type: 'json' };
import { checkPolicyDefinition, POLICY_FAULTS, policyJsonSchema } from './policy.schema.ts';

const samples = { individual, business };
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(jsonSchema);

/** The individual sample with the value at a path replaced (`undefined`: removed). */
function sampleWith(path: string, value: unknown): Record<string, unknown> {
  const copy = structuredClone(individual) as Record<string, unknown>;
  const steps = path.split('/').slice(1);
  const last = steps.pop()!;
  let target = copy;
  for (const step of steps) target = target[step] as Record<string, unknown>;
  if (value === undefined) delete target[last];
  else target[last] = value;
  return copy;
}

const faultsOf = (input: unknown) => {
  const check = checkPolicyDefinition(input);
  return check.ok ? [] : check.faults.map(({ pointer, code }) => `${code} ${pointer}`);
};

describe('the policy schema', () => {
  it('is on file as it is declared (else: tools/write-schemas.ts)', () => {
    expect(jsonSchema).toEqual(policyJsonSchema());
  });

  it.each(Object.entries(samples))('holds for the %s sample, in code and on file', (_, sample) => {
    expect(faultsOf(sample)).toEqual([]);
    expect(validate(sample) ? [] : validate.errors).toEqual([]);
  });

  it.each([
    ['/surprise', true],
    ['/key', 'Not A Key'],
    ['/policyVersion', 0],
    ['/title/en', undefined],
    ['/materials', []],
    ['/materials/0/key', '__proto__'],
    ['/materials/0/fields/0/key', '__proto__'],
    ['/materials/0/fields/0/format', 'iban'],
    ['/review/approvals', 3],
    ['/businessHours/opens', '9:00'],
    ['/validityDays', '730'],
  ])('refuses %s = %j, in code and on file', (path, value) => {
    const definition = sampleWith(path, value);
    expect(faultsOf(definition).map((fault) => fault.split(' ')[0])).toEqual(['malformed']);
    expect(validate(definition)).toBe(false);
  });

  it.each(['  ', 'bell\u0007', 'half\ud83d', 'turned\u202e'])(
    'refuses a text that no reader could read: %j',
    (text) => {
      expect(faultsOf(sampleWith('/title/en', text))).toEqual(['malformed /title/en']);
    },
  );

  it('takes a text of several lines, in any script', () => {
    expect(faultsOf(sampleWith('/title/en', 'Line one\nline two – ünïon 认证 😀'))).toEqual([]);
  });

  it('says where, by JSON Pointer', () => {
    expect(faultsOf(sampleWith('/materials/0/fields/1/maxLength', -1))).toEqual([
      'malformed /materials/0/fields/1/maxLength',
    ]);
    expect(faultsOf('no object')).toEqual(['malformed ']);
  });

  it('fills in what may be left out', () => {
    const check = checkPolicyDefinition(sampleWith('/businessHours', undefined));
    expect(check.ok && check.definition.businessHours).toEqual({
      timeZone: 'Asia/Shanghai',
      opens: '09:00',
      closes: '18:00',
    });
  });
});

describe('a definition of the right shape', () => {
  const faults: readonly (readonly [string, unknown, string])[] = [
    ['/key', 'schema', 'key-reserved /key'],
    ['/key', 'prototype', 'key-unsafe /key'],
    ['/materials/1/key', 'constructor', 'key-unsafe /materials/1/key'],
    ['/materials/3/fields/0/key', 'constructor', 'key-unsafe /materials/3/fields/0/key'],
    ['/materials/3/fields/0/key', 'prototype', 'key-unsafe /materials/3/fields/0/key'],
    ['/materials/1/key', 'identity-document', 'duplicate-key /materials/1/key'],
    ['/materials/0/fields/4/key', 'name', 'duplicate-key /materials/0/fields/4/key'],
    [
      '/materials/4/accepts/mediaTypes',
      ['image/png', 'image/png'],
      'duplicate-key /materials/4/accepts/mediaTypes/1',
    ],
    [
      '/materials/3/fields/0/options/1/value',
      'employed',
      'duplicate-key /materials/3/fields/0/options/1/value',
    ],
    [
      '/materials/1/fields/0/options',
      [{ value: 'a', title: { 'zh-CN': '甲', en: 'A' } }],
      'options-misplaced /materials/1/fields/0/options',
    ],
    ['/materials/3/fields/0/options', undefined, 'options-missing /materials/3/fields/0'],
    [
      '/materials/0/fields/1/onlyFor',
      ['cn-resident-id', 'visa'],
      'document-type-unknown /materials/0/fields/1/onlyFor/1',
    ],
    ['/materials/0/required', false, 'identity-missing /requiresIdentity'],
    ['/materials/0/fields/2/required', false, 'identity-missing /requiresIdentity'],
    ['/materials/2/fields/0/identity', true, 'identity-format /materials/2/fields/0/identity'],
    ['/materials/4/files', { min: 3, max: 2 }, 'files-range /materials/4/files'],
    ['/materials/4/accepts/mediaTypes', [], 'media-types-missing /materials/4/accepts/mediaTypes'],
    ['/materials/4/files', { min: 0, max: 0 }, 'material-empty /materials/4'],
    ['/materials/1/fields/0/required', false, 'nothing-required /materials/1/required'],
    ['/businessHours/timeZone', 'Asia/Atlantis', 'time-zone-unknown /businessHours/timeZone'],
    ['/businessHours/closes', '09:00', 'hours-range /businessHours/closes'],
    ['/appeal/windowDays', 0, 'appeal-window /appeal/windowDays'],
    ['/review/reviewBusinessDays', 9, 'overall-too-short /review/overallBusinessDays'],
  ];

  it.each(faults)('is refused with %s = %j: %s', (path, value, fault) => {
    expect(faultsOf(sampleWith(path, value))).toEqual([fault]);
  });

  it('has a spec for every fault that can be found', () => {
    const seen = new Set(['malformed', ...faults.map(([, , fault]) => fault.split(' ')[0])]);
    expect([...seen].sort()).toEqual(Object.keys(POLICY_FAULTS).sort());
  });

  it('needs no identity when it requires none', () => {
    const definition = sampleWith('/requiresIdentity', false);
    (definition.materials as { required: boolean }[])[0]!.required = false;
    expect(faultsOf(definition)).toEqual([]);
  });

  it('does not let a resident ID number identify a business', () => {
    const definition = structuredClone(business) as typeof business & {
      materials: { fields: { identity?: boolean }[] }[];
    };
    definition.materials[1]!.fields[1]!.identity = true;
    expect(faultsOf(definition)).toEqual(['identity-format /materials/1/fields/1/identity']);
  });
});
