/**
 * Files in clear, as they were uploaded: to the applicant their own, to the staff for a purpose and
 * recorded in the access stream before the first byte is sent. Sent as attachments, never to be shown
 * in place: what an applicant uploads is nothing that a reviewer's browser should run.
 */
import { Controller, Get, Inject, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { Access } from '#infra/auth/access';
import { actingAs, CurrentCaller, type Caller } from '#infra/auth/caller';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { ApiQueryRoute } from '#infra/http/openapi';
import { hiddenHere, HttpProblem, notFoundHere, Refusal } from '#infra/http/problem';
import { RequestSignal } from '#infra/http/request-signal';
import { VAULT, type Vault } from '#infra/vault/vault.port';
import { CLOCK, type Clock } from '#kernel/clock';
import { keptFileName } from '#modules/materials/index';
import { AccessRecorder } from './access-recorder.ts';
import { PURPOSES, type Purpose } from './access.events.ts';
import { evidenceOf, recordsOf, type CaseEvidence } from './case-evidence.ts';
import { standingTo } from './case-viewer.ts';
import { lookFor, ROLES_FOR } from './purpose.decide.ts';

export class FileDownloadQuery {
  /** Why it is looked at; the staff must say it. Each is of some roles, as for a reveal. */
  @IsOptional()
  @IsIn(PURPOSES)
  purpose?: Purpose;
}

@ApiTags('materials')
@Controller('v1/cases/:caseId/files')
export class FileDownloadController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(VAULT) private readonly vault: Vault,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly recorder: AccessRecorder,
  ) {}

  /** A file as it was uploaded, as an attachment. The staff must say for what, and it is recorded. */
  @Get(':fileRef')
  @Access({ roles: ['applicant', 'reviewer', 'senior', 'auditor', 'support'], kinds: ['person'] })
  @ApiQueryRoute()
  async download(
    @Param('caseId') caseId: string,
    @Param('fileRef') ref: string,
    @Query() { purpose }: FileDownloadQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
  ): Promise<StreamableFile> {
    const { platform } = caller.principal;
    const evidence = await evidenceOf(this.store, caseId, platform, signal);
    const isStaff = caller.staffId !== undefined;
    // Who is of the staff and says for what asks as the staff do, of their own account in vain.
    const asApplicant =
      caller.accountId === evidence.accountId && !(isStaff && purpose !== undefined);
    if (!asApplicant && !isStaff) throw hiddenHere('caller', 'caseId');
    const file = evidence.files.get(ref);
    if (!file) throw notFoundHere('fileRef');
    if (!asApplicant) await this.#record({ caseId, ref, purpose }, evidence, caller, signal);
    const refs = file.nameRef === undefined ? [ref] : [ref, file.nameRef];
    const [content, name] = await recordsOf(evidence, this.vault, platform, refs);
    if (!content) throw notFoundHere('fileRef');
    const { mediaType } = file;
    const called = name && new TextDecoder().decode(name.value);
    return new StreamableFile(content.value, {
      type: mediaType,
      // Also of a file that was kept before names were held against what is in it.
      disposition: dispositionOf(called && (await keptFileName(called, mediaType, content.value))),
      length: content.value.byteLength,
    });
  }

  async #record(
    { caseId, ref, purpose }: { caseId: string; ref: string; purpose: Purpose | undefined },
    { accountId, review }: CaseEvidence,
    caller: Caller,
    signal: AbortSignal,
  ): Promise<void> {
    if (purpose === undefined) {
      const fields = [{ field: 'purpose', rule: 'isDefined' }];
      throw new HttpProblem('invalid-parameter', { fields });
    }
    const actor = actingAs(caller, ROLES_FOR[purpose]);
    const standing = await standingTo(accountId, caller.principal, this.store, signal);
    const looking = { purpose, roles: caller.roles, review, ...standing };
    const stop = lookFor(looking, { at: this.clock.now(), by: actor });
    if (stop) throw new Refusal(stop, {}, 'caller');
    await this.recorder.record({
      platform: caller.principal.platform,
      actor,
      accountId,
      event: { type: 'PersonalDataRevealed', data: { caseId, accountId, refs: [ref], purpose } },
    });
  }
}

/** RFC 6266, the name encoded by RFC 8187: it may be of any language. */
function dispositionOf(name: string | undefined): string {
  if (name === undefined) return 'attachment';
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename*=UTF-8''${encoded}`;
}
