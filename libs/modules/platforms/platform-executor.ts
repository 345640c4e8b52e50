/** Carries out the commands to platforms: of no framework, so that an operator's command line does what the server does. */
import {
  CommandExecutor,
  type CommandEnvelope,
  type CommandOutcome,
} from '#infra/command-handler/command-handler';
import { type EventStore } from '#infra/event-store/event-store.port';
import { type Clock } from '#kernel/clock';
import { PLATFORM_ID } from '#kernel/ids';
import { platformDecider, type PlatformCommand } from './platform.decider.ts';
import { platformEvents, type PlatformEvent } from './platform.events.ts';
import { platformStream, type PlatformState } from './platform.state.ts';
import { platformViolation } from './platform.violations.ts';

export interface PlatformOrder {
  readonly platformId: string;
  readonly envelope: CommandEnvelope;
  readonly command: PlatformCommand;
}

export class PlatformExecutor {
  readonly #executor: CommandExecutor;

  constructor(store: EventStore, clock: Clock) {
    this.#executor = new CommandExecutor(store, clock);
  }

  /** @throws EventStoreError when the store fails; the same command can be sent again. */
  async execute({
    platformId,
    envelope,
    command,
  }: PlatformOrder): Promise<CommandOutcome<PlatformState, PlatformEvent>> {
    if (!PLATFORM_ID.test(platformId)) {
      return { kind: 'refused', violation: platformViolation('platform-id') };
    }
    return this.#executor.execute(envelope, command, {
      decider: platformDecider,
      catalogue: platformEvents,
      stream: platformStream(platformId),
      notFound: platformViolation('platform-not-found'),
      begins: command.type === 'RegisterPlatform',
      facts: async () => undefined,
    });
  }
}
