/** What a case holds is held against its policy: when a draft is assessed, moved or submitted, and before an approval. */
import individual from '../../libs/modules/policies/samples/individual.policy.json' with { type: 'json' };
import { type Answer, Server } from './server.testkit.ts';
import { COMPLETE, done, draft, submit, until } from './world.testkit.ts';

interface Reason {
  readonly code: string;
  readonly text: string;
  readonly pointer?: { readonly material?: string; readonly field?: string };
}

let server: Server;

const named = (reasons: readonly Reason[]) =>
  reasons.map(({ code, pointer }) => [code, pointer?.material, pointer?.field].join(' ').trim());
const caseOf = (id: string, as: string, language = 'en'): Promise<Answer> =>
  server.get(`/v1/cases/${id}`, { as, language });
const post = (id: string, path: string, as: string, ask: object = {}): Promise<Answer> =>
  server.post(`/v1/cases/${id}/${path}`, { as, ...ask });

beforeAll(async () => {
  server = await new Server().start();
});

afterAll(() => server.dispose());

describe('an assessment of a draft', () => {
  it('answers what it finds, in the language that was asked for, and the page keeps it', async () => {
    const id = await draft(server, 'assessing', { materials: {} });
    const { status, body } = await post(id, 'self-assessments', 'assessing', { language: 'zh-CN' });
    expect([status, body.status, body.outcome]).toEqual([201, 'draft', 'lacking']);
    expect(named(body.findings)).toContain('material-missing phone');
    expect((body.findings as Reason[])[0]!.text).toMatch(/\p{Script=Han}/u);
    const page = await until(
      () => caseOf(id, 'assessing', 'zh-CN'),
      (answer) => answer.body.selfAssessment !== null,
    );
    const { outcome, findings } = body;
    expect(page.body.selfAssessment).toMatchObject({ outcome, findings });
  });

  it('does not tell that somebody else is verified with a number that was typed on trial', async () => {
    const verified = await draft(server, 'verified');
    await submit(server, 'verified', verified);
    done(await post(verified, 'reviews/1/claim', 'rui'));
    const { body: held } = await until(
      () => caseOf(verified, 'rui'),
      ({ body }) => body.status === 'in-review',
    );
    done(await post(verified, 'reviews/1/approval', 'rui', { ifMatch: held.version }));
    const trying = await draft(server, 'trying');
    const { body } = await post(trying, 'self-assessments', 'trying');
    expect([body.outcome, body.findings]).toEqual(['clear', []]);
    await submit(server, 'trying', trying);
    expect((await caseOf(trying, 'rui')).body.screening.findings).toMatchObject([
      { code: 'duplicate-identity' },
    ]);
    expect(JSON.stringify((await caseOf(trying, 'trying')).body)).not.toContain('duplicate');
  });
});

describe('an approval', () => {
  it('is refused while the materials as they stand lack what the policy asks for', async () => {
    const id = await draft(server, 'emptying', {
      materials: {
        ...COMPLETE,
        'identity-document': {
          ...COMPLETE['identity-document'],
          documentType: 'passport',
          fields: {
            name: '李四',
            'passport-number': 'E23797248',
            country: 'FR',
            'date-of-birth': '1990-01-01',
          },
        },
      },
    });
    await submit(server, 'emptying', id);
    done(await post(id, 'materials/phone/removal', 'emptying', { body: {} }));
    const king = { fields: { occupation: 'king' } };
    done(await post(id, 'materials/personal-information', 'emptying', { body: king }));
    done(await post(id, 'reviews/1/claim', 'rui'));
    const { body: page } = await until(
      () => caseOf(id, 'rui'),
      ({ body }) => body.status === 'in-review',
    );
    const lacks = [
      'material-missing phone',
      expect.stringMatching(/^[a-z-]+ personal-information occupation$/),
    ];
    expect(named(page.lacking)).toEqual(lacks);
    expect(named((await caseOf(id, 'emptying')).body.lacking)).toEqual(lacks);
    const ask = { ifMatch: page.version };
    const refused = await post(id, 'reviews/1/approval', 'rui', ask);
    expect([refused.status, refused.body.code]).toEqual([409, 'materials-lacking']);
    expect(refused.body.detail).toContain('material-missing phone');
    const chinese = await post(id, 'reviews/1/approval', 'rui', { ...ask, language: 'zh-CN' });
    expect(chinese.body.detail).toMatch(/\p{Script=Han}.*material-missing phone/u);
  });
});

describe('a draft that moved to another version of its policy', () => {
  const [identity, ...others] = individual.materials;
  const { name, ...fields } = Object.fromEntries(
    identity!.fields!.map((field) => [field.key, field]),
  );
  const passports = {
    ...individual,
    policyVersion: 2,
    materials: [
      {
        ...identity!,
        accepts: { documentTypes: ['passport'], mediaTypes: ['application/pdf'] },
        fields: [
          // Shorter than it was.
          { ...name!, maxLength: 1 },
          fields['passport-number'],
          fields['country'],
          fields['date-of-birth'],
        ],
      },
      ...others,
    ],
  };

  it('is submitted only with what that one accepts, and the refusal names what it does not', async () => {
    const id = await draft(server, 'moving');
    const versions = '/v1/policies/individual/versions';
    done(await server.post(versions, { as: 'ada', body: { definition: passports } }));
    const { body: moved } = await until(
      () => caseOf(id, 'moving'),
      ({ body }) => body.policyVersion === 2,
    );
    const lacks = [
      'material-no-longer-accepted identity-document',
      expect.stringMatching(/^[a-z-]+ identity-document name$/),
    ];
    expect(named(moved.lacking)).toEqual(expect.arrayContaining(lacks));
    const declared = { body: { declarationVersion: '2026-01' } };
    const refused = await post(id, 'submissions', 'moving', {
      ...declared,
      ifMatch: moved.version,
    });
    expect([refused.status, refused.body.code]).toEqual([422, 'submission-refused']);
    expect(refused.body.detail).toContain('material-no-longer-accepted identity-document');
    expect(refused.body.detail).toMatch(/[a-z-]+ identity-document name/);
    const page = await until(
      () => caseOf(id, 'moving'),
      ({ body }) => body.version > moved.version,
    );
    expect(page.body.status).toBe('draft');
    expect(named(page.body.lacking)).toEqual(expect.arrayContaining(lacks));
  });
});
