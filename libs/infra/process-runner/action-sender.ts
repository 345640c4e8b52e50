import { type Action } from '#kernel/process';
import { SYSTEM } from '#kernel/actor';
import { type CommandEnvelope, type CommandOutcome } from '../command-handler/command-handler.ts';

/** Sends the commands of one kind of target. */
export type Send = (
  action: Action,
  envelope: CommandEnvelope,
) => Promise<{ readonly kind: CommandOutcome<unknown>['kind'] }>;

/** An action that no repetition carries out. Its message names types and targets only. */
export class ActionFailed extends Error {
  override readonly name = 'ActionFailed';
}

/** Where actions go, by the `to` that they name. Filled by the composition root. */
export class ActionSender {
  readonly #routes: ReadonlyMap<string, Send>;

  constructor(routes: Readonly<Record<string, Send>>) {
    this.#routes = new Map(Object.entries(routes));
  }

  /**
   * A refusal is an answer like any other: the target has moved on, and there is nothing left to do.
   * @throws ActionFailed when there is no such target, or its id is another command's; and what the
   *   target throws when it cannot carry the command out
   */
  async send(action: Action, envelope: Omit<CommandEnvelope, 'actor'>): Promise<void> {
    const send = this.#routes.get(action.to);
    if (!send) throw new ActionFailed(`No command goes to "${action.to}".`);
    const outcome = await send(action, { ...envelope, actor: SYSTEM });
    if (outcome.kind === 'key-reused') {
      throw new ActionFailed(`${action.command.type}: its id was used by another command.`);
    }
  }
}
