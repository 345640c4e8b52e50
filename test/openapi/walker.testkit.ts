/**
 * A client that holds every answer against the checked-in description, and notes which routes were
 * answered with which statuses.
 */
import { type Answer, type Ask, Server } from '../e2e/server.testkit.ts';
import { COMPLETE, done, PNG, until } from '../e2e/world.testkit.ts';
import { Description } from './description.testkit.ts';

export const DECLARED = { declarationVersion: '2026-01' };

/** A command that went well. */
interface Acknowledged {
  readonly path: string;
  readonly ask: Ask;
  readonly answer: Answer;
}

export class Walker {
  readonly server = new Server();
  readonly description = new Description();
  /** What was not as it is described. */
  readonly faults: string[] = [];
  /** By operation, the statuses that it answered. */
  readonly answered = new Map<string, Set<number>>();
  /** Without uploads. */
  readonly acknowledged: Acknowledged[] = [];
  #asked = 0;
  /** Of the last command: what is read after it must show it, however far behind the views are. */
  #after: string | undefined;

  #hold(method: string, path: string, { status, headers, body }: Answer): Answer {
    const name = this.description.nameOf(method, path);
    const mediaType = headers.get('content-type')?.split(';', 1)[0] ?? '';
    const header = (named: string) => headers.get(named);
    this.faults.push(...this.description.faultsOf(name, { status, mediaType, header, body }));
    this.#after = headers.get('x-casetrail-position') ?? this.#after;
    this.answered.set(name, (this.answered.get(name) ?? new Set()).add(status));
    return { status, headers, body };
  }

  /** In either language in turn. */
  #language(): string {
    return this.#asked++ % 2 === 0 ? 'en' : 'zh-CN';
  }

  async get(path: string, as?: string, after = this.#after): Promise<Answer> {
    const seen = after === undefined ? {} : { after };
    const sent = { language: this.#language(), ...(as && { as, ...seen }) };
    const answer = await this.server.get(path, sent);
    return this.#hold('GET', path, answer);
  }

  async post(path: string, as?: string, ask: Ask = {}): Promise<Answer> {
    const key = `walk-${this.#asked}`;
    const sent = { language: this.#language(), key, ...(as && { as }), ...ask };
    const answer = this.#hold('POST', path, await this.server.post(path, sent));
    if (answer.status < 300) this.acknowledged.push({ path, ask: sent, answer });
    return answer;
  }

  async upload(path: string, as: string): Promise<Answer> {
    const answer = await this.server.upload(path, as, 'image/png', PNG);
    return done(this.#hold('POST', path, answer));
  }

  /** A file, as text. */
  async file(path: string, as: string): Promise<void> {
    const { status, headers, text } = await this.server.raw('GET', path, { as });
    const sent = new Headers({ 'content-type': headers['content-type']! });
    this.#hold('GET', path, { status, headers: sent, body: text });
  }

  /** A POST without the Idempotency-Key. */
  async postKeyless(path: string, as: string | undefined, body: unknown): Promise<Answer> {
    const { status, headers, text } = await this.server.raw('POST', path, {
      ...(as && { as }),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const sent = new Headers({ 'content-type': headers['content-type']! });
    return this.#hold('POST', path, { status, headers: sent, body: JSON.parse(text) });
  }

  /** @throws Error where the command is refused */
  async did(path: string, as: string, body?: unknown): Promise<Answer> {
    return done(await this.post(path, as, { body }));
  }

  /** A command on what its sender has just read. */
  async onSeen(caseId: string, path: string, as: string, body?: unknown): Promise<Answer> {
    const seen = done(await this.get(`/v1/cases/${caseId}`, as));
    const ifMatch = (seen.body as { version: number }).version;
    return done(await this.post(`/v1/cases/${caseId}/${path}`, as, { body, ifMatch }));
  }

  reads(path: string, as: string, so: (answer: Answer) => boolean): Promise<Answer> {
    return until(
      () => this.get(path, as),
      (answer) => answer.status === 200 && so(answer),
    );
  }

  async waits(caseId: string, as: string): Promise<void> {
    await this.reads(`/v1/cases/${caseId}`, as, ({ body }) => body.status === 'waiting');
  }

  /** Claims the review that waits. @returns its path below the case. */
  async takes(caseId: string, as: string): Promise<string> {
    await this.waits(caseId, as);
    const { body } = await this.get(`/v1/cases/${caseId}`, as);
    const review = `reviews/${body.review.number}`;
    await this.did(`/v1/cases/${caseId}/${review}/claim`, as);
    return review;
  }

  /** The one case of an applicant. */
  async caseOf(as: string): Promise<string> {
    const { body } = await this.reads('/v1/cases', as, ({ body: { items } }) => items.length === 1);
    return body.items[0].caseId as string;
  }

  /** Registers, opens and completes a case, and submits it. */
  async submitted(as: string): Promise<string> {
    await this.did('/v1/accounts', as, { kind: 'individual' });
    const { body } = await this.did('/v1/cases', as, { policyKey: 'individual' });
    const caseId = body.caseId as string;
    await this.upload(`/v1/cases/${caseId}/materials/identity-document/files`, as);
    for (const [material, given] of Object.entries(COMPLETE)) {
      await this.did(`/v1/cases/${caseId}/materials/${material}`, as, given);
    }
    await this.onSeen(caseId, 'submissions', as, DECLARED);
    await this.waits(caseId, 'rui');
    return caseId;
  }
}
