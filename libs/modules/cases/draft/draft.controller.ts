import { Body, Controller, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsObject, IsOptional, IsUUID, Matches } from 'class-validator';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Access } from '#infra/auth/access';
import { CurrentCaller, type Caller } from '#infra/auth/caller';
import { IfMatch } from '#infra/http/etag';
import { Origin, type CommandOrigin } from '#infra/http/idempotency';
import { ApiCommand, ApiUpload } from '#infra/http/openapi';
import { HttpProblem } from '#infra/http/problem';
import { TakesUpload } from '#infra/http/request-form.guard';
import { type Role } from '#kernel/actor';
import { CLOCK, type Clock } from '#kernel/clock';
import { deriveId } from '#kernel/ids';
import { KEY } from '#modules/policies/index';
import { CaseCommands, type CaseAnswer } from '../case.commands.ts';
import { uploadedFile } from '../uploaded-file.ts';
import { takeIn, todayUnder, type IncomingMaterial } from './material-intake.ts';

const APPLICANT: Role[] = ['applicant'];
const FIELDS_MAX = 50;
const FIELD_CHARACTERS_MAX = 4_000;

export class OpenCaseDto {
  /** Key of the policy under which the account is to be verified. */
  @Matches(KEY)
  policyKey!: string;
}

export class MaterialDto {
  /** One of the document types that the policy accepts for the material. */
  @IsOptional()
  @Matches(KEY)
  documentType?: string;

  /** Field keys of the policy with what the applicant typed. What is named replaces what was there. */
  @IsObject()
  fields!: Record<string, string>;
}

export class RemovalDto {
  /** Reference of one file; absent: the whole material. */
  @IsOptional()
  @IsUUID()
  file?: string;
}

/** What the applicant prepares. */
@ApiTags('cases')
@Controller('v1/cases')
export class DraftController {
  constructor(
    private readonly cases: CaseCommands,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Begins a case for the caller's account under the version of the policy in force. */
  @Post()
  @Access({ roles: ['applicant'] })
  @ApiCommand()
  open(
    @Body() body: OpenCaseDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    const { commandId } = this.cases.identify({ origin, body });
    const caseId = deriveId('case', commandId);
    const accountId = caller.accountId!;
    const command = {
      type: 'OpenCase',
      accountId,
      // An account's holder is its one subject: erasing the subject erases what the account verified.
      subjectId: accountId,
      policyKey: body.policyKey,
    } as const;
    return this.cases.send({ caseId, caller, as: APPLICANT, origin, body, reply }, command);
  }

  /** Gives values of a material. What their formats find wrong is answered in the case's view and screening. */
  @Post(':caseId/materials/:material')
  @Access({ roles: ['applicant'] })
  @ApiCommand({ ifMatch: 'optional' })
  provide(
    @Param('caseId') caseId: string,
    @Param('material') material: string,
    @Body() body: MaterialDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch({ optional: true }) expectedVersion: number | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    assertFields(body.fields);
    const { documentType, fields } = body;
    return this.#takeIn(
      { caseId, caller, as: APPLICANT, origin, body, expectedVersion, reply },
      { material, ...(documentType === undefined ? {} : { documentType }), fields, files: [] },
    );
  }

  /** Adds one file to a material. */
  @Post(':caseId/materials/:material/files')
  @Access({ roles: ['applicant'] })
  @TakesUpload()
  @ApiUpload()
  @ApiCommand({ ifMatch: 'optional' }, 'file-too-large', 'upload-malformed')
  async upload(
    @Param('caseId') caseId: string,
    @Param('material') material: string,
    @Req() request: FastifyRequest,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch({ optional: true }) expectedVersion: number | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    const { file, body } = await uploadedFile(request);
    return this.#takeIn(
      {
        caseId,
        caller,
        as: APPLICANT,
        origin,
        body,
        expectedVersion,
        reply,
      },
      { material, fields: {}, files: [file] },
    );
  }

  /** Takes a material back, or one file of it. */
  @Post(':caseId/materials/:material/removal')
  @Access({ roles: ['applicant'] })
  @ApiCommand({ ifMatch: 'optional' })
  remove(
    @Param('caseId') caseId: string,
    @Param('material') material: string,
    @Body() body: RemovalDto,
    @CurrentCaller() caller: Caller,
    @Origin() origin: CommandOrigin,
    @IfMatch({ optional: true }) expectedVersion: number | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseAnswer> {
    return this.cases.send(
      { caseId, caller, as: APPLICANT, origin, body, expectedVersion, reply },
      {
        type: 'RemoveMaterial',
        material,
        ...(body.file === undefined ? {} : { fileRef: body.file }),
      },
    );
  }

  #takeIn(
    request: Parameters<CaseCommands['send']>[0],
    material: IncomingMaterial,
  ): Promise<CaseAnswer> {
    return this.cases.send(request, async ({ sealer, policy }) => {
      const definition = await policy();
      return takeIn(material, definition, sealer, todayUnder(definition, this.clock.now()));
    });
  }
}

/** The keys are the policy's, so no decorator can name them; the values are short texts. */
function assertFields(fields: Record<string, unknown>): asserts fields is Record<string, string> {
  const entries = Object.entries(fields);
  const faulty = entries.find(
    ([key, value]) =>
      !KEY.test(key) ||
      typeof value !== 'string' ||
      value.trim() === '' ||
      value.length > FIELD_CHARACTERS_MAX,
  );
  if (faulty || entries.length > FIELDS_MAX) {
    const field = faulty && KEY.test(faulty[0]) ? `fields.${faulty[0]}` : 'fields';
    throw new HttpProblem('invalid-field', { fields: [{ field, rule: 'isString' }] });
  }
}
