/** The problem as the OpenAPI file describes it; problem.ts says what its members mean. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class FieldProblemDto {
  @ApiProperty({ description: 'Path as it was sent.', example: 'reasons[0].code' })
  field!: string;

  @ApiProperty({ description: 'The rule that is broken.', example: 'isIn' })
  rule!: string;

  @ApiProperty({ description: 'The rule in the language of the answer.' })
  detail!: string;
}

export class ProblemDto {
  @ApiProperty({ format: 'uri', example: 'urn:casetrail:problem:invalid-field' })
  type!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ example: 422 })
  status!: number;

  @ApiProperty()
  detail!: string;

  @ApiProperty({ format: 'uri', description: 'Names this occurrence.' })
  instance!: string;

  @ApiProperty({ description: 'Stable: match on it.', example: 'invalid-field' })
  code!: string;

  @ApiPropertyOptional({ description: 'The first field at fault.', example: 'reasons[0].code' })
  field?: string;

  @ApiPropertyOptional({ type: [FieldProblemDto], description: 'All fields at fault.' })
  fields?: FieldProblemDto[];

  @ApiProperty({ description: 'What to do about it.' })
  action!: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'The facts behind the detail.',
  })
  params?: Record<string, unknown>;

  @ApiProperty({ example: '4bf92f3577b34da6a3ce929d0e0e4736' })
  traceId!: string;
}
