import { Body, Controller, Headers, Param, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { type FastifyReply } from 'fastify';
import { Access } from '#infra/auth/access';
import { CurrentCaller, type Caller } from '#infra/auth/caller';
import { IfMatch } from '#infra/http/etag';
import { Origin, type CommandOrigin } from '#infra/http/idempotency';
import { negotiateLocale } from '#infra/http/locale';
import { ApiCommand } from '#infra/http/openapi';
import { type Role } from '#kernel/actor';
import { answerOf, CaseAnswer, CaseCommands } from '../case.commands.ts';
import { type CaseEventOf, type ScreeningOutcome } from '../case.events.ts';
import { tellReasons, type ToldReason, type Words } from '../views/told-reasons.ts';

const APPLICANT: Role[] = ['applicant'];

export class SubmissionDto {
  /** Version of the truthfulness declaration that the applicant agreed to, as the policy names it. */
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/)
  declarationVersion!: string;
}

/** Where the draft stands, and what the screening would find. */
export class AssessmentAnswer extends CaseAnswer {
  outcome!: ScreeningOutcome;
  /** What to mend, each with what it points at. */
  findings!: readonly ToldReason[];
}

/** No reviewer has written about what an assessment finds. */
const NO_WORDS: Words = new Map();

/** The rounds of a case, and its withdrawal. */
@ApiTags('submissions')
@Controller('v1/cases/:caseId')
export class SubmitController {
  constructor(private readonly cases: CaseCommands) {}

  /** Submits the draft; after a rejection that is not final, the next round. 422 lists what is lacking. */
  @Post('submissions')
  @Access({ roles: ['applicant'] })
  @ApiCommand({ ifMatch: true })
  submit(
    @Param('caseId') caseId: string,
    @Body() body: SubmissionDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch() expectedVersion: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    const { declarationVersion } = body;
    return this.cases.send(
      { caseId, caller, as: APPLICANT, origin, body, expectedVersion, reply },
      async ({ state }) => ({
        type: state.status === 'rejected' ? 'ResubmitCase' : 'SubmitCase',
        declarationVersion,
      }),
    );
  }

  /** Hands in what a reviewer asked for. 422 lists what is lacking. */
  @Post('supplements')
  @Access({ roles: ['applicant'] })
  @ApiCommand({ ifMatch: true })
  supplement(
    @Param('caseId') caseId: string,
    @Body() body: SubmissionDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch() expectedVersion: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    return this.cases.send(
      { caseId, caller, as: APPLICANT, origin, body, expectedVersion, reply },
      { type: 'SupplementCase', declarationVersion: body.declarationVersion },
    );
  }

  /**
   * Runs the screening on the draft without submitting it, and says what it finds. Whether somebody else
   * has the identity it does not look for: a submission does not tell an applicant either.
   */
  @Post('self-assessments')
  @Access({ roles: ['applicant'] })
  @ApiCommand({ ifMatch: 'optional' })
  async assess(
    @Param('caseId') caseId: string,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch({ optional: true }) expectedVersion: number | undefined,
    @Headers('accept-language') language: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AssessmentAnswer> {
    const { state, events } = await this.cases.done(
      { caseId, caller, as: APPLICANT, origin, body: null, expectedVersion, reply },
      { type: 'AssessDraft' },
    );
    const { outcome, findings } = events.find(({ type }) => type === 'SelfAssessmentCompleted')!
      .data as CaseEventOf<'SelfAssessmentCompleted'>['data'];
    const locale = negotiateLocale(language);
    reply.header('content-language', locale);
    return {
      ...answerOf(caseId, state),
      outcome,
      findings: tellReasons(findings, NO_WORDS, locale),
    };
  }

  /** Moves the draft to the version of its policy in force; the differences are named in its history. */
  @Post('policy-change')
  @Access({ roles: ['applicant'] })
  @ApiCommand({ ifMatch: 'optional' })
  applyPolicyChange(
    @Param('caseId') caseId: string,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch({ optional: true }) expectedVersion: number | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    return this.cases.send(
      { caseId, caller, as: APPLICANT, origin, body: null, expectedVersion, reply },
      { type: 'ApplyPolicyChange' },
    );
  }

  /** Gives the case up. */
  @Post('withdrawal')
  @Access({ roles: ['applicant'] })
  @ApiCommand({ ifMatch: true })
  withdraw(
    @Param('caseId') caseId: string,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch() expectedVersion: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    return this.cases.send(
      { caseId, caller, as: APPLICANT, origin, body: null, expectedVersion, reply },
      { type: 'WithdrawCase' },
    );
  }
}
