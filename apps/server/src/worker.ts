/** What runs beside the requests: views, processes, timers, and the vault's upkeep. The worker role. */
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ActionSender } from '#infra/process-runner/action-sender';
import { ProcessRunner } from '#infra/process-runner/process-runner';
import { TimerRunner } from '#infra/process-runner/timer-runner';
import { Projector } from '#infra/projector/projector';
import { type JsonLogger, type LogFacts } from '#infra/telemetry/logger';
import { type Clock } from '#kernel/clock';
import { AccountHandler, AccountMessage } from '#modules/accounts/account.handler';
import { type AccountCommand } from '#modules/accounts/index';
import { CaseHandler } from '#modules/cases/case.handler';
import { CaseMessage } from '#modules/cases/case.message';
import { type CaseCommand } from '#modules/cases/index';
import { type PlatformCommand } from '#modules/platforms/index';
import { PlatformHandler, PlatformMessage } from '#modules/platforms/platform.handler';
import { type PolicyCommand } from '#modules/policies/index';
import { PolicyHandler, PolicyMessage } from '#modules/policies/policy.handler';
import { catalogue, processes, timerViews, views } from './catalogue.ts';
import { Identities } from './identities.ts';
import { pause } from './pause.ts';
import { closeStores, type Stores } from './stores.ts';
import { Upkeep, UPKEEP_DEFAULTS, type UpkeepSettings } from './upkeep.ts';

export const WORKER_OPTIONS = Symbol('WorkerOptions');

export interface WorkerOptions {
  readonly stores: Stores;
  readonly clock: Clock;
  readonly logger: JsonLogger;
  readonly upkeep?: UpkeepSettings;
}

export function projectorOf({ stores, clock, logger }: WorkerOptions): Projector {
  return new Projector({
    ...stores,
    views,
    catalogue,
    clock,
    pause,
    onTrouble: ({ views: names, error }) => logger.failure('projector', error, { views: names }),
  });
}

@Injectable()
export class Worker implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #stores: Stores;
  readonly processes: ProcessRunner;
  readonly #timers: TimerRunner;
  readonly #upkeep: Upkeep;

  constructor(
    @Inject(WORKER_OPTIONS) options: WorkerOptions,
    private readonly projector: Projector,
    cases: CaseHandler,
    accounts: AccountHandler,
    platforms: PlatformHandler,
    policies: PolicyHandler,
  ) {
    const { stores, clock, logger, upkeep = UPKEEP_DEFAULTS } = options;
    this.#stores = stores;
    const sender = senderOf(stores, { cases, accounts, platforms, policies }, (alarm, facts) =>
      logger.facts(alarm, facts, 'warn'),
    );
    const common = { ...stores, sender, clock, pause };
    this.processes = new ProcessRunner({
      ...common,
      processes,
      catalogue,
      onTrouble: ({ error, ...where }) => logger.failure('process', error, { ...where }),
    });
    this.#timers = new TimerRunner({
      ...common,
      views: timerViews,
      onTrouble: ({ error, ...where }) => logger.failure('timer', error, { ...where }),
    });
    this.#upkeep = new Upkeep({
      ...upkeep,
      stores,
      clock,
      pause,
      onDone: (report) => logger.facts('upkeep of the vault', { ...report }),
      onTrouble: ({ error, what }) => logger.failure('upkeep of the vault', error, { what }),
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.projector.start();
    await this.processes.start();
    this.#timers.start();
    this.#upkeep.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#upkeep.stop();
    await this.#timers.stop();
    await this.processes.stop();
    await this.projector.stop();
    await closeStores(this.#stores);
  }
}

export interface Handlers {
  readonly cases: CaseHandler;
  readonly accounts: AccountHandler;
  readonly platforms: PlatformHandler;
  readonly policies: PolicyHandler;
}

/** @param onAlarm is told what an operator has to see to. */
export function senderOf(
  stores: Stores,
  { cases, accounts, platforms, policies }: Handlers,
  onAlarm?: (alarm: string, facts: LogFacts) => void,
): ActionSender {
  const identities = new Identities(stores);
  return new ActionSender({
    case: ({ id, command }, envelope) =>
      cases.execute(new CaseMessage(id, envelope, command as CaseCommand)),
    account: ({ id, command }, envelope) =>
      accounts.execute(new AccountMessage(id, envelope, command as AccountCommand)),
    policy: ({ id, command }, envelope) =>
      policies.execute(new PolicyMessage(id, envelope, command as PolicyCommand)),
    platform: async ({ id, command }, envelope) => {
      const message = new PlatformMessage(id, envelope, command as PlatformCommand);
      const outcome = await platforms.execute(message);
      for (const event of outcome.kind === 'done' ? outcome.events : []) {
        if (event.type !== 'CalendarGapFound') continue;
        const { years, dueAt } = event.data;
        onAlarm?.('calendar data is missing: due times are provisional', {
          platform: id,
          years,
          dueAt,
        });
      }
      return outcome;
    },
    identity: async ({ id, command }, { platform }) => {
      const { type, caseId } = command as { type: string; caseId: string };
      if (type === 'ConfirmIdentity') await identities.confirm(platform, id, caseId);
      else await identities.release(platform, id, caseId);
      return { kind: 'done' };
    },
  });
}
