/** What an operator looks at when something stands still, and sets going again. */
import { Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Access } from '#infra/auth/access';
import { CurrentCaller, type Caller } from '#infra/auth/caller';
import { ApiCommand, ApiQueryRoute } from '#infra/http/openapi';
import { answerPage } from '#infra/http/paging';
import { PageQuery } from '#infra/http/paging.dto';
import { notFoundHere } from '#infra/http/problem';
import { RequestSignal } from '#infra/http/request-signal';
import { Projector } from '#infra/projector/projector';
import { parkedId, parkedPage } from './parked-documents.ts';
import { Worker } from './worker.ts';

@ApiTags('operations')
@Controller('v1/operations')
export class OperationsController {
  constructor(
    private readonly worker: Worker,
    private readonly projector: Projector,
  ) {}

  /** Actions of processes that failed for good on this platform, and hold up all that follows in the same instance. */
  @Get('dead-letters')
  @Access({ roles: ['admin'] })
  @ApiQueryRoute()
  async deadLetters(@CurrentCaller() { principal }: Caller) {
    const letters = await this.worker.processes.deadLetters(principal.platform);
    return {
      items: letters.map(({ id, process, eventType, error, at }) => ({
        id,
        process,
        eventType,
        error,
        at,
      })),
    };
  }

  /** Drives a dead letter again, and after it what waited behind it. Doing it twice does nothing twice. */
  @Post('dead-letters/:letterId/retry')
  @HttpCode(200)
  @Access({ roles: ['admin'] })
  @ApiCommand()
  async retry(
    @Param('letterId', ParseUUIDPipe) letterId: string,
    @CurrentCaller() { principal }: Caller,
    @RequestSignal() signal: AbortSignal,
  ) {
    const { processes } = this.worker;
    const outcome = await processes.driveAgain(letterId, signal, principal.platform);
    if (outcome === 'no-such-letter') throw notFoundHere('letterId');
    return { outcome };
  }

  /**
   * Documents of views that stand still because an event could not be folded into them, by view and
   * key. They are served as they were, marked as degraded, and all their later events wait.
   */
  @Get('parked-documents')
  @Access({ roles: ['admin'] })
  @ApiQueryRoute('cursor-invalid')
  async parked(
    @Query() { cursor, limit }: PageQuery,
    @CurrentCaller() { principal }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = { limit, ...(cursor === undefined ? {} : { after: cursor }) };
    const page = parkedPage(await this.projector.parked(), principal.platform, asked);
    const items = page.documents.map((document) => {
      const { view, key, eventType, error, at } = document;
      return { id: parkedId(document), view, key, eventType, error, at };
    });
    return answerPage(reply, items, page.next);
  }

  /** Folds a parked document again, after the mend, and what waited behind it. Doing it twice does nothing twice. */
  @Post('parked-documents/:documentId/retry')
  @HttpCode(200)
  @Access({ roles: ['admin'] })
  @ApiCommand()
  async retryParked(
    @Param('documentId', ParseUUIDPipe) documentId: string,
    @CurrentCaller() { principal }: Caller,
  ) {
    const parked = (await this.projector.parked()).find(
      (document) => document.platform === principal.platform && parkedId(document) === documentId,
    );
    const outcome = parked
      ? await this.projector.retryParked(parked.view, parked.key)
      : 'not-parked';
    if (outcome === 'not-parked') throw notFoundHere('documentId');
    return { outcome };
  }
}
