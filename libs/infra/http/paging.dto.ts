/** Paging by cursor, the same for every list: 50 items unless asked otherwise, at most 100. */
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';

export const PAGE_LIMIT_DEFAULT = 50;
export const PAGE_LIMIT_MAX = 100;

/** The query of every query route; `position` makes it wait for one's own write. */
export class PositionQuery {
  @ApiPropertyOptional({ description: 'Answer only from what has reached this position token.' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(512)
  position?: string;
}

export class PageQuery extends PositionQuery {
  @ApiPropertyOptional({ description: '`next` of the page before.' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(2_000)
  cursor?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: PAGE_LIMIT_MAX, default: PAGE_LIMIT_DEFAULT })
  @IsInt()
  @Min(1)
  @Max(PAGE_LIMIT_MAX)
  limit: number = PAGE_LIMIT_DEFAULT;
}
