/** Starts the server. With --demo it makes what it needs and says how to try it. */
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DevIssuer } from '#infra/auth/dev-issuer';
import { type Config, loadConfig } from '#infra/config/config';
import { trustedIssuerOf } from '#infra/config/trusted-issuer';
import { createHttpApp } from '#infra/http/http-app';
import { JsonLogger } from '#infra/telemetry/logger';
import { intervalTicker } from '#infra/telemetry/ticker';
import { systemClock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import { AppModule } from './app.module.ts';
import { violations } from './catalogue.ts';
import { describeDemo, seedDemo, seedDemoCases } from './demo.ts';
import { serveDocs } from './docs.ts';
import { lostMidway } from './event-log.ts';
import { endWell } from './process-end.ts';
import { startFault } from './start-fault.ts';
import { closeStores, isEmptyFolder, makeDataFolder, openStores, type Stores } from './stores.ts';

const END_DEADLINE_MS = 10_000;
const OPEN_TO_OTHERS =
  'the data folder was open to others, who may have read what is not encrypted; it is its owner’s alone now';

async function start(): Promise<void> {
  const config = loadConfig({ argv: process.argv.slice(2), env: process.env });
  const { dataFolder, keyFile, eventStore, demo } = config;
  const places = { dataFolder, keyFile, eventStore, clock: systemClock, ids: randomIds };
  if (demo && isEmptyFolder(dataFolder)) await makeDataFolder(places);
  const stores = await openStores(places);
  const logger = new JsonLogger({ level: config.logLevel });
  if (stores.viewsAreRebuilt) logger.facts('views.sqlite is new: the views are folded anew', {});
  if (stores.wasOpen !== undefined)
    logger.facts(OPEN_TO_OTHERS, { dataFolder, mode: stores.wasOpen }, 'warn');
  let app: NestFastifyApplication | undefined;
  try {
    app = await build(config, stores, logger);
    const running = app;
    endWell({ process, logger, close: () => running.close(), deadlineMs: END_DEADLINE_MS });
    await app.listen(config.port, config.host);
    const url = await app.getUrl();
    logger.facts('listening', { address: url });
    if (!demo) return;
    await seedDemo(app);
    await seedDemoCases(app);
    console.log(describeDemo(url, dataFolder, keyFile));
  } catch (error) {
    await (app ? app.close() : closeStores(stores));
    throw lostMidway(error, eventStore) ?? error;
  }
}

async function build(
  config: Config,
  stores: Stores,
  logger: JsonLogger,
): Promise<NestFastifyApplication> {
  const { jwtAudience: audience, demo, production } = config;
  const common = { clock: systemClock, ids: randomIds, logger };
  const issuer = trustedIssuerOf(config);
  const devIssuer = demo
    ? await DevIssuer.create({ enabled: demo, production, audience, clock: systemClock })
    : undefined;
  const issuers = [...(issuer ? [issuer] : []), ...(devIssuer ? [devIssuer.trusted] : [])];
  const application = AppModule.with({
    ...common,
    stores,
    issuers,
    upkeep: upkeepOf(config),
    ...(devIssuer && { devIssuer }),
  });
  const options = { ...common, settings: config, violations, ticker: intervalTicker };
  const app = await createHttpApp(application, options);
  serveDocs(app);
  return app;
}

function upkeepOf(config: Config) {
  const { upkeepEveryMs, sweepGraceMs, requestDeadlineMs, receiveTimeoutMs } = config;
  return {
    everyMs: upkeepEveryMs,
    graceMs: sweepGraceMs,
    longestRequestMs: requestDeadlineMs + receiveTimeoutMs,
  };
}

start().catch((error: unknown) => {
  const fault = startFault(error);
  console.error(fault === undefined ? error : `Casetrail does not start. ${fault}`);
  process.exitCode = 1;
  setImmediate(() => process.exit());
});
