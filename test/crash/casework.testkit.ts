/** People at work on a server over HTTP, without a break, who keep what was acknowledged to them. */
import { randomBytes } from 'node:crypto';
import { PNG } from '../e2e/pixel.testkit.ts';
import { DOCUMENT, materialsOf } from './materials.testkit.ts';

/** What a client may rely on, as its answer came. */
export interface Acknowledged {
  readonly stream: string;
  /** `<store id>\n<position>`, in base64url. */
  readonly token: string;
}

export interface Submitted {
  readonly person: string;
  readonly caseId: string;
  readonly fileRef: string;
  readonly content: Buffer;
}

interface Answer {
  readonly status: number;
  readonly token: string | null;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the body is whatever the route answers
  readonly body: any;
}

interface Ask {
  readonly body?: unknown;
  readonly form?: FormData;
  readonly version?: number;
  readonly after?: string;
}

const APPLICANTS = 4;
const REVIEWERS = ['rui', 'rosa'];
const FILE_BYTES = 30_000;

/** Of all servers, as one holds what another was restored from. */
let people = 0;

export class Casework {
  readonly acknowledged: Acknowledged[] = [];
  readonly submitted: Submitted[] = [];
  readonly #url: string;
  readonly #tokens = new Map<string, string>();
  #keys = 0;
  #stopped = false;
  #working: readonly Promise<void>[] = [];

  /** @param label tells its people from those of others */
  constructor(
    url: string,
    readonly label: string,
  ) {
    this.#url = url;
  }

  start(): void {
    this.#working = [
      ...Array.from({ length: APPLICANTS }, () => this.#over(() => this.submitCase())),
      ...REVIEWERS.map((reviewer) => this.#over(() => this.decideNext(reviewer))),
    ];
  }

  /** @throws what one of them was refused */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#working);
  }

  /** Resolves when so many more answers have come. */
  async moreOf(count: number): Promise<void> {
    const until = this.acknowledged.length + count;
    const failed = Promise.all(this.#working);
    while (this.acknowledged.length < until) {
      await Promise.race([new Promise((resolve) => setTimeout(resolve, 2)), failed]);
    }
  }

  async #over(work: () => Promise<unknown>): Promise<void> {
    while (!this.#stopped) await work();
  }

  /** An account, a case, a file and fields, and the submission. */
  async submitCase(): Promise<Submitted> {
    const n = people++;
    const person = `${this.label}-${n}`;
    await this.#command(person, '/v1/accounts', { body: { kind: 'individual' } });
    const { body } = await this.#command(person, '/v1/cases', {
      body: { policyKey: 'individual' },
    });
    const { caseId } = body as { caseId: string };
    const materials = `/v1/cases/${caseId}/materials`;
    const content = Buffer.concat([PNG, randomBytes(FILE_BYTES)]);
    const form = new FormData();
    form.set('file', new Blob([content], { type: 'image/png' }), 'front.png');
    await this.#command(person, `${materials}/${DOCUMENT}/files`, { form });
    let version = 0;
    for (const [material, fields] of Object.entries(materialsOf(n))) {
      const answer = await this.#command(person, `${materials}/${material}`, { body: fields });
      version = answer.body.version as number;
    }
    const declared = { body: { declarationVersion: '2026-01' }, version };
    const { token } = await this.#command(person, `/v1/cases/${caseId}/submissions`, declared);
    const seen = await this.get(person, `/v1/cases/${caseId}`, token!);
    const [{ ref: fileRef }] = seen.body.materials.flatMap(
      ({ files }: { files: { ref: string }[] }) => files,
    ) as [{ ref: string }];
    const submitted = { person, caseId, fileRef, content };
    this.submitted.push(submitted);
    return submitted;
  }

  /** Takes what waits and approves it. @returns the case; undefined where nothing waited */
  async decideNext(reviewer: string): Promise<string | undefined> {
    const taken = await this.#send('POST', reviewer, '/v1/queues/next', { body: {} });
    if (taken.status === 409) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return undefined;
    }
    const { caseId, version, review } = this.#noted('/v1/queues/next', taken).body.claimed as {
      caseId: string;
      version: number;
      review: { number: number };
    };
    const path = `/v1/cases/${caseId}/reviews/${review.number}/approval`;
    await this.#command(reviewer, path, { version });
    return caseId;
  }

  get(as: string, path: string, after?: string): Promise<Answer> {
    return this.#send('GET', as, path, after === undefined ? {} : { after });
  }

  async download(as: string, path: string): Promise<Buffer> {
    const headers = { authorization: `Bearer ${await this.#token(as)}` };
    const answer = await fetch(this.#url + path, { headers });
    return Buffer.from(await answer.arrayBuffer());
  }

  async #command(as: string, path: string, ask: Ask): Promise<Answer> {
    return this.#noted(path, await this.#send('POST', as, path, ask));
  }

  /** @throws Error where it is a refusal */
  #noted(path: string, answer: Answer): Answer {
    if (answer.status >= 300) {
      throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    const caseId = /\/v1\/cases\/([^/]+)/.exec(path)?.[1] ?? answer.body.claimed?.caseId;
    if (caseId !== undefined && answer.token !== null) {
      this.acknowledged.push({ stream: `case-${caseId}`, token: answer.token });
    }
    return answer;
  }

  async #send(method: string, as: string, path: string, ask: Ask): Promise<Answer> {
    const headers: Record<string, string> = { authorization: `Bearer ${await this.#token(as)}` };
    if (method === 'POST') headers['idempotency-key'] = `${this.label}-${++this.#keys}`;
    if (ask.version !== undefined) headers['if-match'] = `"${ask.version}"`;
    if (ask.after !== undefined) headers['x-casetrail-read-after'] = ask.after;
    if (ask.body !== undefined) headers['content-type'] = 'application/json';
    const body = ask.form ?? (ask.body === undefined ? null : JSON.stringify(ask.body));
    for (;;) {
      const response = await fetch(this.#url + path, { method, headers, body });
      const token = response.headers.get('x-casetrail-position');
      const answer: Answer = { status: response.status, token, body: await response.json() };
      // As a client does where views are folded anew: under the same key.
      if (answer.body.code !== 'view-behind') return answer;
    }
  }

  async #token(subject: string): Promise<string> {
    const known = this.#tokens.get(subject);
    if (known !== undefined) return known;
    const body = JSON.stringify({ subject, platform: 'demo', kind: 'person' });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${this.#url}/dev/token`, { method: 'POST', headers, body });
    const { token } = (await response.json()) as { token: string };
    this.#tokens.set(subject, token);
    return token;
  }
}
