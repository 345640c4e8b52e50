/** The life of a case over HTTP: real sockets, real stores, the processes running beside it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Server, type Answer } from './server.testkit.ts';
import { PNG } from './world.testkit.ts';

const CANARIES = [
  '张三',
  '11010118991231001X',
  '13800138000',
  'applicant@example.com',
  '北京市东城区金丝雀胡同',
];

/** Nobody's: it keeps every rule, with a date of birth before 1900. */
const SECOND_ID = '110101189912310028';

let server: Server;
let caseId: string;

beforeAll(async () => {
  server = await new Server().start();
  const cases = await eventually(
    () => server.get('/v1/cases', { as: 'ben' }),
    ({ body }) => body.items?.length === 1,
  );
  caseId = cases.body.items[0].caseId;
});

afterAll(() => server.dispose());

async function eventually(
  ask: () => Promise<Answer>,
  so: (answer: Answer) => boolean,
): Promise<Answer> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const answer = await ask();
    if (so(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('It never came to that.');
}

const inStatus = (status: string) =>
  eventually(
    () => server.get(`/v1/cases/${caseId}`, { as: 'rui' }),
    ({ body }) => body.status === status,
  );

describe('a case over HTTP', () => {
  it('refuses an incomplete submission, and names what is lacking', async () => {
    const { body: before } = await server.get(`/v1/cases/${caseId}`, { as: 'ben' });
    const answer = await server.post(`/v1/cases/${caseId}/submissions`, {
      as: 'ben',
      ifMatch: before.version,
      body: { declarationVersion: '2026-01' },
      language: 'zh-CN',
    });
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      code: 'submission-refused',
      params: { reasons: ['material-missing personal-information'] },
    });
    expect(answer.body.detail).toMatch(/提交的内容不完整/);
  });

  it('takes what was lacking, and answers a repeated request as the first time', async () => {
    const ask = {
      as: 'ben',
      key: 'provide-personal-information',
      body: { fields: { occupation: 'employed', address: CANARIES[4] } },
    };
    const path = `/v1/cases/${caseId}/materials/personal-information`;
    const first = await server.post(path, ask);
    expect(first.status).toBe(201);
    const again = await server.post(path, ask);
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    const other = await server.post(path, { ...ask, body: { fields: { occupation: 'student' } } });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  it('shows one its own write by the position token', async () => {
    const written = await server.post(`/v1/cases/${caseId}/self-assessments`, { as: 'ben' });
    const after = written.headers.get('x-casetrail-position')!;
    const read = await server.get(`/v1/cases/${caseId}`, { as: 'ben', after });
    expect(read.body.version).toBe(written.body.version);
  });

  it('answers 412 to a command on a version that has moved, and 428 to one that names none', async () => {
    const body = { declarationVersion: '2026-01' };
    const path = `/v1/cases/${caseId}/submissions`;
    const stale = await server.post(path, { as: 'ben', ifMatch: 1, body });
    expect([stale.status, stale.body.code]).toEqual([412, 'version-moved']);
    const blind = await server.post(path, { as: 'ben', body });
    expect([blind.status, blind.body.code]).toEqual([428, 'if-match-missing']);
  });

  it('screens what is submitted and puts it into the queue', async () => {
    const { body: before } = await server.get(`/v1/cases/${caseId}`, { as: 'ben' });
    const submitted = await server.post(`/v1/cases/${caseId}/submissions`, {
      as: 'ben',
      ifMatch: before.version,
      body: { declarationVersion: '2026-01' },
    });
    expect([submitted.status, submitted.body.status]).toEqual([201, 'screening']);
    const waiting = await inStatus('waiting');
    expect(Object.keys(waiting.body.screening.checks)).toEqual([
      'completeness',
      'format',
      'consistency',
      'account-standing',
      'duplicate-identity',
    ]);
    const queue = await server.get('/v1/queues', { as: 'rui' });
    expect(queue.body.items).toMatchObject([{ caseId, level: 'first', state: 'waiting' }]);
  });

  it('lets exactly one of fifty claims win, and tells the others who and until when', async () => {
    const claims = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        server.post(`/v1/cases/${caseId}/reviews/1/claim`, { as: index % 2 ? 'rui' : 'rosa' }),
      ),
    );
    const winners = new Set(
      claims.filter(({ status }) => status === 201).map(({ body }) => body.review.claimedBy),
    );
    expect(winners.size).toBe(1);
    const losers = claims.filter(({ status }) => status !== 201);
    expect(losers).toHaveLength(25);
    for (const { status, body } of losers) {
      expect([status, body.code]).toEqual([409, 'review-claimed']);
      expect(body.params.by).toBe([...winners][0]);
      expect(body.params.until).toMatch(/^\d{4}-/);
    }
  });

  it('is invisible to another applicant and to another platform', async () => {
    for (const who of [{ as: 'amy' }, { as: 'rui', platform: 'elsewhere' }]) {
      const answer = await server.get(`/v1/cases/${caseId}`, who);
      expect([403, 404]).toContain(answer.status);
    }
  });

  it('is decided by its holder alone, and approves once', async () => {
    const { body } = await inStatus('in-review');
    const holder = body.review.claim.by as string;
    const other = holder === 'rui' ? 'rosa' : 'rui';
    const path = `/v1/cases/${caseId}/reviews/1/approval`;
    const refused = await server.post(path, { as: other, ifMatch: body.version });
    expect([refused.status, refused.body.code]).toEqual([403, 'review-not-held-by-you']);
    const approved = await server.post(path, { as: holder, ifMatch: body.version });
    expect([approved.status, approved.body.status]).toEqual([201, 'approved']);
  });

  it('reveals a value for a purpose, and records it first', async () => {
    const { body } = await server.get(`/v1/cases/${caseId}`, { as: 'rui' });
    const [identity] = body.materials;
    const { ref } = identity.fields.find(({ field }: { field: string }) => field === 'id-number');
    const ask = { caseId, refs: [ref], purpose: 'audit' };
    const shown = await server.post('/v1/reveals', { as: 'otto', body: ask });
    expect(shown.body.values).toEqual([{ ref, kind: 'id-number', text: CANARIES[1] }]);
    const refused = await server.post('/v1/reveals', { as: 'ben', body: ask });
    expect(refused.status).toBe(403);
    const trail = await eventually(
      () => server.get(`/v1/audit?caseId=${caseId}&type=PersonalDataRevealed`, { as: 'otto' }),
      (answer) => answer.body.items?.length > 0,
    );
    expect(trail.body.items).toMatchObject([{ actorId: 'otto', caseId }]);
    const denied = await eventually(
      () => server.get('/v1/audit?type=AccessDenied&actorId=ben', { as: 'otto' }),
      (answer) => answer.body.items?.length > 0,
    );
    expect(denied.body.items).toMatchObject([{ actorId: 'ben', type: 'AccessDenied' }]);
  });

  it('is told to its applicant as a timeline, in their language', async () => {
    const { body } = await server.get('/v1/timeline?limit=3', { as: 'ben', language: 'zh-CN' });
    expect(body.items.map(({ type }: { type: string }) => type)).toEqual([
      'CaseApproved',
      'ReviewRequested',
      'ScreeningCompleted',
    ]);
    expect(body.items[0].text).toBe('认证已通过。');
    const rest = await server.get(`/v1/timeline?limit=3&cursor=${body.next}`, { as: 'ben' });
    expect(rest.body.items[0]).toMatchObject({ type: 'CaseSubmitted', text: 'You submitted.' });
  });

  it('is in the change feed, in order and resumable, without a gap', async () => {
    const whole: { id: string }[] = [];
    let after = '';
    for (;;) {
      const query = after === '' ? '' : `&after=${after}`;
      const { body } = await server.get(`/v1/events?limit=7${query}`, { as: 'ada' });
      if (body.items.length === 0) break;
      whole.push(...body.items);
      after = body.position;
    }
    expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
    const approved = await server.get('/v1/events?type=CaseApproved', { as: 'ada' });
    expect(approved.body.items).toMatchObject([{ stream: `case-${caseId}` }]);
    expect(JSON.stringify(whole)).not.toContain(CANARIES[0]);
  });

  it('stands still while its account is frozen, and goes on when the freeze is lifted', async () => {
    const own = await server.get('/v1/accounts/me', { as: 'amy' });
    const { accountId } = own.body;
    const frozen = await server.post(`/v1/accounts/${accountId}/freezes`, {
      as: 'lin',
      body: { cause: 'risk-review', scope: 'all' },
    });
    expect(frozen.status).toBe(201);
    const suspended = (so: boolean) => (answer: Answer) => answer.body.items[0].suspended === so;
    const cases = () => server.get('/v1/cases', { as: 'amy' });
    const [{ caseId: draft, version }] = (await eventually(cases, suspended(true))).body.items;
    const answer = await server.post(`/v1/cases/${draft}/withdrawal`, {
      as: 'amy',
      ifMatch: version,
    });
    expect([answer.status, answer.body.code]).toEqual([409, 'case-suspended']);
    const held = await server.get(`/v1/accounts/${accountId}`, { as: 'ada' });
    const [{ freezeId }] = held.body.freezes;
    const lifted = await server.post(`/v1/accounts/${accountId}/freezes/${freezeId}/lift`, {
      as: 'sun',
    });
    expect(lifted.status).toBe(201);
    await eventually(cases, suspended(false));
  });

  it('is taken as the next one by a reviewer, once, however often the request is repeated', async () => {
    const { body } = await server.get('/v1/cases', { as: 'amy' });
    const [{ caseId: next }] = body.items;
    const materials = `/v1/cases/${next}/materials`;
    const uploaded = await server.upload(
      `${materials}/identity-document/files`,
      'amy',
      'image/png',
      PNG,
    );
    expect(uploaded.status).toBe(201);
    for (const [material, fields] of Object.entries({
      'identity-document': { name: '李四', 'id-number': SECOND_ID, 'date-of-birth': '1899-12-31' },
      phone: { number: '13900139000' },
      email: { address: 'second@example.com' },
      'personal-information': { occupation: 'student', address: '上海市' },
    })) {
      const documentType = material === 'identity-document' ? 'cn-resident-id' : undefined;
      const given = await server.post(`${materials}/${material}`, {
        as: 'amy',
        body: { fields, ...(documentType && { documentType }) },
      });
      expect([material, given.status]).toEqual([material, 201]);
    }
    const ready = await server.post(`/v1/cases/${next}/self-assessments`, { as: 'amy' });
    const submitted = await server.post(`/v1/cases/${next}/submissions`, {
      as: 'amy',
      ifMatch: ready.body.version,
      body: { declarationVersion: '2026-01' },
    });
    expect(submitted.status).toBe(201);
    await eventually(
      () => server.get('/v1/queues', { as: 'rui' }),
      (answer) => answer.body.items.length === 1,
    );
    const ask = { as: 'rui', key: 'take-the-next', body: {} };
    const taken = await Promise.all([1, 2, 3, 4].map(() => server.post('/v1/queues/next', ask)));
    for (const answer of taken) {
      expect([answer.status, answer.body.claimed.caseId]).toEqual([200, next]);
      expect(answer.body).toEqual(taken[0]!.body);
    }
    const nothing = await server.post('/v1/queues/next', { as: 'rosa', body: {} });
    expect([nothing.status, nothing.body.code]).toEqual([409, 'no-review-to-take']);
  });

  it('goes on after a restart where it was', async () => {
    await server.stop();
    await server.start();
    const { body } = await inStatus('approved');
    expect(body.approval.approvers).toHaveLength(1);
    const counts = await server.get('/v1/cases/counts', { as: 'rui' });
    expect(counts.body).toEqual({ approved: 1, 'in-review': 1 });
  });

  it('leaves no personal data in any file of the data folder, nor in any line of the log', () => {
    for (const file of readdirSync(server.dataFolder)) {
      const bytes = readFileSync(join(server.dataFolder, file));
      for (const canary of CANARIES) expect([file, bytes.includes(canary)]).toEqual([file, false]);
    }
    const log = server.log.join('');
    for (const canary of CANARIES) expect(log).not.toContain(canary);
  });
});
