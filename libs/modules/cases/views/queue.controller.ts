import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, Matches } from 'class-validator';
import { type FastifyReply } from 'fastify';
import { Access } from '#infra/auth/access';
import { CurrentCaller, type Caller } from '#infra/auth/caller';
import { Origin, type CommandOrigin } from '#infra/http/idempotency';
import { ApiCommand, ApiQueryRoute } from '#infra/http/openapi';
import { answerPage } from '#infra/http/paging';
import { PageQuery, PositionQuery } from '#infra/http/paging.dto';
import { ReadAfter } from '#infra/http/position-token';
import { RequestSignal } from '#infra/http/request-signal';
import { type Role } from '#kernel/actor';
import { CaseQueries } from '../case.queries.ts';
import { TakeNext } from '../claim/take-next.ts';

const READERS: Role[] = ['reviewer', 'senior', 'lead', 'auditor'];
const STATES = ['waiting', 'claimed', 'snoozed', 'suspended'] as const;
const LEVELS = ['first', 'second', 'appeal', 'unfreeze'] as const;

export class QueueQuery extends PageQuery {
  /** Default: waiting. */
  @IsOptional()
  @IsIn(STATES)
  state?: (typeof STATES)[number];

  @IsOptional()
  @IsIn(LEVELS)
  level?: (typeof LEVELS)[number];

  @IsOptional()
  @Matches(/^[a-z][a-z0-9-]{0,62}$/)
  queue?: string;

  @IsOptional()
  @IsBoolean()
  overdue?: boolean;
}

export class TakeNextDto {
  /** Only from this queue. */
  @IsOptional()
  @Matches(/^[a-z][a-z0-9-]{0,62}$/)
  queue?: string;

  @IsOptional()
  @IsIn(LEVELS)
  level?: (typeof LEVELS)[number];
}

/** Reviews that wait, the most urgent first, and what a reviewer holds and has done. */
@ApiTags('queues')
@Controller('v1')
export class QueueController {
  constructor(
    private readonly cases: CaseQueries,
    private readonly next: TakeNext,
  ) {}

  /** Claims the most urgent review that the caller may take; `claimed` is null where there is none. */
  @Post('queues/next')
  @HttpCode(200)
  @Access({ roles: ['reviewer', 'senior'] })
  @ApiCommand()
  async takeNext(
    @Body() body: TakeNextDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { queue, level } = body;
    const where = {
      ...(queue === undefined ? {} : { queue }),
      ...(level === undefined ? {} : { level }),
    };
    const request = { caller, as: ['reviewer', 'senior'] as Role[], origin, body, reply };
    const claimed = await this.next.take(request, where, { caller, token: undefined, signal });
    return { claimed };
  }

  @Get('queues')
  @Access({ roles: READERS })
  @ApiQueryRoute('cursor-invalid')
  async list(
    @Query() { cursor, limit, state = 'waiting', level, queue, overdue }: QueueQuery,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: string | undefined,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const where = {
      state,
      ...(queue === undefined ? {} : { queue }),
      ...(level === undefined ? {} : { level }),
      ...(overdue === undefined ? {} : { overdue }),
    };
    const page = { limit, ...(cursor === undefined ? {} : { after: cursor }) };
    const found = await this.cases.queue(where, page, { caller, token, signal });
    return answerPage(
      reply,
      found.documents.map(({ document }) => document),
      found.next,
    );
  }

  /** How many reviews wait, are claimed, snoozed and suspended. */
  @Get('queues/counts')
  @Access({ roles: READERS })
  @ApiQueryRoute()
  counts(
    @Query() _query: PositionQuery,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: string | undefined,
    @RequestSignal() signal: AbortSignal,
  ) {
    return this.cases.queueCounts({ caller, token, signal });
  }

  /** The reviews that the caller took, the latest first. */
  @Get('reviewers/me/work')
  @Access({ roles: ['reviewer', 'senior'] })
  @ApiQueryRoute('cursor-invalid')
  async work(
    @Query() { cursor, limit }: PageQuery,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: string | undefined,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const page = { limit, ...(cursor === undefined ? {} : { after: cursor }) };
    const found = await this.cases.work(page, { caller, token, signal });
    return answerPage(
      reply,
      found.documents.map(({ document }) => document),
      found.next,
    );
  }
}
