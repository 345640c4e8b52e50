import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  CommandExecutor,
  type CommandEnvelope,
  type CommandOutcome,
} from '#infra/command-handler/command-handler';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { CLOCK, type Clock } from '#kernel/clock';
import { staffDecider, type StaffCommand } from './staff.decider.ts';
import { staffEvents, type StaffEvent } from './staff.events.ts';
import { staffStream, type StaffState } from './staff.state.ts';
import { staffViolation } from './staff.violations.ts';

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
  readonly #executor: CommandExecutor;

  constructor(@Inject(EVENT_STORE) store: EventStore, @Inject(CLOCK) clock: Clock) {
    this.#executor = new CommandExecutor(store, clock);
  }

  execute({
    staffId,
    envelope,
    command,
  }: StaffMessage): Promise<CommandOutcome<StaffState, StaffEvent>> {
    return this.#executor.execute(envelope, command, {
      decider: staffDecider,
      catalogue: staffEvents,
      stream: staffStream(staffId),
      notFound: staffViolation('staff-missing'),
      begins: command.type === 'EnrolStaff',
      facts: async () => undefined,
    });
  }
}
