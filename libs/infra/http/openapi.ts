/** Decorators that describe in OpenAPI what every route of a kind has in common. */
import { applyDecorators } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiHeader,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { IDEMPOTENCY_HEADER, POSITION_HEADER, READ_AFTER_HEADER } from './headers.ts';
import { type TechnicalCode, TECHNICAL_PROBLEMS } from './problem.catalogue.ts';
import { ProblemDto } from './problem.dto.ts';
import { PROBLEM_MEDIA_TYPE } from './problem.ts';

function responseOf(status: number, codes: readonly TechnicalCode[]): MethodDecorator {
  const lines = codes.map((code) => `\`${code}\`: ${TECHNICAL_PROBLEMS[code].texts.en.detail}`);
  return ApiResponse({
    status,
    description: lines.join('\n\n'),
    content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: getSchemaPath(ProblemDto) } } },
  });
}

/** The problems that a route may answer with, one response a status. Once a route: a second one would replace statuses of the first. */
export function ApiProblems(...codes: readonly TechnicalCode[]): MethodDecorator {
  const byStatus = Map.groupBy(new Set(codes), (code) => TECHNICAL_PROBLEMS[code].status);
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...[...byStatus].map(([status, some]) => responseOf(status, some)),
  );
}

/** A command: a POST that appends events. `ifMatch`: made on a version, and says on which. */
export function ApiCommand(
  options: { ifMatch?: boolean } = {},
  ...more: readonly TechnicalCode[]
): MethodDecorator {
  const ifMatch = options.ifMatch ? (['if-match-missing', 'version-moved'] as const) : [];
  return applyDecorators(
    ApiBearerAuth(),
    ApiHeader({ name: IDEMPOTENCY_HEADER, required: true, description: 'New for every request.' }),
    ...(options.ifMatch
      ? [ApiHeader({ name: 'If-Match', required: true, description: 'The ETag last read.' })]
      : []),
    ApiProblems(
      'idempotency-key-missing',
      'unauthenticated',
      'forbidden',
      'not-found-here',
      'state-conflict',
      'unknown-field',
      'invalid-field',
      'rule-broken',
      'idempotency-key-reused',
      ...ifMatch,
      'store-unavailable',
      ...more,
    ),
  );
}

/** A query, which may wait for one's own write. */
export function ApiQueryRoute(...more: readonly TechnicalCode[]): MethodDecorator {
  return applyDecorators(
    ApiBearerAuth(),
    ApiHeader({
      name: READ_AFTER_HEADER,
      required: false,
      description: `The ${POSITION_HEADER} of the write that the answer must show.`,
    }),
    ApiProblems(
      'invalid-parameter',
      'unknown-parameter',
      'unauthenticated',
      'forbidden',
      'not-found-here',
      'view-behind',
      'store-unavailable',
      ...more,
    ),
  );
}
