import { Module } from '@nestjs/common';
import { CommandSender } from '#infra/http/command-sender';
import { AccountController } from './account.controller.ts';
import { AccountHandler } from './account.handler.ts';
import { AccountQueries } from './account.queries.ts';

@Module({
  controllers: [AccountController],
  providers: [AccountHandler, AccountQueries, CommandSender],
  exports: [AccountHandler],
})
export class AccountsModule {}
