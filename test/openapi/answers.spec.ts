/**
 * A walk over all routes of a running server: each answer is as the checked-in description says, with
 * nothing in it that is not described, and each route was answered well at least once.
 */
import { seedDemoCases } from '../../apps/server/src/demo.ts';
import individual from '../../libs/modules/policies/samples/individual.policy.json' with { type: 'json' };
import { asAnswered, eventsAfter, headOf } from '../e2e/world.testkit.ts';
import { DECLARED, Walker } from './walker.testkit.ts';
import { CALENDAR_OF_2027 } from '../../libs/modules/platforms/calendar.testkit.ts';

const walker = new Walker();

const REASONS = { reasons: [{ code: 'illegible', pointer: { material: 'identity-document' } }] };

/** What takes half a lease to come to, and what takes a process or a view that has failed for good. */
const NOT_HERE = [
  'POST /v1/cases/{caseId}/reviews/{review}/renewal',
  'POST /v1/operations/dead-letters/{letterId}/retry',
  'POST /v1/operations/parked-documents/{documentId}/retry',
];

/** The process that moves drafts may be quicker than its applicant: then there is nothing left to move. */
const RACED = 'POST /v1/cases/{caseId}/policy-change';

/** Left the staff, and closed the account: who they are is asked before anything else. */
const GONE: readonly unknown[] = ['zoe', 'amy'];

/** What a reveal showed may be gone; repeated while it is there: test/e2e/concurrency.e2e.spec.ts. */
const isAnsweredAgain = ({ path, ask }: (typeof walker.acknowledged)[number]) =>
  !GONE.includes(ask.as) && path !== '/v1/reveals';

beforeAll(async () => {
  await walker.server.start();
  await seedDemoCases(walker.server.app);
});
afterAll(() => walker.server.dispose());

afterEach(() => {
  expect(walker.faults.splice(0)).toEqual([]);
});

describe('what the server answers is what the OpenAPI file says', () => {
  it('of a case from its draft to a rejection, and to an appeal that is granted', async () => {
    const caseId = await walker.submitted('ivy');
    await walker.get('/v1/queues', 'rui');
    await walker.get('/v1/queues', 'lin');
    await walker.get('/v1/queues/counts', 'lin');
    const next = await walker.did('/v1/queues/next', 'rui', {});
    expect(next.body.claimed.caseId).toBe(caseId);
    const none = await walker.post('/v1/queues/next', 'rosa', { body: {} });
    expect([none.status, none.body.code]).toEqual([409, 'no-review-to-take']);
    const held = await walker.post(`/v1/cases/${caseId}/reviews/1/claim`, 'rosa');
    expect(held.body.code).toBe('review-claimed');
    await walker.did(`/v1/cases/${caseId}/notes`, 'sam', { text: 'Called back.' });
    await walker.onSeen(caseId, 'reviews/1/rejection', 'rui', { ...REASONS, final: true });
    await walker.onSeen(caseId, 'appeals', 'ivy', { statement: 'It is legible.' });
    await walker.upload(`/v1/cases/${caseId}/appeals/files`, 'ivy');
    await walker.get(`/v1/cases/${caseId}`, 'ivy');
    await walker.waits(caseId, 'sun');
    await walker.did(`/v1/cases/${caseId}/reviews/2/claim`, 'sun');
    await walker.onSeen(caseId, 'reviews/2/grant', 'sun', { outcome: 'review-again' });
    await walker.get('/v1/reviewers/me/work', 'rui');
    await walker.get('/v1/timeline', 'ivy');
    await walker.get(`/v1/cases/${caseId}`, 'otto');
  });

  it('of reviews that are put off, given to others, escalated; and of an appeal that is dismissed', async () => {
    const caseId = await walker.submitted('jon');
    const reviews = `/v1/cases/${caseId}/reviews`;
    await walker.did(`${reviews}/1/claim`, 'rui');
    await walker.did(`${reviews}/1/release`, 'rui');
    await walker.onSeen(caseId, 'reviews/1/reassignment', 'lin', { to: 'rui' });
    const held = '/v1/queues?state=claimed&claimedBy=rui';
    await walker.reads(held, 'lin', ({ body: { items } }) =>
      items.some((review: { caseId: string }) => review.caseId === caseId),
    );
    await walker.did('/v1/reviewers/rui/reassignment', 'lin', { to: 'rosa' });
    const tooSoon = await walker.post(`${reviews}/1/renewal`, 'rosa');
    expect([tooSoon.status, tooSoon.body.code]).toEqual([409, 'renewed-too-soon']);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await walker.onSeen(caseId, 'reviews/1/snooze', 'rosa', { until, cause: 'needs-expert' });
    await walker.did(`${reviews}/1/wake`, 'lin');
    await walker.did(`${reviews}/1/claim`, 'rosa');
    await walker.onSeen(caseId, 'reviews/1/rejection', 'rosa', { ...REASONS, final: true });
    await walker.onSeen(caseId, 'appeals', 'jon', { statement: 'It is legible.' });
    await walker.waits(caseId, 'sun');
    await walker.did(`${reviews}/2/claim`, 'sun');
    await walker.onSeen(caseId, 'reviews/2/dismissal', 'sun', REASONS);
    await walker.get(`/v1/cases/${caseId}`, 'jon');
  });

  it('of what the demonstration left in other states', async () => {
    const gil = await walker.caseOf('gil');
    await walker.upload(`/v1/cases/${gil}/materials/identity-document/files`, 'gil');
    await walker.onSeen(gil, 'supplements', 'gil', DECLARED);
    const ofGil = await walker.takes(gil, 'rui');
    const items = [{ material: 'identity-document', field: 'name', ...REASONS }];
    await walker.onSeen(gil, `${ofGil}/supplement-request`, 'rui', { items });
    await walker.get(`/v1/cases/${gil}`, 'gil');
    const fay = await walker.caseOf('fay');
    await walker.upload(`/v1/cases/${fay}/materials/identity-document/files`, 'fay');
    await walker.onSeen(fay, 'submissions', 'fay', DECLARED);
    const ofFay = await walker.takes(fay, 'rui');
    const doubt = { cause: 'unclear-rule', text: 'Which of the two?' };
    await walker.onSeen(fay, `${ofFay}/escalation`, 'rui', doubt);
    const hua = await walker.caseOf('hua');
    const ofHua = await walker.takes(hua, 'sun');
    await walker.onSeen(hua, `${ofHua}/decline`, 'sun', { reasons: [{ code: 'illegible' }] });
    const eve = await walker.caseOf('eve');
    await walker.onSeen(eve, 'reopening', 'sun', { cause: 'new-evidence' });
    const dan = await walker.caseOf('dan');
    const { body } = await walker.get(`/v1/cases/${dan}`, 'sun');
    await walker.onSeen(dan, `reviews/${body.review.number}/approval`, 'sun');
    await walker.get('/v1/cases/counts', 'lin');
  });

  it('of a draft under a new version of its policy, of its files, and of its end', async () => {
    const ben = await walker.caseOf('ben');
    const { body: seen } = await walker.get(`/v1/cases/${ben}`, 'ben');
    await walker.did(`/v1/cases/${ben}/self-assessments`, 'ben');
    const ask = { body: DECLARED, ifMatch: seen.version + 1 };
    const refused = await walker.post(`/v1/cases/${ben}/submissions`, 'ben', ask);
    expect([refused.status, refused.body.code]).toEqual([422, 'submission-refused']);
    const title = { ...individual.title, en: 'Verification of people' };
    const definition = { ...individual, policyVersion: 2, title };
    await walker.did('/v1/policies/individual/versions', 'ada', { definition });
    const moved = await walker.post(`/v1/cases/${ben}/policy-change`, 'ben');
    expect([201, 409]).toContain(moved.status);
    await walker.get('/v1/policies', 'ben');
    await walker.get('/v1/policies/individual', 'rui');
    await walker.get('/v1/policies/schema', 'rui');
    const { body } = await walker.get(`/v1/cases/${ben}`, 'rui');
    const { fields, files } = body.materials.find(
      ({ files: held }: { files: unknown[] }) => held.length > 0,
    );
    const refs = [fields[0].ref, files[0].ref];
    await walker.did('/v1/reveals', 'otto', { caseId: ben, refs, purpose: 'audit' });
    const path = `/v1/cases/${ben}/files/${files[0].ref}`;
    await walker.file(path, 'ben');
    await walker.did(`/v1/cases/${ben}/materials/identity-document/removal`, 'ben', {});
    await walker.onSeen(ben, 'withdrawal', 'ben');
    await walker.did('/v1/policies/business/retirement', 'ada', { cause: 'superseded' });
  });

  it('of accounts', async () => {
    const { body: own } = await walker.get('/v1/accounts/me', 'cleo');
    const path = `/v1/accounts/${own.accountId}`;
    const freeze = { cause: 'risk-review', scope: 'all' };
    const { body } = await walker.did(`${path}/freezes`, 'lin', freeze);
    await walker.get(path, 'cleo');
    await walker.reads(
      `/v1/cases?accountId=${own.accountId}`,
      'lin',
      ({ body: { items } }) => items[0].suspended,
    );
    await walker.get(`/v1/cases/${await walker.caseOf('cleo')}`, 'rui');
    await walker.did(`${path}/freezes/${body.freezes[0].freezeId}/lift`, 'sun');
    await walker.did(`${path}/ban`, 'sun', { cause: 'fraud' });
    await walker.get('/v1/accounts', 'lin');
    const { body: amy } = await walker.get('/v1/accounts/me', 'amy');
    await walker.did(`/v1/accounts/${amy.accountId}/closure`, 'amy', { cause: 'holder-request' });
  });

  it('of the staff', async () => {
    const zoe = { principalId: 'zoe', kind: 'person', roles: ['reviewer'], skills: ['identity'] };
    await walker.did('/v1/staff', 'ada', zoe);
    await walker.did('/v1/staff/zoe/roles', 'ada', { roles: ['senior'] });
    await walker.did('/v1/staff/zoe/skills', 'ada', { skills: ['identity', 'appeals'] });
    const { body: ben } = await walker.get('/v1/accounts/me', 'ben');
    const conflict = { accountId: ben.accountId };
    await walker.did('/v1/staff/zoe/conflicts', 'zoe', conflict);
    await walker.did('/v1/staff/zoe/conflict-withdrawals', 'ada', conflict);
    await walker.did('/v1/staff/zoe/suspension', 'ada', { cause: 'absence' });
    await walker.did('/v1/staff/zoe/reinstatement', 'ada');
    await walker.get('/v1/staff/me', 'zoe');
    await walker.did('/v1/staff/zoe/departure', 'zoe');
    await walker.get('/v1/staff', 'lin');
  });

  it('of the platform, its reasons, its history, and what failed', async () => {
    const hours = { from: '2099-01-04T00:00:00Z', to: '2099-01-04T02:00:00Z' };
    const { body } = await walker.did('/v1/platform/maintenance', 'ada', hours);
    const { maintenanceId } = body.maintenance[0];
    await walker.get('/v1/platform', 'lin');
    await walker.did(`/v1/platform/maintenance/${maintenanceId}/cancellation`, 'ada');
    await walker.did('/v1/platform/calendar', 'ada', { addition: CALENDAR_OF_2027 });
    await walker.get('/v1/reasons', 'ben');
    await walker.get('/v1/reasons', 'rui');
    const trail = await walker.get('/v1/audit', 'otto');
    const links = new Set<string>();
    for (const { entryId } of trail.body.items) {
      const { body: entry } = await walker.get(`/v1/audit/${entryId}`, 'otto');
      for (const link of Object.values<string>(entry.links)) links.add(link);
    }
    for (const link of links) {
      const { status } = await walker.get(link, 'otto');
      expect([link, status]).toEqual([link, 200]);
    }
    await walker.get('/v1/audit?limit=100&from=2020-01-01T00:00:00Z', 'otto');
    await walker.get('/v1/events?limit=100', 'ada');
    await walker.get('/v1/operations/dead-letters', 'ada');
    const none = '0192f0c1-7b1e-7000-8000-0000000000e1';
    await walker.get('/v1/operations/parked-documents', 'ada');
    for (const what of ['dead-letters', 'parked-documents']) {
      const missing = await walker.post(`/v1/operations/${what}/${none}/retry`, 'ada');
      expect(missing.status).toBe(404);
    }
  });

  it('of whether it is ready', async () => {
    await walker.get('/health/ready');
    expect((await walker.get('/health/ready?verbose=1')).status).toBe(400);
  });

  it('of everybody who signs in to the demonstration', async () => {
    await walker.postKeyless('/dev/token', undefined, { subject: 'ivy', platform: 'demo' });
    await walker.postKeyless('/dev/token', undefined, { subject: '', platform: 'demo' });
  });

  it('of every command that went well, once more and the same when it is repeated later', async () => {
    const head = await headOf(walker.server);
    for (const { path, ask, answer } of walker.acknowledged.filter(isAnsweredAgain)) {
      const again = await walker.server.post(path, ask);
      expect([path, asAnswered(again)]).toEqual([path, asAnswered(answer)]);
    }
    // Processes may still be at work on what was done before.
    const written = (await eventsAfter(walker.server, head)).filter(
      ({ metadata }) => metadata.actor.kind === 'person',
    );
    expect(written.map(({ type }) => type)).toEqual([]);
  });

  it('of every route at least once where all goes well', () => {
    const done = (name: string) => [...(walker.answered.get(name) ?? [])].some((is) => is < 300);
    const never = [...walker.description.operations.keys()].filter((name) => !done(name));
    expect(never.filter((name) => name !== RACED)).toEqual(NOT_HERE);
  });
});
