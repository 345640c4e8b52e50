/** What people do with cases over HTTP, for benches: under a policy that asks for a phone number only. */
import { type Listening } from './child.ts';
import { type HttpAnswer, HttpClient, inParallel } from './http-client.ts';

export const POLICY = 'bench';
const CONNECTIONS = 32;
const both = (text: string) => ({ en: text, 'zh-CN': text });

const DEFINITION = {
  key: POLICY,
  policyVersion: 1,
  kind: 'individual',
  title: both('Bench'),
  requiresIdentity: false,
  materials: [
    {
      key: 'phone',
      title: both('Phone'),
      required: true,
      fields: [{ key: 'number', title: both('Number'), format: 'phone', required: true }],
    },
  ],
  declaration: { textVersion: '2026-01', text: both('All of it is true.') },
  review: {
    queue: 'bench',
    approvals: 1,
    leaseMinutes: 480,
    renewalsMax: 2,
    reviewBusinessDays: 1,
    overallBusinessDays: 3,
  },
  rounds: { max: 3 },
  supplement: { calendarDays: 7 },
  appeal: { allowed: true, windowDays: 14 },
};

export interface CaseAt {
  readonly caseId: string;
  readonly version: number;
}

type CommandHeaders = Readonly<Record<string, string>> & { readonly authorization: string };

export interface Draft {
  readonly caseId: string;
  /** Its applicant. */
  readonly person: string;
}

export const phonePath = (caseId: string): string => `/v1/cases/${caseId}/materials/phone`;

/** A phone number as an applicant gives it, another for each n. */
export const phoneOf = (n: number) => ({
  fields: { number: `138${String(n).padStart(8, '0')}` },
});

export class Casework {
  readonly client: HttpClient;
  readonly #tokens = new Map<string, string>();
  #keys = 0;

  private constructor(url: string) {
    this.client = new HttpClient(url, CONNECTIONS);
  }

  static async on({ url }: Listening): Promise<Casework> {
    const work = new Casework(url);
    await work.post('ada', `/v1/policies/${POLICY}/versions`, { definition: DEFINITION });
    return work;
  }

  /** @throws Error with the problem where it is refused */
  async post<T>(as: string, path: string, body: unknown, ifMatch?: number): Promise<T> {
    const answer = await this.client.send(path, {
      method: 'POST',
      headers: {
        ...(await this.headers(as, ifMatch)),
        ...(body === null ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    });
    return bodyOf<T>(answer);
  }

  /** @throws Error with the problem where it is refused */
  async get<T>(as: string, path: string): Promise<T> {
    const { authorization } = await this.headers(as);
    return bodyOf<T>(await this.client.send(path, { headers: { authorization } }));
  }

  /** Of a command, with a key of its own. */
  async headers(as: string, ifMatch?: number): Promise<CommandHeaders> {
    return {
      authorization: `Bearer ${await this.#token(as)}`,
      'idempotency-key': `bench-${++this.#keys}`,
      ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
    };
  }

  /** Cases whose one review rui holds, with streams of that many events. */
  async claimedCases(count: number, streamLength: number, label: string): Promise<CaseAt[]> {
    const cases: CaseAt[] = [];
    const people = Array.from({ length: count }, (_, n) => `${label}-${n}`);
    await inParallel(people, CONNECTIONS, async (person) => {
      cases.push(await this.#claimedCase(person, streamLength));
    });
    return cases;
  }

  /** Cases whose one review waits for whoever takes it. */
  async waitingCases(count: number, label: string): Promise<void> {
    const people = Array.from({ length: count }, (_, n) => `${label}-${n}`);
    await inParallel(people, CONNECTIONS, (person) => this.#waitingCase(person));
  }

  /** Drafts that have their phone already, each of an account of its own. */
  async drafts(count: number, label: string): Promise<Draft[]> {
    const drafts: Draft[] = [];
    const people = Array.from({ length: count }, (_, n) => `${label}-${n}`);
    await inParallel(people, CONNECTIONS, async (person) => {
      const { caseId } = await this.#draft(person);
      drafts.push({ caseId, person });
    });
    return drafts;
  }

  /** Of whoever claimed it; an event more in the stream, and the same version of the case. */
  async note(caseId: string): Promise<void> {
    await this.post('rui', `/v1/cases/${caseId}/notes`, { text: 'Looked at.' });
  }

  close(): void {
    this.client.close();
  }

  async #draft(person: string): Promise<CaseAt> {
    await this.post(person, '/v1/accounts', { kind: 'individual' });
    const { caseId } = await this.post<CaseAt>(person, '/v1/cases', { policyKey: POLICY });
    return this.post<CaseAt>(person, phonePath(caseId), phoneOf(0));
  }

  async #waitingCase(person: string): Promise<CaseAt> {
    const { caseId, version } = await this.#draft(person);
    const path = `/v1/cases/${caseId}`;
    await this.post(person, `${path}/submissions`, { declarationVersion: '2026-01' }, version);
    return { caseId, version: await this.#waiting(path, person) };
  }

  async #claimedCase(person: string, streamLength: number): Promise<CaseAt> {
    const { caseId, version } = await this.#waitingCase(person);
    const path = `/v1/cases/${caseId}/reviews/1/claim`;
    const claimed = await this.post<CaseAt>('rui', path, null, version);
    // Opened, phone, submitted, screening begun and ended, review asked for and claimed.
    for (let events = 7; events < streamLength; events++) {
      await this.note(caseId);
    }
    return { caseId, version: claimed.version };
  }

  /** Until its screening is over; where the view has not come to the case yet, there is none. */
  async #waiting(path: string, person: string): Promise<number> {
    for (;;) {
      const answer = await this.client.send(path, { headers: await this.headers(person) });
      if (answer.status !== 404) {
        const { status, version } = bodyOf<CaseAt & { status: string }>(answer);
        if (status === 'waiting') return version;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #token(subject: string): Promise<string> {
    const known = this.#tokens.get(subject);
    if (known !== undefined) return known;
    const answer = await this.client.send('/dev/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ subject, platform: 'demo' }),
    });
    const { token } = bodyOf<{ token: string }>(answer);
    this.#tokens.set(subject, token);
    return token;
  }
}

function bodyOf<T>({ status, text }: HttpAnswer): T {
  if (status < 300) return JSON.parse(text) as T;
  throw new Error(`Refused: ${status} ${text}`);
}
