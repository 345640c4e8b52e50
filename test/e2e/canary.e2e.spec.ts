/**
 * Personal data lives in the vault alone, and is shown to whoever reveals it for a purpose. Canaries go
 * in wherever somebody could put them, wherever they belong and where they do not; then every file,
 * log line and answer is searched for them.
 */
import { basename } from 'node:path';
import {
  syntheticCreditCode,
  syntheticResidentId,
} from '#modules/materials/formats/formats.testkit';
import {
  filesUnder,
  foundIn,
  foundInFiles,
  formsOf,
  pictureWith,
  Witness,
} from './canaries.testkit.ts';
import { Server, suiteIsOnServer } from './server.testkit.ts';
import { done, draft, eventsAfter, submit, until } from './world.testkit.ts';

const ID_NUMBER = syntheticResidentId({ order: 417 });

/** What goes into the vault. */
const KEPT = {
  name: '欧阳金丝雀',
  'ID number': ID_NUMBER,
  'ID number that breaks a rule': `${syntheticResidentId({ order: 418 }).slice(0, 17)}*`,
  'credit code': syntheticCreditCode({ organisation: '00CANARY' }),
  email: 'canary.in.the.mine@example.com',
  phone: '13912340987',
  address: '黑龙江省哈尔滨市道里区金丝雀大街八十八号',
  'file content': 'ScannedForCanaryHolder',
  'file name': '金丝雀的身份证.png',
  note: 'Her sister said on the telephone that she had moved in May.',
  'supplement reason': 'The third line of the address cannot be read.',
  'rejection reason': '地址的第三行仍与登记机关的记录不一致。',
  'appeal statement': '我在五月份已搬到新地址，登记机关的记录尚未更新。',
  'text of a granted appeal': 'The registry has confirmed the move by letter.',
  'text of an escalation': 'The hologram looks printed to me.',
};

/** What is refused, or belongs to no value at all. */
const REFUSED = {
  'wrong type': 'refused-canary-of-a-wrong-type',
  'unknown field': 'refused-canary-in-an-unknown-field',
  'broken JSON': 'refused-canary-in-broken-json',
  'code with a number': '110101189912314191',
  key: 'refused-canary-as-idempotency-key',
  query: 'refused-canary-in-a-query',
  path: 'refused-canary-in-a-path',
  header: 'refused-canary-in-a-header',
  token: 'refused-canary-as-a-token',
  'upload that fails': 'refused-canary-in-an-upload',
  'media type': 'refused-canary-as-media-type',
  'somebody who may not': 'refused-canary-of-a-stranger',
  definition: 'refused-canary-in-a-definition',
  calendar: 'refused-canary-in-a-calendar',
  principal: '欧阳丝雀',
};

const CANARIES = { ...KEPT, ...REFUSED };

/** What reviewers wrote for the applicant: their case and their timeline show it to them, nothing to anybody else. */
const WRITTEN_TO_APPLICANT = ['supplement reason', 'rejection reason'];
const isTheApplicants = ({ to }: { readonly to: string }) =>
  to === 'GET /v1/timeline cai' || to === `GET /v1/cases/${caseId} cai`;
const FILE = pictureWith(KEPT['file content']);

let server: Server;
let witness: Witness;
let caseId: string;

beforeAll(async () => {
  server = await new Server().start();
  witness = new Witness(server);
});

afterAll(() => server.dispose());

const waiting = (id: string) =>
  until(
    () => witness.get(`/v1/cases/${id}`, { as: 'lin' }),
    ({ body }) => body.status === 'waiting',
  );

/** What the applicant is shown once the case has come to a status. */
const shownToApplicant = async (status: string) => {
  const seen = await until(
    () => witness.get(`/v1/cases/${caseId}`, { as: 'cai' }),
    ({ body }) => body.status === status,
  );
  return foundIn(Buffer.from(JSON.stringify(seen.body)), CANARIES);
};

const review = async (what: string, as: string, body?: unknown) => {
  const seen = await witness.get(`/v1/cases/${caseId}`, { as: 'lin' });
  return witness.act(as, caseId, `reviews/${seen.body.review.number}/${what}`, body);
};

const reasons = (text: string) => [{ code: 'illegible', text }];

describe('the search', () => {
  it('finds a canary in each form in which it could be written', () => {
    for (const [name, canary] of Object.entries(CANARIES)) {
      for (const form of formsOf(canary)) {
        const bytes = Buffer.concat([Buffer.from('before'), form, Buffer.from('after')]);
        expect(foundIn(bytes, CANARIES)).toContain(name);
      }
    }
    const inside = Buffer.from(Buffer.from(`"${KEPT.name}"`).toString('base64'));
    expect(foundIn(inside, KEPT)).toEqual(['name']);
    expect(foundIn(Buffer.from('a canary that nobody planted'), CANARIES)).toEqual([]);
  });
});

describe('a case full of personal data', () => {
  const materials = {
    'identity-document': {
      documentType: 'cn-resident-id',
      fields: { name: KEPT.name, 'id-number': ID_NUMBER, 'date-of-birth': '1899-12-31' },
    },
    phone: { fields: { number: KEPT.phone } },
    email: { fields: { address: KEPT.email } },
    'personal-information': { fields: { occupation: 'student', address: KEPT.address } },
  };
  const file = { content: FILE, name: KEPT['file name'] };

  it('is submitted, and asked to be supplemented', async () => {
    caseId = await draft(server, 'cai', { materials, file });
    await submit(server, 'cai', caseId);
    await review('claim', 'rui');
    await witness.act('rui', caseId, 'notes', { text: KEPT.note });
    const asked = { material: 'personal-information', field: 'address' };
    const items = [{ ...asked, reasons: reasons(KEPT['supplement reason']) }];
    await review('supplement-request', 'rui', { items });
    expect(await shownToApplicant('awaiting-supplement')).toEqual(['supplement reason']);
  });

  it('is supplemented, rejected, appealed and looked at again', async () => {
    const more = { fields: { address: `${KEPT.address}甲` } };
    await witness.act('cai', caseId, 'materials/personal-information', more);
    await witness.act('cai', caseId, 'supplements', { declarationVersion: '2026-01' });
    await waiting(caseId);
    await review('claim', 'rui');
    const rejection = { final: true, reasons: reasons(KEPT['rejection reason']) };
    await review('rejection', 'rui', rejection);
    expect(await shownToApplicant('rejected')).toEqual(['rejection reason']);
    await witness.act('cai', caseId, 'appeals', { statement: KEPT['appeal statement'] });
    await review('claim', 'sun');
    const granted = { outcome: 'review-again', text: KEPT['text of a granted appeal'] };
    await review('grant', 'sun', granted);
    await review('claim', 'rosa');
    const passedOn = { cause: 'suspected-forgery', text: KEPT['text of an escalation'] };
    await review('escalation', 'rosa', passedOn);
  });

  it("fails its screening for a number that breaks a rule, and for one that is another's", async () => {
    const broken = structuredClone(materials);
    broken['identity-document'].fields['id-number'] = KEPT['ID number that breaks a rule'];
    for (const [as, held] of [
      ['bao', broken],
      ['dan', materials],
    ] as const) {
      const id = await draft(server, as, { materials: held, file });
      await witness.post(`/v1/cases/${id}/self-assessments`, { as });
      await submit(server, as, id);
      await witness.get(`/v1/cases/${id}`, { as });
      await witness.get(`/v1/cases/${id}`, { as: 'rui' });
    }
  });

  it('is one of a business', async () => {
    done(await witness.post('/v1/accounts', { as: 'eve', body: { kind: 'business' } }));
    const opened = done(
      await witness.post('/v1/cases', { as: 'eve', body: { policyKey: 'business' } }),
    );
    const fields = { name: KEPT.name, 'credit-code': KEPT['credit code'] };
    const id = opened.body.caseId as string;
    await witness.act('eve', id, 'materials/business-licence', { fields });
  });

  it('is revealed to who asks for a purpose: that is where the canaries are', async () => {
    const events = (await eventsAfter(server)).filter(({ stream }) => stream === `case-${caseId}`);
    const refs = JSON.stringify(events.map(({ data }) => data)).matchAll(
      /"(?:ref|nameRef|textRef|statementRef)":"([^"]+)"/g,
    );
    const named = [...new Set([...refs].map(([, ref]) => ref!))];
    const ask = { as: 'otto', body: { caseId, refs: named, purpose: 'audit' } };
    const { body } = done(await server.post('/v1/reveals', ask));
    const seen = JSON.stringify(body) + Buffer.from(FILE).toString('latin1');
    const elsewhere = ['ID number that breaks a rule', 'credit code'];
    for (const [name, canary] of Object.entries(KEPT))
      expect([name, seen.includes(canary)]).toEqual([name, !elsewhere.includes(name)]);
    const [picture] = body.values.filter(({ kind }: { kind: string }) => kind === 'file');
    expect(Buffer.from(picture.base64 as string, 'base64')).toEqual(FILE);
  });
});

describe('what is refused', () => {
  const refused = async (answer: Promise<{ status: number }>) => {
    const { status } = await answer;
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  };
  const json = { 'content-type': 'application/json', 'idempotency-key': 'refused' };

  it('was no good body', async () => {
    const path = `/v1/cases/${caseId}/appeals`;
    const at = { as: 'cai', ifMatch: 1 };
    await refused(witness.post(path, { ...at, body: { statement: [REFUSED['wrong type']] } }));
    await refused(witness.post(path, { ...at, body: { other: REFUSED['unknown field'] } }));
    await refused(
      witness.post('/v1/staff', {
        as: 'ada',
        body: { principalId: REFUSED.principal, kind: 'person', roles: ['reviewer'], skills: [] },
      }),
    );
    for (const body of [`{"statement":"${REFUSED['broken JSON']}`, `"${REFUSED['broken JSON']}"`])
      await refused(witness.raw('POST', path, { as: 'cai', headers: json, body }));
    const definition = {
      key: REFUSED.definition,
      kind: REFUSED.definition,
      materials: [REFUSED.definition],
    };
    await refused(
      witness.post('/v1/policies/individual/versions', { as: 'ada', body: { definition } }),
    );
    const addition = { version: REFUSED.calendar, years: [{ [REFUSED.calendar]: 1 }] };
    await refused(witness.post('/v1/platform/calendar', { as: 'ada', body: { addition } }));
    const years = [{ year: 2027, source: REFUSED.calendar, holidays: REFUSED.calendar }];
    await refused(
      witness.post('/v1/platform/calendar', {
        as: 'ada',
        body: { addition: { version: 'cn-2027.1', years } },
      }),
    );
  });

  it('was a number where a code belongs', async () => {
    const cause = REFUSED['code with a number'];
    const seen = await witness.get(`/v1/cases/${caseId}`, { as: 'lin' });
    const path = `/v1/cases/${caseId}/reviews/${seen.body.review.number}`;
    const at = { as: 'rosa', ifMatch: seen.body.version as number };
    await refused(witness.post(`${path}/escalation`, { ...at, body: { cause } }));
    const until = '2099-01-01T00:00:00Z';
    await refused(witness.post(`${path}/snooze`, { ...at, body: { cause, until } }));
    await refused(
      witness.post('/v1/policies/individual/retirement', { as: 'ada', body: { cause } }),
    );
    await refused(witness.post('/v1/staff/rui/skills', { as: 'ada', body: { skills: [cause] } }));
    await refused(
      witness
        .act('cai', caseId, `materials/${cause}`, { fields: { name: 'x' } })
        .catch(() => ({ status: 404 })),
    );
  });

  it('was in a key, a query, a path, a header or a token', async () => {
    const { query, path, header, token, key } = REFUSED;
    done(
      await witness.post(`/v1/cases/${caseId}/notes`, {
        as: 'rui',
        key,
        body: { text: KEPT.note },
      }),
    );
    await refused(
      witness.post(`/v1/cases/${caseId}/notes`, { as: 'rui', key, body: { text: 'x' } }),
    );
    await refused(witness.get(`/v1/cases?nobody=${query}`, { as: 'rui' }));
    await refused(witness.get(`/v1/cases?cursor=${query}`, { as: 'rui' }));
    await refused(witness.get(`/v1/cases?accountId=${query}&position=${query}`, { as: 'rui' }));
    await refused(witness.get(`/v1/audit?actorId=${query}`, { as: 'rui' }));
    await refused(witness.get(`/v1/cases/${path}`, { as: 'rui' }));
    await refused(witness.get(`/v1/policies/${path}`, { as: 'rui' }));
    await refused(witness.get(`/${path}`, { as: 'rui' }));
    await refused(
      witness.raw('POST', `/v1/staff/${path}/suspension`, {
        as: 'ada',
        headers: json,
        body: '{"cause":"absence"}',
      }),
    );
    for (const name of ['if-match', 'x-casetrail-read-after', 'content-type', 'idempotency-key']) {
      const headers = { ...json, [name]: `${header} ${header}` };
      await refused(witness.raw('POST', `/v1/cases/${caseId}/withdrawal`, { as: 'cai', headers }));
    }
    const sent = {
      'user-agent': header,
      referer: header,
      'x-forwarded-for': header,
      traceparent: header,
    };
    await witness.raw('GET', '/v1/cases', {
      as: 'rui',
      headers: { ...sent, 'accept-language': header },
    });
    await refused(
      witness.raw('GET', '/v1/cases', { headers: { authorization: `Bearer ${token}` } }),
    );
    await refused(
      witness.raw('GET', '/v1/cases', { headers: { authorization: token, cookie: token } }),
    );
  });

  it('was an upload', async () => {
    const files = `/v1/cases/${caseId}/materials/identity-document/files`;
    const boundary = 'b-1';
    const form = (disposition: string, content: string, type: string) =>
      `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\ncontent-type: ${type}\r\n\r\n${content}`;
    const secret = REFUSED['upload that fails'];
    const named = `name="file"; filename="${secret}.png"`;
    const end = `\r\n--${boundary}--\r\n`;
    for (const body of [
      form(named, secret, 'image/png'),
      form(named, secret, 'image/png') + end,
      form(named, `${FILE.toString('latin1')}`, `image/${REFUSED['media type']}`) + end,
      form('name="note"', secret, 'text/plain') + end,
      form(named, 'x'.repeat(21_000_000), 'image/png') + end,
    ]) {
      const headers = {
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'idempotency-key': 'u',
      };
      await refused(
        witness.raw('POST', files, { as: 'cai', headers, body: Buffer.from(body, 'latin1') }),
      );
    }
  });

  it('was sent by somebody who may not', async () => {
    const secret = REFUSED['somebody who may not'];
    const at = { ifMatch: 1, body: { text: secret } };
    for (const as of ['amy', 'otto', 'nobody'])
      await refused(witness.post(`/v1/cases/${caseId}/notes`, { as, ...at }));
    await refused(
      witness.post(`/v1/cases/${caseId}/appeals`, {
        as: 'amy',
        ifMatch: 1,
        body: { statement: secret },
      }),
    );
    await refused(
      witness.post('/v1/reveals', { as: 'lin', body: { caseId, refs: [secret], purpose: secret } }),
    );
  });
});

describe('afterwards', () => {
  it('everything that can be asked is asked once more', async () => {
    const paths = [
      '/v1/cases',
      `/v1/cases/${caseId}`,
      '/v1/accounts',
      '/v1/queues',
      '/v1/audit',
      '/v1/events',
    ];
    for (const path of paths) {
      for (const as of ['lin', 'otto', 'ada', 'rui']) await witness.get(path, { as });
    }
    const trail = done(await witness.get('/v1/audit?limit=100', { as: 'otto' }));
    for (const { entryId } of trail.body.items)
      done(await witness.get(`/v1/audit/${entryId}`, { as: 'otto' }));
    for (const as of ['cai', 'bao', 'dan']) {
      for (const path of ['/v1/cases', '/v1/timeline', '/v1/accounts/me'])
        done(await witness.get(path, { as, language: 'zh-CN' }));
    }
  });

  it('the applicant has read what was written for them, and nothing else in clear', () => {
    const read = witness.answers.filter(isTheApplicants).map(({ text }) => Buffer.from(text));
    expect(foundIn(Buffer.concat(read), CANARIES)).toEqual(WRITTEN_TO_APPLICANT);
  });

  it('no other answer but the reveal holds a canary', () => {
    const leaks = witness.answers
      .filter((answer) => !isTheApplicants(answer))
      .map(({ to, text }) => [to, foundIn(Buffer.from(text), CANARIES)] as const)
      .filter(([, found]) => found.length > 0);
    expect(leaks).toEqual([]);
  });

  it('no line of the log holds one', () => {
    expect(server.log.length).toBeGreaterThan(0);
    expect(foundIn(Buffer.from(server.log.join('')), CANARIES)).toEqual([]);
  });

  it('no event holds one, wherever the log lies', async () => {
    const events = await eventsAfter(server);
    expect(events.length).toBeGreaterThan(0);
    expect(foundIn(Buffer.from(JSON.stringify(events)), CANARIES)).toEqual([]);
  });

  it('no file of the data folder holds one, neither while the server runs nor after its end', async () => {
    const names = filesUnder(server.dataFolder).map((file) => basename(file));
    for (const store of suiteIsOnServer ? ['views', 'vault'] : ['events', 'views', 'vault'])
      expect(names).toEqual(expect.arrayContaining([`${store}.sqlite`, `${store}.sqlite-wal`]));
    expect(foundInFiles(server.folder, { ...CANARIES, 'whole file': FILE })).toEqual([]);
    await server.stop();
    expect(foundInFiles(server.folder, { ...CANARIES, 'whole file': FILE })).toEqual([]);
  });
});
