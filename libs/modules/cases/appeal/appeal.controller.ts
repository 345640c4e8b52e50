import { Body, Controller, Param, ParseIntPipe, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Access } from '#infra/auth/access';
import { CurrentCaller, type Caller } from '#infra/auth/caller';
import { IfMatch } from '#infra/http/etag';
import { Origin, type CommandOrigin } from '#infra/http/idempotency';
import { ApiCommand, ApiUpload } from '#infra/http/openapi';
import { TakesUpload } from '#infra/http/request-form.guard';
import { type Role } from '#kernel/actor';
import { CaseCommands, type CaseAnswer } from '../case.commands.ts';
import { ReasonsDto } from '../case-fields.dto.ts';
import { sealFile } from '../draft/material-intake.ts';
import { sealReasons } from '../seal-reasons.ts';
import { uploadedFile } from '../uploaded-file.ts';

const APPLICANT: Role[] = ['applicant'];
const SENIOR: Role[] = ['senior'];
/** Something to be read: not blanks alone, nor what nobody sees. */
const SAYS_SOMETHING = /[\p{L}\p{N}\p{P}\p{S}]/u;

export class AppealDto {
  /** Why the decision is wrong, in the applicant's words; kept in the vault. */
  @IsString()
  @Matches(SAYS_SOMETHING)
  @MaxLength(10_000)
  statement!: string;
}

export class GrantDto {
  @IsIn(['review-again', 'approved'])
  outcome!: 'review-again' | 'approved';

  /** Kept in the vault. */
  @IsOptional()
  @IsString()
  @Matches(SAYS_SOMETHING)
  @MaxLength(4_000)
  text?: string;
}

const REOPENING_CAUSES = ['new-evidence', 'fraud-found', 'error-found', 'complaint'] as const;

export class ReopeningDto {
  @IsIn(REOPENING_CAUSES)
  cause!: (typeof REOPENING_CAUSES)[number];

  /** Kept in the vault. */
  @IsOptional()
  @IsString()
  @Matches(SAYS_SOMETHING)
  @MaxLength(4_000)
  text?: string;
}

/** What can follow a final decision. */
@ApiTags('appeals')
@Controller('v1/cases/:caseId')
export class AppealController {
  constructor(private readonly cases: CaseCommands) {}

  /** Appeals against a final rejection; somebody who did not decide before hears it. */
  @Post('appeals')
  @Access({ roles: ['applicant'] })
  @ApiCommand({ ifMatch: true })
  appeal(
    @Param('caseId') caseId: string,
    @Body() body: AppealDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch() expectedVersion: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    return this.cases.send(
      { caseId, caller, as: APPLICANT, origin, body, expectedVersion, reply },
      async ({ sealer }) => {
        const { ref, commitment } = await sealer.seal('statement', 'text', body.statement);
        return { type: 'AppealCase', statementRef: ref, commitment, files: [] };
      },
    );
  }

  /** Gives one file to the appeal that is open, as evidence for who hears it; until it is decided. */
  @Post('appeals/files')
  @Access({ roles: ['applicant'] })
  @TakesUpload()
  @ApiUpload()
  @ApiCommand({ ifMatch: 'optional' }, 'file-too-large', 'upload-malformed')
  async provideEvidence(
    @Param('caseId') caseId: string,
    @Req() request: FastifyRequest,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch({ optional: true }) expectedVersion: number | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    const { file, body } = await uploadedFile(request);
    return this.cases.send(
      { caseId, caller, as: APPLICANT, origin, body, expectedVersion, reply },
      async ({ sealer }) => ({
        type: 'ProvideAppealEvidence',
        files: [await sealFile(file, 'appeal', 0, sealer)],
      }),
    );
  }

  /** The appeal is right: review again, or approve at once. */
  @Post('reviews/:review/grant')
  @Access({ roles: ['senior'] })
  @ApiCommand({ ifMatch: true })
  grant(
    @Param('caseId') caseId: string,
    @Param('review', ParseIntPipe) review: number,
    @Body() body: GrantDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch() expectedVersion: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    const { outcome, text } = body;
    return this.cases.send(
      { caseId, caller, as: SENIOR, origin, body, expectedVersion, reply },
      async ({ sealer }) => {
        const sealed = text && (await sealer.seal('text', 'text', text));
        return {
          type: 'GrantAppeal',
          review,
          outcome,
          ...(sealed ? { textRef: sealed.ref } : {}),
        };
      },
    );
  }

  /** The appeal is not right: the rejection stands. */
  @Post('reviews/:review/dismissal')
  @Access({ roles: ['senior'] })
  @ApiCommand({ ifMatch: true })
  dismiss(
    @Param('caseId') caseId: string,
    @Param('review', ParseIntPipe) review: number,
    @Body() body: ReasonsDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch() expectedVersion: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    return this.cases.send(
      { caseId, caller, as: SENIOR, origin, body, expectedVersion, reply },
      async ({ sealer }) => ({
        type: 'DismissAppeal',
        review,
        reasons: await sealReasons(body.reasons, sealer),
      }),
    );
  }

  /** Looks at a closed case again; what it granted is revoked. */
  @Post('reopening')
  @Access({ roles: ['senior'] })
  @ApiCommand({ ifMatch: true })
  reopen(
    @Param('caseId') caseId: string,
    @Body() body: ReopeningDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch() expectedVersion: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    const { cause, text } = body;
    return this.cases.send(
      { caseId, caller, as: SENIOR, origin, body, expectedVersion, reply },
      async ({ sealer }) => {
        const sealed = text && (await sealer.seal('text', 'text', text));
        return { type: 'ReopenCase', cause, ...(sealed ? { textRef: sealed.ref } : {}) };
      },
    );
  }
}
