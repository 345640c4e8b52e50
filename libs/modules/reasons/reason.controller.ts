import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Access } from '#infra/auth/access';
import { type Caller, CurrentCaller } from '#infra/auth/caller';
import { negotiateLocale } from '#infra/http/locale';
import { ApiQueryRoute } from '#infra/http/openapi';
import { PositionQuery } from '#infra/http/paging.dto';
import { type Role, ROLES } from '#kernel/actor';
import { REASON_CATALOGUE_VERSION } from './reason.catalogue.ts';
import { allReasons, type RenderedReason, renderReason } from './reasons.ts';

const EVERYBODY: Role[] = [...ROLES];

export class ReasonsAnswer {
  /** Of the catalogue. */
  catalogueVersion!: typeof REASON_CATALOGUE_VERSION;
  items!: readonly RenderedReason[];
}

@ApiTags('reasons')
@Controller('v1/reasons')
export class ReasonController {
  /** Every reason in the language of Accept-Language; applicants see those that applicants are told. */
  @Get()
  @Access({ roles: EVERYBODY })
  @ApiQueryRoute()
  list(
    @Query() _query: PositionQuery,
    @CurrentCaller() { staffId }: Caller,
    @Headers('accept-language') language: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): ReasonsAnswer {
    const locale = negotiateLocale(language);
    reply.header('content-language', locale).header('vary', 'accept-language, authorization');
    const audience = staffId === undefined ? 'applicant' : 'reviewer';
    const items = allReasons()
      .filter(({ neutral }) => audience === 'reviewer' || neutral === undefined)
      .map(({ code }) => renderReason(code, locale, audience));
    return { catalogueVersion: REASON_CATALOGUE_VERSION, items };
  }
}
