/**
 * Writes docs/reference/openapi.json from the built server (the swagger plugin runs in the build
 * alone): `npm run docs:gen`. With `--check` it writes nothing and fails when the file is not what it
 * would write.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DevIssuer } from '#infra/auth/dev-issuer';
import { routesOf } from '#infra/auth/routes';
import { createHttpApp } from '#infra/http/http-app';
import { JsonLogger } from '#infra/telemetry/logger';
import { intervalTicker } from '#infra/telemetry/ticker';
import { systemClock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import type * as appModule from '../apps/server/src/app.module.ts';
import type * as catalogue from '../apps/server/src/catalogue.ts';
import type * as docs from '../apps/server/src/docs.ts';
import type * as storesFile from '../apps/server/src/stores.ts';
import { composed } from './openapi/compose.ts';
import { answerFacts } from './openapi/handlers.ts';
import { settle } from './pages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A file of the composition root, which has no door of its own in package.json. */
const built = <T>(name: string): Promise<T> =>
  import(new URL(`../dist/apps/server/src/${name}.js`, import.meta.url).href) as Promise<T>;

const { AppModule } = await built<typeof appModule>('app.module');
const { describeApi } = await built<typeof docs>('docs');
const { violations } = await built<typeof catalogue>('catalogue');
const { createDataFolder, openStores } = await built<typeof storesFile>('stores');

async function description(folder: string) {
  const common = { clock: systemClock, ids: randomIds, logger: new JsonLogger({ level: 'fatal' }) };
  const places = { dataFolder: join(folder, 'data'), keyFile: join(folder, 'root.key'), ...common };
  createDataFolder(places);
  const stores = await openStores(places);
  const issuing = { enabled: true, production: false, audience: 'casetrail', clock: systemClock };
  const devIssuer = await DevIssuer.create(issuing);
  const issuers = [devIssuer.trusted];
  const settings = { bodyLimitBytes: 1_024, fileLimitBytes: 1_024 };
  const deadlines = { requestDeadlineMs: 1_000, receiveTimeoutMs: 1_000 };
  const app = await createHttpApp(AppModule.with({ stores, issuers, devIssuer, ...common }), {
    settings: { ...settings, ...deadlines },
    violations,
    ticker: intervalTicker,
    ...common,
  });
  try {
    const routes = routesOf(app);
    const names = new Set(routes.map(({ controller, handler }) => `${controller}.${handler}`));
    return composed({ described: describeApi(app), routes, answers: answerFacts(root, names) });
  } finally {
    await app.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'casetrail-openapi-'));
try {
  const document = await description(folder);
  settle({ 'docs/reference/openapi.json': JSON.stringify(document, null, 2) });
} finally {
  rmSync(folder, { recursive: true });
}
