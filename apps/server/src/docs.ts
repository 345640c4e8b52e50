import { type INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** The OpenAPI 3.1 description of every route. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setTitle('Casetrail')
      .setDescription('Verification cases, event by event.')
      .setVersion('1')
      .addBearerAuth()
      .build(),
  );
  return { ...document, openapi: '3.1.0' };
}

/** Serves the description as a page at /docs and as JSON at /docs-json. */
export function serveDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => describeApi(app));
}
