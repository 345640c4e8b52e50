import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Access } from '#infra/auth/access';
import { type Caller, CurrentCaller } from '#infra/auth/caller';
import { type CommandRequest, CommandSender, Requested } from '#infra/http/command-sender';
import { ApiCommand, ApiQueryRoute } from '#infra/http/openapi';
import { answerPage, type PageAnswer } from '#infra/http/paging';
import { PositionQuery } from '#infra/http/paging.dto';
import { type GivenToken, ReadAfter } from '#infra/http/position-token';
import { notFoundHere, Refusal } from '#infra/http/problem';
import { RequestSignal } from '#infra/http/request-signal';
import { type Role, ROLES } from '#kernel/actor';
import { CLOCK, type Clock } from '#kernel/clock';
import { type Instant, instant } from '#kernel/instants';
import { definitionProblem } from './definition-problem.ts';
import { type PolicyCommand } from './policy.decider.ts';
import {
  type PolicyAnswer,
  type PolicyDetailAnswer,
  type PolicyEntryAnswer,
  PolicyListQuery,
  PublicationDto,
  RetirementDto,
} from './policy.dto.ts';
import { PolicyMessage } from './policy.handler.ts';
import { PolicyQueries } from './policy.queries.ts';
import { checkPolicyDefinition, type PolicyJsonSchema, policyJsonSchema } from './policy.schema.ts';
import { latestVersion, type PolicyState, versionInForce } from './policy.state.ts';
import { policyViolation } from './policy.violations.ts';

const ADMINS: Role[] = ['admin'];
const EVERYBODY: Role[] = [...ROLES];

@ApiTags('policies')
@Controller('v1/policies')
export class PolicyController {
  readonly #schema = policyJsonSchema();

  constructor(
    private readonly sender: CommandSender,
    private readonly policies: PolicyQueries,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Publishes the next version, or the first. A version is never edited. */
  @Post(':key/versions')
  @Access({ roles: ADMINS })
  @ApiCommand()
  publish(
    @Param('key') key: string,
    @Body() { definition: written, effectiveFrom }: PublicationDto,
    @Requested() request: CommandRequest,
  ): Promise<PolicyDetailAnswer> {
    const check = checkPolicyDefinition(written);
    if (!check.ok) throw definitionProblem(check.faults);
    const { definition } = check;
    if (definition.key !== key) {
      const details = { field: 'definition.key', params: { key } };
      throw new Refusal(policyViolation('policy-key-differs', details));
    }
    return this.#send(request, key, {
      type: 'PublishPolicy',
      definition,
      ...(effectiveFrom && { effectiveFrom: instant(effectiveFrom) }),
    });
  }

  /** Nothing new begins under the policy; submitted cases run on under their version. */
  @Post(':key/retirement')
  @Access({ roles: ADMINS })
  @ApiCommand()
  retire(
    @Param('key') key: string,
    @Body() { cause }: RetirementDto,
    @Requested() request: CommandRequest,
  ): Promise<PolicyDetailAnswer> {
    return this.#send(request, key, { type: 'RetirePolicy', cause });
  }

  /** The policies of the platform, by key. */
  @Get()
  @Access({ roles: EVERYBODY })
  @ApiQueryRoute('cursor-invalid')
  async list(
    @Query() query: PolicyListQuery,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: GivenToken | undefined,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PageAnswer<PolicyEntryAnswer>> {
    const { documents, next } = await this.policies.list(query, caller, token, signal);
    const now = this.clock.now();
    const items = documents.map(({ document: { key, state }, degraded }) => ({
      ...answerOf(key, state, now),
      degraded,
    }));
    return answerPage(reply, items, next);
  }

  /** The JSON Schema (draft 2020-12) of a definition. */
  @Get('schema')
  @Access({ roles: EVERYBODY })
  @ApiQueryRoute()
  schema(@Query() _query: PositionQuery): PolicyJsonSchema {
    return this.#schema;
  }

  /** A policy with all its versions and what changed in each, always as it is now. */
  @Get(':key')
  @Access({ roles: EVERYBODY })
  @ApiQueryRoute()
  async get(
    @Param('key') key: string,
    @Query() _query: PositionQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
  ): Promise<PolicyDetailAnswer> {
    return this.#detail(key, await this.policies.policy(key, caller, signal));
  }

  async #send(
    request: CommandRequest,
    key: string,
    command: PolicyCommand,
  ): Promise<PolicyDetailAnswer> {
    const state = await this.sender.send(
      request,
      ADMINS,
      (envelope) => new PolicyMessage(key, envelope, command),
    );
    return this.#detail(key, state);
  }

  #detail(key: string, state: PolicyState): PolicyDetailAnswer {
    return { ...answerOf(key, state, this.clock.now()), versions: state.versions };
  }
}

function answerOf(key: string, state: PolicyState, now: Instant): PolicyAnswer {
  const latest = latestVersion(state);
  if (!latest) throw notFoundHere('key');
  const { kind, title } = latest.definition;
  return {
    key,
    kind,
    title,
    inForce: versionInForce(state, now)?.policyVersion ?? null,
    latest: latest.policyVersion,
    retiredAt: state.retiredAt,
  };
}
