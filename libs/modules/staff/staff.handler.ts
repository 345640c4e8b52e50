import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandEnvelope, type CommandOutcome } from '#infra/command-handler/command-handler';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { CLOCK, type Clock } from '#kernel/clock';
import { StaffExecutor } from './staff-executor.ts';
import { type StaffCommand } from './staff.decider.ts';
import { type StaffEvent } from './staff.events.ts';
import { type StaffState } from './staff.state.ts';

/** The one message that carries every command to a member of the staff over the command bus. */
export class StaffMessage extends Command<CommandOutcome<StaffState, StaffEvent>> {
  constructor(
    readonly staffId: string,
    readonly envelope: CommandEnvelope,
    readonly command: StaffCommand,
  ) {
    super();
  }
}

@CommandHandler(StaffMessage)
export class StaffHandler implements ICommandHandler<StaffMessage> {
  readonly #executor: StaffExecutor;

  constructor(@Inject(EVENT_STORE) store: EventStore, @Inject(CLOCK) clock: Clock) {
    this.#executor = new StaffExecutor(store, clock);
  }

  execute(message: StaffMessage): Promise<CommandOutcome<StaffState, StaffEvent>> {
    return this.#executor.execute(message);
  }
}
