import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsOptional, IsUUID } from 'class-validator';
import { type FastifyReply } from 'fastify';
import { Access } from '#infra/auth/access';
import { CurrentCaller, type Caller } from '#infra/auth/caller';
import { negotiateLocale } from '#infra/http/locale';
import { ApiQueryRoute } from '#infra/http/openapi';
import { answerPage } from '#infra/http/paging';
import { PageQuery } from '#infra/http/paging.dto';
import { ReadAfter } from '#infra/http/position-token';
import { RequestSignal } from '#infra/http/request-signal';
import { ViewReader } from '#infra/projector/view-reader';
import { renderReason } from '#modules/reasons/index';
import { TIMELINE_TEXTS } from './timeline.texts.ts';
import { type TimelineEntry } from './timeline.view.ts';

export class TimelineQuery extends PageQuery {
  /** Only of this case. */
  @IsOptional()
  @IsUUID()
  caseId?: string;
}

/** What happened to the caller's cases, in their language. */
@ApiTags('timelines')
@Controller('v1/timeline')
export class TimelineController {
  constructor(private readonly views: ViewReader) {}

  /** The latest first, over all of the caller's own cases. */
  @Get()
  @Access({ roles: ['applicant'] })
  @ApiQueryRoute('cursor-invalid')
  async list(
    @Query() { cursor, limit, caseId }: TimelineQuery,
    @CurrentCaller() { principal, accountId }: Caller,
    @ReadAfter() token: string | undefined,
    @RequestSignal() signal: AbortSignal,
    @Headers('accept-language') language: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const locale = negotiateLocale(language);
    reply.header('content-language', locale);
    const store = await this.views.read<TimelineEntry>('timeline', token, signal);
    const found = await store.find({
      where: {
        platform: principal.platform,
        accountId: accountId ?? '',
        ...(caseId === undefined ? {} : { caseId }),
      },
      orderBy: [{ field: 'position', direction: 'desc' }],
      limit,
      ...(cursor === undefined ? {} : { after: cursor }),
    });
    const items = found.documents.map(({ document }) => {
      const {
        platform: _platform,
        accountId: _accountId,
        position: _position,
        ...entry
      } = document;
      return {
        ...entry,
        text: TIMELINE_TEXTS[entry.type][locale],
        reasons: (entry.reasons ?? []).map((code) => {
          const { text, guidance } = renderReason(code, locale, 'applicant');
          return { code, text, guidance };
        }),
      };
    });
    return answerPage(reply, items, found.next);
  }
}
