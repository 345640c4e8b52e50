import { Command } from '@nestjs/cqrs';
import { type Sealer } from '#infra/vault/sealer';
import { type CommandEnvelope, type CommandOutcome } from '#infra/command-handler/command-handler';
import { type PolicyDefinition } from '#modules/policies/index';
import { type CaseCommand } from './case.decider.ts';
import { type CaseEvent } from './case.events.ts';
import { type CaseState } from './case.state.ts';

export interface CaseCircumstances {
  readonly state: CaseState;
  /** Seals under the key of the case's subject. */
  readonly sealer: Sealer;
  /** The policy version that the case is under now. */
  readonly policy: () => Promise<PolicyDefinition | undefined>;
}

/** Makes the command once the case is known, sealing what the request says in clear. */
export type CaseIntent = (circumstances: CaseCircumstances) => Promise<CaseCommand>;

/** The one message that carries every command to a case over the command bus. */
export class CaseMessage extends Command<CommandOutcome<CaseState, CaseEvent>> {
  constructor(
    readonly caseId: string,
    readonly envelope: CommandEnvelope,
    readonly intent: CaseCommand | CaseIntent,
  ) {
    super();
  }
}
