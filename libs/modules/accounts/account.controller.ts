import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Access } from '#infra/auth/access';
import { type Caller, CurrentCaller } from '#infra/auth/caller';
import { type CommandRequest, CommandSender, Requested } from '#infra/http/command-sender';
import { ApiCommand, ApiQueryRoute } from '#infra/http/openapi';
import { answerPage, type PageAnswer } from '#infra/http/paging';
import { PositionQuery } from '#infra/http/paging.dto';
import { type GivenToken, ReadAfter } from '#infra/http/position-token';
import { hiddenHere, notFoundHere } from '#infra/http/problem';
import { RequestSignal } from '#infra/http/request-signal';
import { type Role } from '#kernel/actor';
import { deriveId, isUuid } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { type AccountCommand } from './account.decider.ts';
import {
  type AccountAnswer,
  type AccountEntry,
  AccountListQuery,
  BanDto,
  ClosureDto,
  FreezeDto,
  RegistrationDto,
} from './account.dto.ts';
import { MAY_DECIDE, MAY_FREEZE } from './account.guards.ts';
import { AccountMessage } from './account.handler.ts';
import { accountAnswer } from './account.presentation.ts';
import { AccountQueries } from './account.queries.ts';
import { accountIdOf } from './account.state.ts';

const MAY_LIST: Role[] = ['lead', 'support', 'admin', 'auditor'];
const MAY_READ: Role[] = ['applicant', ...MAY_LIST, 'reviewer', 'senior'];

const ownAccountOf = ({ principal }: Caller): string =>
  accountIdOf(principal.platform, principal.id);

@ApiTags('accounts')
@Controller('v1/accounts')
export class AccountController {
  constructor(
    private readonly sender: CommandSender,
    private readonly accounts: AccountQueries,
  ) {}

  /** Registers the caller's own account, which follows from the token: there is one a principal. */
  @Post()
  @Access({ roles: ['applicant'], unregistered: true, kinds: ['person'] })
  @ApiCommand()
  register(
    @Body() { kind }: RegistrationDto,
    @Requested() request: CommandRequest,
  ): Promise<AccountAnswer> {
    const { principal } = request.caller;
    const accountId = ownAccountOf(request.caller);
    // Whoever registers becomes an applicant by it, and has no role before.
    const caller: Caller = { ...request.caller, roles: ['applicant'] };
    // The subject is the account, so that erasing it also finds the identity that was reserved for it.
    return this.#send({ ...request, caller }, ['applicant'], accountId, () => ({
      type: 'RegisterAccount',
      accountId,
      principalId: principal.id,
      kind,
      subjectId: accountId,
    }));
  }

  /** The accounts of the platform, those registered last first. */
  @Get()
  @Access({ roles: MAY_LIST })
  @ApiQueryRoute('cursor-invalid')
  async list(
    @Query() query: AccountListQuery,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: GivenToken | undefined,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PageAnswer<AccountEntry>> {
    const { documents, next } = await this.accounts.list(query, caller, token, signal);
    const items = documents.map(({ document: { registeredAt, state }, degraded }) => ({
      ...accountAnswer(state, 'staff'),
      registeredAt,
      degraded,
    }));
    return answerPage(reply, items, next);
  }

  /** The caller's own account, always as it is now. */
  @Get('me')
  @Access({ roles: ['applicant'] })
  @ApiQueryRoute()
  async me(
    @Query() _query: PositionQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
  ): Promise<AccountAnswer> {
    const account = await this.accounts.account(ownAccountOf(caller), caller, signal);
    return accountAnswer(account, 'holder');
  }

  /** An account, always as it is now. An applicant sees their own alone. */
  @Get(':accountId')
  @Access({ roles: MAY_READ })
  @ApiQueryRoute()
  async get(
    @Param('accountId') accountId: string,
    @Query() _query: PositionQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
  ): Promise<AccountAnswer> {
    const isOwn = accountId === ownAccountOf(caller);
    const account = await this.accounts.account(accountId, caller, signal);
    if (!isOwn && caller.staffId === undefined) throw hiddenHere('caller', 'accountId');
    return accountAnswer(account, isOwn ? 'holder' : 'staff');
  }

  /** Freezes an account: one's own, or as the staff that of another. Its open cases are suspended. */
  @Post(':accountId/freezes')
  @Access({ roles: ['applicant', ...MAY_FREEZE], kinds: ['person'] })
  @ApiCommand()
  freeze(
    @Param('accountId') accountId: string,
    @Body() { cause, scope, legalBasis, until }: FreezeDto,
    @Requested() request: CommandRequest,
  ): Promise<AccountAnswer> {
    return this.#send(request, MAY_FREEZE, accountId, (commandId) => ({
      type: 'FreezeAccount',
      freezeId: deriveId('freeze', commandId),
      cause,
      scope,
      ...(legalBasis && { legalBasis }),
      ...(until && { until: instant(until) }),
    }));
  }

  /** Lifts one freeze. Whoever froze the account does not lift that freeze. */
  @Post(':accountId/freezes/:freezeId/lift')
  @Access({ roles: MAY_DECIDE, kinds: ['person'] })
  @ApiCommand()
  lift(
    @Param('accountId') accountId: string,
    @Param('freezeId') freezeId: string,
    @Requested() request: CommandRequest,
  ): Promise<AccountAnswer> {
    return this.#send(request, MAY_DECIDE, accountId, () => ({
      type: 'UnfreezeAccount',
      freezeId,
    }));
  }

  /** Shuts an account out for good. */
  @Post(':accountId/ban')
  @Access({ roles: MAY_DECIDE, kinds: ['person'] })
  @ApiCommand()
  ban(
    @Param('accountId') accountId: string,
    @Body() { cause, legalBasis }: BanDto,
    @Requested() request: CommandRequest,
  ): Promise<AccountAnswer> {
    return this.#send(request, MAY_DECIDE, accountId, () => ({
      type: 'BanAccount',
      cause,
      ...(legalBasis && { legalBasis }),
    }));
  }

  /** Ends an account: one's own, or as the staff that of another. A frozen one is not closed, nor a banned one by its holder. */
  @Post(':accountId/closure')
  @Access({ roles: ['applicant', ...MAY_DECIDE], kinds: ['person'] })
  @ApiCommand()
  close(
    @Param('accountId') accountId: string,
    @Body() { cause }: ClosureDto,
    @Requested() request: CommandRequest,
  ): Promise<AccountAnswer> {
    return this.#send(request, MAY_DECIDE, accountId, () => ({ type: 'CloseAccount', cause }));
  }

  /** @param staff in which roles the staff does it; on their own account everybody is an applicant. */
  async #send(
    request: CommandRequest,
    staff: readonly Role[],
    accountId: string,
    command: (commandId: string) => AccountCommand,
  ): Promise<AccountAnswer> {
    const { caller, signal } = request;
    const isOwn = accountId === ownAccountOf(caller);
    const mayTouch = isOwn || staff.some((role) => caller.roles.includes(role));
    if (!isUuid(accountId)) throw notFoundHere('accountId');
    if (!mayTouch) {
      // Looked for only so that the attempt is recorded where there is something to hide.
      await this.accounts.account(accountId, caller, signal);
      throw hiddenHere('caller', 'accountId');
    }
    const state = await this.sender.send(
      request,
      isOwn ? ['applicant', ...staff] : staff,
      (envelope) => new AccountMessage(accountId, envelope, command(envelope.commandId)),
    );
    return accountAnswer(state, isOwn ? 'holder' : 'staff');
  }
}
