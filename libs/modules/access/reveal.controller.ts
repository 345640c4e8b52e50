/**
 * Personal data in clear: only what one case names, only for a purpose, and recorded in the access
 * stream before it is shown. Every look is recorded, also one that repeats an earlier request.
 */
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsUUID } from 'class-validator';
import { Access } from '#infra/auth/access';
import { actingAs, CurrentCaller, type Caller } from '#infra/auth/caller';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { ApiCommand } from '#infra/http/openapi';
import { notFoundHere } from '#infra/http/problem';
import { RequestSignal } from '#infra/http/request-signal';
import { VAULT, type Vault, type VaultRecord } from '#infra/vault/vault.port';
import { type Role } from '#kernel/actor';
import { AccessRecorder } from './access-recorder.ts';
import { PURPOSES, type Purpose } from './access.events.ts';
import { evidenceOf } from './case-evidence.ts';

const MAY_REVEAL: Role[] = ['reviewer', 'senior', 'auditor', 'support'];
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

  /** Why they are looked at. */
  @IsIn(PURPOSES)
  purpose!: Purpose;
}

@ApiTags('reveals')
@Controller('v1/reveals')
export class RevealController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(VAULT) private readonly vault: Vault,
    private readonly recorder: AccessRecorder,
  ) {}

  /** The values in clear; files in base64. A reference that the case does not name is not found. */
  @Post()
  @HttpCode(200)
  @Access({ roles: ['reviewer', 'senior', 'auditor', 'support'], kinds: ['person'] })
  @ApiCommand()
  async reveal(
    @Body() { caseId, refs, purpose }: RevealDto,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
  ) {
    const { platform } = caller.principal;
    const { accountId, refs: named } = await evidenceOf(this.store, caseId, platform, signal);
    if (!refs.every((ref) => named.has(ref))) throw notFoundHere('refs');
    await this.recorder.record({
      platform,
      actor: actingAs(caller, MAY_REVEAL),
      accountId,
      event: { type: 'PersonalDataRevealed', data: { caseId, accountId, refs, purpose } },
    });
    const records = await this.vault.read(platform, refs);
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
