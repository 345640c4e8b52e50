/** Everything that is worded for people, in zh-CN and en, end to end: the same things said, each in one language. */
import { type Answer, Server } from './server.testkit.ts';
import { done, draft, submit, until } from './world.testkit.ts';

const LANGUAGES = ['zh-CN', 'en'] as const;
type Language = (typeof LANGUAGES)[number];
const CHINESE = /[\u4e00-\u9fff]/;

let server: Server;
let caseId: string;

const at = (what: string) => `/v1/cases/${caseId}${what}`;

/** A command of a reviewer on the version that the case is at. */
async function act(as: string, what: string, body?: unknown): Promise<Answer> {
  const seen = done(await server.get(at(''), { as: 'lin' }));
  const ask = { as, ifMatch: seen.body.version as number, ...(body === undefined ? {} : { body }) };
  return done(await server.post(at(what), ask));
}

beforeAll(async () => {
  server = await new Server().start();
  caseId = await draft(server, 'cai');
  await submit(server, 'cai', caseId);
  await act('rui', '/reviews/1/claim');
  const pointer = { material: 'identity-document', field: 'name' };
  await act('rui', '/reviews/1/rejection', {
    final: true,
    reasons: [{ code: 'illegible' }, { code: 'name-mismatch', pointer }],
  });
  await act('cai', '/appeals', { statement: 'It is legible.' });
  await until(
    () => server.get('/v1/timeline', { as: 'cai' }),
    ({ body }) => body.items.some(({ type }: { type: string }) => type === 'CaseAppealed'),
  );
});

afterAll(() => server.dispose());

/** Every text of an answer that is for people, by where it stands. */
function textsOf(value: unknown, path = ''): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((entry, n) => textsOf(entry, `${path}[${n}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]): [string, string][] => {
    const own = `${path}.${name}`;
    const isWorded = /^(text|title|detail|action|guidance)$/.test(name);
    if (isWorded && typeof member === 'string') return [[own, member]];
    if (isWorded && Array.isArray(member) && member.every((step) => typeof step === 'string'))
      return member.map((step, n) => [`${own}[${n}]`, step]);
    return textsOf(member, own);
  });
}

/** Without its texts: what must not depend on the language. */
function skeletonOf(value: unknown): unknown {
  const worded = new Set(textsOf(value).map(([, text]) => text));
  return JSON.parse(
    JSON.stringify(value, (name, member: unknown) => {
      if (name === 'traceId' || name === 'instance') return undefined;
      return typeof member === 'string' && worded.has(member) ? '…' : member;
    }),
  ) as unknown;
}

const inBoth = (ask: (language: Language) => Promise<Answer>) => Promise.all(LANGUAGES.map(ask));

/** Both answers say the same, in their own language and no other, and say in which. */
function expectTranslated([zh, en]: readonly Answer[]): void {
  expect([zh!.status, en!.status]).toEqual([en!.status, en!.status]);
  expect(zh!.headers.get('content-language')).toBe('zh-CN');
  expect(en!.headers.get('content-language')).toBe('en');
  const [chinese, english] = [textsOf(zh!.body), textsOf(en!.body)];
  expect(chinese.length).toBeGreaterThan(0);
  expect(chinese.map(([path]) => path)).toEqual(english.map(([path]) => path));
  expect(chinese.filter(([, text]) => !CHINESE.test(text))).toEqual([]);
  expect(english.filter(([, text]) => CHINESE.test(text))).toEqual([]);
  expect(skeletonOf(zh!.body)).toEqual(skeletonOf(en!.body));
}

describe('in both languages', () => {
  it.each([
    ['the timeline of an applicant', 'cai', () => '/v1/timeline'],
    ['a case as its applicant sees it', 'cai', () => at('')],
    ['a case as its reviewer sees it', 'rui', () => at('')],
    ['the reasons as applicants are told', 'cai', () => '/v1/reasons'],
    ['the reasons as reviewers are told', 'rui', () => '/v1/reasons'],
  ])('is %s', async (_, as, path) => {
    const answers = await inBoth((language) => server.get(path(), { as, language }));
    for (const { status } of answers) expect(status).toBe(200);
    expectTranslated(answers);
  });

  it.each<[string, number, (language: Language) => Promise<Answer>]>([
    ['without a token', 401, (language) => server.get('/v1/cases', { language })],
    ['of a role', 403, (language) => server.get('/v1/staff', { as: 'cai', language })],
    ['of a path', 404, (language) => server.get('/v1/nothing', { as: 'cai', language })],
    ['of a case', 404, (language) => server.get('/v1/cases/x', { as: 'cai', language })],
    ['of a state', 409, (language) => server.post(at('/policy-change'), { as: 'cai', language })],
    [
      'of a version',
      412,
      (language) => server.post(at('/withdrawal'), { as: 'cai', ifMatch: 1, language }),
    ],
    [
      'of a missing version',
      428,
      (language) => server.post(at('/withdrawal'), { as: 'cai', language }),
    ],
    [
      'of several fields',
      422,
      (language) =>
        server.post('/v1/staff', { as: 'ada', language, body: { roles: ['king'], x: 1, kind: 7 } }),
    ],
    [
      'of a rule with facts',
      422,
      (language) =>
        server.post(at('/reviews/1/snooze'), {
          as: 'rui',
          language,
          ifMatch: 1,
          body: { until: 'soon', cause: '1' },
        }),
    ],
  ])('is a refusal %s', async (_, status, ask) => {
    const answers = await inBoth(ask);
    for (const answer of answers) {
      expect(answer.status).toBe(status);
      expect(answer.headers.get('vary')?.toLowerCase()).toContain('accept-language');
    }
    expectTranslated(answers);
  });

  it.each([
    ['zh', 'zh-CN'],
    ['zh-TW, en;q=0.1', 'zh-CN'],
    ['fr, en;q=0.5, zh;q=0.9', 'zh-CN'],
    ['zh;q=0, *', 'en'],
    ['fr', 'en'],
    ['\u00ff;;q=9,,', 'en'],
    [Array(500).fill('zh-CN;q=0.3').join(','), 'zh-CN'],
  ])('is chosen by Accept-Language: %s', async (header, language) => {
    const answer = await server.raw('GET', '/v1/timeline', {
      as: 'cai',
      headers: { 'accept-language': Buffer.from(header, 'latin1').toString('latin1') },
    });
    expect([answer.status, answer.headers['content-language']]).toEqual([200, language]);
  });
});
