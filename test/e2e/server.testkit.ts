/** A whole server on a data folder of its own, over a real socket, for end-to-end specs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { DevIssuer } from '#infra/auth/dev-issuer';
import { createHttpApp } from '#infra/http/http-app';
import { JsonLogger } from '#infra/telemetry/logger';
import { intervalTicker } from '#infra/telemetry/ticker';
import { systemClock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import { AppModule } from '../../apps/server/src/app.module.ts';
import { violations } from '../../apps/server/src/catalogue.ts';
import { DEMO_PLATFORM, seedDemo } from '../../apps/server/src/demo.ts';
import { createDataFolder, isEmptyFolder, openStores } from '../../apps/server/src/stores.ts';

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

export class Server {
  readonly folder: string;
  /** Every line that was logged. */
  readonly log: string[] = [];
  #stop: () => Promise<void> = async () => undefined;
  #url = '';
  #keys = 0;
  readonly #tokens = new Map<string, string>();

  constructor(folder = mkdtempSync(join(tmpdir(), 'casetrail-e2e-'))) {
    this.folder = folder;
  }

  get dataFolder(): string {
    return join(this.folder, 'data');
  }

  async start(): Promise<this> {
    const places = {
      dataFolder: this.dataFolder,
      keyFile: join(this.folder, 'keys', 'root.key'),
      clock: systemClock,
      ids: randomIds,
    };
    if (isEmptyFolder(places.dataFolder)) createDataFolder(places);
    const stores = await openStores(places);
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
      clock: systemClock,
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
    await app.listen(0, '127.0.0.1');
    await seedDemo(app);
    this.#url = await app.getUrl();
    this.#stop = () => app.close();
    this.#tokens.clear();
    return this;
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get(path: string, ask: Ask = {}): Promise<Answer> {
    return this.#send('GET', path, ask);
  }

  /** With a fresh Idempotency-Key unless one is given. */
  post(path: string, ask: Ask = {}): Promise<Answer> {
    return this.#send('POST', path, { ...ask, key: ask.key ?? `key-${++this.#keys}` });
  }

  async upload(path: string, as: string, mediaType: string, content: Uint8Array): Promise<Answer> {
    const form = new FormData();
    form.set('file', new Blob([Buffer.from(content)], { type: mediaType }), 'front.png');
    const response = await fetch(this.#url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await this.#token(as, DEMO_PLATFORM)}`,
        'idempotency-key': `key-${++this.#keys}`,
      },
      body: form,
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  async #send(method: string, path: string, ask: Ask): Promise<Answer> {
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
    const response = await fetch(this.#url + path, {
      method,
      headers,
      ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
    });
    const text = await response.text();
    const body = text === '' ? undefined : (JSON.parse(text) as unknown);
    return { status: response.status, headers: response.headers, body };
  }

  async #token(subject: string, platform: string): Promise<string> {
    const known = this.#tokens.get(`${platform}/${subject}`);
    if (known) return known;
    const response = await fetch(`${this.#url}/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ subject, platform, kind: 'person' }),
    });
    const { token } = (await response.json()) as { token: string };
    this.#tokens.set(`${platform}/${subject}`, token);
    return token;
  }
}
