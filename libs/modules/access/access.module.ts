import { Module } from '@nestjs/common';
import { FileDownloadController } from './file-download.controller.ts';
import { RevealController } from './reveal.controller.ts';

@Module({ controllers: [RevealController, FileDownloadController] })
export class AccessModule {}
