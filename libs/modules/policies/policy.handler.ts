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
import { policyDecider, type PolicyCommand } from './policy.decider.ts';
import { policyEvents, type PolicyEvent } from './policy.events.ts';
import { policyStream, type PolicyState } from './policy.state.ts';
import { policyViolation } from './policy.violations.ts';

/** The one message that carries every command to a policy over the command bus. */
export class PolicyMessage extends Command<CommandOutcome<PolicyState, PolicyEvent>> {
  constructor(
    readonly key: string,
    readonly envelope: CommandEnvelope,
    readonly command: PolicyCommand,
  ) {
    super();
  }
}

@CommandHandler(PolicyMessage)
export class PolicyHandler implements ICommandHandler<PolicyMessage> {
  readonly #executor: CommandExecutor;
  readonly #folds: FactFolds;

  constructor(@Inject(EVENT_STORE) store: EventStore, @Inject(CLOCK) clock: Clock) {
    this.#executor = new CommandExecutor(store, clock);
    this.#folds = new FactFolds(store);
  }

  async execute({
    key,
    envelope,
    command,
  }: PolicyMessage): Promise<CommandOutcome<PolicyState, PolicyEvent>> {
    const begins = command.type === 'PublishPolicy';
    const missing = begins && (await platformMissing(this.#folds, envelope));
    if (missing) return { kind: 'refused', violation: missing };
    return this.#executor.execute(envelope, command, {
      decider: policyDecider,
      catalogue: policyEvents,
      stream: policyStream(envelope.platform, key),
      notFound: policyViolation('policy-missing'),
      begins,
      facts: async () => undefined,
    });
  }
}
