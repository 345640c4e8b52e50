import { Body, Controller, Param, ParseIntPipe, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { type FastifyReply } from 'fastify';
import { Access } from '#infra/auth/access';
import { CurrentCaller, PRINCIPAL_ID, type Caller } from '#infra/auth/caller';
import { IsCode } from '#infra/http/code.dto';
import { IfMatch } from '#infra/http/etag';
import { Origin, type CommandOrigin } from '#infra/http/idempotency';
import { IsInstant } from '#infra/http/instant.dto';
import { ApiCommand } from '#infra/http/openapi';
import { type Role } from '#kernel/actor';
import { deriveId } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { CaseCommands, type CaseAnswer } from '../case.commands.ts';

const REVIEWERS: Role[] = ['reviewer', 'senior'];
const STAFF_AT_WORK: Role[] = ['reviewer', 'senior', 'lead'];

export class ReassignmentDto {
  /** Principal id of whoever is to take the review. */
  @Matches(PRINCIPAL_ID)
  to!: string;
}

export class SnoozeDto {
  /** RFC 3339; at most 30 days ahead. */
  @IsInstant()
  until!: string;

  /** Code of the reason: `waiting-for-provider`, `needs-expert` … */
  @IsCode(60)
  cause!: string;
}

export class NoteDto {
  /** Kept in the vault. */
  @IsString()
  @MinLength(1)
  @MaxLength(10_000)
  text!: string;
}

/** Who holds a review. */
@ApiTags('reviews')
@Controller('v1/cases/:caseId')
export class ClaimController {
  constructor(private readonly cases: CaseCommands) {}

  /** Takes the review for the length of a lease. 409 names who holds it and until when. */
  @Post('reviews/:review/claim')
  @Access({ roles: REVIEWERS })
  @ApiCommand({ ifMatch: 'optional' })
  claim(
    @Param('caseId') caseId: string,
    @Param('review', ParseIntPipe) review: number,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch({ optional: true }) expectedVersion: number | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    return this.cases.send(
      { caseId, caller, as: REVIEWERS, origin, body: null, expectedVersion, reply },
      { type: 'ClaimReview', review },
    );
  }

  /** Prolongs one's own claim: at most once in half its length, and as often as the policy says. */
  @Post('reviews/:review/renewal')
  @Access({ roles: REVIEWERS })
  @ApiCommand({ ifMatch: 'optional' })
  renew(
    @Param('caseId') caseId: string,
    @Param('review', ParseIntPipe) review: number,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch({ optional: true }) expectedVersion: number | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    return this.cases.send(
      { caseId, caller, as: REVIEWERS, origin, body: null, expectedVersion, reply },
      { type: 'RenewClaim', review },
    );
  }

  /** Gives one's own claim up. */
  @Post('reviews/:review/release')
  @Access({ roles: REVIEWERS })
  @ApiCommand({ ifMatch: 'optional' })
  release(
    @Param('caseId') caseId: string,
    @Param('review', ParseIntPipe) review: number,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch({ optional: true }) expectedVersion: number | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    return this.cases.send(
      { caseId, caller, as: REVIEWERS, origin, body: null, expectedVersion, reply },
      { type: 'ReleaseReview', review, holder: caller.principal.id, cause: 'holder' },
    );
  }

  /** A lead gives the review to somebody, whoever holds it. */
  @Post('reviews/:review/reassignment')
  @Access({ roles: ['lead'] })
  @ApiCommand({ ifMatch: true })
  reassign(
    @Param('caseId') caseId: string,
    @Param('review', ParseIntPipe) review: number,
    @Body() body: ReassignmentDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch() expectedVersion: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    return this.cases.send(
      { caseId, caller, as: ['lead'], origin, body, expectedVersion, reply },
      { type: 'ReassignReview', review, to: body.to },
    );
  }

  /** Puts the review off until an instant; the claim ends, the clock goes on. */
  @Post('reviews/:review/snooze')
  @Access({ roles: STAFF_AT_WORK })
  @ApiCommand({ ifMatch: true })
  snooze(
    @Param('caseId') caseId: string,
    @Param('review', ParseIntPipe) review: number,
    @Body() body: SnoozeDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch() expectedVersion: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    return this.cases.send(
      { caseId, caller, as: STAFF_AT_WORK, origin, body, expectedVersion, reply },
      { type: 'SnoozeReview', review, until: instant(body.until), cause: body.cause },
    );
  }

  /** Ends a snooze early. */
  @Post('reviews/:review/wake')
  @Access({ roles: STAFF_AT_WORK })
  @ApiCommand({ ifMatch: 'optional' })
  wake(
    @Param('caseId') caseId: string,
    @Param('review', ParseIntPipe) review: number,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch({ optional: true }) expectedVersion: number | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    return this.cases.send(
      { caseId, caller, as: STAFF_AT_WORK, origin, body: null, expectedVersion, reply },
      { type: 'WakeReview', review, cause: 'person' },
    );
  }

  /** Writes a note for the staff; its text is kept in the vault. */
  @Post('notes')
  @Access({ roles: [...STAFF_AT_WORK, 'support'] })
  @ApiCommand({ ifMatch: 'optional' })
  note(
    @Param('caseId') caseId: string,
    @Body() body: NoteDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch({ optional: true }) expectedVersion: number | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    const as: Role[] = [...STAFF_AT_WORK, 'support'];
    const { commandId } = this.cases.identify({ origin, body });
    return this.cases.send(
      { caseId, caller, as, origin, body, expectedVersion, reply },
      async ({ sealer }) => {
        const { ref, commitment } = await sealer.seal('text', 'text', body.text);
        return { type: 'AddNote', noteId: deriveId('note', commandId), textRef: ref, commitment };
      },
    );
  }
}
