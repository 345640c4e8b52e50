/**
 * From a request to a command on the bus and its answer: for the areas whose streams have no version
 * that a client names.
 */
import { createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { type Command, CommandBus } from '@nestjs/cqrs';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Role } from '#kernel/actor';
import { type DomainEvent } from '#kernel/envelope';
import { actingAs, type Caller, callerOf } from '#infra/auth/caller';
import { type CommandEnvelope, type CommandOutcome } from '#infra/command-handler/command-handler';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { VAULT, type Vault } from '#infra/vault/vault.port';
import { answered } from './command-answer.ts';
import { commandIdentity, type CommandOrigin, originOf } from './idempotency.ts';
import { signalOf } from './request-signal.ts';

/** What every command takes from its request. */
export interface CommandRequest {
  readonly caller: Caller;
  readonly origin: CommandOrigin;
  /** As it was sent: what tells a repetition from another request. */
  readonly body: unknown;
  readonly reply: FastifyReply;
  readonly signal: AbortSignal;
}

/** `@Requested() request: CommandRequest` */
export const Requested = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const reply = context.switchToHttp().getResponse<FastifyReply>();
  return {
    caller: callerOf(request),
    origin: originOf(request),
    body: request.body,
    reply,
    signal: signalOf(request, reply),
  } satisfies CommandRequest;
});

/** @param as the roles in which the route may be used: the first that the caller has goes with it. */
export function envelopeOf(
  { caller, origin, body, signal }: CommandRequest,
  as: readonly Role[],
  vault: Pick<Vault, 'keyedDigest'>,
): CommandEnvelope {
  const keyedDigest = vault.keyedDigest.bind(vault);
  return {
    ...commandIdentity({ ...origin, body, keyedDigest }),
    platform: caller.principal.platform,
    actor: actingAs(caller, as),
    signal,
  };
}

@Injectable()
export class CommandSender {
  constructor(
    private readonly commands: CommandBus,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(VAULT) private readonly vault: Vault,
  ) {}

  /**
   * @param as the roles in which the route may be used; the command is sent in the first that the caller has.
   * @returns the state right after the command's own events, also when it is a repetition.
   * @throws Refusal, HttpProblem idempotency-key-reused; EventStoreError
   */
  async send<State, Event extends DomainEvent>(
    request: CommandRequest,
    as: readonly Role[],
    message: (envelope: CommandEnvelope) => Command<CommandOutcome<State, Event>>,
  ): Promise<State> {
    const envelope = envelopeOf(request, as, this.vault);
    const outcome = await this.commands.execute(message(envelope));
    return answered(outcome, request.reply, this.store.storeId).state;
  }
}
