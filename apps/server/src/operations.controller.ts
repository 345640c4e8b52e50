/** What an operator looks at when something stands still, and sets going again. */
import { Controller, Get, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Access } from '#infra/auth/access';
import { CurrentCaller, type Caller } from '#infra/auth/caller';
import { ApiCommand, ApiQueryRoute } from '#infra/http/openapi';
import { notFoundHere } from '#infra/http/problem';
import { RequestSignal } from '#infra/http/request-signal';
import { Worker } from './worker.ts';

@ApiTags('operations')
@Controller('v1/operations')
export class OperationsController {
  constructor(private readonly worker: Worker) {}

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
}
