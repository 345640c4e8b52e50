import { Module } from '@nestjs/common';
import { ReasonController } from './reason.controller.ts';

@Module({ controllers: [ReasonController] })
export class ReasonsModule {}
