import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, IsUUID, Matches, MaxLength } from 'class-validator';
import { type FastifyReply } from 'fastify';
import { Access } from '#infra/auth/access';
import { CurrentCaller, type Caller } from '#infra/auth/caller';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { IsInstant } from '#infra/http/instant.dto';
import { ApiQueryRoute } from '#infra/http/openapi';
import { answerPage, type PageAnswer } from '#infra/http/paging';
import { PageQuery, PositionQuery } from '#infra/http/paging.dto';
import {
  type GivenToken,
  positionOfToken,
  positionToken,
  ReadAfter,
} from '#infra/http/position-token';
import { notFoundHere } from '#infra/http/problem';
import { RequestSignal } from '#infra/http/request-signal';
import { ViewReader } from '#infra/projector/view-reader';
import { type Where } from '#infra/read-store/read-store.port';
import { type RecordedEvent } from '#kernel/envelope';
import { EventCatalogue } from '#kernel/event-definition';
import { instant } from '#kernel/instants';
import { type Position } from '#kernel/position';
import { type AuditEntry } from './audit-trail.view.ts';
import { isOwn, notOf, refuseOwn } from './own-account.ts';
import { type AuditAnswer, answerOf, type AuditDetailAnswer, detailOf } from './audit.answers.ts';

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
  constructor(
    private readonly views: ViewReader,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly catalogue: EventCatalogue,
  ) {}

  /**
   * The latest first. What concerns the caller's own account is left out, and refused to whoever asks
   * for it by name: staff see what an applicant is not told.
   */
  @Get()
  @Access({ roles: ['auditor'] })
  @ApiQueryRoute('cursor-invalid')
  async list(
    @Query() query: AuditQuery,
    @CurrentCaller() { principal }: Caller,
    @ReadAfter() token: GivenToken | undefined,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PageAnswer<AuditAnswer>> {
    const store = await this.views.read<AuditEntry>('audit-trail', token, signal);
    const { cursor, limit, accountId = null, caseId = null } = query;
    const about = { accountId, caseId };
    if (await isOwn(about, principal, store)) refuseOwn(about);
    const found = await store.find({
      where: { platform: principal.platform, ...notOf(principal), ...asked(query) },
      // The platform is one; after it, in its direction, comes the key, which is the position.
      orderBy: [{ field: 'platform', direction: 'desc' }],
      limit,
      ...(cursor === undefined ? {} : { after: cursor }),
    });
    const items: AuditAnswer[] = [];
    for (const { document } of found.documents) {
      if (await isOwn(document, principal, store)) continue;
      items.push(answerOf(document, positionToken(this.store.storeId, document.position)));
    }
    return answerPage(reply, items, found.next);
  }

  /** One entry with what its event says, as references: personal data is revealed for a purpose alone. */
  @Get(':entryId')
  @Access({ roles: ['auditor'] })
  @ApiQueryRoute()
  async one(
    @Param('entryId') entryId: string,
    @Query() _query: PositionQuery,
    @CurrentCaller() { principal }: Caller,
    @ReadAfter() token: GivenToken | undefined,
    @RequestSignal() signal: AbortSignal,
  ): Promise<AuditDetailAnswer> {
    const store = await this.views.read<AuditEntry>('audit-trail', token, signal);
    const entry = (await store.get(this.#positionOf(entryId)))?.document;
    if (entry?.platform !== principal.platform) throw notFoundHere('entryId');
    if (await isOwn(entry, principal, store)) refuseOwn(entry);
    return detailOf(entry, entryId, await this.#eventOf(entry, signal));
  }

  /** @throws HttpProblem not-found-here, since an id of whatever form that no entry has is not found */
  #positionOf(entryId: string): Position {
    try {
      return positionOfToken({ token: entryId, field: 'entryId' }, this.store.storeId);
    } catch {
      throw notFoundHere('entryId');
    }
  }

  /** From the log, of which the trail is a view. */
  async #eventOf({ stream, revision }: AuditEntry, signal: AbortSignal): Promise<RecordedEvent> {
    for await (const event of this.store.readStream(stream, { from: revision, limit: 1, signal }))
      return this.catalogue.upcastIfKnown(event);
    throw notFoundHere('entryId');
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
