/**
 * What the routes of all capabilities do: give the command its identity and its sender, send it over
 * the command bus, and answer with where the case stands now.
 */
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type FastifyReply } from 'fastify';
import { actingAs, type Caller } from '#infra/auth/caller';
import { type CommandOutcome } from '#infra/command-handler/command-handler';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { answered } from '#infra/http/command-answer';
import { commandIdentity, type CommandOrigin } from '#infra/http/idempotency';
import { Refusal } from '#infra/http/problem';
import { VAULT, type Vault } from '#infra/vault/vault.port';
import { type Role } from '#kernel/actor';
import { type Instant } from '#kernel/instants';
import { type CaseCommand } from './case.decider.ts';
import { type CaseEvent, type Reason, type ReviewLevel } from './case.events.ts';
import { CaseMessage, type CaseIntent } from './case.message.ts';
import { type CaseState, type CaseStatus } from './case.state.ts';
import { caseViolation } from './case.violations.ts';
import { nameOf } from './submit/completeness.ts';

/** Where a case stands right after a command. References only. */
export class CaseAnswer {
  caseId!: string;
  status!: CaseStatus;
  /** Whether the account is frozen and the case stands still. */
  suspended!: boolean;
  /** The ETag: send it as If-Match with the next command. */
  version!: number;
  round!: number;
  review!: {
    number: number;
    level: ReviewLevel;
    dueAt: Instant | null;
    claimedBy: string | null;
    leaseUntil: Instant | null;
  } | null;
}

export interface CaseRequest {
  readonly caseId: string;
  readonly caller: Caller;
  /** The roles in which the route may be used; the command is sent in the first that the caller has. */
  readonly as: readonly Role[];
  readonly origin: CommandOrigin;
  readonly body: unknown;
  readonly expectedVersion?: number;
  readonly reply: FastifyReply;
}

type Done = Extract<CommandOutcome<CaseState, CaseEvent>, { kind: 'done' }>;

@Injectable()
export class CaseCommands {
  constructor(
    private readonly commands: CommandBus,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(VAULT) private readonly vault: Vault,
  ) {}

  /** @throws Refusal, HttpProblem version-moved, idempotency-key-reused; EventStoreError */
  async send(request: CaseRequest, intent: CaseCommand | CaseIntent): Promise<CaseAnswer> {
    const { state } = await this.done(request, intent);
    return answerOf(request.caseId, state);
  }

  /** The same, for routes that answer with more. */
  async done(request: CaseRequest, intent: CaseCommand | CaseIntent): Promise<Done> {
    const { caseId, caller, as, reply, expectedVersion } = request;
    const identity = this.identify(request);
    const envelope = {
      ...identity,
      platform: caller.principal.platform,
      actor: actingAs(caller, as),
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
    };
    const outcome = await this.commands.execute(new CaseMessage(caseId, envelope, intent));
    const done = answered(outcome, reply, this.store.storeId, ({ version }) => version);
    const refused = done.events.find((event) => event.type === 'SubmissionRefused');
    if (refused) throw new Refusal(submissionRefused(refused.data.reasons));
    return done;
  }

  identify({ origin, body }: Pick<CaseRequest, 'origin' | 'body'>) {
    const keyedDigest = this.vault.keyedDigest.bind(this.vault);
    return commandIdentity({ ...origin, body, keyedDigest });
  }
}

function submissionRefused(reasons: readonly Reason[]) {
  return caseViolation('submission-refused', { params: { reasons: reasons.map(nameOf) } });
}

export function answerOf(caseId: string, state: CaseState): CaseAnswer {
  const { status, version, round, review, suspension } = state;
  return {
    caseId,
    status,
    suspended: suspension !== null,
    version,
    round,
    review: review && {
      number: review.number,
      level: review.level,
      dueAt: review.clock?.due.dueAt ?? null,
      claimedBy: review.claim?.by ?? null,
      leaseUntil: review.claim?.leaseUntil ?? null,
    },
  };
}
