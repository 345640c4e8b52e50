import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID, Matches } from 'class-validator';
import { type FastifyReply } from 'fastify';
import { Access } from '#infra/auth/access';
import { CurrentCaller, type Caller } from '#infra/auth/caller';
import { setEtag } from '#infra/http/etag';
import { negotiateLocale } from '#infra/http/locale';
import { ApiQueryRoute } from '#infra/http/openapi';
import { answerPage } from '#infra/http/paging';
import { PageQuery, PositionQuery } from '#infra/http/paging.dto';
import { type GivenToken, ReadAfter } from '#infra/http/position-token';
import { RequestSignal } from '#infra/http/request-signal';
import { type Role } from '#kernel/actor';
import { KEY } from '#modules/policies/index';
import { CaseQueries } from '../case.queries.ts';
import { asApplicantSees, asReviewerSees, wordsToApplicant } from './case-presentation.ts';

const STAFF: Role[] = ['reviewer', 'senior', 'lead', 'auditor', 'support', 'admin'];
const STATUSES = [
  'draft',
  'screening',
  'waiting',
  'in-review',
  'awaiting-supplement',
  'approved',
  'rejected',
  'withdrawn',
  'expired',
] as const;

export class CaseListQuery extends PageQuery {
  @IsOptional()
  @IsIn(STATUSES)
  status?: (typeof STATUSES)[number];

  /** For the staff; an applicant sees their own cases. */
  @IsOptional()
  @IsUUID()
  accountId?: string;

  @IsOptional()
  @Matches(KEY)
  policyKey?: string;
}

/** The case as its applicant and as the staff see it. */
@ApiTags('cases')
@Controller('v1/cases')
export class CaseController {
  constructor(private readonly cases: CaseQueries) {}

  /** Cases, those that changed last first: an applicant's own, or as the staff all of the platform. */
  @Get()
  @Access({ roles: [...STAFF, 'applicant'] })
  @ApiQueryRoute('cursor-invalid')
  async list(
    @Query() query: CaseListQuery,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: GivenToken | undefined,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { cursor, limit, status, accountId, policyKey } = query;
    const where = {
      ...(status === undefined ? {} : { status }),
      ...(accountId === undefined ? {} : { accountId }),
      ...(policyKey === undefined ? {} : { policyKey }),
    };
    const page = { limit, ...(cursor === undefined ? {} : { after: cursor }) };
    const found = await this.cases.list(where, page, { caller, token, signal });
    const items = found.documents.map(({ document, degraded }) => ({
      caseId: document.caseId,
      accountId: document.accountId,
      status: document.status,
      suspended: document.suspended,
      policyKey: document.policyKey,
      openedAt: document.openedAt,
      changedAt: document.changedAt,
      version: document.state.version,
      round: document.state.round,
      /** Whether it stands still, because something that followed could not be read. */
      degraded,
    }));
    return answerPage(reply, items, found.next);
  }

  /** How many cases there are in each status. */
  @Get('counts')
  @Access({ roles: STAFF })
  @ApiQueryRoute()
  counts(
    @Query() _query: PositionQuery,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: GivenToken | undefined,
    @RequestSignal() signal: AbortSignal,
  ) {
    return this.cases.counts({ caller, token, signal });
  }

  /**
   * One case, as its applicant or as the staff see it. Its ETag is what a command names by If-Match.
   * Values are masked; what a reviewer wrote for the applicant is shown to them alone.
   */
  @Get(':caseId')
  @Access({ roles: [...STAFF, 'applicant'] })
  @ApiQueryRoute()
  async one(
    @Param('caseId') caseId: string,
    @Query() _query: PositionQuery,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: GivenToken | undefined,
    @RequestSignal() signal: AbortSignal,
    @Headers('accept-language') language: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asking = { caller, token, signal };
    const { document: detail, degraded } = await this.cases.detail(caseId, asking);
    const masked = await this.cases.masked(detail);
    const locale = negotiateLocale(language);
    setEtag(reply, detail.state.version);
    reply.header('content-language', locale);
    const shown =
      detail.accountId === caller.accountId
        ? asApplicantSees(
            detail,
            masked,
            await this.cases.words(wordsToApplicant(detail), caller),
            locale,
          )
        : asReviewerSees(detail, masked, locale);
    return {
      ...shown,
      /** Whether it stands still, because something that followed could not be read. */
      degraded,
    };
  }
}
