/** A whole server on a data folder of its own, over a real socket, for end-to-end specs. */
import { mkdtempSync, rmSync } from 'node:fs';
import {
  Agent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { type PrincipalKind } from '#infra/auth/caller';
import { DevIssuer } from '#infra/auth/dev-issuer';
import { Secret } from '#infra/config/secret';
import { type EventStoreSetting } from '#infra/config/settings';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { createHttpApp } from '#infra/http/http-app';
import { JsonLogger } from '#infra/telemetry/logger';
import { intervalTicker } from '#infra/telemetry/ticker';
import { systemClock, type Clock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import { freshServer } from '../stores/server-under-test.ts';
import { AppModule } from '../../apps/server/src/app.module.ts';
import { violations } from '../../apps/server/src/catalogue.ts';
import { DEMO_PLATFORM, seedDemo } from '../../apps/server/src/demo.ts';
import {
  createDataFolder,
  isEmptyFolder,
  openStores,
  type Stores,
} from '../../apps/server/src/stores.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the body is whatever the route answers; specs assert it
  readonly body: any;
}

export interface Ask {
  readonly as?: string;
  readonly platform?: string;
  readonly body?: unknown;
  readonly key?: string;
  readonly ifMatch?: number;
  readonly language?: string;
  readonly after?: string;
}

/** A request as it goes over the wire, for what no well-meaning client sends. */
export interface RawAsk {
  readonly as?: string;
  readonly platform?: string;
  readonly kind?: PrincipalKind;
  readonly headers?: Readonly<OutgoingHttpHeaders>;
  readonly body?: string | Uint8Array;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it was sent; empty where there was none. */
  readonly text: string;
}

/** `test:stores` runs all of the suite with the events on a real server. */
export const suiteIsOnServer = process.env['CASETRAIL_E2E_EVENT_STORE'] === 'eventstoredb';

/** The server is empty for each server of a spec. */
async function suiteEventStore(): Promise<EventStoreSetting> {
  if (!suiteIsOnServer) return { kind: 'embedded' };
  return { kind: 'eventstoredb', connectionString: new Secret(await freshServer()) };
}

/** What a spec comes between. */
export interface Changes {
  /** What the server takes for the time, its tokens too. */
  readonly clock?: Clock;
  /** Laid over the stores. */
  readonly over?: (stores: Stores) => Stores;
}

export class Server {
  readonly folder: string;
  /** Every line that was logged. */
  readonly log: string[] = [];
  #stop: () => Promise<void> = async () => undefined;
  #app: NestFastifyApplication | undefined;
  #url = '';
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  #keys = 0;
  readonly #tokens = new Map<string, string>();

  #eventStore: EventStoreSetting | undefined;
  readonly #clock: Clock;
  readonly #over: (stores: Stores) => Stores;

  /** @param eventStore where the events lie; where all of the suite has them if it is not given */
  constructor(
    folder = mkdtempSync(join(tmpdir(), 'casetrail-e2e-')),
    eventStore?: EventStoreSetting,
    { clock = systemClock, over = (stores) => stores }: Changes = {},
  ) {
    this.folder = folder;
    this.#eventStore = eventStore;
    this.#clock = clock;
    this.#over = over;
  }

  get dataFolder(): string {
    return join(this.folder, 'data');
  }

  /** What opens the stores of this server, which a first call begins where they lie on a real one. */
  async places() {
    this.#eventStore ??= await suiteEventStore();
    return {
      dataFolder: this.dataFolder,
      keyFile: join(this.folder, 'keys', 'root.key'),
      clock: this.#clock,
      ids: randomIds,
      eventStore: this.#eventStore,
    };
  }

  async start(): Promise<this> {
    const places = await this.places();
    if (isEmptyFolder(places.dataFolder)) createDataFolder(places);
    const stores = this.#over(await openStores(places));
    const log = this.log;
    const destination = new Writable({
      write(line: Buffer, _encoding, done) {
        log.push(line.toString());
        done();
      },
    });
    const logger = new JsonLogger({ level: 'debug', destination });
    const devIssuer = await DevIssuer.create({
      enabled: true,
      production: false,
      audience: 'casetrail',
      clock: this.#clock,
    });
    const issuers = [devIssuer.trusted];
    const module = AppModule.with({ stores, ...places, logger, issuers, devIssuer });
    const settings = {
      bodyLimitBytes: 1_000_000,
      fileLimitBytes: 1_000_000,
      requestDeadlineMs: 10_000,
      receiveTimeoutMs: 10_000,
    };
    const options = { settings, violations, logger, ...places, ticker: intervalTicker };
    const app = await createHttpApp(module, options);
    try {
      await app.listen(0, '127.0.0.1');
      await seedDemo(app);
    } catch (error) {
      await app.close();
      throw error;
    }
    this.#app = app;
    this.#url = await app.getUrl();
    this.#stop = () => {
      this.#agent.destroy();
      return app.close();
    };
    this.#tokens.clear();
    return this;
  }

  /** The running application, to look at its routes and stores. */
  get app(): NestFastifyApplication {
    if (!this.#app) throw new Error('The server is not started.');
    return this.#app;
  }

  /** The log that the running application writes to. */
  get eventStore(): EventStore {
    return this.app.get<EventStore>(EVENT_STORE, { strict: false });
  }

  /** Where it listens. */
  get url(): string {
    return this.#url;
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get(path: string, ask: Ask = {}): Promise<Answer> {
    return this.#send('get', path, ask);
  }

  /** With a fresh Idempotency-Key unless one is given. */
  post(path: string, ask: Ask = {}): Promise<Answer> {
    return this.#send('post', path, { ...ask, key: ask.key ?? `key-${++this.#keys}` });
  }

  /** Path, headers and body verbatim; the only header added is the token of `as`. */
  async raw(method: string, path: string, ask: RawAsk = {}): Promise<RawAnswer> {
    const { as, platform = DEMO_PLATFORM, kind = 'person', body } = ask;
    const headers: OutgoingHttpHeaders = { ...ask.headers };
    if (as !== undefined) {
      headers['authorization'] = `Bearer ${await this.#token(as, platform, kind)}`;
    }
    if (body !== undefined) headers['content-length'] ??= String(Buffer.byteLength(body));
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.#url);
      const options = { hostname, port, method, path, headers, agent: this.#agent };
      const sent = httpRequest(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  async upload(
    path: string,
    as: string,
    mediaType: string,
    content: Uint8Array,
    {
      platform = DEMO_PLATFORM,
      name = 'front.png',
      key = `key-${++this.#keys}`,
    }: { platform?: string; name?: string; key?: string } = {},
  ): Promise<Answer> {
    const form = new FormData();
    form.set('file', new Blob([Buffer.from(content)], { type: mediaType }), name);
    const response = await fetch(this.#url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await this.#token(as, platform)}`,
        'idempotency-key': key,
      },
      body: form,
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  async #send(method: 'get' | 'post', path: string, ask: Ask): Promise<Answer> {
    const headers: Record<string, string> = {};
    if (ask.as) {
      headers['authorization'] =
        `Bearer ${await this.#token(ask.as, ask.platform ?? DEMO_PLATFORM)}`;
    }
    if (ask.body !== undefined) headers['content-type'] = 'application/json';
    if (ask.key !== undefined) headers['idempotency-key'] = ask.key;
    if (ask.ifMatch !== undefined) headers['if-match'] = `"${ask.ifMatch}"`;
    if (ask.language) headers['accept-language'] = ask.language;
    if (ask.after) headers['x-casetrail-read-after'] = ask.after;
    const asked = supertest(this.#url)[method](path).set(headers);
    if (ask.body !== undefined) void asked.send(JSON.stringify(ask.body));
    const response = await asked;
    const body = response.text === '' ? undefined : (response.body as unknown);
    return { status: response.status, headers: new Headers(response.headers), body };
  }

  /** Their next requests go with new tokens: those that they have may have run out. */
  signOut(): void {
    this.#tokens.clear();
  }

  async #token(subject: string, platform: string, kind: PrincipalKind = 'person'): Promise<string> {
    const key = `${platform}/${subject}/${kind}`;
    const known = this.#tokens.get(key);
    if (known) return known;
    const token = await this.signIn(subject, platform, kind);
    this.#tokens.set(key, token);
    return token;
  }

  /** A token of a session of its own, beside the one that requests are sent with. */
  async signIn(
    subject: string,
    platform: string = DEMO_PLATFORM,
    kind: PrincipalKind = 'person',
  ): Promise<string> {
    const response = await fetch(`${this.#url}/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ subject, platform, kind }),
    });
    const { token } = (await response.json()) as { token: string };
    return token;
  }
}
