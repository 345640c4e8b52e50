/** Staff and policies over HTTP: what only the whole server shows. */
import individual from '../../libs/modules/policies/samples/individual.policy.json' with { type: 'json' };
import { Server } from './server.testkit.ts';
import { done } from './world.testkit.ts';

let server: Server;

beforeAll(async () => {
  server = await new Server().start();
});

afterAll(() => server.dispose());

const member = (principalId: string, role = 'reviewer') => ({
  principalId,
  kind: 'person',
  roles: [role],
  skills: [],
});
const enrol = (principalId: string, key?: string) =>
  server.post('/v1/staff', { as: 'ada', body: member(principalId), ...(key && { key }) });

describe('an enrolment', () => {
  it('keeps its key: for somebody else it is 422, for the same it is answered again', async () => {
    const first = done(await enrol('first', 'enrolment'));
    const other = await enrol('other', 'enrolment');
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
    expect((await enrol('first', 'enrolment')).body).toEqual(first.body);
    const skills = await server.post('/v1/staff/other/skills', { as: 'ada', body: { skills: [] } });
    expect([skills.status, skills.body.code]).toEqual([404, 'staff-missing']);
  });

  it.each([
    ['a control character', 'a\u0007b'],
    ['half a character', 'a\ud800'],
    ['an address', 'ada@example.org'],
    ['129 characters', 'a'.repeat(129)],
    ['nothing', ''],
  ])('refuses a principal id of %s', async (_what, principalId) => {
    const { status, body } = await enrol(principalId);
    expect([status >= 400 && status < 500, body.code]).toEqual([
      true,
      expect.stringMatching(/^invalid-/),
    ]);
  });
});

describe('the last admin', () => {
  it.each([
    ['en', /at least one active admin/],
    ['zh-CN', /至少一名在岗管理员/],
  ])('cannot go, and is told so in %s', async (language, words) => {
    const { status, body } = await server.post('/v1/staff/ada/departure', { as: 'ada', language });
    expect([status, body.code]).toEqual([409, 'staff-last-admin']);
    expect(body.detail).toMatch(words);
    expect((await server.get('/v1/staff/me', { as: 'ada' })).body.status).toBe('active');
  });

  it('goes once there is another, who is the last one then', async () => {
    done(await server.post('/v1/staff', { as: 'ada', body: member('bob', 'admin') }));
    const [adas, bobs] = await Promise.all([
      server.post('/v1/staff/ada/departure', { as: 'ada' }),
      server.post('/v1/staff/bob/departure', { as: 'bob' }),
    ]);
    expect([adas.status, bobs.status].sort()).toEqual([201, 409]);
    const left = adas.status === 201 ? 'ada' : 'bob';
    const stays = left === 'ada' ? 'bob' : 'ada';
    expect((await server.get('/v1/staff/me', { as: left })).status).toBe(403);
    done(await server.post('/v1/staff', { as: stays, body: member(left, 'admin') }));
  });
});

it('a conflict of interest is with an account that exists', async () => {
  const declare = (accountId: string) =>
    server.post('/v1/staff/rui/conflicts', { as: 'rui', body: { accountId } });
  const nobody = await declare('0192f0c1-7b1e-7000-8000-0000000000a1');
  expect([nobody.status, nobody.body.code, nobody.body.field]).toEqual([
    422,
    'staff-conflict-account',
    'accountId',
  ]);
  const { body } = done(
    await server.post('/v1/accounts', { as: 'cousin', body: { kind: 'individual' } }),
  );
  expect((await declare(body.accountId)).body.conflicts).toEqual([body.accountId]);
});

it('a policy is not published under a key that an address hides', async () => {
  const { status, body } = await server.post('/v1/policies/schema/versions', {
    as: 'ada',
    body: { definition: { ...individual, key: 'schema' } },
  });
  expect([status, body.fields]).toEqual([
    422,
    [expect.objectContaining({ field: 'definition.key', rule: 'key-reserved' })],
  ]);
});

it('an account is registered only on a platform that there is', async () => {
  const body = { kind: 'individual' };
  const { status, body: said } = await server.post('/v1/accounts', {
    as: 'amy',
    platform: 'nowhere',
    body,
  });
  expect([status, said.code]).toEqual([404, 'platform-not-found']);
});

it('an account is closed by its holder in their own name alone', async () => {
  const { body } = done(
    await server.post('/v1/accounts', { as: 'goer', body: { kind: 'individual' } }),
  );
  const close = (cause: string) =>
    server.post(`/v1/accounts/${body.accountId}/closure`, { as: 'goer', body: { cause } });
  const { status, body: refused } = await close('legal-order');
  expect([status, refused.code]).toEqual([403, 'closure-cause-not-for-holder']);
  expect((await close('holder-request')).body.standing).toBe('closed');
});
