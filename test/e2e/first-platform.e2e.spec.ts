/**
 * From nothing to a platform that works, as an operator goes: init, platform add, a server in production
 * with an identity provider of one's own. The provider here is a key pair, its public half in a file.
 */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import individual from '../../libs/modules/policies/samples/individual.policy.json' with { type: 'json' };
import { CliRig } from '../../apps/cli/src/cli.testkit.ts';
import { ServerProcess } from '../../apps/server/src/server-process.testkit.ts';
import { foundInFiles } from './canaries.testkit.ts';
import { type Answer } from './server.testkit.ts';
import { done, until } from './world.testkit.ts';

const ISSUER = 'https://id.example.org/';
/** As identity providers name people: `<connection>|<number>`. */
const ALVA = 'idp|0417';
/** What an operator might type who takes a person's address for an id. */
const ADDRESS = 'alva.canary@example.org';

let rig: CliRig;
let server: ServerProcess;
let url: string;
let tokenOf: (subject: string, claims?: object) => Promise<string>;
let requests = 0;

async function ask(
  method: 'GET' | 'POST',
  path: string,
  token: string | undefined,
  body?: object,
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(method === 'POST' && { 'idempotency-key': `request-${++requests}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const get = async (path: string, subject: string) => ask('GET', path, await tokenOf(subject));
const post = async (path: string, subject: string, body: object) =>
  ask('POST', path, await tokenOf(subject), body);

const enrolment = (principalId: string, role: string) => ({
  principalId,
  kind: 'person',
  roles: [role],
  skills: [],
});

async function identityProvider(): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const key = { ...(await exportJWK(publicKey)), kid: 'of-the-spec', alg: 'ES256', use: 'sig' };
  tokenOf = (subject, claims = {}) =>
    new SignJWT({ platform: 'shop', kind: 'person', aud: 'casetrail', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'of-the-spec' })
      .setIssuer(ISSUER)
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime('5 minutes')
      .sign(privateKey);
  return rig.write('jwks.json', JSON.stringify({ keys: [key] }));
}

beforeAll(async () => {
  rig = new CliRig();
  const jwks = await identityProvider();
  expect(await rig.run(['init'])).toMatchObject({ code: 0 });
  const added = await rig.run(['platform', 'add', 'shop', '--admin', ALVA, '--name', 'Shop']);
  expect(added).toMatchObject({ code: 0, err: '' });
  const places = { dataFolder: rig.dataFolder(), keyFile: rig.keyFile() };
  const settings = { CASETRAIL_JWT_ISSUER: ISSUER, CASETRAIL_JWT_JWKS: jwks };
  server = new ServerProcess([], places, { ...settings, NODE_ENV: 'production' });
  url = await server.ready();
});
afterAll(async () => {
  await server.end('SIGKILL');
  rig.dispose();
});

describe('the first admin of a platform', () => {
  it('signs in by a token of the configured issuer alone', async () => {
    expect(done(await get('/v1/staff/me', ALVA)).body).toMatchObject({
      principalId: ALVA,
      status: 'active',
      roles: ['admin'],
    });
    for (const claims of [{ aud: 'something-else' }, { kind: undefined }, { platform: undefined }])
      expect((await ask('GET', '/v1/staff/me', await tokenOf(ALVA, claims))).status).toBe(401);
    expect((await ask('GET', '/v1/staff/me', undefined)).status).toBe(401);
    expect((await ask('POST', '/dev/token', undefined, { subject: ALVA })).status).toBe(404);
  });

  it('is nobody on another platform, and so is everybody else on this one', async () => {
    const elsewhere = await ask('GET', '/v1/staff/me', await tokenOf(ALVA, { platform: 'bank' }));
    expect([elsewhere.status, elsewhere.body.code]).toEqual([403, 'access-revoked']);
    expect((await get('/v1/staff/me', 'idp|9999')).status).toBe(403);
  });

  it('enrols a lead and an auditor, who sign in too', async () => {
    for (const [principalId, role] of [
      ['lea', 'lead'],
      ['otto', 'auditor'],
    ] as const) {
      done(await post('/v1/staff', ALVA, enrolment(principalId, role)));
      expect(done(await get('/v1/staff/me', principalId)).body).toMatchObject({ roles: [role] });
    }
    const forbidden = await post('/v1/staff', 'lea', enrolment('rui', 'reviewer'));
    expect([forbidden.status, forbidden.body.code]).toEqual([403, 'forbidden']);
  });

  it('publishes a policy, under which whoever registers opens a case', async () => {
    const published = await post('/v1/policies/individual/versions', ALVA, {
      definition: individual,
    });
    expect(done(published).body).toMatchObject({ key: 'individual', inForce: 1 });
    done(await post('/v1/accounts', 'mei', { kind: 'individual' }));
    const opened = done(await post('/v1/cases', 'mei', { policyKey: 'individual' }));
    expect(opened.body).toMatchObject({ status: 'draft' });
  });

  it('was enrolled by the operator, as the audit trail says', async () => {
    for (const type of ['PlatformRegistered', 'StaffEnrolled']) {
      const trail = await until(
        () => get(`/v1/audit?type=${type}&actorId=operator`, 'otto'),
        ({ body }) => body.items.length > 0,
      );
      expect(trail.body.items).toMatchObject([{ type, actorKind: 'system', actorId: 'operator' }]);
    }
  });
});

describe('casetrail platform add', () => {
  it('is refused while the server has the folder, and says who has it', async () => {
    const refused = await rig.run(['platform', 'add', 'bank', '--admin', ALVA]);
    expect({ ...refused, err: '' }).toEqual({ code: 1, out: '', err: '' });
    expect(refused.err).toContain(`in use by process ${server.child.pid} on`);
    expect(refused.err).not.toContain('    at ');
  });

  it('takes no address of a person, and keeps nothing of it', async () => {
    expect(await server.end('SIGTERM')).toBe(0);
    const refused = await rig.run(['platform', 'add', 'bank', '--admin', ADDRESS]);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('the opaque id in the `sub`');
    expect(refused.out + refused.err).not.toContain('canary');
    expect(foundInFiles(rig.root, { address: ADDRESS })).toEqual([]);
    expect(foundInFiles(rig.dataFolder(), { subject: ALVA }).length).toBeGreaterThan(0);
  });
});
