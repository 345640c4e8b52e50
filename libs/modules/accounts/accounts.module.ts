import { Module } from '@nestjs/common';
import { AccountHandler } from './account.handler.ts';

@Module({ providers: [AccountHandler], exports: [AccountHandler] })
export class AccountsModule {}
