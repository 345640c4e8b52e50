import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  IsUUID,
  Matches,
} from 'class-validator';
import { PRINCIPAL_ID } from '#infra/auth/caller';
import { IsCode } from '#infra/http/code.dto';
import { PageQuery } from '#infra/http/paging.dto';
import { STAFF_ROLES, type StaffRole } from '#kernel/actor';
import { type Instant } from '#kernel/instants';
import {
  STAFF_KINDS,
  type StaffKind,
  SUSPENSION_CAUSES,
  type SuspensionCause,
} from './staff.events.ts';
import { type StaffState } from './staff.state.ts';

const SKILLS_MAX = 100;
const STATUSES = ['active', 'suspended', 'left'] as const;

export class RolesDto {
  /** All roles held from now on. */
  @IsArray()
  @ArrayMaxSize(STAFF_ROLES.length)
  @ArrayUnique()
  @IsIn(STAFF_ROLES, { each: true })
  roles!: StaffRole[];
}

export class SkillsDto {
  /** All skills held from now on. */
  @IsArray()
  @ArrayMaxSize(SKILLS_MAX)
  @IsCode(64, { each: true })
  skills!: string[];
}

export class EnrolmentDto extends RolesDto {
  /** The `sub` of the tokens that they sign in with: an opaque id, never an address. */
  @Matches(PRINCIPAL_ID)
  principalId!: string;

  @IsIn(STAFF_KINDS)
  kind!: StaffKind;

  @IsArray()
  @ArrayMaxSize(SKILLS_MAX)
  @IsCode(64, { each: true })
  skills!: string[];
}

export class ConflictDto {
  @IsUUID()
  accountId!: string;
}

export class SuspensionDto {
  @IsIn(SUSPENSION_CAUSES)
  cause!: SuspensionCause;
}

export class StaffListQuery extends PageQuery {
  @IsOptional()
  @IsIn(STATUSES)
  status?: (typeof STATUSES)[number];
}

export class StaffAnswer {
  staffId!: string;
  principalId!: string;
  kind!: StaffKind;
  status!: StaffState['status'];
  roles!: readonly StaffRole[];
  skills!: readonly string[];
  /** Accounts with a declared conflict of interest. */
  conflicts!: readonly string[];
  suspendedFor!: SuspensionCause | null;
}

export class StaffListEntry extends StaffAnswer {
  since!: Instant;
  /** Whether the entry stands still, because something that followed could not be read. */
  degraded!: boolean;
}
