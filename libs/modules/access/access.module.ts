import { Module } from '@nestjs/common';
import { RevealController } from './reveal.controller.ts';

@Module({ controllers: [RevealController] })
export class AccessModule {}
