/** Who may what of whose case over HTTP: one's own, one that one is too close to, an identity that is taken. */
import { accountIdOf } from '#modules/accounts/index';
import { DEMO_PLATFORM } from '../../apps/server/src/demo.ts';
import { Server, type Answer } from './server.testkit.ts';
import { COMPLETE, done, draft, PNG, submit, until } from './world.testkit.ts';

let server: Server;

beforeAll(async () => {
  server = await new Server().start();
});
afterAll(() => server.dispose());

const accountOf = (principalId: string) => accountIdOf(DEMO_PLATFORM, principalId);
const refusal = ({ status, body }: Answer) => [status, body.code];
const versionOf = async (caseId: string, as: string): Promise<number> =>
  (await server.get(`/v1/cases/${caseId}`, { as })).body.version as number;

async function waiting(as: string, options: Parameters<typeof draft>[2] = {}): Promise<string> {
  const caseId = await draft(server, as, options);
  await submit(server, as, caseId);
  return caseId;
}

async function claimed(caseId: string, as = 'rui'): Promise<string> {
  done(await server.post(`/v1/cases/${caseId}/reviews/1/claim`, { as }));
  return `/v1/cases/${caseId}/reviews/1`;
}

async function decided(caseId: string, decision: string, body?: object): Promise<Answer> {
  const path = await claimed(caseId);
  const ifMatch = await versionOf(caseId, 'rui');
  return server.post(`${path}/${decision}`, { as: 'rui', ifMatch, body });
}

const enrol = (principalId: string, roles: readonly string[]) =>
  server.post('/v1/staff', {
    as: 'ada',
    body: { principalId, kind: 'person', roles, skills: ['identity'] },
  });

describe('a passport that is verified', () => {
  /** As a number it identifies nobody, and as a material it is not what the policy asks for. */
  const NO_NUMBER = /^(identity-not-provided|materials-lacking)$/;
  const numbered = (number: string) => ({
    materials: {
      ...COMPLETE,
      'identity-document': {
        documentType: 'passport',
        fields: {
          name: 'Ana',
          'passport-number': number,
          country: 'FR',
          'date-of-birth': '1899-12-31',
        },
      },
    },
  });

  beforeAll(async () => {
    const first = await waiting('passport-1', numbered('E23797248'));
    expect((await decided(first, 'approval')).body.status).toBe('approved');
  });

  it.each([
    ['in small letters with a hyphen', 'e2379-7248', /^identity-taken$/],
    ['with a zero-width space', 'E23797248\u200b', NO_NUMBER],
    ['with a Greek letter', '\u039523797248', NO_NUMBER],
  ])('is not verified for another account %s', async (what, number, code) => {
    const as = `passport ${what}`.replaceAll(' ', '-');
    const caseId = await waiting(as, numbered(number));
    expect(refusal(await decided(caseId, 'approval'))).toEqual([409, expect.stringMatching(code)]);
  });

  it('is found to be malformed where it is no number, and the applicant told which field', async () => {
    const as = 'passport-told';
    const caseId = await draft(server, as, numbered('\u039523797248'));
    const { body } = await until(
      () => server.get(`/v1/cases/${caseId}`, { as }),
      ({ status }) => status === 200,
    );
    expect(body.materials[0].fields).toContainEqual(
      expect.objectContaining({
        field: 'passport-number',
        findings: ['document-number-malformed'],
      }),
    );
  });
});

describe('somebody of the staff with a case of their own', () => {
  let caseId: string;
  let textRef: string;
  let fileRef: string;

  beforeAll(async () => {
    caseId = await waiting('olga', { file: { content: PNG, name: 'x.html' } });
    const reasons = [{ code: 'suspected-fraud', text: 'INTERNAL TEXT' }];
    done(await decided(caseId, 'rejection', { final: true, reasons }));
    done(await enrol('olga', ['auditor', 'support']));
    await until(
      () => server.get(`/v1/audit?caseId=${caseId}&type=CaseRejected`, { as: 'otto' }),
      ({ body }) => body.items.length === 1,
    );
    const { body } = await server.get(`/v1/audit?caseId=${caseId}&type=CaseRejected`, {
      as: 'otto',
    });
    const entry = done(await server.get(`/v1/audit/${body.items[0].entryId}`, { as: 'otto' }));
    textRef = entry.body.data.reasons[0].textRef;
    const seen = await server.get(`/v1/cases/${caseId}`, { as: 'sam' });
    fileRef = seen.body.materials[0].files[0].ref;
  });

  it('finds nothing of it in the audit trail, and is refused where they ask for it', async () => {
    const { body } = await server.get('/v1/audit?limit=100', { as: 'olga' });
    const found = body.items as { caseId: string; accountId: string }[];
    expect(found.length).toBeGreaterThan(0);
    expect(
      found.filter((entry) => entry.caseId === caseId || entry.accountId === accountOf('olga')),
    ).toEqual([]);
    const shown = await server.get(`/v1/audit?caseId=${caseId}`, { as: 'otto' });
    const { entryId } = shown.body.items[0];
    for (const path of [`?caseId=${caseId}`, `?accountId=${accountOf('olga')}`, `/${entryId}`])
      expect(refusal(await server.get(`/v1/audit${path}`, { as: 'olga' }))).toEqual([
        403,
        'own-account',
      ]);
  });

  it.each(['audit', 'fraud-investigation', 'support-request'])(
    'reveals nothing of it for %s, as others do',
    async (purpose) => {
      const body = { caseId, refs: [textRef], purpose };
      expect(refusal(await server.post('/v1/reveals', { as: 'olga', body }))).toEqual([
        403,
        'own-account',
      ]);
      const other = await server.post('/v1/reveals', {
        as: purpose === 'support-request' ? 'sam' : 'otto',
        body,
      });
      expect(other.body.values).toMatchObject([{ text: 'INTERNAL TEXT' }]);
    },
  );

  it('downloads its files as the applicant, under a name that fits, and not as the staff', async () => {
    const fetched = async (query: string) =>
      fetch(`${server.url}/v1/cases/${caseId}/files/${fileRef}${query}`, {
        headers: { authorization: `Bearer ${await server.signIn('olga')}` },
      });
    const own = await fetched('');
    expect([own.status, own.headers.get('content-disposition')]).toEqual([
      200,
      "attachment; filename*=UTF-8''x.html.png",
    ]);
    const asStaff = await fetched('?purpose=audit');
    expect([asStaff.status, ((await asStaff.json()) as { code: string }).code]).toEqual([
      403,
      'own-account',
    ]);
  });

  it('is found to have tried: by case, and by account', async () => {
    for (const query of [`caseId=${caseId}`, `accountId=${accountOf('olga')}`]) {
      const { body } = await until(
        () => server.get(`/v1/audit?type=AccessDenied&${query}`, { as: 'otto' }),
        (answer) => answer.body.items.length > 0,
      );
      for (const item of body.items)
        expect(item).toMatchObject({ actorId: 'olga', accountId: accountOf('olga') });
      expect(body.items.map(({ why }: { why: string[] }) => why[0])).toContain('own-account');
    }
  });

  it.each([
    ['en', /somebody else/],
    ['zh-CN', /他人/],
  ])('is told what helps, in %s: no role does', async (language, words) => {
    const body = { caseId, refs: [textRef], purpose: 'audit' };
    const answer = await server.post('/v1/reveals', { as: 'olga', body, language });
    expect(answer.body.action).toMatch(words);
    expect(answer.body.action).not.toMatch(/role|角色/);
  });
});

describe('a review that its holder may no longer hold', () => {
  const heldBy = async (caseId: string, query = 'state=claimed') =>
    (await server.get(`/v1/queues?${query}`, { as: 'lin' })).body.items.filter(
      (item: { caseId: string }) => item.caseId === caseId,
    ) as { claimedBy: string }[];
  const waits = (caseId: string) =>
    until(
      () => heldBy(caseId, 'state=waiting'),
      (items) => items.length === 1,
    );

  it.each([
    ['has a conflict of interest', 'conflict-holder', 'conflicts'],
    ['lost the skill', 'skill-holder', 'skills'],
    ['lost the role', 'role-holder', 'roles'],
  ])('is let go of by who %s', async (_what, holder, change) => {
    done(await enrol(holder, ['reviewer']));
    const caseId = await waiting(`applicant-of-${holder}`);
    await claimed(caseId, holder);
    const bodies: Record<string, object> = {
      conflicts: { accountId: accountOf(`applicant-of-${holder}`) },
      skills: { skills: [] },
      roles: { roles: ['support'] },
    };
    done(await server.post(`/v1/staff/${holder}/${change}`, { as: 'ada', body: bodies[change] }));
    await waits(caseId);
    done(await server.post(`/v1/cases/${caseId}/reviews/1/claim`, { as: 'rosa' }));
  });

  it('stays with who has a conflict with another account', async () => {
    done(await enrol('keeper', ['reviewer']));
    const [kept, left] = [await waiting('kept'), await waiting('left')];
    await claimed(kept, 'keeper');
    await claimed(left, 'keeper');
    const body = { accountId: accountOf('left') };
    done(await server.post('/v1/staff/keeper/conflicts', { as: 'ada', body }));
    await waits(left);
    expect(await heldBy(kept)).toMatchObject([{ claimedBy: 'keeper' }]);
  });
});

describe('the work of somebody, given to', () => {
  const give = (to: string) =>
    server.post('/v1/reviewers/giver/reassignment', { as: 'lin', body: { to } });

  beforeAll(async () => {
    done(await enrol('giver', ['reviewer']));
    done(await enrol('unskilled', ['reviewer']));
    done(await server.post('/v1/staff/unskilled/skills', { as: 'ada', body: { skills: [] } }));
    const caseId = await waiting('applicant-of-giver');
    await claimed(caseId, 'giver');
    await until(
      () => server.get('/v1/queues?state=claimed&claimedBy=giver', { as: 'lin' }),
      ({ body }) => body.items.length === 1,
    );
  });

  it.each([
    ['nobody known', 'nobody', 'assignee-unknown'],
    ['themselves', 'giver', 'assignee-is-holder'],
  ])('%s is refused', async (_what, to, code) => {
    const answer = await give(to);
    expect([...refusal(answer), answer.body.field]).toEqual([422, code, 'to']);
  });

  it('somebody who may not take it says of each review why', async () => {
    expect((await give('unskilled')).body.items).toMatchObject([
      { refused: 'assignee-not-eligible', why: 'skill-required' },
    ]);
  });
});

describe('an account', () => {
  it('that is banned is not closed by its holder, and its ban stays in sight', async () => {
    done(await server.post('/v1/accounts', { as: 'bad', body: { kind: 'individual' } }));
    const path = `/v1/accounts/${accountOf('bad')}`;
    done(await server.post(`${path}/ban`, { as: 'sun', body: { cause: 'fraud' } }));
    const closure = { as: 'bad', body: { cause: 'holder-request' } };
    expect(refusal(await server.post(`${path}/closure`, closure))).toEqual([409, 'account-banned']);
    const banned = await until(
      () => server.get('/v1/accounts?standing=banned', { as: 'lin' }),
      ({ body }) => body.items.length > 0,
    );
    expect(banned.body.items).toMatchObject([{ accountId: accountOf('bad') }]);
  });

  it('is not registered by who is of the staff, suspended or not', async () => {
    done(await enrol('busy', ['reviewer']));
    const register = () =>
      server.post('/v1/accounts', { as: 'busy', body: { kind: 'individual' } });
    expect(refusal(await register())).toEqual([403, 'forbidden']);
    const body = { cause: 'absence' };
    done(await server.post('/v1/staff/busy/suspension', { as: 'ada', body }));
    expect(refusal(await register())).toEqual([403, 'access-revoked']);
    done(await server.post('/v1/staff/busy/reinstatement', { as: 'ada' }));
    done(await server.post('/v1/staff/busy/departure', { as: 'ada' }));
    expect((await register()).status).toBe(201);
  });
});
