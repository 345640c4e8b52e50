import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsOptional, IsUUID } from 'class-validator';
import { type FastifyReply } from 'fastify';
import { Access } from '#infra/auth/access';
import { CurrentCaller, type Caller } from '#infra/auth/caller';
import { negotiateLocale, type Locale } from '#infra/http/locale';
import { ApiQueryRoute } from '#infra/http/openapi';
import { answerPage } from '#infra/http/paging';
import { PageQuery } from '#infra/http/paging.dto';
import { type GivenToken, ReadAfter } from '#infra/http/position-token';
import { RequestSignal } from '#infra/http/request-signal';
import { CaseQueries } from '../case.queries.ts';
import { timelineText } from './timeline.texts.ts';
import { type TimelineEntry } from './timeline.view.ts';
import { tellReasons, wordsNeededFor, type Words } from './told-reasons.ts';

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
  constructor(private readonly cases: CaseQueries) {}

  /**
   * The latest first, over all of the caller's own cases.
   * A reason says what it points at, and what the reviewer wrote about it for the applicant.
   */
  @Get()
  @Access({ roles: ['applicant'] })
  @ApiQueryRoute('cursor-invalid')
  async list(
    @Query() { cursor, limit, caseId }: TimelineQuery,
    @CurrentCaller() caller: Caller,
    @ReadAfter() token: GivenToken | undefined,
    @RequestSignal() signal: AbortSignal,
    @Headers('accept-language') language: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const locale = negotiateLocale(language);
    reply.header('content-language', locale);
    const page = { limit, ...(cursor === undefined ? {} : { after: cursor }) };
    const found = await this.cases.timeline(caseId, page, { caller, token, signal });
    const entries = found.documents.map(({ document }) => document);
    const refs = entries.flatMap(({ reasons = [] }) => wordsNeededFor(reasons));
    const words = await this.cases.words(refs, caller);
    const items = entries.map((entry) => shown(entry, words, locale));
    return answerPage(reply, items, found.next);
  }
}

function shown(entry: TimelineEntry, words: Words, locale: Locale) {
  const {
    platform: _platform,
    accountId: _accountId,
    position: _position,
    reasons = [],
    ...told
  } = entry;
  return {
    ...told,
    text: timelineText(entry, locale),
    reasons: tellReasons(reasons, words, locale),
  };
}
