/** From the outcome of a command to its answer: position and ETag where it was done, a problem where not. */
import { type FastifyReply } from 'fastify';
import { type DomainEvent } from '#kernel/envelope';
import { type CommandOutcome } from '#infra/command-handler/command-handler';
import { setEtag, versionMoved } from './etag.ts';
import { setPosition } from './position-token.ts';
import { HttpProblem, Refusal } from './problem.ts';

type Done<State, Event extends DomainEvent> = Extract<
  CommandOutcome<State, Event>,
  { kind: 'done' }
>;

/**
 * Sets X-Casetrail-Position and, where there is a version, ETag. A repeated command is answered with
 * the same, since the outcome is the one of the first time.
 * @param storeId of the event store that took the events.
 * @param versionOf what the ETag names; absent where the kind of stream has no version.
 * @throws HttpProblem version-moved, idempotency-key-reused; Refusal where a rule said no
 */
export function answered<State, Event extends DomainEvent>(
  outcome: CommandOutcome<State, Event>,
  reply: FastifyReply,
  storeId: string,
  versionOf?: (state: State) => number,
): Done<State, Event> {
  switch (outcome.kind) {
    case 'refused':
      throw new Refusal(outcome.violation, {}, outcome.hiddenFrom);
    case 'version-moved':
      throw versionMoved(outcome.version);
    case 'key-reused':
      throw new HttpProblem('idempotency-key-reused');
    case 'done':
      setPosition(reply, storeId, outcome.position);
      if (versionOf) setEtag(reply, versionOf(outcome.state));
      return outcome;
  }
}
