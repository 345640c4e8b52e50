/** Many at once: one review, one winner; one key, one effect, before and after a restart. */
import { type RawAnswer, Server } from './server.testkit.ts';
import {
  asAnswered,
  done,
  draft,
  eventsAfter,
  headOf,
  PNG,
  submit,
  until,
} from './world.testkit.ts';

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
    // The second session of the winner found it done.
    expect(await typesAfter(before)).toEqual(['ReviewClaimed', 'RequestFoundDone']);
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

/** Waits until a review of each is in the queue. */
async function queued(applicants: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const as of applicants) {
    const id = await draft(server, as);
    await submit(server, as, id);
    ids.push(id);
  }
  await inQueue(ids);
  return ids;
}

async function inQueue(ids: readonly string[]): Promise<void> {
  await until(
    () => server.get('/v1/queues?state=waiting&limit=100', { as: 'lin' }),
    ({ body }) => {
      const shown = (body.items as { caseId: string }[]).map((item) => item.caseId);
      return ids.every((id) => shown.includes(id));
    },
  );
}

describe('several who take the next review at once', () => {
  const next = (as: string, key: string) =>
    server.post('/v1/queues/next', { as, key, body: {} }).then(asAnswered);
  const caseOf = ({ body }: { body: unknown }) =>
    (body as { claimed: { caseId: string } }).claimed.caseId;
  const refusalOf = ({ status, body }: { status: number; body: unknown }) => [
    status,
    (body as { code: string }).code,
  ];

  it('each request of one reviewer takes a review of its own, and a repeat takes no other', async () => {
    const waiting = await queued(['next-1', 'next-2', 'next-3']);
    const keys = ['k0', 'k1', 'k2', 'k3'];
    const first = await Promise.all(keys.map((key) => next('rosa', key)));
    const taken = first.filter(({ status }) => status === 200);
    expect(taken.map(caseOf).sort()).toEqual([...waiting].sort());
    const [without] = first.filter(({ status }) => status !== 200);
    expect(refusalOf(without!)).toEqual([409, 'no-review-to-take']);

    const [decided] = taken.map(caseOf);
    const seen = done(await server.get(`/v1/cases/${decided}`, { as: 'rosa' }));
    const body = { reasons: [{ code: 'illegible' }], final: false };
    const rejection = { as: 'rosa', ifMatch: seen.body.version as number, body };
    done(await server.post(`/v1/cases/${decided}/reviews/1/rejection`, rejection));
    const before = await headOf(server);
    for (const [index, key] of keys.entries()) {
      const { status } = first[index]!;
      const same = status === 200 ? first[index] : expect.objectContaining({ status });
      expect(await next('rosa', key)).toEqual(same);
    }
    expect(await typesAfter(before)).toEqual([]);
  });

  it('a request that found nothing takes one under the same key once there is one, and then no other', async () => {
    expect(refusalOf(await next('sun', 'patient'))).toEqual([409, 'no-review-to-take']);
    const [later] = await queued(['next-4', 'next-5']);
    const first = await next('sun', 'patient');
    expect(caseOf(first)).toBe(later);
    expect(await next('sun', 'patient')).toEqual(first);
    done(await server.post(`/v1/cases/${later}/reviews/1/release`, { as: 'sun' }));
    const before = await headOf(server);
    expect(await next('sun', 'patient')).toEqual(first);
    expect(await typesAfter(before)).toEqual([]);
    await inQueue([later!]);
  });

  it('twenty-five reviewers choose once each, and none the choice of another', async () => {
    const before = await headOf(server);
    const answers = await Promise.all(REVIEWERS.map((as) => next(as, 'all-at-once')));
    const taken = answers.filter(({ status }) => status === 200).map(caseOf);
    expect(taken).toHaveLength(2);
    expect(new Set(taken).size).toBe(2);
    expect((await typesAfter(before)).sort()).toEqual([
      'ReviewClaimed',
      'ReviewClaimed',
      'ReviewSelected',
      'ReviewSelected',
    ]);
  });
});

describe('a request that found done what it asked for', () => {
  it('claims nothing when it is repeated after the claim was given up', async () => {
    const [id] = await queued(['again']);
    const review = `/v1/cases/${id}/reviews/1`;
    const claim = (key: string) =>
      server.post(`${review}/claim`, { as: 'rui', key }).then(asAnswered);
    const first = [await claim('c1'), await claim('c2')];
    expect(first.map(({ status }) => status)).toEqual([201, 201]);
    done(await server.post(`${review}/release`, { as: 'rui' }));
    const before = await headOf(server);
    expect([await claim('c1'), await claim('c2')]).toEqual(first);
    expect(await typesAfter(before)).toEqual([]);
  });

  it('undoes nothing that was decided since', async () => {
    const skills = (key: string, ...of: string[]) =>
      server
        .post('/v1/staff/rosa/skills', { as: 'ada', key, body: { skills: of } })
        .then(asAnswered);
    await skills('s0', 'identity');
    const first = await skills('s1', 'identity');
    await skills('s2', 'identity', 'business');
    const before = await headOf(server);
    expect(await skills('s1', 'identity')).toEqual(first);
    expect(await typesAfter(before)).toEqual([]);
  });
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
