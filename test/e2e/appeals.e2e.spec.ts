/** An appeal as its applicant makes it and as who hears it reads it; and what an escalation says to a senior. */
import { type Answer, Server } from './server.testkit.ts';
import { done, draft, PNG, submit, until } from './world.testkit.ts';

const REASON = { code: 'illegible', pointer: { material: 'identity-document' } };
const STATEMENT = 'The scan is legible: see the letter.';

describe('over HTTP', () => {
  const server = new Server();
  let caseId: string;
  let evidence: string;

  const at = (what = '') => `/v1/cases/${caseId}${what}`;
  const seenBy = async (as: string) => done(await server.get(at(), { as })).body;
  const acts = async (as: string, what: string, body?: object): Promise<Answer> => {
    const { version: ifMatch } = await seenBy('lin');
    return server.post(at(what), { as, ifMatch, ...(body && { body }) });
  };
  const did = async (as: string, what: string, body?: object) => done(await acts(as, what, body));
  const gives = (as: string, mediaType = 'image/png', name = 'letter.png') =>
    server.upload(at('/appeals/files'), as, mediaType, PNG, { name });
  const reveal = (as: string, ref: string, purpose: string) =>
    server.post('/v1/reveals', { as, body: { caseId, refs: [ref], purpose } });

  beforeAll(async () => {
    await server.start();
    caseId = await draft(server, 'cai');
    await submit(server, 'cai', caseId);
    await server.post('/v1/accounts', { as: 'di', body: { kind: 'individual' } });
  });
  afterAll(() => server.dispose());

  it('a senior reads why a case was escalated to them', async () => {
    await did('rui', '/reviews/1/claim');
    const text = 'Which of the two numbers is the right one?';
    await did('rui', '/reviews/1/escalation', { cause: 'unclear-rule', text });
    const [escalation] = (await seenBy('sun')).decisions;
    expect(escalation).toMatchObject({ type: 'CaseEscalated', cause: 'unclear-rule', by: 'rui' });
    const early = await reveal('sun', escalation.textRef, 'review');
    expect([early.status, early.body.code]).toEqual([403, 'purpose-of-the-holder']);
    await did('sun', '/reviews/1/claim');
    const shown = done(await reveal('sun', escalation.textRef, 'review'));
    expect(shown.body.values).toMatchObject([{ text }]);
    await did('sun', '/reviews/1/release');
    expect(await seenBy('cai')).not.toHaveProperty('decisions');
  });

  it('takes no evidence before there is an appeal', async () => {
    done(
      await server.post('/v1/staff', {
        as: 'ada',
        body: { principalId: 'sol', kind: 'person', roles: ['senior'], skills: ['identity'] },
      }),
    );
    await did('sol', '/reviews/1/claim');
    await did('sol', '/reviews/1/rejection', { final: true, reasons: [REASON] });
    const refused = await gives('cai');
    expect([refused.status, refused.body.code]).toEqual([409, 'no-appeal-open']);
  });

  it.each(['', '   \n', '\u200b\u00a0\t'])('is no statement of blanks: %j', async (statement) => {
    const refused = await acts('cai', '/appeals', { statement });
    expect([refused.status, refused.body.code]).toEqual([422, 'invalid-field']);
  });

  it('is given files by its applicant alone, of the policy’s types and what they say they are', async () => {
    await did('cai', '/appeals', { statement: STATEMENT });
    const given = done(await gives('cai'));
    expect(given.body).toMatchObject({ status: 'waiting', review: { level: 'appeal' } });
    const tries = [
      await gives('di'),
      await gives('sun'),
      await gives('cai', 'application/pdf'),
      await server.upload(at('/appeals/files'), 'cai', 'text/plain', Buffer.from('Hm.'), {
        name: 'letter.txt',
      }),
      await server.post(at('/appeals/files'), { as: 'cai', body: {} }),
    ];
    expect(tries.map(({ status, body }) => [status, body.code])).toEqual([
      [404, 'case-not-found'],
      [403, 'forbidden'],
      [422, 'file-content-differs'],
      [422, 'media-type-not-accepted'],
      [415, 'unsupported-media-type'],
    ]);
  });

  it('shows its applicant what they gave, and lets them have it back', async () => {
    const { appeals } = await until(
      () => seenBy('cai'),
      (seen) => seen.appeals[0]?.files.length === 1,
    );
    expect(appeals).toMatchObject([
      { appeal: 1, outcome: null, reasons: [], files: [{ mediaType: 'image/png' }] },
    ]);
    evidence = appeals[0].files[0].ref as string;
    expect(JSON.stringify(appeals)).not.toContain('letter.png');
    const file = await server.raw('GET', at(`/files/${evidence}`), { as: 'cai' });
    expect([file.status, file.headers['content-type']]).toEqual([200, 'image/png']);
    const { items } = done(await server.get('/v1/timeline', { as: 'cai' })).body;
    expect(items[0]).toMatchObject({ type: 'AppealEvidenceProvided', caseId });
  });

  it('is read by who hears it, the statement and the files, once they hold it', async () => {
    const [appeal] = (await seenBy('sun')).appeals;
    expect(appeal).toMatchObject({ by: 'cai', outcome: null, files: [{ ref: evidence }] });
    const download = () =>
      server.raw('GET', at(`/files/${evidence}?purpose=appeal`), { as: 'sun' });
    expect((await reveal('sun', appeal.statementRef, 'appeal')).status).toBe(403);
    expect((await download()).status).toBe(403);
    await did('sun', '/reviews/2/claim');
    const shown = done(await reveal('sun', appeal.statementRef, 'appeal'));
    expect(shown.body.values).toMatchObject([{ text: STATEMENT }]);
    expect((await download()).status).toBe(200);
  });

  it('moves on beneath who decides it when more evidence comes', async () => {
    const { version: ifMatch } = await seenBy('sun');
    done(await gives('cai', 'image/png', 'second-letter.png'));
    const body = { reasons: [REASON] };
    const late = await server.post(at('/reviews/2/dismissal'), { as: 'sun', ifMatch, body });
    expect([late.status, late.body.code]).toEqual([412, 'version-moved']);
  });

  it('tells its applicant why it was dismissed, beside why the case was rejected', async () => {
    const text = 'The letter is not signed.';
    const reasons = [{ code: 'name-mismatch', text }];
    await did('sun', '/reviews/2/dismissal', { reasons });
    const { rejection, appeals } = await seenBy('cai');
    expect(rejection.reasons).toMatchObject([{ code: 'illegible' }]);
    expect(appeals).toMatchObject([
      { outcome: 'dismissed', reasons: [{ code: 'name-mismatch', reviewerText: text }] },
    ]);
    const refused = await gives('cai');
    expect([refused.status, refused.body.code]).toEqual([409, 'no-appeal-open']);
  });

  it('a senior who reopens it leaves the cause to whoever reviews it then', async () => {
    const text = 'A signed letter has come by post.';
    await did('sun', '/reopening', { cause: 'new-evidence', text });
    const reopening = (await seenBy('rosa')).decisions.at(-1);
    expect(reopening).toMatchObject({ type: 'CaseReopened', cause: 'new-evidence', by: 'sun' });
    await did('rosa', '/reviews/3/claim');
    const shown = done(await reveal('rosa', reopening.textRef, 'review'));
    expect(shown.body.values).toMatchObject([{ text }]);
  });
});
