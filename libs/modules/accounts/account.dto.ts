import { IsIn, IsOptional } from 'class-validator';
import { IsInstant } from '#infra/http/instant.dto';
import { PageQuery } from '#infra/http/paging.dto';
import { type Instant } from '#kernel/instants';
import {
  ACCOUNT_KINDS,
  type AccountKind,
  BAN_CAUSES,
  type BanCause,
  CLOSURE_CAUSES,
  type ClosureCause,
  FREEZE_CAUSES,
  FREEZE_SCOPES,
  type FreezeCause,
  type FreezeScope,
  LEGAL_BASES,
  type LegalBasis,
} from './account.events.ts';
import { type Standing } from './account.state.ts';

const STANDINGS = ['good', 'frozen', 'banned', 'closed'] as const satisfies Standing[];

export class RegistrationDto {
  @IsIn(ACCOUNT_KINDS)
  kind!: AccountKind;
}

export class FreezeDto {
  /** The holder may give `compromise` or `holder-request`, the staff any. */
  @IsIn(FREEZE_CAUSES)
  cause!: FreezeCause;

  /** What it stops: everything, or verification alone. */
  @IsIn(FREEZE_SCOPES)
  scope!: FreezeScope;

  /** Must be given for a legal order. */
  @IsOptional()
  @IsIn(LEGAL_BASES)
  legalBasis?: LegalBasis;

  /** RFC 3339: when it ends by itself. Left out: when it is lifted. */
  @IsOptional()
  @IsInstant()
  until?: string;
}

export class BanDto {
  @IsIn(BAN_CAUSES)
  cause!: BanCause;

  /** Must be given for a legal order. */
  @IsOptional()
  @IsIn(LEGAL_BASES)
  legalBasis?: LegalBasis;
}

export class ClosureDto {
  /** The holder may give `holder-request`, the staff any. */
  @IsIn(CLOSURE_CAUSES)
  cause!: ClosureCause;
}

export class AccountListQuery extends PageQuery {
  @IsOptional()
  @IsIn(STANDINGS)
  standing?: (typeof STANDINGS)[number];
}

export class FreezeAnswer {
  freezeId!: string;
  cause!: FreezeCause;
  scope!: FreezeScope;
  /** When it ends by itself; null: when it is lifted. */
  until!: Instant | null;
  /** Principal id of who froze it; left out for the holder. */
  by?: string;
}

export class VerificationAnswer {
  caseId!: string;
  policyKey!: string;
  policyVersion!: number;
  /** Null: without end. */
  validUntil!: Instant | null;
  revoked!: boolean;
}

export class AccountAnswer {
  accountId!: string;
  kind!: AccountKind;
  standing!: Standing;
  /** The freezes in force. */
  freezes!: readonly FreezeAnswer[];
  verifications!: readonly VerificationAnswer[];
}

export class AccountEntry extends AccountAnswer {
  registeredAt!: Instant;
  /** Whether the entry stands still, because something that followed could not be read. */
  degraded!: boolean;
}
