/** What auditors are shown: an entry of the trail, and one entry with the event itself. */
import { type RecordedEvent } from '#kernel/envelope';
import { type AuditEntry } from './audit-trail.view.ts';

export interface AuditAnswer extends Omit<AuditEntry, 'position'> {
  /** Opaque; the event's `position` in the change feed. */
  readonly entryId: string;
}

/** Where more is found of what the event is about; what it is not about has no link. */
export interface AuditLinks {
  readonly self: string;
  readonly case?: string;
  readonly account?: string;
  readonly policy?: string;
  /** All entries of the case, or of the account where it is of no case. */
  readonly trail?: string;
}

export interface AuditDetailAnswer extends AuditAnswer {
  /** Of the form in which the data is given: the present one. */
  readonly schemaVersion: number;
  /** What the event says: codes, ids and references into the vault, no personal data. */
  readonly data: object;
  readonly links: AuditLinks;
}

export function answerOf(
  { position: _position, ...entry }: AuditEntry,
  entryId: string,
): AuditAnswer {
  return { entryId, ...entry };
}

export function detailOf(
  entry: AuditEntry,
  entryId: string,
  { schemaVersion, data }: RecordedEvent,
): AuditDetailAnswer {
  return { ...answerOf(entry, entryId), schemaVersion, data, links: linksOf(entry, entryId) };
}

function linksOf(entry: AuditEntry, entryId: string): AuditLinks {
  const { caseId, accountId, policyVersion } = entry;
  const [policyKey] = policyVersion?.split('@') ?? [];
  const trail = trailOf(entry);
  return {
    self: `/v1/audit/${entryId}`,
    ...(caseId !== null && { case: `/v1/cases/${caseId}` }),
    ...(accountId !== null && { account: `/v1/accounts/${accountId}` }),
    ...(policyKey !== undefined && { policy: `/v1/policies/${policyKey}` }),
    ...(trail !== undefined && { trail }),
  };
}

function trailOf({ caseId, accountId }: AuditEntry): string | undefined {
  if (caseId !== null) return `/v1/audit?caseId=${caseId}`;
  return accountId === null ? undefined : `/v1/audit?accountId=${accountId}`;
}
