import { Module } from '@nestjs/common';
import { CommandSender } from '#infra/http/command-sender';
import { PlatformController } from './platform.controller.ts';
import { PlatformHandler } from './platform.handler.ts';

@Module({
  controllers: [PlatformController],
  providers: [PlatformHandler, CommandSender],
  exports: [PlatformHandler],
})
export class PlatformsModule {}
