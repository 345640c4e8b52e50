/**
 * Personal data in clear: only what one case names, only for a purpose, and recorded in the access
 * stream before it is shown. A request that is repeated under its key is one look, and recorded once.
 */
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsUUID } from 'class-validator';
import { Access } from '#infra/auth/access';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { type CommandRequest, envelopeOf, Requested } from '#infra/http/command-sender';
import { ApiCommand } from '#infra/http/openapi';
import { HttpProblem, notFoundHere, Refusal } from '#infra/http/problem';
import { VAULT, type Vault, type VaultRecord } from '#infra/vault/vault.port';
import { CLOCK, type Clock } from '#kernel/clock';
import { AccessRecorder } from './access-recorder.ts';
import { PURPOSES, type Purpose } from './access.events.ts';
import { evidenceOf, recordsOf } from './case-evidence.ts';
import { standingTo } from './case-viewer.ts';
import { lookFor, ROLES_FOR } from './purpose.decide.ts';

const REFS_MAX = 50;

export class RevealDto {
  @IsUUID()
  caseId!: string;

  /** Vault references that the case names. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(REFS_MAX)
  @IsUUID(undefined, { each: true })
  refs!: string[];

  /** Why they are looked at. Each is of some roles; `review` and `appeal` of who holds that review of the case. */
  @IsIn(PURPOSES)
  purpose!: Purpose;
}

@ApiTags('reveals')
@Controller('v1/reveals')
export class RevealController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(VAULT) private readonly vault: Vault,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly recorder: AccessRecorder,
  ) {}

  /** The values in clear; files in base64. A reference that the case does not name is not found. */
  @Post()
  @HttpCode(200)
  @Access({ roles: ['reviewer', 'senior', 'auditor', 'support'], kinds: ['person'] })
  @ApiCommand()
  async reveal(@Body() { caseId, refs, purpose }: RevealDto, @Requested() request: CommandRequest) {
    const envelope = envelopeOf(request, ROLES_FOR[purpose], this.vault);
    const { platform, actor } = envelope;
    const { roles, principal } = request.caller;
    const looked = await this.recorder.recordOnce(envelope, async () => {
      const evidence = await evidenceOf(this.store, caseId, platform, request.signal);
      if (!refs.every((ref) => evidence.refs.has(ref))) throw notFoundHere('refs');
      const { accountId, review } = evidence;
      const standing = await standingTo(accountId, principal, this.store, request.signal);
      const looking = { purpose, roles, review, ...standing };
      const stop = lookFor(looking, { at: this.clock.now(), by: actor });
      if (stop) throw new Refusal(stop, {}, 'caller');
      const data = { caseId, accountId, refs, purpose };
      return { accountId, evidence, event: { type: 'PersonalDataRevealed', data } };
    });
    if (looked === 'key-reused') throw new HttpProblem('idempotency-key-reused');
    const records = await recordsOf(looked.evidence, this.vault, platform, refs);
    return {
      values: records.map((record, index) =>
        record ? shown(record) : { ref: refs[index]!, gone: true },
      ),
    };
  }
}

function shown({ ref, kind, value }: VaultRecord) {
  return kind === 'file'
    ? { ref, kind, base64: Buffer.from(value).toString('base64') }
    : { ref, kind, text: new TextDecoder().decode(value) };
}
