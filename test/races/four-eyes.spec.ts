/**
 * Four eyes. The rule (libs/modules/cases: claim/eligibility.ts, decision/, appeal/): where the policy asks
 * for two approvals, the first proposes, and another person has to agree on the same evidence; who has
 * decided anything in a case - proposed, declined, rejected, escalated, asked for a supplement, decided an
 * appeal - takes neither its second review nor its appeal, whoever gives it to them, and an appeal that is
 * granted outright proposes only. A person is who they are in every session.
 *
 * Here each person has two, and does everything in both at once; the log alone says who approved what.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { describeInFull } from '#kernel/testing/full-run';
import { Chances } from '../crash/kills/random.testkit.ts';
import { Crowd, hurryingClock, type Session, type Told } from './crowd.testkit.ts';
import { fourEyesFaultsOf } from './four-eyes-checker.testkit.ts';

const REASONS = [{ code: 'illegible' }];
const ROUTES = ['sessions', 'escalation', 'appeal', 'heard', 'fallen'] as const;
const REVIEWERS = ['rea', 'rob'];
const SENIORS = ['sia', 'sol', 'sue'];

let crowd: Crowd;
let cases: readonly string[];
const sessions = new Map<string, readonly [Session, Session]>();
let keys = 0;

beforeAll(async () => {
  crowd = new Crowd(hurryingClock(1), 64);
  await crowd.server.start();
  await crowd.publish('two-people', { approvals: 2 });
  await crowd.enrol(REVIEWERS, 'reviewer');
  await crowd.enrol(SENIORS, 'senior');
  await crowd.enrol(['lea'], 'lead');
  cases = await crowd.waiting(ROUTES, 'two-people');
  for (const who of [...REVIEWERS, ...SENIORS, 'lea', ...ROUTES]) await signIn(who);
});

afterAll(() => crowd.dispose());

async function signIn(who: string): Promise<void> {
  sessions.set(who, [await crowd.session(who), await crowd.session(who)]);
}

/** Of the case as it stands in the log, so that nobody waits for a view. */
async function at(caseId: string): Promise<{ version: number; review: number }> {
  const [lea] = sessions.get('lea')!;
  const noted = await crowd.post(lea, `/v1/cases/${caseId}/notes`, {
    key: `look-${keys++}`,
    body: { text: 'Where does it stand?' },
  });
  const { version, review } = noted.body as { version: number; review: { number: number } | null };
  return { version, review: review?.number ?? 0 };
}

/** In both sessions of somebody at the same moment. */
async function both(who: string, caseId: string, what: string, body?: object): Promise<Told[]> {
  const { version: ifMatch, review } = await at(caseId);
  const path = `/v1/cases/${caseId}/${what.replace('review/', `reviews/${review}/`)}`;
  const ask = { ifMatch, ...(body && { body }) };
  return Promise.all(
    sessions.get(who)!.map((one) => crowd.post(one, path, { key: `k${keys++}`, ...ask })),
  );
}

const codesOf = (answers: readonly Told[]) =>
  answers.map(({ status, body }) => (status < 300 ? 'done' : (body.code as string))).sort();

async function once(who: string, caseId: string, what: string, body?: object): Promise<void> {
  const codes = codesOf(await both(who, caseId, what, body));
  expect(codes).toContain('done');
}

const claims = (who: string, caseId: string) => both(who, caseId, 'review/claim');
const holds = (who: string, caseId: string) => once(who, caseId, 'review/claim');
const approves = (who: string, caseId: string) => both(who, caseId, 'review/approval');

/** Whatever somebody tries now, in both sessions, to be the second as well. */
async function triesToBeTheSecond(who: string, caseId: string): Promise<void> {
  expect(codesOf(await claims(who, caseId))).toEqual(['decided-before', 'decided-before']);
  for (const answer of await approves(who, caseId))
    expect(answer.status).toBeGreaterThanOrEqual(400);
  const given = await both('lea', caseId, 'review/reassignment', { to: who });
  for (const { body } of given) {
    expect(body).toMatchObject({
      code: 'assignee-not-eligible',
      params: { why: 'decided-before' },
    });
  }
}

const eventsOf = async (caseId: string): Promise<readonly RecordedEvent[]> =>
  (await crowd.events()).filter(({ stream }) => stream === `case-${caseId}`);

async function expectApprovedBy(caseId: string, ...people: readonly string[]): Promise<void> {
  const events = await eventsOf(caseId);
  const approved = events.filter(({ type }) => type === 'CaseApproved');
  expect(approved.map(({ data }) => (data as { approvers: string[] }).approvers)).toEqual([people]);
  expect(fourEyesFaultsOf(await crowd.events())).toEqual([]);
}

describe('a person with two sessions approves once', () => {
  it('who proposes in both at once has proposed once, and is not the second', async () => {
    const [caseId] = cases as [string];
    await holds('rea', caseId);
    const codes = codesOf(await approves('rea', caseId));
    expect(codes.filter((code) => code === 'done')).toHaveLength(1);
    await triesToBeTheSecond('rea', caseId);
    await holds('rob', caseId);
    await once('rob', caseId, 'review/approval');
    await expectApprovedBy(caseId, 'rea', 'rob');
  });

  it('whoever escalated it does not agree to what the senior proposed', async () => {
    const caseId = cases[1]!;
    await holds('rea', caseId);
    await once('rea', caseId, 'review/escalation', { cause: 'unclear-rule' });
    await holds('sol', caseId);
    await once('sol', caseId, 'review/approval');
    await triesToBeTheSecond('rea', caseId);
    await triesToBeTheSecond('sol', caseId);
    await holds('sia', caseId);
    await once('sia', caseId, 'review/approval');
    await expectApprovedBy(caseId, 'sol', 'sia');
  });

  it('who rejected it does not hear the appeal, and who grants that is not the second', async () => {
    const caseId = cases[2]!;
    await holds('sol', caseId);
    await once('sol', caseId, 'review/rejection', { final: true, reasons: REASONS });
    await once('appeal', caseId, 'appeals', { statement: 'It is legible.' });
    await triesToBeTheSecond('sol', caseId);
    await holds('sia', caseId);
    await once('sia', caseId, 'review/grant', { outcome: 'approved' });
    await triesToBeTheSecond('sia', caseId);
    await triesToBeTheSecond('sol', caseId);
    await holds('rob', caseId);
    await once('rob', caseId, 'review/approval');
    await expectApprovedBy(caseId, 'sia', 'rob');
  });

  it('whoever proposed before an appeal sent it back proposes again, and is still one', async () => {
    const caseId = cases[3]!;
    await holds('rea', caseId);
    await once('rea', caseId, 'review/approval');
    await holds('sol', caseId);
    await once('sol', caseId, 'review/rejection', { final: true, reasons: REASONS });
    await once('heard', caseId, 'appeals', { statement: 'It is legible.' });
    await holds('sia', caseId);
    await once('sia', caseId, 'review/grant', { outcome: 'review-again' });
    await holds('rea', caseId);
    await once('rea', caseId, 'review/approval');
    for (const who of ['rea', 'sol', 'sia']) await triesToBeTheSecond(who, caseId);
    await holds('rob', caseId);
    await once('rob', caseId, 'review/approval');
    await expectApprovedBy(caseId, 'rea', 'rob');
  });

  it('whose proposal fell, as the evidence has changed, proposes again, and is still one', async () => {
    const caseId = cases[4]!;
    await holds('rea', caseId);
    await once('rea', caseId, 'review/approval');
    await holds('rob', caseId);
    await once('fallen', caseId, 'materials/phone', { fields: { number: '13900139000' } });
    expect((await eventsOf(caseId)).map(({ type }) => type)).toContain('ProposalVoided');
    await holds('rea', caseId);
    await once('rea', caseId, 'review/approval');
    await triesToBeTheSecond('rea', caseId);
    await holds('rob', caseId);
    await once('rob', caseId, 'review/approval');
    await expectApprovedBy(caseId, 'rea', 'rob');
  });

  it('would be found out otherwise', async () => {
    const events = await crowd.events();
    const said = (change: (event: RecordedEvent) => readonly RecordedEvent[]) =>
      fourEyesFaultsOf(events.flatMap(change)).join('\n');
    const changed = (type: string, data: object) => (event: RecordedEvent) =>
      event.type === type ? [{ ...event, data: { ...event.data, ...data } }] : [event];
    const without = (type: string) => (event: RecordedEvent) =>
      event.type === type ? [] : [event];
    const allOf = (who: string, as: string) => (event: RecordedEvent) => {
      if (event.metadata.actor.id !== who) return [event];
      const data = 'by' in event.data ? { ...event.data, by: as } : event.data;
      const actor = { ...event.metadata.actor, id: as };
      return [{ ...event, data, metadata: { ...event.metadata, actor } }];
    };
    expect(said(without('ApprovalProposed'))).toMatch(/1 of 2 people stand behind it/);
    expect(said(changed('CaseApproved', { approvers: ['rea', 'rea'] }))).toMatch(
      /it names rea, rea/,
    );
    expect(said(changed('CaseApproved', { evidence: 'other' }))).toMatch(/different evidence/);
    expect(said(allOf('rob', 'rea'))).toMatch(/rea has decided in this case before/);
    expect(said(allOf('rob', 'rea'))).toMatch(/1 of 2 people stand behind it/);
    expect(said(without('ReviewClaimed'))).toMatch(/decides what null holds/);
  });
});

describeInFull('ten people with two sessions each, at 100 cases', () => {
  const people = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8', 'p9'];
  /** One of the things that a holder may do; approvals most of all. */
  const DEEDS: readonly (readonly [string, object?])[] = [
    ['review/approval'],
    ['review/approval'],
    ['review/approval'],
    ['review/grant', { outcome: 'approved' }],
    ['review/escalation', { cause: 'unclear-rule' }],
    ['review/rejection', { final: true, reasons: REASONS }],
    ['review/decline', { reasons: REASONS }],
  ];

  it('approve none of them alone, whatever each does in both at once', async () => {
    const { CASETRAIL_SEED = '20260302' } = process.env;
    await crowd.enrol(people, 'reviewer', 'senior');
    const applicants = Array.from({ length: 100 }, (_, number) => `stormed-${number}`);
    const stormed = await crowd.waiting(applicants, 'two-people');
    for (const who of [...people, ...applicants]) await signIn(who);
    const codes = new Set<string>();
    await Promise.all(
      people.map(async (who, number) => {
        const chances = new Chances(Number(CASETRAIL_SEED) + number);
        for (let turn = 0; turn < 200; turn++) {
          const index = (turn >> 1) % stormed.length;
          const caseId = stormed[index]!;
          const [what, body] = chances.pick(DEEDS);
          const answers = [await claims(who, caseId), await both(who, caseId, what, body)].flat();
          for (const code of codesOf(answers)) codes.add(code);
          if (chances.of(0.1)) {
            await both(applicants[index]!, caseId, 'appeals', { statement: 'It is legible.' });
          }
        }
      }),
    );
    const events = await crowd.events();
    expect(fourEyesFaultsOf(events)).toEqual([]);
    expect(events.filter(({ type }) => type === 'CaseApproved').length).toBeGreaterThan(25);
    expect(events.filter(({ type }) => type === 'AppealGranted').length).toBeGreaterThan(0);
    expect([...codes]).toEqual(expect.arrayContaining(['done', 'decided-before', 'version-moved']));
  }, 600_000);
});
