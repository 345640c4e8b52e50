/** The due time of a case as a whole, as a view keeps it beside that of the open review. */
import { type Instant } from '#kernel/instants';
import { type BusinessClock, type CaseEvent } from '../case.events.ts';

export interface OverallDue {
  /** When the result is expected; null while no clock of the whole runs. */
  readonly overallDueAt: Instant | null;
  /** Whether it rests on weekdays alone, since the calendar of a year is not out yet. */
  readonly overallProvisional: boolean;
  readonly overallOverdue: boolean;
}

export const NO_OVERALL_DUE: OverallDue = {
  overallDueAt: null,
  overallProvisional: false,
  overallOverdue: false,
};

export function evolveOverallDue(before: OverallDue, event: CaseEvent): OverallDue {
  switch (event.type) {
    case 'CaseSubmitted':
    case 'CaseSupplemented':
      return issued(event.data.overall);
    case 'DueReissued':
      return event.data.which === 'overall' ? issued(event.data.clock) : before;
    case 'ScreeningFailed':
      return event.data.overallLeftMs === undefined
        ? before
        : { ...NO_OVERALL_DUE, overallOverdue: before.overallOverdue };
    case 'ScreeningCompleted':
    case 'CaseResumed':
      return event.data.overall
        ? { ...issued(event.data.overall), overallOverdue: before.overallOverdue }
        : before;
    case 'CaseOverdue':
      return { ...before, overallOverdue: true };
    case 'SupplementRequested':
    case 'CaseApproved':
    case 'CaseRejected':
    case 'AppealDismissed':
    case 'CaseWithdrawn':
    case 'CaseExpired':
      return NO_OVERALL_DUE;
    default:
      return before;
  }
}

function issued(clock: BusinessClock | undefined): OverallDue {
  if (!clock) return NO_OVERALL_DUE;
  const { dueAt, provisional } = clock.due;
  return { overallDueAt: dueAt, overallProvisional: provisional, overallOverdue: false };
}
