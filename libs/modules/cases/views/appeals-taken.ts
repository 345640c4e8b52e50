/** The appeals of a case, each with what was given with it and what became of it. */
import { type RecordedEvent } from '#kernel/envelope';
import { type Instant } from '#kernel/instants';
import { type CaseEvent, type CaseEventOf, type FileValue, type Reason } from '../case.events.ts';

export interface AppealFile extends FileValue {
  readonly at: Instant;
}

export interface AppealTaken {
  readonly appeal: number;
  readonly at: Instant;
  readonly by: string;
  readonly statementRef: string;
  readonly files: readonly AppealFile[];
  /** Null while it is open. */
  readonly outcome:
    CaseEventOf<'AppealGranted'>['data']['outcome'] | 'dismissed' | 'withdrawn' | null;
  readonly endedAt: Instant | null;
  /** Of a dismissal. */
  readonly reasons: readonly Reason[];
}

export function appealsAfter(
  appeals: readonly AppealTaken[],
  event: RecordedEvent<CaseEvent>,
): readonly AppealTaken[] {
  const { occurredAt: at, actor } = event.metadata;
  const last = (change: (appeal: AppealTaken) => Partial<AppealTaken>) =>
    appeals.map((appeal, index) =>
      index === appeals.length - 1 && appeal.outcome === null
        ? { ...appeal, ...change(appeal) }
        : appeal,
    );
  switch (event.type) {
    case 'CaseAppealed': {
      const { appeal, statementRef, files } = event.data;
      const given = files.map((file) => ({ ...file, at }));
      const open = { outcome: null, endedAt: null, reasons: [] };
      return [...appeals, { appeal, at, by: actor.id, statementRef, files: given, ...open }];
    }
    case 'AppealEvidenceProvided': {
      const given = event.data.files.map((file) => ({ ...file, at }));
      return last(({ files }) => ({ files: [...files, ...given] }));
    }
    case 'AppealGranted':
      return last(() => ({ outcome: event.data.outcome, endedAt: at }));
    case 'AppealDismissed':
      return last(() => ({ outcome: 'dismissed', endedAt: at, reasons: event.data.reasons }));
    case 'CaseWithdrawn':
      return last(() => ({ outcome: 'withdrawn', endedAt: at }));
    default:
      return appeals;
  }
}
