/** Wires the guard. The composition root gives the verifier and the modules that export the two ports. */
import {
  type DynamicModule,
  Inject,
  Module,
  type ModuleMetadata,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { type Clock } from '#kernel/clock';
import { type JsonLogger } from '#infra/telemetry/logger';
import { intervalTicker, type Ticker } from '#infra/telemetry/ticker';
import { ACCESS_LOG, type AccessLog } from './access-log.port.ts';
import { AccessGuard } from './access.guard.ts';
import { DeniedAggregator } from './denied-aggregator.ts';
import { TOKEN_VERIFIER, type TokenVerifier } from './token-verifier.ts';

export interface AuthOptions {
  readonly verifier: TokenVerifier;
  readonly clock: Clock;
  readonly logger: JsonLogger;
  readonly ticker?: Ticker;
  /** Modules that export PRINCIPAL_DIRECTORY and ACCESS_LOG. */
  readonly imports?: ModuleMetadata['imports'];
  /** Or providers of them. */
  readonly providers?: ModuleMetadata['providers'];
}

@Module({})
export class AuthModule implements BeforeApplicationShutdown {
  constructor(@Inject(DeniedAggregator) private readonly denials: DeniedAggregator) {}

  static with(options: AuthOptions): DynamicModule {
    const { verifier, clock, logger, ticker = intervalTicker } = options;
    return {
      module: AuthModule,
      imports: options.imports ?? [],
      providers: [
        ...(options.providers ?? []),
        { provide: TOKEN_VERIFIER, useValue: verifier },
        {
          provide: DeniedAggregator,
          inject: [ACCESS_LOG],
          useFactory: (accessLog: AccessLog) =>
            new DeniedAggregator({ accessLog, logger, clock, ticker }),
        },
        AccessGuard,
      ],
      exports: [AccessGuard],
    };
  }

  /** Sums of refused attempts are recorded while the stores are still open: those close on shutdown itself. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.denials.close();
  }
}
