/** Many at once: one review, one winner; one key, one effect, before and after a restart. */
import { type Answer, type RawAnswer, Server } from './server.testkit.ts';
import { done, draft, eventsAfter, headOf, PNG, submit } from './world.testkit.ts';

const REVIEWERS = Array.from({ length: 25 }, (_, index) => `reviewer-${index}`);
const AT_ONCE = 32;

let server: Server;
let caseId: string;
let draftId: string;
let refs: readonly string[];

beforeAll(async () => {
  server = await new Server().start();
  caseId = await draft(server, 'cai');
  await submit(server, 'cai', caseId);
  const seen = done(await server.get(`/v1/cases/${caseId}`, { as: 'lin' }));
  refs = [seen.body.materials[0].fields[0].ref];
  done(await server.post('/v1/accounts', { as: 'dan', body: { kind: 'individual' } }));
  const opened = await server.post('/v1/cases', { as: 'dan', body: { policyKey: 'individual' } });
  draftId = done(opened).body.caseId as string;
  for (const principalId of REVIEWERS) {
    const body = { principalId, kind: 'person', roles: ['reviewer'], skills: ['identity'] };
    done(await server.post('/v1/staff', { as: 'ada', body }));
  }
});

afterAll(() => server.dispose());

const typesAfter = async (position: Awaited<ReturnType<typeof headOf>>) =>
  (await eventsAfter(server, position)).map(({ type }) => type);

const bodyOf = ({ text }: RawAnswer) => JSON.parse(text) as Record<string, unknown>;

describe('fifty sessions that claim one review', () => {
  it('have one winner; the others are told who it is and until when', async () => {
    const before = await headOf(server);
    const sessions = await Promise.all(
      [...REVIEWERS, ...REVIEWERS].map(async (as) => ({ as, token: await server.signIn(as) })),
    );
    expect(new Set(sessions.map(({ token }) => token)).size).toBe(50);
    const answers = await Promise.all(
      sessions.map(async ({ as, token }, index) => {
        const headers = { authorization: `Bearer ${token}`, 'idempotency-key': `claim-${index}` };
        const path = `/v1/cases/${caseId}/reviews/1/claim`;
        return { as, answer: await server.raw('POST', path, { headers }) };
      }),
    );
    const won = answers.filter(({ answer }) => answer.status === 201);
    const [winner] = new Set(won.map(({ as }) => as));
    // Whoever holds it holds it in both of their sessions.
    expect(won.map(({ as }) => as)).toEqual([winner, winner]);
    const [{ leaseUntil }] = won.map(({ answer }) => bodyOf(answer)['review']) as [
      { leaseUntil: string },
    ];
    for (const { answer } of answers.filter(({ as }) => as !== winner)) {
      const { code, params } = bodyOf(answer);
      expect([answer.status, code]).toEqual([409, 'review-claimed']);
      expect(params).toMatchObject({ by: winner, until: leaseUntil });
    }
    expect(await typesAfter(before)).toEqual(['ReviewClaimed']);
  });
});

describe('many who write to one case', () => {
  it('are all served: what others add at the same moment stops nobody', async () => {
    const before = await headOf(server);
    const notes = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        server.post(`/v1/cases/${caseId}/notes`, { as: 'rui', body: { text: `Note ${index}.` } }),
      ),
    );
    expect(notes.map(({ status }) => status)).toEqual(Array(64).fill(201));
    expect(await typesAfter(before)).toEqual(Array(64).fill('NoteAdded'));
  });
});

interface Repeated {
  readonly what: string;
  readonly path: () => string;
  readonly as: string;
  readonly body?: unknown;
  readonly other?: unknown;
  readonly writes: readonly string[];
}

const REPEATED: readonly Repeated[] = [
  {
    what: 'a note',
    path: () => `/v1/cases/${caseId}/notes`,
    as: 'rui',
    body: { text: 'Called back.' },
    other: { text: 'Nobody answered.' },
    writes: ['NoteAdded'],
  },
  {
    what: 'a material',
    path: () => `/v1/cases/${draftId}/materials/phone`,
    as: 'dan',
    body: { fields: { number: '13900139000' } },
    other: { fields: { number: '13800138000' } },
    writes: ['MaterialProvided'],
  },
  {
    what: 'an account',
    path: () => '/v1/accounts',
    as: 'newcomer',
    body: { kind: 'individual' },
    other: { kind: 'business' },
    writes: ['AccountRegistered'],
  },
  {
    what: 'a member of the staff',
    path: () => '/v1/staff/sun/skills',
    as: 'ada',
    body: { skills: ['identity'] },
    other: { skills: ['business'] },
    writes: ['SkillsChanged'],
  },
  {
    what: 'a maintenance',
    path: () => '/v1/platform/maintenance',
    as: 'ada',
    body: { from: '2099-01-04T00:00:00Z', to: '2099-01-04T02:00:00Z' },
    other: { from: '2099-01-04T00:00:00Z', to: '2099-01-04T03:00:00Z' },
    writes: ['MaintenanceAnnounced'],
  },
  {
    what: 'a reveal',
    path: () => '/v1/reveals',
    as: 'otto',
    get body() {
      return { caseId, refs, purpose: 'audit' };
    },
    get other() {
      return { caseId, refs, purpose: 'legal-request' };
    },
    writes: ['RequestBound', 'PersonalDataRevealed'],
  },
];

/** What the answer to a repeated request must have in common with the first. */
const asAnswered = ({ status, body, headers }: Answer) => ({
  status,
  body: body as unknown,
  etag: headers.get('etag'),
  position: headers.get('x-casetrail-position'),
});

const firstAnswers = new Map<string, ReturnType<typeof asAnswered>>();

describe('one Idempotency-Key, thirty-two times at once', () => {
  it('claims once, and tells all of them of the one lease that was stored', async () => {
    const released = await server.get(`/v1/cases/${caseId}`, { as: 'lin' });
    const holder = released.body.review.claim.by as string;
    done(await server.post(`/v1/cases/${caseId}/reviews/1/release`, { as: holder }));
    const before = await headOf(server);
    const path = `/v1/cases/${caseId}/reviews/1/claim`;
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => server.post(path, { as: 'rui', key: 'one-claim' })),
    );
    const [claimed, ...more] = await eventsAfter(server, before);
    expect([claimed?.type, more]).toEqual(['ReviewClaimed', []]);
    const { leaseUntil } = claimed!.data as { leaseUntil: string };
    for (const answer of answers) {
      expect(asAnswered(answer)).toEqual(asAnswered(answers[0]!));
      expect(answer.body.review).toMatchObject({ claimedBy: 'rui', leaseUntil });
    }
  });

  it.each(REPEATED)('has one effect and equal answers: $what', async (repeated) => {
    const { what, path, as, body, writes } = repeated;
    const before = await headOf(server);
    const ask = { as, body, key: `repeated ${what}`.replaceAll(' ', '-') };
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => server.post(path(), ask)),
    );
    const first = asAnswered(done(answers[0]!));
    for (const answer of answers) expect(asAnswered(answer)).toEqual(first);
    expect(await typesAfter(before)).toEqual(writes);
    firstAnswers.set(what, first);
  });

  it.each(REPEATED)(
    'is refused for another body, also when both come at once: $what',
    async (repeated) => {
      const { what, path, as, body, other } = repeated;
      const before = await headOf(server);
      const key = `repeated ${what}`.replaceAll(' ', '-');
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, index) =>
          server.post(path(), { as, key, body: index % 2 ? body : other }),
        ),
      );
      for (const [index, answer] of answers.entries()) {
        if (index % 2) expect(asAnswered(answer)).toEqual(firstAnswers.get(what));
        else expect([answer.status, answer.body.code]).toEqual([422, 'idempotency-key-reused']);
      }
      expect(await typesAfter(before)).toEqual([]);
    },
  );

  it('stores one file', async () => {
    const before = await headOf(server);
    const boundary = 'b-1';
    const head = 'content-disposition: form-data; name="file"; filename="front.png"';
    const form = Buffer.concat([
      Buffer.from(`--${boundary}\r\n${head}\r\ncontent-type: image/png\r\n\r\n`),
      PNG,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    const headers = {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'idempotency-key': 'one-file',
    };
    const path = `/v1/cases/${draftId}/materials/identity-document/files`;
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () =>
        server.raw('POST', path, { as: 'dan', headers, body: form }),
      ),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]!.status).toBe(201);
    expect(await typesAfter(before)).toEqual(['MaterialProvided']);
  });
});

describe('the same key after a restart', () => {
  beforeAll(async () => {
    await server.stop();
    await server.start();
  });

  it.each(REPEATED)('is answered as the first time, and does nothing: $what', async (repeated) => {
    const { what, path, as, body, other } = repeated;
    const before = await headOf(server);
    const key = `repeated ${what}`.replaceAll(' ', '-');
    const again = await server.post(path(), { as, key, body });
    expect(asAnswered(again)).toEqual(firstAnswers.get(what));
    const changed = await server.post(path(), { as, key, body: other });
    expect([changed.status, changed.body.code]).toEqual([422, 'idempotency-key-reused']);
    expect(await typesAfter(before)).toEqual([]);
  });
});
