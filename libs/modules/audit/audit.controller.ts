import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, IsUUID, Matches, MaxLength } from 'class-validator';
import { type FastifyReply } from 'fastify';
import { Access } from '#infra/auth/access';
import { CurrentCaller, type Caller } from '#infra/auth/caller';
import { IsInstant } from '#infra/http/instant.dto';
import { ApiQueryRoute } from '#infra/http/openapi';
import { answerPage } from '#infra/http/paging';
import { PageQuery } from '#infra/http/paging.dto';
import { ReadAfter } from '#infra/http/position-token';
import { RequestSignal } from '#infra/http/request-signal';
import { ViewReader } from '#infra/projector/view-reader';
import { type Where } from '#infra/read-store/read-store.port';
import { instant } from '#kernel/instants';
import { type AuditEntry } from './audit-trail.view.ts';

export class AuditQuery extends PageQuery {
  @IsOptional()
  @IsUUID()
  caseId?: string;

  @IsOptional()
  @IsUUID()
  accountId?: string;

  /** Principal id of whoever acted. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  actorId?: string;

  @IsOptional()
  @Matches(/^[A-Z][A-Za-z]{2,60}$/)
  type?: string;

  /** Happened at or after, RFC 3339. */
  @IsOptional()
  @IsInstant()
  from?: string;

  /** Happened before, RFC 3339. */
  @IsOptional()
  @IsInstant()
  to?: string;
}

/** Who did what, when, to what, under which policy version; looks and denied attempts among it. */
@ApiTags('audit')
@Controller('v1/audit')
export class AuditController {
  constructor(private readonly views: ViewReader) {}

  /** The latest first. */
  @Get()
  @Access({ roles: ['auditor'] })
  @ApiQueryRoute('cursor-invalid')
  async list(
    @Query() query: AuditQuery,
    @CurrentCaller() { principal }: Caller,
    @ReadAfter() token: string | undefined,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const store = await this.views.read<AuditEntry>('audit-trail', token, signal);
    const { cursor, limit } = query;
    const found = await store.find({
      where: { platform: principal.platform, ...asked(query) },
      orderBy: [{ field: 'position', direction: 'desc' }],
      limit,
      ...(cursor === undefined ? {} : { after: cursor }),
    });
    const items = found.documents.map(({ document: { position: _position, ...entry } }) => entry);
    return answerPage(reply, items, found.next);
  }
}

function asked({ caseId, accountId, actorId, type, from, to }: AuditQuery): Where {
  return {
    ...(caseId === undefined ? {} : { caseId }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(actorId === undefined ? {} : { actorId }),
    ...(type === undefined ? {} : { type }),
    ...(from === undefined && to === undefined
      ? {}
      : {
          occurredAt: {
            ...(from === undefined ? {} : { gte: instant(from) }),
            ...(to === undefined ? {} : { lt: instant(to) }),
          },
        }),
  };
}
