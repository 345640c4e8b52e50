import { Module } from '@nestjs/common';
import { AppealController } from './appeal/appeal.controller.ts';
import { CaseCommands } from './case.commands.ts';
import { CaseHandler } from './case.handler.ts';
import { CaseQueries } from './case.queries.ts';
import { ClaimController } from './claim/claim.controller.ts';
import { ReassignWork } from './claim/reassign-work.ts';
import { Selections } from './claim/selections.ts';
import { TakeNext } from './claim/take-next.ts';
import { DecisionController } from './decision/decision.controller.ts';
import { DraftController } from './draft/draft.controller.ts';
import { SubmitController } from './submit/submit.controller.ts';
import { CaseController } from './views/case.controller.ts';
import { QueueController } from './views/queue.controller.ts';
import { TimelineController } from './views/timeline.controller.ts';

@Module({
  controllers: [
    CaseController,
    DraftController,
    SubmitController,
    ClaimController,
    DecisionController,
    AppealController,
    QueueController,
    TimelineController,
  ],
  providers: [CaseHandler, CaseCommands, CaseQueries, Selections, TakeNext, ReassignWork],
  exports: [CaseHandler],
})
export class CasesModule {}
