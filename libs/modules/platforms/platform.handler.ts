import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandEnvelope, type CommandOutcome } from '#infra/command-handler/command-handler';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { CLOCK, type Clock } from '#kernel/clock';
import { PlatformExecutor } from './platform-executor.ts';
import { type PlatformCommand } from './platform.decider.ts';
import { type PlatformEvent } from './platform.events.ts';
import { type PlatformState } from './platform.state.ts';

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
  readonly #executor: PlatformExecutor;

  constructor(@Inject(EVENT_STORE) store: EventStore, @Inject(CLOCK) clock: Clock) {
    this.#executor = new PlatformExecutor(store, clock);
  }

  execute(message: PlatformMessage): Promise<CommandOutcome<PlatformState, PlatformEvent>> {
    return this.#executor.execute(message);
  }
}
