/**
 * The description of the API (OpenAPI 3.1). What is served is the file that is checked in and tested
 * against the running server: docs/reference/openapi.json, written by tools/generate-openapi.ts.
 */
import { type INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import file from '../../../docs/reference/openapi.json' with { type: 'json' };

const ABOUT = [
  'Verification cases: every step an event, every answer folded from them.',
  'Whatever is refused is answered by problem+json (RFC 9457) with a stable code, in zh-CN or en by Accept-Language.',
  'Every POST carries an Idempotency-Key; the same key with the same body is answered as the first time.',
  'Unknown fields and parameters are refused. Lists are read page by page: `next` is the cursor of the next one.',
].join('\n\n');

/** What Nest knows: routes, requests and refusals. The answers are added by tools/openapi. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setTitle('Casetrail')
      .setDescription(ABOUT)
      .setVersion('1')
      .addBearerAuth()
      .build(),
  );
  return { ...document, openapi: '3.1.0' };
}

/** Serves the description as a page at /docs and as JSON at /docs-json. */
export function serveDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, file as unknown as OpenAPIObject);
}
