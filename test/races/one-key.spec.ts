/**
 * One Idempotency-Key from 32 clients at once, and a server that is killed while they wait: all of them
 * send it again to the next. The log has one effect of it, and all are answered alike, whether before
 * the kill or after it. Killed at the point by name (test/crash/kills), or right after the first answer.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JWK } from 'jose';
import { type ServerProcess } from '../../apps/server/src/server-process.testkit.ts';
import { describeInFull } from '#kernel/testing/full-run';
import { Client, Refused, type Answer, type Ask } from '../crash/kills/client.testkit.ts';
import { rowsOf } from '../crash/kills/log-checker.testkit.ts';
import { type Point } from '../crash/kills/points.testkit.ts';
import { type Told } from '../crash/kills/talk.testkit.ts';
import { anIssuer, serverOf } from '../crash/kills/victim.testkit.ts';

const AT_ONCE = 32;
const SEEDED = 'Casetrail listens on';
const ONCE_ANSWERED = 'once the first is answered';

interface Request {
  readonly what: string;
  readonly killed: Point | typeof ONCE_ANSWERED;
  readonly as: string;
  readonly ask: () => Promise<{ readonly path: string; readonly ask?: Ask }>;
  /** What the log has of it, in its order. */
  readonly writes: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'casetrail-one-key-'));
const places = { dataFolder: join(folder, 'data'), keyFile: join(folder, 'keys', 'root.key') };
let issuer: { readonly secret: JWK; readonly jwks: string };
let server: ServerProcess | undefined;
let labels = 0;

/** Clients that send under the same keys where they have the same label. */
const client = (label: string, tell: (told: Told) => void = () => undefined) =>
  new Client({ label, number: 0, seed: 0, secret: issuer.secret }, tell);

async function started(killed?: Request['killed']): Promise<string> {
  const aim =
    killed === undefined || killed === ONCE_ANSWERED ? undefined : { point: killed, n: 1 };
  server = serverOf(places, issuer.jwks, aim);
  return server.ready(SEEDED);
}

async function ended(): Promise<void> {
  await server?.end('SIGKILL');
  server = undefined;
}

beforeAll(async () => {
  issuer = await anIssuer(folder);
});
afterAll(async () => {
  await ended();
  rmSync(folder, { recursive: true, force: true });
});

/** Asked while a server serves, before the clients send. */
async function seen(as: string, path: string): Promise<Answer['body']> {
  const looks = client('looks');
  looks.moveTo(/http:\/\/127\.0\.0\.1:\d+/.exec(server!.output)![0]);
  return (await looks.get(as, path)).body;
}

const caseOf = async (applicant: string): Promise<string> =>
  (await seen(applicant, '/v1/cases')).items[0].caseId as string;

const sends = (each: Client, as: string, path: string, ask?: Ask): Promise<Answer> =>
  each.command(as, path, ask).catch((error: unknown) => {
    if (error instanceof Refused) return error.answer;
    throw error;
  });

/** What requests have written after the first so many events. */
const writtenAfter = (length: number): readonly string[] =>
  rowsOf(join(places.dataFolder, 'events.sqlite'))
    .slice(length)
    .filter(({ metadata }) => metadata.requestDigest !== undefined)
    .map(({ type }) => type);

interface Round {
  readonly answers: readonly Answer[];
  /** All that any of them was ever told, also before the kill. */
  readonly told: readonly string[];
  readonly written: readonly string[];
  readonly killed: boolean;
}

/** @param labelOf which clients send under the same key: all, but in the control */
async function round(
  { as, ask: asked, killed }: Omit<Request, 'what' | 'writes'>,
  labelOf = (_: number, label: string) => label,
): Promise<Round> {
  const url = await started(killed);
  const victim = server!;
  const { path, ask } = await asked();
  const before = rowsOf(join(places.dataFolder, 'events.sqlite')).length;
  const label = `key${labels++}`;
  const told: string[] = [];
  const hears = (what: Told) => {
    if (what.what !== 'answered') return;
    const { key: _, ...answer } = what;
    told.push(JSON.stringify(answer));
    if (killed === ONCE_ANSWERED) victim.child.kill('SIGKILL');
  };
  const clients = Array.from({ length: AT_ONCE }, (_, n) => client(labelOf(n, label), hears));
  for (const one of clients) one.moveTo(url);
  const answered = Promise.all(clients.map((one) => sends(one, as, path, ask)));
  await victim.exited;
  const wasKilled = victim.child.signalCode === 'SIGKILL';
  for (const one of clients) one.moveTo(undefined);
  const next = await started();
  for (const one of clients) one.moveTo(next);
  const answers = await answered;
  await ended();
  return { answers, told, written: writtenAfter(before), killed: wasKilled };
}

const REQUESTS: readonly Request[] = [
  {
    what: 'a note',
    killed: 'between a write of the vault and its event',
    as: 'rui',
    ask: async () => ({
      path: `/v1/cases/${await caseOf('cleo')}/notes`,
      ask: { body: { text: 'Called back.' } },
    }),
    writes: ['NoteAdded'],
  },
  {
    what: 'an approval, killed before',
    killed: 'before an append of a request',
    as: 'sun',
    ask: async () => {
      const caseId = await caseOf('dan');
      const { version } = await seen('lin', `/v1/cases/${caseId}`);
      return { path: `/v1/cases/${caseId}/reviews/1/approval`, ask: { version } };
    },
    writes: ['CaseApproved'],
  },
  {
    what: 'an account',
    killed: 'after an append, before its answer',
    as: 'newcomer',
    ask: async () => ({ path: '/v1/accounts', ask: { body: { kind: 'individual' } } }),
    writes: ['AccountRegistered'],
  },
  {
    what: 'a material',
    killed: ONCE_ANSWERED,
    as: 'ben',
    ask: async () => ({
      path: `/v1/cases/${await caseOf('ben')}/materials/phone`,
      ask: { body: { fields: { number: '13900139000' } } },
    }),
    writes: ['MaterialProvided'],
  },
  {
    what: 'the next review',
    killed: 'between the binding of a key and its events',
    as: 'sun',
    ask: async () => ({ path: '/v1/queues/next', ask: { body: {} } }),
    writes: ['ReviewSelected', 'ReviewClaimed'],
  },
  {
    what: 'a reveal',
    killed: 'between the binding of a key and its events',
    as: 'otto',
    ask: async () => {
      const caseId = await caseOf('dan');
      const { materials } = await seen('lin', `/v1/cases/${caseId}`);
      const refs = [materials[0].fields[0].ref];
      return { path: '/v1/reveals', ask: { body: { caseId, refs, purpose: 'audit' } } };
    },
    writes: ['RequestBound', 'PersonalDataRevealed'],
  },
  {
    what: 'what is found done',
    killed: ONCE_ANSWERED,
    as: 'ada',
    ask: async () => ({
      path: '/v1/staff/rui/skills',
      ask: { body: { skills: ['identity', 'business'] } },
    }),
    writes: ['RequestFoundDone'],
  },
];

function expectOneEffect({ answers, told, written, killed }: Round, writes: readonly string[]) {
  expect(killed).toBe(true);
  expect(written).toEqual(writes);
  const [first] = answers;
  expect(first!.status).toBeLessThan(300);
  expect(answers).toEqual(Array(AT_ONCE).fill(first));
  expect(new Set(told).size).toBe(1);
}

describeInFull(
  'one Idempotency-Key from 32 clients, and a server that is killed while they wait',
  () => {
    const claim: Request = {
      what: 'a claim',
      killed: 'after an append, before its answer',
      as: 'sun',
      ask: async () => ({ path: `/v1/cases/${await caseOf('cleo')}/reviews/1/claim` }),
      writes: ['ReviewClaimed'],
    };

    it('claims once, and answers all of them alike', async () => {
      const done = await round(claim);
      expectOneEffect(done, claim.writes);
      expect(done.answers[0]!.token).toMatch(/^[\w-]+$/);
    });
  },
);

describeInFull('one key from 32 clients, and a server that is killed', () => {
  it.each(REQUESTS)('$killed has one effect and equal answers: $what', async (request) => {
    expectOneEffect(await round(request), request.writes);
  });

  it('is found out where two of them had keys of their own', async () => {
    const { written, told } = await round(REQUESTS[0]!, (n, label) =>
      n < 2 ? `${label}-${n}` : label,
    );
    expect(written).toEqual(['NoteAdded', 'NoteAdded', 'NoteAdded']);
    expect(new Set(told).size).toBe(3);
  });

  it('a second server on the same folder meanwhile is refused, and says who serves it', async () => {
    await started();
    const second = serverOf(places, issuer.jwks);
    expect(await second.exited).toBe(1);
    expect(second.errors).toContain(
      `The data folder ${places.dataFolder} is in use by process ${server!.child.pid} on`,
    );
    expect(second.errors).toContain('One process at a time serves from it: end that one first');
    expect(await seen('lin', '/v1/queues')).toHaveProperty('items');
    await ended();
  });
});
