/** What requests of several capabilities hold. */
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { IsCode } from '#infra/http/code.dto';
import { KEY } from '#modules/policies/index';

export class PointerDto {
  /** Key of a material of the policy. */
  @IsOptional()
  @Matches(KEY)
  material?: string;

  /** Key of a field of that material. */
  @IsOptional()
  @Matches(KEY)
  field?: string;
}

export class ReasonDto {
  /** Code of the reason catalogue (`GET /v1/reasons`). */
  @IsCode(80)
  code!: string;

  /** What the reason is about. */
  @IsOptional()
  @ValidateNested()
  @Type(() => PointerDto)
  pointer?: PointerDto;

  /** What the reviewer adds for the applicant; kept in the vault. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(4_000)
  text?: string;
}

export class ReasonsDto {
  /** At least one. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => ReasonDto)
  reasons!: ReasonDto[];
}
