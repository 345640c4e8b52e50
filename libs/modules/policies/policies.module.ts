import { Module } from '@nestjs/common';
import { PolicyHandler } from './policy.handler.ts';

@Module({ providers: [PolicyHandler], exports: [PolicyHandler] })
export class PoliciesModule {}
