import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  CommandExecutor,
  type CommandEnvelope,
  type CommandOutcome,
} from '#infra/command-handler/command-handler';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { CLOCK, type Clock } from '#kernel/clock';
import { PLATFORM_ID } from '#kernel/ids';
import { platformDecider, type PlatformCommand } from './platform.decider.ts';
import { platformEvents, type PlatformEvent } from './platform.events.ts';
import { platformStream, type PlatformState } from './platform.state.ts';
import { platformViolation } from './platform.violations.ts';

/** The one message that carries every command to a platform over the command bus. */
export class PlatformMessage extends Command<CommandOutcome<PlatformState, PlatformEvent>> {
  constructor(
    readonly platformId: string,
    readonly envelope: CommandEnvelope,
    readonly command: PlatformCommand,
  ) {
    super();
  }
}

@CommandHandler(PlatformMessage)
export class PlatformHandler implements ICommandHandler<PlatformMessage> {
  readonly #executor: CommandExecutor;

  constructor(@Inject(EVENT_STORE) store: EventStore, @Inject(CLOCK) clock: Clock) {
    this.#executor = new CommandExecutor(store, clock);
  }

  async execute({
    platformId,
    envelope,
    command,
  }: PlatformMessage): Promise<CommandOutcome<PlatformState, PlatformEvent>> {
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
