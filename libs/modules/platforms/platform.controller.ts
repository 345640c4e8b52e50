import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import { Access } from '#infra/auth/access';
import { type Caller, CurrentCaller } from '#infra/auth/caller';
import { foldStream } from '#infra/command-handler/fold-stream';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { type CommandRequest, CommandSender, Requested } from '#infra/http/command-sender';
import { IsInstant } from '#infra/http/instant.dto';
import { ApiCommand, ApiQueryRoute } from '#infra/http/openapi';
import { PositionQuery } from '#infra/http/paging.dto';
import { notFoundHere } from '#infra/http/problem';
import { RequestSignal } from '#infra/http/request-signal';
import { type Role, ROLES } from '#kernel/actor';
import { type Calendar } from '#kernel/business-time/calendar';
import { deriveId } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { platformDecider, type PlatformCommand } from './platform.decider.ts';
import { platformEvents } from './platform.events.ts';
import { PlatformMessage } from './platform.handler.ts';
import { platformStream, type PlatformState } from './platform.state.ts';

const ADMINS: Role[] = ['admin'];
const EVERYBODY: Role[] = [...ROLES];

export class MaintenanceDto {
  /** RFC 3339; not before now. */
  @IsInstant()
  from!: string;

  /** RFC 3339; at most 14 days later. */
  @IsInstant()
  to!: string;
}

export class CalendarDto {
  /** Whole years, new or corrected, with their source, under a version name of their own. */
  @IsObject()
  addition!: object;
}

export class PlatformAnswer {
  platform!: string;
  name!: string;
  /** What business days are counted by. A year without data is Monday to Friday, and provisional. */
  calendar!: Calendar;
  /** An alarm: years without data that due times reach into already. Those are issued anew when it is added. */
  calendarGaps!: PlatformState['calendarGaps'];
  /** When no clock of the platform runs. */
  maintenance!: PlatformState['maintenance'];
}

@ApiTags('platform')
@Controller('v1/platform')
export class PlatformController {
  constructor(
    private readonly sender: CommandSender,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  /** The caller's own platform, always as it is now. */
  @Get()
  @Access({ roles: EVERYBODY })
  @ApiQueryRoute()
  async own(
    @Query() _query: PositionQuery,
    @CurrentCaller() { principal: { platform } }: Caller,
    @RequestSignal() signal: AbortSignal,
  ): Promise<PlatformAnswer> {
    const stream = platformStream(platform);
    const options = { signal };
    const { state } = await foldStream(
      this.store,
      stream,
      platformDecider,
      platformEvents,
      options,
    );
    if (!state.registered) throw notFoundHere();
    return answerOf(platform, state);
  }

  /** Announces when no clock of the platform will run. */
  @Post('maintenance')
  @Access({ roles: ADMINS })
  @ApiCommand()
  announce(
    @Body() { from, to }: MaintenanceDto,
    @Requested() request: CommandRequest,
  ): Promise<PlatformAnswer> {
    return this.#send(request, (commandId) => ({
      type: 'AnnounceMaintenance',
      maintenanceId: deriveId('maintenance', commandId),
      from: instant(from),
      to: instant(to),
    }));
  }

  /** Takes an announced maintenance back, or ends one early. */
  @Post('maintenance/:maintenanceId/cancellation')
  @Access({ roles: ADMINS })
  @ApiCommand()
  cancel(
    @Param('maintenanceId') maintenanceId: string,
    @Requested() request: CommandRequest,
  ): Promise<PlatformAnswer> {
    return this.#send(request, () => ({ type: 'CancelMaintenance', maintenanceId }));
  }

  /** Adds calendar data: a further year, or the correction of one. */
  @Post('calendar')
  @Access({ roles: ADMINS })
  @ApiCommand()
  extendCalendar(
    @Body() { addition }: CalendarDto,
    @Requested() request: CommandRequest,
  ): Promise<PlatformAnswer> {
    return this.#send(request, () => ({ type: 'ExtendCalendar', addition }));
  }

  async #send(
    request: CommandRequest,
    command: (commandId: string) => PlatformCommand,
  ): Promise<PlatformAnswer> {
    const { platform } = request.caller.principal;
    const state = await this.sender.send(
      request,
      ADMINS,
      (envelope) => new PlatformMessage(platform, envelope, command(envelope.commandId)),
    );
    return answerOf(platform, state);
  }
}

function answerOf(platform: string, state: PlatformState): PlatformAnswer {
  const { name, calendar, calendarGaps, maintenance } = state;
  return { platform, name, calendar, calendarGaps, maintenance };
}
