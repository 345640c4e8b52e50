import { Module } from '@nestjs/common';
import { StaffHandler } from './staff.handler.ts';

@Module({ providers: [StaffHandler], exports: [StaffHandler] })
export class StaffModule {}
