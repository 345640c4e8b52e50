/** Decorators that describe in OpenAPI what every route of a kind has in common. */
import { applyDecorators } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
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

/** Codes of what If-Match may be refused with. */
const OF_IF_MATCH = {
  required: ['if-match-invalid', 'if-match-missing', 'version-moved'],
  optional: ['if-match-invalid', 'version-moved'],
} as const satisfies Record<string, readonly TechnicalCode[]>;

/** A command: a POST that appends events. `ifMatch`: made on a version, and says on which, or may say so. */
export function ApiCommand(
  { ifMatch: stated }: { ifMatch?: true | 'optional' } = {},
  ...more: readonly TechnicalCode[]
): MethodDecorator {
  const ifMatch = stated === true ? 'required' : stated;
  return applyDecorators(
    ApiBearerAuth(),
    ApiHeader({ name: IDEMPOTENCY_HEADER, required: true, description: 'New for every request.' }),
    ...(ifMatch
      ? [
          ApiHeader({
            name: 'If-Match',
            required: ifMatch === 'required',
            description: 'The ETag last read.',
          }),
        ]
      : []),
    ApiProblems(
      'malformed-json',
      'invalid-body',
      'idempotency-key-missing',
      'idempotency-key-invalid',
      'unauthenticated',
      'token-expired',
      'forbidden',
      'access-revoked',
      'not-found-here',
      'state-conflict',
      'concurrent-change',
      'body-too-large',
      'unsupported-media-type',
      'content-encoding-unsupported',
      'charset-unsupported',
      'unknown-field',
      'invalid-field',
      'rule-broken',
      'idempotency-key-reused',
      ...(ifMatch ? OF_IF_MATCH[ifMatch] : []),
      'event-of-newer-build',
      'store-unavailable',
      ...more,
    ),
  );
}

/** One file, as multipart/form-data in the field `file`. */
export function ApiUpload(): MethodDecorator {
  return applyDecorators(
    ApiConsumes('multipart/form-data'),
    ApiBody({
      schema: {
        type: 'object',
        properties: { file: { type: 'string', format: 'binary' } },
        required: ['file'],
        additionalProperties: false,
      },
    }),
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
      'token-expired',
      'forbidden',
      'access-revoked',
      'position-token-invalid',
      'position-token-of-another-store',
      'position-unknown',
      'not-found-here',
      'view-behind',
      'event-of-newer-build',
      'store-unavailable',
      ...more,
    ),
  );
}
