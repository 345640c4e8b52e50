/**
 * What may be shown through one case: what its events name (infra/vault/named-refs.ts) and the vault
 * keeps of the case's own subject. Both, because an event also holds texts that people chose, a code say,
 * and nobody gets at another subject's data by writing its reference into a case.
 *
 * Of what the applicant gave, that is what they hold out now and what any round was submitted with:
 * later rounds, appeals and audits look at it. What they replaced or took back before they submitted
 * it was never evidence, and is shown to nobody.
 */
import { foldStream } from '#infra/command-handler/fold-stream';
import { type EventStore } from '#infra/event-store/event-store.port';
import { hiddenHere, notFoundHere } from '#infra/http/problem';
import { refsNamedIn } from '#infra/vault/named-refs';
import { type Vault, type VaultRecord } from '#infra/vault/vault.port';
import {
  type CaseEvent,
  type CaseState,
  caseDecider,
  caseEvents,
  caseStream,
} from '#modules/cases/index';

export interface CaseEvidence {
  readonly accountId: string;
  readonly subjectId: string;
  /** The open one. */
  readonly review: CaseState['review'];
  readonly refs: ReadonlySet<string>;
  /** Those among `refs`. */
  readonly files: ReadonlyMap<string, NamedFile>;
}

export interface NamedFile {
  readonly mediaType: string;
  readonly nameRef?: string;
}

const CHANGES_A_DRAFT: ReadonlySet<CaseEvent['type']> = new Set([
  'MaterialProvided',
  'MaterialRemoved',
]);
const SUBMITS: ReadonlySet<CaseEvent['type']> = new Set(['CaseSubmitted', 'CaseSupplemented']);

/** Reads the whole stream of the case. @throws HttpProblem not-found-here, also where it is of another platform */
export async function evidenceOf(
  store: EventStore,
  caseId: string,
  platform: string,
  signal: AbortSignal,
): Promise<CaseEvidence> {
  const drafted = new Set<string>();
  const held = new Set<string>();
  const others = new Set<string>();
  const files = new Map<string, NamedFile>();
  const folded = await foldStream(
    store,
    caseStream(caseId),
    caseDecider,
    caseEvents,
    { signal },
    ({ type, data }, { materials }) => {
      addAll(CHANGES_A_DRAFT.has(type) ? drafted : others, refsNamedIn(data));
      if (SUBMITS.has(type)) addAll(held, refsHeldIn(materials));
      for (const file of filesIn(data)) files.set(file.ref, file);
    },
  );
  if (folded.revision < 0) throw notFoundHere('caseId');
  if (folded.platform !== platform) throw hiddenHere('platform', 'caseId');
  const { accountId, subjectId, materials, review } = folded.state;
  addAll(held, refsHeldIn(materials));
  const refs = new Set([...others].filter((ref) => !drafted.has(ref)));
  addAll(refs, held);
  for (const ref of files.keys()) if (!refs.has(ref)) files.delete(ref);
  return { accountId, subjectId, review, refs, files };
}

function refsHeldIn(materials: CaseState['materials']): readonly string[] {
  return Object.values(materials).flatMap(({ fields, files }) => refsNamedIn([fields, files]));
}

function addAll(set: Set<string>, refs: Iterable<string>): void {
  for (const ref of refs) set.add(ref);
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
