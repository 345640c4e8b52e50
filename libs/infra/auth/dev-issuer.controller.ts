import { Body, Controller, HttpCode, Module, Post, Req, type DynamicModule } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { type FastifyRequest } from 'fastify';
import { type Instant } from '#kernel/instants';
import { WithoutIdempotencyKey } from '#infra/http/idempotency';
import { ApiProblems } from '#infra/http/openapi';
import { HttpProblem } from '#infra/http/problem';
import { PLATFORM_ID } from '#kernel/ids';
import { Public } from './access.ts';
import { PRINCIPAL_ID, PRINCIPAL_KINDS, type PrincipalKind } from './caller.ts';
import { DevIssuer } from './dev-issuer.ts';
import { isDirectLocalRequest } from './loopback.ts';

class DevTokenRequest {
  @ApiProperty({ example: 'ada' })
  @Matches(PRINCIPAL_ID)
  subject!: string;

  @ApiProperty({ example: 'demo' })
  @Matches(PLATFORM_ID)
  platform!: string;

  @ApiProperty({ enum: PRINCIPAL_KINDS, default: 'person', required: false })
  @IsOptional()
  @IsIn(PRINCIPAL_KINDS)
  kind: PrincipalKind = 'person';
}

class DevTokenAnswer {
  @ApiProperty()
  token!: string;

  @ApiProperty({ format: 'date-time', type: String })
  expiresAt!: Instant;
}

@ApiTags('development')
@Controller('dev')
export class DevIssuerController {
  constructor(private readonly issuer: DevIssuer) {}

  @Public()
  @WithoutIdempotencyKey()
  @Post('token')
  @HttpCode(200)
  @ApiOperation({ summary: 'A token for anybody, on this machine, in development.' })
  @ApiOkResponse({ type: DevTokenAnswer })
  @ApiProblems('dev-issuer-refused', 'invalid-field')
  async token(
    @Req() request: FastifyRequest,
    @Body() body: DevTokenRequest,
  ): Promise<DevTokenAnswer> {
    const { remoteAddress } = request.raw.socket;
    if (!isDirectLocalRequest({ remoteAddress, headers: request.raw.headers }))
      throw new HttpProblem('dev-issuer-refused');
    return this.issuer.issue(body);
  }
}

@Module({})
export class DevIssuerModule {
  static with(issuer: DevIssuer): DynamicModule {
    return {
      module: DevIssuerModule,
      controllers: [DevIssuerController],
      providers: [{ provide: DevIssuer, useValue: issuer }],
    };
  }
}
