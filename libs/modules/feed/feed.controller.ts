/**
 * The platform's change feed: its events in the order of the log, without gaps, resumable by
 * position. It reads the log itself, so nothing can be missing from it; events hold no personal data.
 * Each is given in the present version of its schema, in whichever it was written; what only a newer
 * build knows, as it is written.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { Access } from '#infra/auth/access';
import { CurrentCaller, type Caller } from '#infra/auth/caller';
import { UnknownPosition } from '#infra/event-store/event-store.errors';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { ApiQueryRoute } from '#infra/http/openapi';
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from '#infra/http/paging.dto';
import { positionOfToken, positionToken } from '#infra/http/position-token';
import { HttpProblem } from '#infra/http/problem';
import { RequestSignal } from '#infra/http/request-signal';
import { type RecordedEvent } from '#kernel/envelope';
import { EventCatalogue } from '#kernel/event-definition';
import { START, type Position } from '#kernel/position';

/** How many events of the log one answer looks through, of whatever platform: it is bounded work. */
const LOOKED_MAX = 5_000;
const LOOK_AGAIN_MS = 200;

export class FeedQuery {
  /** `position` of the last answer; absent: from the beginning. */
  @IsOptional()
  @IsString()
  @MaxLength(512)
  after?: string;

  @IsInt()
  @Min(1)
  @Max(PAGE_LIMIT_MAX)
  limit: number = PAGE_LIMIT_DEFAULT;

  /** One event type: `CaseApproved`. */
  @IsOptional()
  @Matches(/^[A-Z][A-Za-z]{2,60}$/)
  type?: string;

  /** Seconds to wait for the first event when there is none yet. */
  @IsInt()
  @Min(0)
  @Max(25)
  wait: number = 0;
}

interface Look {
  readonly events: readonly RecordedEvent[];
  readonly position: Position;
}

@ApiTags('events')
@Controller('v1/events')
export class FeedController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly catalogue: EventCatalogue,
  ) {}

  /** Events after a position, and the position to ask from next: it moves also when nothing matched. */
  @Get()
  @Access({ roles: ['auditor', 'admin'] })
  @ApiQueryRoute()
  async events(
    @Query() { after, limit, type, wait }: FeedQuery,
    @CurrentCaller() { principal }: Caller,
    @RequestSignal() signal: AbortSignal,
  ) {
    const { storeId } = this.store;
    const until = performance.now() + wait * 1_000;
    let look: Look = {
      events: [],
      position:
        after === undefined ? START : positionOfToken({ token: after, field: 'after' }, storeId),
    };
    for (;;) {
      look = await this.#look(look.position, principal.platform, { limit, type, signal }).catch(
        (error: unknown) => {
          if (!(error instanceof UnknownPosition)) throw error;
          throw new HttpProblem('position-unknown', { field: 'after', cause: error });
        },
      );
      if (look.events.length > 0 || performance.now() >= until) break;
      await sleep(LOOK_AGAIN_MS, undefined, { signal });
    }
    return {
      items: look.events.map(({ position, ...event }) => ({
        ...event,
        position: positionToken(storeId, position),
      })),
      position: positionToken(storeId, look.position),
    };
  }

  /**
   * Without a type every event is looked at, and the last one is how far. With one, only what matches is
   * given: the reading goes at least to where the log ended before it began, and nothing that is yet to
   * come lies before that.
   */
  async #look(
    after: Position,
    platform: string,
    { limit, type, signal }: { limit: number; type: string | undefined; signal: AbortSignal },
  ): Promise<Look> {
    const events: RecordedEvent[] = [];
    let position = after;
    let looked = 0;
    const filter = type === undefined ? {} : { filter: { eventTypes: [type] } };
    const lookedTo = type === undefined ? after : await this.store.head({ signal });
    for await (const event of this.store.readAll({ after, ...filter, limit: LOOKED_MAX, signal })) {
      position = event.position;
      looked += 1;
      if (event.metadata.platform === platform) events.push(this.catalogue.upcastIfKnown(event));
      if (events.length >= limit) break;
    }
    const isAtEnd = events.length < limit && looked < LOOKED_MAX;
    return { events, position: isAtEnd && lookedTo > position ? lookedTo : position };
  }
}
