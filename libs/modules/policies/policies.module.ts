import { Module } from '@nestjs/common';
import { CommandSender } from '#infra/http/command-sender';
import { PolicyController } from './policy.controller.ts';
import { PolicyHandler } from './policy.handler.ts';
import { PolicyQueries } from './policy.queries.ts';

@Module({
  controllers: [PolicyController],
  providers: [PolicyHandler, PolicyQueries, CommandSender],
  exports: [PolicyHandler],
})
export class PoliciesModule {}
