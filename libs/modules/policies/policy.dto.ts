import { IsBoolean, IsObject, IsOptional } from 'class-validator';
import { IsCode } from '#infra/http/code.dto';
import { IsInstant } from '#infra/http/instant.dto';
import { PageQuery } from '#infra/http/paging.dto';
import { type Instant } from '#kernel/instants';
import { type LocalText, type PolicyDefinition } from './policy.definition.ts';
import { type PublishedPolicy } from './policy.state.ts';

export class PublicationDto {
  /** As GET /v1/policies/schema describes it; with the number of the version that it is to be. */
  @IsObject()
  definition!: object;

  /** RFC 3339: from when on drafts are held against it. Left out: from now on. */
  @IsOptional()
  @IsInstant()
  effectiveFrom?: string;
}

export class RetirementDto {
  /** Why, as a code: `superseded`, `service-ended` … */
  @IsCode(64)
  cause!: string;
}

export class PolicyListQuery extends PageQuery {
  /** Left out: both kinds. */
  @IsOptional()
  @IsBoolean()
  retired?: boolean;
}

export class PolicyAnswer {
  key!: string;
  kind!: PolicyDefinition['kind'];
  title!: LocalText;
  /** The version that holds for what begins now; null before the first takes effect and once retired. */
  inForce!: number | null;
  /** The version published last. */
  latest!: number;
  retiredAt!: Instant | null;
}

export class PolicyEntryAnswer extends PolicyAnswer {
  /** Whether the entry stands still, because something that followed could not be read. */
  degraded!: boolean;
}

export class PolicyDetailAnswer extends PolicyAnswer {
  /** Every version ever published, the first one first, each with what differs from the one before. */
  versions!: readonly PublishedPolicy[];
}
