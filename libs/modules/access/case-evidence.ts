/** What one case names of the vault: nothing else of it is shown through that case. */
import { type EventStore } from '#infra/event-store/event-store.port';
import { notFoundHere } from '#infra/http/problem';
import { caseStream } from '#modules/cases/index';
import { refsNamedIn } from './named-refs.ts';

export interface CaseEvidence {
  readonly accountId: string;
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
  for await (const { metadata, data } of store.readStream(caseStream(caseId), { signal })) {
    if (metadata.platform !== platform) throw notFoundHere('caseId');
    accountId = metadata.accountId ?? accountId;
    for (const ref of refsNamedIn(data)) refs.add(ref);
    for (const file of filesIn(data)) files.set(file.ref, file);
  }
  if (accountId === '') throw notFoundHere('caseId');
  return { accountId, refs, files };
}

function filesIn(data: unknown): readonly (NamedFile & { readonly ref: string })[] {
  const { files } = data as { files?: readonly (NamedFile & { readonly ref: string })[] };
  return files ?? [];
}
