/**
 * A client that outlives the servers: a request that was not answered is sent again, under the same
 * key, to the next one, as often as it takes; so is, to each next server, one that was answered. All
 * that is sent, and all answers, are told to whoever kills the servers.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type JWK, importJWK, SignJWT } from 'jose';
import { AUDIENCE, type Beginning, ISSUER, PLATFORM, type Told } from './talk.testkit.ts';

export interface Answer {
  readonly status: number;
  readonly token: string | null;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the body is whatever the route answers
  readonly body: any;
}

export interface Ask {
  readonly body?: unknown;
  readonly form?: FormData;
  readonly version?: number;
  readonly after?: string;
}

interface Request extends Ask {
  readonly method: 'GET' | 'POST';
  readonly as: string;
  readonly path: string;
  readonly key?: string;
}

/** The server says no, as it well may: what was asked for stood in its way. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly answer: Answer;

  constructor(path: string, answer: Answer) {
    super(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    this.answer = answer;
  }
}

/** Said by a server for the moment: the same is asked again. */
const FOR_NOW = new Set(['view-behind', 'store-unavailable', 'concurrent-change']);
const AGAIN_MS = 20;
/** Told by their names: within jest their classes are others. */
const GONE = new Set(['TypeError', 'SyntaxError']);

export class Client {
  readonly label: string;
  /** Tells its applicants' identities from those of other processes. */
  readonly number: number;
  readonly #tell: (told: Told) => void;
  readonly #secret: JWK;
  readonly #bearers = new Map<string, Promise<string>>();
  #url: string | undefined;
  #urls = 0;
  #moved: { readonly promise: Promise<void>; readonly resolve: () => void };
  #keys = 0;

  constructor({ label, number, secret }: Beginning, tell: (told: Told) => void) {
    this.label = label;
    this.number = number;
    this.#secret = secret;
    this.#tell = tell;
    this.#moved = Promise.withResolvers<void>();
  }

  /** Where the next server is; undefined where there is none now. */
  moveTo(url: string | undefined): void {
    this.#url = url;
    if (url === undefined) return;
    this.#urls += 1;
    this.#moved.resolve();
    this.#moved = Promise.withResolvers<void>();
  }

  /** @throws Refused */
  async get(as: string, path: string, after?: string): Promise<Answer> {
    return accepted(
      path,
      await this.#answered({ method: 'GET', as, path, ...(after && { after }) }),
    );
  }

  /** @throws Refused */
  async command(as: string, path: string, ask: Ask = {}): Promise<Answer> {
    const key = `${this.label}-${++this.#keys}`;
    const request: Request = { method: 'POST', as, path, key, ...ask };
    this.#tell({ what: 'sent', key, as, path });
    const server = this.#urls;
    const answer = await this.#answered(request);
    this.#tell({ what: 'answered', key, ...toldOf(answer) });
    if (answer.status < 300 && this.#urls !== server) {
      this.#tell({ what: 'answered', key, ...toldOf(await this.#answered(request)) });
    }
    return accepted(path, answer);
  }

  async #answered(request: Request): Promise<Answer> {
    for (;;) {
      const url = this.#url;
      try {
        if (url === undefined) throw new TypeError('There is no server now.');
        const answer = await this.#asked(url, request);
        if (!FOR_NOW.has(answer.body?.code as string)) return answer;
        await sleep(AGAIN_MS);
      } catch (error) {
        // What fetch throws where the server is gone, before its answer or within it.
        if (!GONE.has((error as Error).name)) throw error;
        if (this.#url === url) await this.#moved.promise;
      }
    }
  }

  async #asked(url: string, { method, as, path, key, ...ask }: Request): Promise<Answer> {
    const headers: Record<string, string> = { authorization: `Bearer ${await this.#bearer(as)}` };
    if (key !== undefined) headers['idempotency-key'] = key;
    if (ask.version !== undefined) headers['if-match'] = `"${ask.version}"`;
    if (ask.after !== undefined) headers['x-casetrail-read-after'] = ask.after;
    if (ask.body !== undefined) headers['content-type'] = 'application/json';
    const body = ask.form ?? (ask.body === undefined ? null : JSON.stringify(ask.body));
    const response = await fetch(url + path, { method, headers, body });
    return {
      status: response.status,
      token: response.headers.get('x-casetrail-position'),
      body: await response.json(),
    };
  }

  #bearer(subject: string): Promise<string> {
    const known = this.#bearers.get(subject) ?? this.#signed(subject);
    this.#bearers.set(subject, known);
    return known;
  }

  async #signed(subject: string): Promise<string> {
    return new SignJWT({ platform: PLATFORM, kind: 'person' })
      .setProtectedHeader({ alg: 'ES256', kid: this.#secret.kid!, typ: 'JWT' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime('12h')
      .sign(await importJWK(this.#secret, 'ES256'));
  }
}

function accepted(path: string, answer: Answer): Answer {
  if (answer.status < 300) return answer;
  throw new Refused(path, answer);
}

const toldOf = ({ status, token, body }: Answer) => ({
  status,
  ...(token === null ? {} : { token }),
  ...(typeof body?.code === 'string' ? { code: body.code as string } : {}),
  ...(typeof body?.version === 'number' ? { version: body.version as number } : {}),
});
