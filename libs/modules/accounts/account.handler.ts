import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  CommandExecutor,
  type CommandEnvelope,
  type CommandOutcome,
} from '#infra/command-handler/command-handler';
import { FactFolds } from '#infra/command-handler/fact-folds';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { CLOCK, type Clock } from '#kernel/clock';
import { platformMissing } from '#modules/platforms/index';
import { accountDecider, type AccountCommand } from './account.decider.ts';
import { accountEvents, type AccountEvent } from './account.events.ts';
import { accountStream, type AccountState } from './account.state.ts';
import { accountViolation } from './account.violations.ts';

/** The one message that carries every command to an account over the command bus. */
export class AccountMessage extends Command<CommandOutcome<AccountState, AccountEvent>> {
  constructor(
    readonly accountId: string,
    readonly envelope: CommandEnvelope,
    readonly command: AccountCommand,
  ) {
    super();
  }
}

@CommandHandler(AccountMessage)
export class AccountHandler implements ICommandHandler<AccountMessage> {
  readonly #executor: CommandExecutor;
  readonly #folds: FactFolds;

  constructor(@Inject(EVENT_STORE) store: EventStore, @Inject(CLOCK) clock: Clock) {
    this.#executor = new CommandExecutor(store, clock);
    this.#folds = new FactFolds(store);
  }

  async execute({
    accountId,
    envelope,
    command,
  }: AccountMessage): Promise<CommandOutcome<AccountState, AccountEvent>> {
    const begins = command.type === 'RegisterAccount';
    const missing = begins && (await platformMissing(this.#folds, envelope));
    if (missing) return { kind: 'refused', violation: missing };
    return this.#executor.execute(envelope, command, {
      decider: accountDecider,
      catalogue: accountEvents,
      stream: accountStream(accountId),
      notFound: accountViolation('account-missing'),
      begins,
      facts: async () => undefined,
      about: () => ({ accountId }),
    });
  }
}
