import { Module } from '@nestjs/common';
import { PlatformHandler } from './platform.handler.ts';

@Module({ providers: [PlatformHandler], exports: [PlatformHandler] })
export class PlatformsModule {}
