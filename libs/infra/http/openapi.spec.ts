import { Controller, Get, Module, Post } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Access } from '#infra/auth/access';
import { ApiCommand, ApiQueryRoute } from './openapi.ts';
import { startTestApp } from './http.testkit.ts';

@Controller('v1/described')
@Access({ roles: ['lead'] })
class Described {
  @Post()
  @ApiCommand({ ifMatch: true }, 'file-too-large')
  command() {
    return {};
  }

  @Get()
  @ApiQueryRoute('cursor-invalid')
  query() {
    return {};
  }
}

@Module({ controllers: [Described] })
class DescribedModule {}

describe('the OpenAPI file', () => {
  it('says of a command its headers and all its problems, one response a status', async () => {
    const test = await startTestApp({ modules: [{ module: DescribedModule }] });
    const document = SwaggerModule.createDocument(test.app, new DocumentBuilder().build());
    await test.app.close();
    const { post, get } = document.paths['/v1/described']!;
    const names = (post!.parameters as { name: string }[]).map(({ name }) => name);
    expect(names.sort()).toEqual(['Idempotency-Key', 'If-Match']);
    expect(Object.keys(post!.responses)).toEqual(
      expect.arrayContaining([
        '400',
        '401',
        '403',
        '404',
        '409',
        '412',
        '413',
        '422',
        '428',
        '503',
      ]),
    );
    expect(post!.responses['412']).toMatchObject({
      content: {
        'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDto' } },
      },
      description: expect.stringContaining('`version-moved`'),
    });
    expect(post!.security).toEqual([{ bearer: [] }]);
    expect(get!.responses['400']).toMatchObject({
      description: expect.stringMatching(
        /`invalid-parameter`[^]*`position-unknown`[^]*`cursor-invalid`/,
      ),
    });
    expect(document.components?.schemas).toHaveProperty('FieldProblemDto');
  });
});
