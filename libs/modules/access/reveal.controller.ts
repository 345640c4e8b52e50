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
import { caseStream } from '#modules/cases/index';
import { AccessRecorder } from './access-recorder.ts';
import { PURPOSES, type Purpose } from './access.events.ts';
import { refsNamedIn } from './named-refs.ts';

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
    const accountId = await this.#accountOf(caseId, platform, refs, signal);
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

  /** @throws HttpProblem not-found-here where the case is elsewhere or names one of the references not */
  async #accountOf(
    caseId: string,
    platform: string,
    refs: readonly string[],
    signal: AbortSignal,
  ): Promise<string> {
    const named = new Set<string>();
    let accountId = '';
    for await (const { metadata, data } of this.store.readStream(caseStream(caseId), { signal })) {
      if (metadata.platform !== platform) throw notFoundHere('caseId');
      accountId = metadata.accountId ?? accountId;
      for (const ref of refsNamedIn(data)) named.add(ref);
    }
    if (accountId === '') throw notFoundHere('caseId');
    if (!refs.every((ref) => named.has(ref))) throw notFoundHere('refs');
    return accountId;
  }
}

function shown({ ref, kind, value }: VaultRecord) {
  return kind === 'file'
    ? { ref, kind, base64: Buffer.from(value).toString('base64') }
    : { ref, kind, text: new TextDecoder().decode(value) };
}
