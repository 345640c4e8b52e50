/** Starts the server. With --demo it makes what it needs and says how to try it. */
import { DevIssuer } from '#infra/auth/dev-issuer';
import { loadConfig, SettingsError } from '#infra/config/config';
import { trustedIssuerOf } from '#infra/config/trusted-issuer';
import { createHttpApp } from '#infra/http/http-app';
import { JsonLogger } from '#infra/telemetry/logger';
import { intervalTicker } from '#infra/telemetry/ticker';
import { systemClock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import { AppModule } from './app.module.ts';
import { violations } from './catalogue.ts';
import { describeDemo, seedDemo } from './demo.ts';
import { serveDocs } from './docs.ts';
import { createDataFolder, isEmptyFolder, NoDataFolder, openStores } from './stores.ts';

async function start(): Promise<void> {
  const config = loadConfig({ argv: process.argv.slice(2), env: process.env });
  const clock = systemClock;
  const ids = randomIds;
  const { dataFolder, keyFile, jwtAudience: audience, demo, production } = config;
  const places = { dataFolder, keyFile, clock, ids };
  if (demo && isEmptyFolder(dataFolder)) createDataFolder(places);
  const stores = await openStores(places);
  const logger = new JsonLogger({ level: config.logLevel });
  const issuer = trustedIssuerOf(config);
  const devIssuer = demo
    ? await DevIssuer.create({ enabled: demo, production, audience, clock })
    : undefined;
  const issuers = [...(issuer ? [issuer] : []), ...(devIssuer ? [devIssuer.trusted] : [])];
  const application = AppModule.with({
    stores,
    clock,
    ids,
    logger,
    issuers,
    ...(devIssuer && { devIssuer }),
  });
  const app = await createHttpApp(application, {
    settings: config,
    violations,
    logger,
    clock,
    ids,
    ticker: intervalTicker,
  });
  serveDocs(app);
  await app.listen(config.port, config.host);
  if (demo) {
    await seedDemo(app);
    console.log(describeDemo(`http://${config.host}:${config.port}`, dataFolder, keyFile));
  }
}

start().catch((error: unknown) => {
  const told = error instanceof SettingsError || error instanceof NoDataFolder;
  console.error(told ? error.message : error);
  process.exitCode = 1;
  setImmediate(() => process.exit());
});
