import { Module } from '@nestjs/common';
import { CommandSender } from '#infra/http/command-sender';
import { StaffController } from './staff.controller.ts';
import { StaffHandler } from './staff.handler.ts';
import { StaffQueries } from './staff.queries.ts';

@Module({
  controllers: [StaffController],
  providers: [StaffHandler, StaffQueries, CommandSender],
  exports: [StaffHandler],
})
export class StaffModule {}
