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
import { RequestSignal } from '#infra/http/request-signal';
import { type Role, STAFF_ROLES } from '#kernel/actor';
import { type StaffCommand } from './staff.decider.ts';
import {
  ConflictDto,
  EnrolmentDto,
  RolesDto,
  SkillsDto,
  type StaffAnswer,
  type StaffListEntry,
  StaffListQuery,
  SuspensionDto,
} from './staff.dto.ts';
import { StaffMessage } from './staff.handler.ts';
import { StaffQueries } from './staff.queries.ts';
import { staffIdOf, type StaffState } from './staff.state.ts';

const ADMINS: Role[] = ['admin'];
const OVERSEERS: Role[] = ['admin', 'lead'];
/** Also for what everybody may do to their own entry: whoever oversees acts as that. */
const WHOLE_STAFF: Role[] = [...new Set<Role>([...OVERSEERS, ...STAFF_ROLES])];

@ApiTags('staff')
@Controller('v1/staff')
export class StaffController {
  constructor(
    private readonly sender: CommandSender,
    private readonly staff: StaffQueries,
  ) {}

  /** Enrols somebody, or takes back somebody who left. Nobody enrols themselves. */
  @Post()
  @Access({ roles: ADMINS })
  @ApiCommand()
  enrol(
    @Body() { principalId, kind, roles, skills }: EnrolmentDto,
    @Requested() request: CommandRequest,
  ): Promise<StaffAnswer> {
    const staffId = staffIdOf(request.caller.principal.platform, principalId);
    const command = { type: 'EnrolStaff', staffId, principalId, kind, roles, skills } as const;
    return this.#send(request, ADMINS, principalId, command);
  }

  /** The staff of the platform, by principal id. */
  @Get()
  @Access({ roles: [...OVERSEERS, 'auditor'] })
  @ApiQueryRoute('cursor-invalid')
  async list(
    @Query() query: StaffListQuery,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: GivenToken | undefined,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PageAnswer<StaffListEntry>> {
    const { documents, next } = await this.staff.list(query, caller, token, signal);
    const items = documents.map(({ document: { since, state }, degraded }) => ({
      ...answerOf(state),
      since,
      degraded,
    }));
    return answerPage(reply, items, next);
  }

  /** The caller's own entry, always as it is now. */
  @Get('me')
  @Access({ roles: WHOLE_STAFF })
  @ApiQueryRoute()
  async me(
    @Query() _query: PositionQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
  ): Promise<StaffAnswer> {
    return answerOf(await this.staff.member(caller.principal.id, caller, signal));
  }

  /** Replaces the roles. Nobody changes their own. */
  @Post(':principalId/roles')
  @Access({ roles: ADMINS })
  @ApiCommand()
  changeRoles(
    @Param('principalId') principalId: string,
    @Body() { roles }: RolesDto,
    @Requested() request: CommandRequest,
  ): Promise<StaffAnswer> {
    return this.#send(request, ADMINS, principalId, { type: 'ChangeRoles', roles });
  }

  /** Replaces the skills. */
  @Post(':principalId/skills')
  @Access({ roles: ADMINS })
  @ApiCommand()
  changeSkills(
    @Param('principalId') principalId: string,
    @Body() { skills }: SkillsDto,
    @Requested() request: CommandRequest,
  ): Promise<StaffAnswer> {
    return this.#send(request, ADMINS, principalId, { type: 'ChangeSkills', skills });
  }

  /** Declares that somebody is too close to an account to decide about it: oneself, or for a lead another. */
  @Post(':principalId/conflicts')
  @Access({ roles: WHOLE_STAFF })
  @ApiCommand()
  declareConflict(
    @Param('principalId') principalId: string,
    @Body() { accountId }: ConflictDto,
    @Requested() request: CommandRequest,
  ): Promise<StaffAnswer> {
    const command = { type: 'DeclareConflict', accountId: accountId.toLowerCase() } as const;
    return this.#send(request, WHOLE_STAFF, principalId, command);
  }

  /** Withdraws a conflict of somebody else: nobody does so for themselves. */
  @Post(':principalId/conflict-withdrawals')
  @Access({ roles: OVERSEERS })
  @ApiCommand()
  withdrawConflict(
    @Param('principalId') principalId: string,
    @Body() { accountId }: ConflictDto,
    @Requested() request: CommandRequest,
  ): Promise<StaffAnswer> {
    const command = { type: 'WithdrawConflict', accountId: accountId.toLowerCase() } as const;
    return this.#send(request, OVERSEERS, principalId, command);
  }

  /** Keeps somebody from doing anything until they are reinstated. Holds from the next request on. */
  @Post(':principalId/suspension')
  @Access({ roles: ADMINS })
  @ApiCommand()
  suspend(
    @Param('principalId') principalId: string,
    @Body() { cause }: SuspensionDto,
    @Requested() request: CommandRequest,
  ): Promise<StaffAnswer> {
    return this.#send(request, ADMINS, principalId, { type: 'SuspendStaff', cause });
  }

  /** Lifts a suspension, with the roles and skills from before. */
  @Post(':principalId/reinstatement')
  @Access({ roles: ADMINS })
  @ApiCommand()
  reinstate(
    @Param('principalId') principalId: string,
    @Requested() request: CommandRequest,
  ): Promise<StaffAnswer> {
    return this.#send(request, ADMINS, principalId, { type: 'ReinstateStaff' });
  }

  /** Ends somebody's time on the staff: one's own, or for an admin that of another. */
  @Post(':principalId/departure')
  @Access({ roles: WHOLE_STAFF })
  @ApiCommand()
  leave(
    @Param('principalId') principalId: string,
    @Requested() request: CommandRequest,
  ): Promise<StaffAnswer> {
    return this.#send(request, WHOLE_STAFF, principalId, { type: 'LeaveStaff' });
  }

  async #send(
    request: CommandRequest,
    as: readonly Role[],
    principalId: string,
    command: StaffCommand,
  ): Promise<StaffAnswer> {
    const staffId = staffIdOf(request.caller.principal.platform, principalId);
    const state = await this.sender.send(
      request,
      as,
      (envelope) => new StaffMessage(staffId, envelope, command),
    );
    return answerOf(state);
  }
}

function answerOf(state: StaffState): StaffAnswer {
  const { enrolments: _enrolments, ...shown } = state;
  return shown;
}
