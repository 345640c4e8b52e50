/** What applicants and the staff do, as clients that send a request again until it is done. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type Ask, type Server } from '../e2e/server.testkit.ts';
import { PNG } from '../e2e/pixel.testkit.ts';
import { COMPLETE } from '../e2e/world.testkit.ts';

/** What a client may be told that is to come again. */
const HONEST = ['store-unavailable', 'deadline', 'concurrent-change', 'view-behind'];
/** How often a client tries a request again, and how long it waits before that. */
const TRIES = { max: 8, pauseMs: 0 };

/** An applicant of one row. */
export interface Person {
  readonly name: string;
  /** Of a case, where there is one already. */
  caseId: string;
  accountId: string;
  version: number;
}

/** Numbers of the form of GB 11643 with dates of birth before 1900: nobody's. */
export function residentNumber(index: number): { number: string; born: string } {
  const [day, order] = [1 + (index % 28), Math.floor(index / 28) % 900];
  const born = `189912${String(day).padStart(2, '0')}`;
  const body = `110101${born}${String(100 + order)}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(body[at]), 0);
  return {
    number: `${body}${'10X98765432'[sum % 11]!}`,
    born: `1899-12-${String(day).padStart(2, '0')}`,
  };
}

export abstract class Clients {
  abstract readonly server: Server;
  /** What clients were told until it was done. */
  told: string[] = [];
  tries = TRIES;
  /** Every request that was acknowledged, to be sent once more. */
  readonly acknowledged: { readonly send: () => Promise<Answer>; readonly answer: Answer }[] = [];
  readonly people: Person[] = [];
  #keys = 0;

  /** Resolves when the server has nothing left to do. */
  abstract atRest(): Promise<void>;

  person(): Person {
    const name = `person-${this.people.length + 1}`;
    const person = { name, caseId: '', accountId: '', version: 0 };
    this.people.push(person);
    return person;
  }

  /** Sends the same request, under the same key, until it is done. */
  post(path: string, ask: Ask): Promise<Answer> {
    const key = `row-${++this.#keys}`;
    return this.#acknowledge(() => this.server.post(path, { ...ask, key }));
  }

  get(path: string, ask: Ask): Promise<Answer> {
    return this.insist(() => this.server.get(path, ask));
  }

  upload({ name, caseId }: Person): Promise<Answer> {
    const key = `row-${++this.#keys}`;
    const path = `/v1/cases/${caseId}/materials/identity-document/files`;
    return this.#acknowledge(() => this.server.upload(path, name, 'image/png', PNG, { key }));
  }

  async #acknowledge(send: () => Promise<Answer>): Promise<Answer> {
    const answer = await this.insist(send);
    this.acknowledged.push({ send, answer });
    return answer;
  }

  async insist(send: () => Promise<Answer>): Promise<Answer> {
    for (let tries = 0; tries < this.tries.max; tries++) {
      if (tries > 0) await sleep(this.tries.pauseMs);
      const answer = await send();
      if (answer.status < 300) return answer;
      const code = String((answer.body as { code?: unknown }).code);
      if (!HONEST.includes(code)) {
        throw new Error(`Told ${answer.status} ${code}.`);
      }
      this.told.push(code);
    }
    throw new Error(`Never done: told ${this.told.join(', ')}.`);
  }

  /** What is no request: tried again while its error says that it may be. */
  async insistOn<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        return await work();
      } catch (error) {
        const { code, retryable } = error as { code?: string; retryable?: boolean };
        if (retryable !== true || tries === this.tries.max) throw error;
        this.told.push(code ?? 'retryable');
      }
    }
  }

  async register(person: Person): Promise<void> {
    const ask = { as: person.name, body: { kind: 'individual' } };
    const { body } = await this.post('/v1/accounts', ask);
    person.accountId = (body as { accountId: string }).accountId;
  }

  async open(person: Person): Promise<void> {
    const ask = { as: person.name, body: { policyKey: 'individual' } };
    const { body } = await this.post('/v1/cases', ask);
    person.caseId = (body as { caseId: string }).caseId;
  }

  async fill(person: Person, material: keyof typeof COMPLETE): Promise<void> {
    const { number, born } = residentNumber(Number(person.name.split('-')[1]));
    const fields = { ...COMPLETE[material].fields };
    const identity = { name: '李四', 'id-number': number, 'date-of-birth': born };
    const body = {
      ...COMPLETE[material],
      fields: material === 'identity-document' ? identity : fields,
    };
    const path = `/v1/cases/${person.caseId}/materials/${material}`;
    const answer = await this.post(path, { as: person.name, body });
    person.version = (answer.body as { version: number }).version;
  }

  async draft(person: Person): Promise<void> {
    await this.register(person);
    await this.open(person);
    await this.upload(person);
    for (const material of Object.keys(COMPLETE)) {
      await this.fill(person, material as keyof typeof COMPLETE);
    }
  }

  async submit(person: Person): Promise<void> {
    await this.post(`/v1/cases/${person.caseId}/submissions`, {
      as: person.name,
      ifMatch: person.version,
      body: { declarationVersion: '2026-01' },
    });
  }

  /** At the version that it has by now. */
  async submitAsItIs(person: Person): Promise<void> {
    const { body } = await this.get(`/v1/cases/${person.caseId}`, { as: person.name });
    person.version = (body as { version: number }).version;
    await this.submit(person);
  }

  async waiting(person: Person): Promise<void> {
    await this.draft(person);
    await this.submit(person);
    await this.atRest();
  }

  /** What the holder of the review does, or whoever may. */
  async review(person: Person, step: string, ask: Ask): Promise<void> {
    const answer = await this.post(`/v1/cases/${person.caseId}/${step}`, ask);
    person.version = (answer.body as { version: number }).version;
  }

  async claimed(person: Person): Promise<void> {
    await this.waiting(person);
    await this.review(person, 'reviews/1/claim', { as: 'rui' });
  }
}
