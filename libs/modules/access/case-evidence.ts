/**
 * What may be shown through one case: what its events name (infra/vault/named-refs.ts) and the vault
 * keeps of the case's own subject. Both, because an event also holds texts that people chose, a code say,
 * and nobody gets at another subject's data by writing its reference into a case.
 */
import { type EventStore } from '#infra/event-store/event-store.port';
import { hiddenHere, notFoundHere } from '#infra/http/problem';
import { refsNamedIn } from '#infra/vault/named-refs';
import { type Vault, type VaultRecord } from '#infra/vault/vault.port';
import { type CaseEventOf, caseStream } from '#modules/cases/index';

export interface CaseEvidence {
  readonly accountId: string;
  readonly subjectId: string;
  readonly refs: ReadonlySet<string>;
  readonly files: ReadonlyMap<string, NamedFile>;
}

export interface NamedFile {
  readonly mediaType: string;
  readonly nameRef?: string;
}

/** Reads the whole stream of the case. @throws HttpProblem not-found-here, also where it is of another platform */
export async function evidenceOf(
  store: EventStore,
  caseId: string,
  platform: string,
  signal: AbortSignal,
): Promise<CaseEvidence> {
  const refs = new Set<string>();
  const files = new Map<string, NamedFile>();
  let accountId = '';
  let subjectId = '';
  for await (const { metadata, type, data } of store.readStream(caseStream(caseId), { signal })) {
    if (metadata.platform !== platform) throw hiddenHere('platform', 'caseId');
    accountId = metadata.accountId ?? accountId;
    if (type === 'CaseOpened') ({ subjectId } = data as CaseEventOf<'CaseOpened'>['data']);
    for (const ref of refsNamedIn(data)) refs.add(ref);
    for (const file of filesIn(data)) files.set(file.ref, file);
  }
  if (accountId === '') throw notFoundHere('caseId');
  return { accountId, subjectId, refs, files };
}

/**
 * What the vault keeps under them, in their order; undefined for what is there no more, is no reference,
 * or is of another subject. @throws VaultDamaged, VaultUnavailable
 */
export async function recordsOf(
  { subjectId }: CaseEvidence,
  vault: Vault,
  platform: string,
  refs: readonly string[],
): Promise<readonly (VaultRecord | undefined)[]> {
  const records = await vault.read(platform, refs);
  return records.map((record) => (record?.subjectId === subjectId ? record : undefined));
}

function filesIn(data: unknown): readonly (NamedFile & { readonly ref: string })[] {
  const { files } = data as { files?: readonly (NamedFile & { readonly ref: string })[] };
  return files ?? [];
}
