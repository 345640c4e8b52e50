import { type Moment } from '#kernel/actor';
import { type Decision } from '#kernel/decider';
import { type CaseEvent } from './case.events.ts';
import { type CaseFacts } from './case.facts.ts';
import { type CaseState } from './case.state.ts';

/** How a command of one kind is decided; what is laid around one is one again. */
export type Decide<Command> = (
  command: Command,
  state: CaseState,
  moment: Moment,
  facts: CaseFacts,
) => Decision<CaseEvent>;
