/** What whoever starts, routes to or watches the server asks of it, without a token. */
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '#infra/auth/access';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { ApiProblems } from '#infra/http/openapi';
import { Projector } from '#infra/projector/projector';
import { READ_STORE, type ReadStore } from '#infra/read-store/read-store.port';
import { VAULT, type Vault } from '#infra/vault/vault.port';

/** Below what a health check waits for, so that it hears the reason and not a silence. */
const LOOK_MS = 3_000;

@ApiTags('operations')
@Controller('health')
export class HealthController {
  #look: Promise<unknown> | undefined;

  constructor(
    @Inject(EVENT_STORE) private readonly eventStore: EventStore,
    @Inject(READ_STORE) private readonly readStore: ReadStore,
    @Inject(VAULT) private readonly vault: Vault,
    private readonly projector: Projector,
  ) {}

  /**
   * Whether commands are taken and queries answered now: the log and the vault can be written, the
   * views read, and the log has no damage that views cannot pass. How far the views have come is not
   * asked: who reads too early is told so.
   */
  @Get('ready')
  @Public()
  @ApiProblems('unknown-parameter', 'store-unavailable', 'store-unusable', 'shutting-down')
  async ready(): Promise<{ ready: true }> {
    // Every look writes, and anybody may ask: those who ask meanwhile share one.
    this.#look ??= this.#lookAtStores().finally(() => (this.#look = undefined));
    await this.#look;
    if (this.projector.damage) throw this.projector.damage;
    return { ready: true };
  }

  #lookAtStores(): Promise<unknown> {
    const eventStore = this.eventStore.ready({ deadlineMs: LOOK_MS });
    // Not by a write: where none succeeds, trying would cost the connection that still reads.
    return Promise.all([eventStore, this.readStore.status(), this.vault.ready()]);
  }
}
