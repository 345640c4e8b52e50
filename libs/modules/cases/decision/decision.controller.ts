import { Body, Controller, Param, ParseIntPipe, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { type FastifyReply } from 'fastify';
import { Access } from '#infra/auth/access';
import { CurrentCaller, type Caller } from '#infra/auth/caller';
import { IsCode } from '#infra/http/code.dto';
import { IfMatch } from '#infra/http/etag';
import { Origin, type CommandOrigin } from '#infra/http/idempotency';
import { ApiCommand } from '#infra/http/openapi';
import { type Role } from '#kernel/actor';
import { KEY } from '#modules/policies/index';
import { CaseCommands, type CaseAnswer } from '../case.commands.ts';
import { type SupplementItem } from '../case.events.ts';
import { ReasonsDto } from '../case-fields.dto.ts';
import { sealReasons } from '../seal-reasons.ts';

const REVIEWERS: Role[] = ['reviewer', 'senior'];

export class RejectionDto extends ReasonsDto {
  /** True: it can only be appealed. False: it can be mended and resubmitted. */
  @IsBoolean()
  final!: boolean;
}

export class SupplementItemDto extends ReasonsDto {
  @Matches(KEY)
  material!: string;

  @IsOptional()
  @Matches(KEY)
  field?: string;
}

export class SupplementRequestDto {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => SupplementItemDto)
  items!: SupplementItemDto[];
}

export class EscalationDto {
  /** Code of the cause: `suspected-forgery`, `unclear-rule` … */
  @IsCode(60)
  cause!: string;

  /** Kept in the vault. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(4_000)
  text?: string;
}

/** What the holder of a review decides. Each names the version of the case that was looked at (If-Match). */
@ApiTags('decisions')
@Controller('v1/cases/:caseId/reviews/:review')
export class DecisionController {
  constructor(private readonly cases: CaseCommands) {}

  /** Approves; where the policy asks for two people, the first proposes and the second grants. */
  @Post('approval')
  @Access({ roles: REVIEWERS })
  @ApiCommand({ ifMatch: true })
  approve(
    @Param('caseId') caseId: string,
    @Param('review', ParseIntPipe) review: number,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch() expectedVersion: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    return this.cases.send(
      { caseId, caller, as: REVIEWERS, origin, body: null, expectedVersion, reply },
      { type: 'ApproveCase', review },
    );
  }

  /** The second reviewer does not agree with the proposal. */
  @Post('decline')
  @Access({ roles: REVIEWERS })
  @ApiCommand({ ifMatch: true })
  decline(
    @Param('caseId') caseId: string,
    @Param('review', ParseIntPipe) review: number,
    @Body() body: ReasonsDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch() expectedVersion: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    return this.cases.send(
      { caseId, caller, as: REVIEWERS, origin, body, expectedVersion, reply },
      async ({ sealer }) => ({
        type: 'DeclineApproval',
        review,
        reasons: await sealReasons(body.reasons, sealer),
      }),
    );
  }

  /** Rejects, for at least one reason of the catalogue. */
  @Post('rejection')
  @Access({ roles: REVIEWERS })
  @ApiCommand({ ifMatch: true })
  reject(
    @Param('caseId') caseId: string,
    @Param('review', ParseIntPipe) review: number,
    @Body() body: RejectionDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch() expectedVersion: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    return this.cases.send(
      { caseId, caller, as: REVIEWERS, origin, body, expectedVersion, reply },
      async ({ sealer }) => ({
        type: 'RejectCase',
        review,
        final: body.final,
        reasons: await sealReasons(body.reasons, sealer),
      }),
    );
  }

  /** Asks the applicant for more, item by item; the clock stops. */
  @Post('supplement-request')
  @Access({ roles: REVIEWERS })
  @ApiCommand({ ifMatch: true })
  requestSupplement(
    @Param('caseId') caseId: string,
    @Param('review', ParseIntPipe) review: number,
    @Body() body: SupplementRequestDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch() expectedVersion: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    return this.cases.send(
      { caseId, caller, as: REVIEWERS, origin, body, expectedVersion, reply },
      async ({ sealer }) => ({
        type: 'RequestSupplement',
        review,
        items: await Promise.all(
          body.items.map(async ({ material, field, reasons }, index): Promise<SupplementItem> => ({
            material,
            ...(field === undefined ? {} : { field }),
            reasons: [...(await sealReasons(reasons, sealer, `items/${index}/reasons`))],
          })),
        ),
      }),
    );
  }

  /** Passes the review on to a senior reviewer. */
  @Post('escalation')
  @Access({ roles: REVIEWERS })
  @ApiCommand({ ifMatch: true })
  escalate(
    @Param('caseId') caseId: string,
    @Param('review', ParseIntPipe) review: number,
    @Body() body: EscalationDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch() expectedVersion: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    const { cause, text } = body;
    return this.cases.send(
      { caseId, caller, as: REVIEWERS, origin, body, expectedVersion, reply },
      async ({ sealer }) => {
        const sealed = text && (await sealer.seal('text', 'text', text));
        return {
          type: 'EscalateCase',
          review,
          cause,
          ...(sealed ? { textRef: sealed.ref } : {}),
        };
      },
    );
  }
}
