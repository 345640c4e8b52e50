/** A small application to specify the technical layer on: a real server, a real issuer, no business. */
import {
  Body,
  Controller,
  Get,
  type DynamicModule,
  Module,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Role } from '#kernel/actor';
import { type Clock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import { type Instant, instant, plusMs } from '#kernel/instants';
import { type Position } from '#kernel/position';
import { violationsOf } from '#kernel/violation';
import { Access, Public } from '#infra/auth/access';
import { ACCESS_LOG, type Denial } from '#infra/auth/access-log.port';
import { AuthModule } from '#infra/auth/auth.module';
import { type Caller, CurrentCaller, type PrincipalKind } from '#infra/auth/caller';
import { DevIssuer } from '#infra/auth/dev-issuer';
import { DevIssuerModule } from '#infra/auth/dev-issuer.controller';
import { PRINCIPAL_DIRECTORY, type Standing } from '#infra/auth/principal-directory.port';
import { JwtVerifier } from '#infra/auth/token-verifier';
import { JsonLogger } from '#infra/telemetry/logger';
import { createHttpApp } from './http-app.ts';
import { setEtag, IfMatch, versionMoved } from './etag.ts';
import { type CommandOrigin, Origin, WithoutIdempotencyKey } from './idempotency.ts';
import { PageQuery } from './paging.dto.ts';
import { answerPage } from './paging.ts';
import { type GivenToken, positionOfToken, ReadAfter, setPosition } from './position-token.ts';
import { notFoundHere, orRefuse } from './problem.ts';
import { TakesUpload } from './request-form.guard.ts';
import { RequestSignal } from './request-signal.ts';
import { readUpload } from './upload.ts';

export const SAMPLE_VIOLATIONS = {
  'thing-is-held': {
    kind: 'state',
    en: 'Held by {by} until {until}.',
    zhCN: '由 {by} 持有至 {until}。',
  },
  'thing-is-yours': { kind: 'forbidden', en: 'It is your own.', zhCN: '这是您自己的。' },
  'thing-has-no-such-part': { kind: 'form', en: 'No such part.', zhCN: '没有该部分。' },
  'thing-not-found': { kind: 'missing', en: 'No such thing.', zhCN: '没有该内容。' },
} as const;
const violation = violationsOf(SAMPLE_VIOLATIONS);

class Part {
  @IsIn(['a', 'b'])
  code!: string;

  @IsOptional()
  @Matches(/^x/, { context: { en: 'Begins with x.', zhCN: '以 x 开头。' } })
  name?: string;
}

class Thing {
  @IsString()
  @MaxLength(20)
  title!: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  count?: number;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(3)
  @ValidateNested({ each: true })
  @Type(() => Part)
  parts?: Part[];

  @IsOptional()
  @ValidateNested()
  @Type(() => Part)
  part?: Part;
}

class Empty {}

class ThingId {
  @IsUUID()
  thingId!: string;
}

class ThingQuery extends PageQuery {
  @IsOptional()
  @IsBoolean()
  open?: boolean;

  @IsOptional()
  @IsArray()
  @IsIn(['a', 'b'], { each: true })
  code?: string[];

  @IsOptional()
  @IsInt()
  @Max(9)
  level?: number;
}

const ANYBODY: { roles: Role[] } = { roles: ['reviewer', 'applicant'] };
export const STORE_ID = 'store-1';

/** What the next request to /v1/things/failing throws. */
export const failing: { with: unknown } = { with: undefined };

@Controller('v1/things')
@Access(ANYBODY)
class ThingsController {
  @Post()
  make(
    @Body() body: Thing,
    @Origin() origin: CommandOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    setPosition(reply, STORE_ID, '0007' as Position);
    setEtag(reply, 3);
    return { origin, body };
  }

  @Get()
  list(@Query() query: ThingQuery, @Res({ passthrough: true }) reply: FastifyReply) {
    const next = query.cursor === undefined ? 'c+1' : undefined;
    return { ...answerPage(reply, [1, 2], next), query: { ...query } };
  }

  @Get('plain')
  plain(@Query('n') n: number) {
    return { n };
  }

  @Get('failing')
  fail(): never {
    throw failing.with;
  }

  @Get('waiting')
  async wait(@RequestSignal() signal: AbortSignal) {
    await new Promise((_, reject) => {
      if (signal.aborted) reject(signal.reason as Error);
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  }

  @Get('read-after')
  readAfter(@ReadAfter() token: GivenToken | undefined, @Query('position') _: unknown) {
    return { position: token === undefined ? null : positionOfToken(token, STORE_ID) };
  }

  @Post('pokes')
  @WithoutIdempotencyKey()
  poke(@Body() _body: Empty) {
    return {};
  }

  @Post(':thingId/parts/:part/touches')
  touch(@Param('part') part: number) {
    return { part };
  }

  @Post('uploads')
  @TakesUpload()
  async upload(@Req() request: FastifyRequest) {
    const { bytes, ...rest } = await readUpload(request, ['a', 'page']);
    return { ...rest, bytes: bytes.length };
  }

  @Get(':thingId')
  get(@Param() { thingId }: ThingId) {
    throw notFoundHere();
    return thingId;
  }

  @Post(':thingId/changes')
  change(@Param() params: ThingId, @IfMatch() version: number) {
    if (version !== 3) throw versionMoved(3);
    return { thingId: params.thingId, version };
  }

  @Post(':thingId/refusals')
  refuse(@Body() _body: Empty, @Query('code') code: keyof typeof SAMPLE_VIOLATIONS & string) {
    const params = { by: 'ada', until: '2026-11-25T10:00:00.000Z' };
    return orRefuse(violation(code, { field: 'parts[0]', params }));
  }

  @Get('leads/only')
  @Access({ roles: ['lead', 'senior'], kinds: ['person'] })
  forLeads(@CurrentCaller() caller: Caller) {
    return { actor: caller.actor };
  }

  @Post('registrations')
  @Access({ roles: ['applicant'], unregistered: true })
  register(@CurrentCaller() caller: Caller) {
    return { actor: caller.actor };
  }

  @Get('public/door')
  @Public()
  open() {
    return { open: true };
  }
}

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  constructor(public at: Instant) {}
  now(): Instant {
    return this.at;
  }
  forward(ms: number): void {
    this.at = plusMs(this.at, ms);
  }
}

export interface TestApp {
  readonly app: NestFastifyApplication;
  readonly clock: ManualClock;
  readonly issuer: DevIssuer;
  /** What the directory says, by principal id; nobody else is known. */
  readonly standings: Map<string, Standing>;
  readonly denials: Denial[];
  readonly log: string[];
  /** Runs what a ticker would. */
  tick(): void;
  bearer(subject: string, kind?: PrincipalKind, platform?: string): Promise<string>;
}

/** @param controllers more than the sample's own. */
export async function startTestApp(
  options: { deadlineMs?: number; modules?: DynamicModule[] } = {},
): Promise<TestApp> {
  const clock = new ManualClock(instant('2026-11-25T04:00:00.000Z'));
  const issuer = await DevIssuer.create({
    enabled: true,
    production: false,
    audience: 'casetrail',
    clock,
  });
  const standings = new Map<string, Standing>([['ada', { roles: ['reviewer'] }]]);
  const denials: Denial[] = [];
  const log: string[] = [];
  const ticks = new Set<() => void>();
  const ticker = {
    every(_: number, tick: () => void) {
      ticks.add(tick);
      return () => ticks.delete(tick);
    },
  };
  const logger = new JsonLogger({
    level: 'info',
    destination: { write: (line: string) => void log.push(line) },
  });
  const providers = [
    {
      provide: PRINCIPAL_DIRECTORY,
      useValue: { resolve: ({ id }: { id: string }) => Promise.resolve(standings.get(id)) },
    },
    {
      provide: ACCESS_LOG,
      useValue: { denied: (denial: Denial) => Promise.resolve(void denials.push(denial)) },
    },
  ];
  const verifier = new JwtVerifier({ issuers: [issuer.trusted], clock });
  @Module({
    imports: [
      AuthModule.with({ verifier, clock, logger, ticker, providers }),
      DevIssuerModule.with(issuer),
      ...(options.modules ?? []),
    ],
    controllers: [ThingsController],
  })
  class SampleModule {}
  const app = await createHttpApp(SampleModule, {
    settings: {
      bodyLimitBytes: 4_096,
      fileLimitBytes: 1_000,
      requestDeadlineMs: options.deadlineMs ?? 30_000,
      receiveTimeoutMs: 30_000,
    },
    violations: [SAMPLE_VIOLATIONS],
    logger,
    clock,
    ids: randomIds,
    ticker,
  });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return {
    app,
    clock,
    issuer,
    standings,
    denials,
    log,
    tick: () => ticks.forEach((tick) => tick()),
    bearer: async (subject, kind = 'person', platform = 'demo') =>
      `Bearer ${(await issuer.issue({ subject, platform, kind })).token}`,
  };
}
