import { Ajv2020 } from 'ajv/dist/2020.js';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import onFile from '../../../../docs/reference/mapping.schema.json' with { type: 'json' };
import { loadMapping, mappingJsonSchema, MappingError, parseMapping } from './mapping.ts';

const settings = {
  platform: 'demo',
  policy: { key: 'loan', label: 'as of 2012' },
  caseIdFrom: 'trace-name',
  timeZone: 'Europe/Amsterdam',
  queues: { Check: 'checking' },
};
const mapping = (rules: unknown[], more: object = {}) => ({
  mappingVersion: 1,
  settings: { ...settings, ...more },
  rules,
});

const issues = (value: unknown) => {
  try {
    parseMapping(value, 'm.json');
  } catch (error) {
    expect(error).toBeInstanceOf(MappingError);
    return (error as MappingError).issues.map(({ path, message }) => `${path} | ${message}`);
  }
  return [];
};

const validRule = {
  activity: ['Check', 'Look'],
  transition: 'START',
  when: { status: ['waiting', 'in-review'], after: { activity: 'Submit' }, resource: 'named' },
  as: 'review-requested+review-claimed',
  with: { queue: 'looking' },
};

describe('mapping file: what it may hold', () => {
  it('takes rules with guards, joined meanings and refusals, and fills in what is not given', () => {
    const parsed = parseMapping(
      mapping([validRule, { activity: 'Ping', refuse: 'noise' }]),
      'm.json',
    );
    expect(parsed.rules).toEqual([validRule, { activity: 'Ping', refuse: 'noise' }]);
    expect(parsed.settings.systemResources).toEqual([]);
  });

  it.each<[string, unknown, string[]]>([
    ['no object', [], [' | Invalid input: expected object, received array']],
    [
      'an unknown setting',
      mapping([validRule], { colour: 'red' }),
      ['settings | Unrecognized key: "colour"'],
    ],
    [
      'something asked for without a reason',
      mapping([{ activity: 'Ask', as: 'supplement-requested', with: { items: ['licence'] } }]),
      ['rules[0].with | What is asked for is asked for a reason: give its code in reasons.'],
    ],
    [
      'a reason that the catalogue does not have',
      mapping([{ activity: 'No', as: 'rejected', with: { reasons: ['bad-mood'] } }]),
      ['rules[0].with | No reason of the catalogue: bad-mood (docs/reference/reasons.md).'],
    ],
    [
      'a time zone that is none',
      mapping([validRule], { timeZone: 'Moon' }),
      ['settings.timeZone | Not an IANA time zone.'],
    ],
    [
      'a meaning that is none',
      mapping([validRule, { activity: 'A', as: 'aproved' }]),
      [
        expect.stringMatching(
          /^rules\[1\]\.as \| One of case-opened, submitted, .*joined by \+\.$/,
        ) as string,
      ],
    ],
    [
      'an unknown guard',
      mapping([{ activity: 'A', as: 'approved', when: { weather: 'fine' } }]),
      ['rules[0].when | Unrecognized key: "weather"'],
    ],
    [
      'a status that is none',
      mapping([{ activity: 'A', as: 'approved', when: { status: 'open' } }]),
      [expect.stringMatching(/^rules\[0\]\.when\.status \| Invalid option/) as string],
    ],
    [
      'a meaning and a refusal at once',
      mapping([{ activity: 'A', as: 'approved', refuse: 'x' }]),
      ['rules[0] | Unrecognized key: "refuse"'],
    ],
    [
      'a review that would wait in no queue',
      mapping([{ activity: ['Check', 'Look'], as: 'review-requested' }]),
      ['rules[0].with | A queue is missing: name it here or in settings.queues for "Look".'],
    ],
    [
      'history joined with something',
      mapping([{ activity: 'A', as: 'approved+history' }]),
      ['rules[0].as | History is joined with nothing: it is what has no other meaning.'],
    ],
    [
      'a meaning named twice',
      mapping([{ activity: 'A', as: 'approved+approved' }]),
      ['rules[0].as | A meaning is named twice.'],
    ],
    [
      'a rejection without a reason',
      mapping([{ activity: 'A', as: 'rejected', with: { resubmittable: true } }]),
      ['rules[0].with | A rejection names at least one reason: give its code in reasons.'],
    ],
    ['no rules', mapping([]), [expect.stringMatching(/^rules \| Too small/) as string]],
  ])('refuses %s and says where', (_, value, expected) => {
    expect(issues(value)).toEqual(expected);
  });

  it('reports every issue at once', () => {
    const many = mapping([{ activity: '', as: 'approved' }], { platform: 'Not Kebab' });
    expect(issues(many).map((line) => line.split(' | ')[0])).toEqual([
      'settings.platform',
      'rules[0].activity',
    ]);
  });
});

describe('mapping file: from the disk', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'casetrail-mapping-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('names the file when it is missing or no JSON', async () => {
    const path = join(folder, 'broken.json');
    await writeFile(path, '{"mappingVersion": 1,');
    await expect(loadMapping(path)).rejects.toMatchObject({ name: 'MappingError', file: path });
    await expect(loadMapping(join(folder, 'none.json'))).rejects.toThrow(/none\.json: ENOENT/);
  });

  it('loads the mapping of the loan applications that comes with Casetrail', async () => {
    const file = new URL('../mappings/bpic2012.mapping.json', import.meta.url).pathname;
    expect((await loadMapping(file)).settings.platform).toBe('bpic2012');
  });
});

describe('mapping file: as JSON Schema', () => {
  it('is on file as it is declared (else: tools/write-schemas.ts)', () => {
    expect(onFile).toEqual(mappingJsonSchema());
  });

  it('accepts and refuses as the loader does', () => {
    const validate = new Ajv2020({ strict: false }).compile(mappingJsonSchema());
    expect(validate(mapping([validRule]))).toBe(true);
    expect(validate(mapping([{ activity: 'A', as: 'aproved' }]))).toBe(false);
    expect(validate(mapping([{ activity: 'A', as: 'approved', colour: 'red' }]))).toBe(false);
  });
});

describe('mapping file: the one of docs/how-to/import-a-log.md', () => {
  it('is a mapping', async () => {
    const page = new URL('../../../../docs/how-to/import-a-log.md', import.meta.url);
    const example = /```json\n([^]*?)```/.exec(await readFile(page, 'utf8'))![1]!;
    expect(issues(JSON.parse(example))).toEqual([]);
  });
});
