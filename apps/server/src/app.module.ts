/** The composition root: gives every module its ports, and starts what runs beside the requests. */
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ACCESS_LOG } from '#infra/auth/access-log.port';
import { AuthModule } from '#infra/auth/auth.module';
import { type DevIssuer } from '#infra/auth/dev-issuer';
import { DevIssuerModule } from '#infra/auth/dev-issuer.controller';
import { PRINCIPAL_DIRECTORY } from '#infra/auth/principal-directory.port';
import { JwtVerifier, type TrustedIssuer } from '#infra/auth/token-verifier';
import { EVENT_STORE } from '#infra/event-store/event-store.port';
import { Projector } from '#infra/projector/projector';
import { ViewReader } from '#infra/projector/view-reader';
import { READ_STORE } from '#infra/read-store/read-store.port';
import { type JsonLogger } from '#infra/telemetry/logger';
import { VAULT } from '#infra/vault/vault.port';
import { CLOCK, type Clock } from '#kernel/clock';
import { EventCatalogue } from '#kernel/event-definition';
import { type IdSource } from '#kernel/ids';
import { AccessRecorder } from '#modules/access/access-recorder';
import { AccessModule } from '#modules/access/access.module';
import { AccountsModule } from '#modules/accounts/accounts.module';
import { AuditModule } from '#modules/audit/audit.module';
import { CasesModule } from '#modules/cases/cases.module';
import { FeedModule } from '#modules/feed/feed.module';
import { PlatformsModule } from '#modules/platforms/platforms.module';
import { PoliciesModule } from '#modules/policies/policies.module';
import { ReasonsModule } from '#modules/reasons/reasons.module';
import { StaffModule } from '#modules/staff/staff.module';
import { HealthController } from './health.controller.ts';
import { catalogue } from './catalogue.ts';
import { RecordedAccessLog, StreamPrincipalDirectory } from './principal-directory.ts';
import { OperationsController } from './operations.controller.ts';
import { type Stores } from './stores.ts';
import { type UpkeepSettings } from './upkeep.ts';
import { projectorOf, Worker, WORKER_OPTIONS } from './worker.ts';

export interface AppOptions {
  readonly stores: Stores;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: JsonLogger;
  readonly issuers: readonly TrustedIssuer[];
  readonly devIssuer?: DevIssuer;
  readonly upkeep?: UpkeepSettings;
}

/** The ports, for every module. */
@Global()
@Module({})
class PortsModule {
  static with({ stores, clock, logger }: AppOptions, recorder: AccessRecorder): DynamicModule {
    const providers = [
      { provide: EVENT_STORE, useValue: stores.eventStore },
      { provide: READ_STORE, useValue: stores.readStore },
      { provide: VAULT, useValue: stores.vault },
      { provide: CLOCK, useValue: clock },
      { provide: EventCatalogue, useValue: catalogue },
      { provide: AccessRecorder, useValue: recorder },
      { provide: Projector, useValue: projectorOf({ stores, clock, logger }) },
      ViewReader,
    ];
    return { module: PortsModule, providers, exports: providers };
  }
}

@Module({})
export class AppModule {
  static with(options: AppOptions): DynamicModule {
    const { stores, clock, ids, logger, issuers, devIssuer, upkeep } = options;
    const recorder = new AccessRecorder(stores.eventStore, clock, ids);
    return {
      module: AppModule,
      imports: [
        CqrsModule.forRoot(),
        PortsModule.with(options, recorder),
        AuthModule.with({
          verifier: new JwtVerifier({ issuers, clock }),
          clock,
          logger,
          providers: [
            {
              provide: PRINCIPAL_DIRECTORY,
              useValue: new StreamPrincipalDirectory(stores.eventStore),
            },
            { provide: ACCESS_LOG, useValue: new RecordedAccessLog(recorder, stores.eventStore) },
          ],
        }),
        ...(devIssuer ? [DevIssuerModule.with(devIssuer)] : []),
        CasesModule,
        AccountsModule,
        StaffModule,
        PoliciesModule,
        PlatformsModule,
        ReasonsModule,
        AuditModule,
        FeedModule,
        AccessModule,
      ],
      controllers: [OperationsController, HealthController],
      providers: [Worker, { provide: WORKER_OPTIONS, useValue: { stores, clock, logger, upkeep } }],
    };
  }
}
