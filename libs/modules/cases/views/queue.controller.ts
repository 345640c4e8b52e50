import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { type FastifyReply } from 'fastify';
import { Access } from '#infra/auth/access';
import { CurrentCaller, PRINCIPAL_ID, type Caller } from '#infra/auth/caller';
import { Origin, type CommandOrigin } from '#infra/http/idempotency';
import { IsInstant } from '#infra/http/instant.dto';
import { negotiateLocale, type Locale } from '#infra/http/locale';
import { ApiCommand, ApiQueryRoute } from '#infra/http/openapi';
import { answerPage, type PageAnswer } from '#infra/http/paging';
import { PageQuery, PositionQuery } from '#infra/http/paging.dto';
import { type GivenToken, ReadAfter } from '#infra/http/position-token';
import { fillText } from '#infra/http/problem.render';
import { RequestSignal } from '#infra/http/request-signal';
import { type StoredDocument } from '#infra/read-store/read-store.port';
import { type Role } from '#kernel/actor';
import { instant } from '#kernel/instants';
import { type Violation } from '#kernel/violation';
import { KEY, PRIORITY_MAX } from '#modules/policies/index';
import { REVIEW_LEVELS, type ReviewLevel } from '../case.events.ts';
import { CaseQueries, type QueueCounts } from '../case.queries.ts';
import { CASE_VIOLATIONS } from '../case.violations.ts';
import { ReassignmentDto } from '../claim/claim.controller.ts';
import { ReassignWork } from '../claim/reassign-work.ts';
import { TakeNext } from '../claim/take-next.ts';
import { QUEUE_SORTS, type QueueOrder } from './queue-query.ts';
import { type QueuedReview } from './review-queue.view.ts';
import { type ReviewerWork } from './reviewer-work.view.ts';

const READERS: Role[] = ['reviewer', 'senior', 'lead', 'auditor'];
const STATES = ['waiting', 'claimed', 'snoozed', 'suspended'] as const;
const TAKERS: Role[] = ['reviewer', 'senior'];

export class QueueQuery extends PageQuery {
  /** Default: waiting; claimed where `claimedBy` says by whom. */
  @IsOptional()
  @IsIn(STATES)
  state?: (typeof STATES)[number];

  @IsOptional()
  @IsIn(REVIEW_LEVELS)
  level?: ReviewLevel;

  @IsOptional()
  @Matches(KEY)
  queue?: string;

  @IsOptional()
  @IsBoolean()
  overdue?: boolean;

  @IsOptional()
  @Matches(KEY)
  skill?: string;

  /** Of this priority or a higher one. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(PRIORITY_MAX)
  priorityMin?: number;

  /** RFC 3339; due before this instant. */
  @IsOptional()
  @IsInstant()
  dueBefore?: string;

  /** Principal id of whoever holds it. */
  @IsOptional()
  @Matches(PRINCIPAL_ID)
  claimedBy?: string;

  /** Default: urgency, which is priority and then what is due first. */
  @IsOptional()
  @IsIn(QUEUE_SORTS)
  sort?: QueueOrder;
}

export class TakeNextDto {
  /** Only from this queue. */
  @IsOptional()
  @Matches(KEY)
  queue?: string;

  @IsOptional()
  @IsIn(REVIEW_LEVELS)
  level?: ReviewLevel;
}

interface Shown {
  /** Whether it stands still, because something that followed could not be read. */
  readonly degraded: boolean;
}

type WorkAnswer = ReviewerWork & Shown;

/** A review as the queue shows it. */
interface QueueAnswer extends QueuedReview, Shown {
  /** Why the caller may not take it; empty where they may. Told to those who take reviews. */
  readonly obstacles?: readonly { readonly code: string; readonly detail: string }[];
}

/** Reviews that wait, the most urgent first, and what a reviewer holds and has done. */
@ApiTags('queues')
@Controller('v1')
export class QueueController {
  constructor(
    private readonly cases: CaseQueries,
    private readonly next: TakeNext,
    private readonly reassignment: ReassignWork,
  ) {}

  /** Claims the most urgent review that the caller may take. 409 where there is none: the same request may be sent again. */
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
    const request = { caller, as: ['reviewer', 'senior'] as Role[], origin, body, reply };
    const claimed = await this.next.take(request, body, { caller, token: undefined, signal });
    return { claimed };
  }

  /** Reviews, the most urgent first. Who works reviews is told of each why they may not take it. */
  @Get('queues')
  @Access({ roles: READERS })
  @ApiQueryRoute('cursor-invalid')
  async list(
    @Query() query: QueueQuery,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: GivenToken | undefined,
    @RequestSignal() signal: AbortSignal,
    @Headers('accept-language') language: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PageAnswer<QueueAnswer>> {
    const asking = { caller, token, signal };
    const { cursor, limit, sort, claimedBy, dueBefore } = query;
    const filters = {
      ...query,
      state: query.state ?? (claimedBy === undefined ? 'waiting' : 'claimed'),
      dueBefore: dueBefore === undefined ? undefined : instant(dueBefore),
    };
    const page = { limit, ...(cursor === undefined ? {} : { after: cursor }) };
    const found = await this.cases.queue(filters, page, asking, sort);
    const shown = found.documents.map(withStanding);
    if (!caller.roles.some((role) => TAKERS.includes(role))) {
      return answerPage(reply, shown, found.next);
    }
    const locale = negotiateLocale(language);
    reply.header('content-language', locale);
    const obstacles = await this.cases.obstacles(shown, asking);
    const items = shown.map((review, index) => ({
      ...review,
      obstacles: obstacles[index]!.map((violation) => worded(violation, locale)),
    }));
    return answerPage(reply, items, found.next);
  }

  /** How many reviews wait, are claimed, snoozed and suspended; and how many of them all are overdue. */
  @Get('queues/counts')
  @Access({ roles: READERS })
  @ApiQueryRoute()
  counts(
    @Query() _query: PositionQuery,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: GivenToken | undefined,
    @RequestSignal() signal: AbortSignal,
  ): Promise<QueueCounts> {
    return this.cases.queueCounts({ caller, token, signal });
  }

  /** Gives all that a member of the staff holds, at most 100 reviews, to another; says of each whether it was given. */
  @Post('reviewers/:principalId/reassignment')
  @HttpCode(200)
  @Access({ roles: ['lead'] })
  @ApiCommand()
  async reassignWork(
    @Param('principalId') principalId: string,
    @Body() body: ReassignmentDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const request = { caller, as: ['lead'] as Role[], origin, body, reply };
    const asking = { caller, token: undefined, signal };
    const who = { from: principalId, to: body.to };
    return { items: await this.reassignment.reassign(request, who, asking) };
  }

  /** The reviews that the caller took, the latest first, each with what became of it in their hands. */
  @Get('reviewers/me/work')
  @Access({ roles: ['reviewer', 'senior'] })
  @ApiQueryRoute('cursor-invalid')
  async work(
    @Query() { cursor, limit }: PageQuery,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: GivenToken | undefined,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PageAnswer<WorkAnswer>> {
    const page = { limit, ...(cursor === undefined ? {} : { after: cursor }) };
    const found = await this.cases.work(page, { caller, token, signal });
    return answerPage(reply, found.documents.map(withStanding), found.next);
  }
}

function withStanding<D extends object>({ document, degraded }: StoredDocument<D>): D & Shown {
  return { ...document, degraded };
}

function worded({ code, params = {} }: Violation, locale: Locale) {
  const spec = CASE_VIOLATIONS[code as keyof typeof CASE_VIOLATIONS];
  return { code, detail: fillText(locale === 'en' ? spec.en : spec.zhCN, params, locale) };
}
