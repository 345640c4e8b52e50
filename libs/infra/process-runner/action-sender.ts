import { type Action } from '#kernel/process';
import { SYSTEM } from '#kernel/actor';
import { type CommandEnvelope, type CommandOutcome } from '../command-handler/command-handler.ts';

/** Sends the commands of one kind of target. */
export type Send = (
  action: Action,
  envelope: CommandEnvelope,
) => Promise<{ readonly kind: CommandOutcome<unknown>['kind'] }>;

/** Where actions go, by the `to` that they name. Filled by the composition root. */
export class ActionSender {
  readonly #routes: ReadonlyMap<string, Send>;

  constructor(routes: Readonly<Record<string, Send>>) {
    this.#routes = new Map(Object.entries(routes));
  }

  /**
   * A refusal is an answer like any other: the target has moved on, and there is nothing left to do.
   * @throws Error when there is no such target, or when the command could not be carried out.
   */
  async send(action: Action, envelope: Omit<CommandEnvelope, 'actor'>): Promise<void> {
    const send = this.#routes.get(action.to);
    if (!send) throw new Error(`No command goes to "${action.to}".`);
    const outcome = await send(action, { ...envelope, actor: SYSTEM });
    if (outcome.kind === 'key-reused') {
      throw new Error(`${action.command.type}: its id was used by another command.`);
    }
  }
}
