/**
 * From what an applicant typed and uploaded to a command that holds references: each value is checked
 * while it is in hand, put in its standard form, and sealed for the vault. A value that its format
 * refuses is kept as it was typed, with the finding; the applicant is told at once, the screening later.
 */
import { type Sealer } from '#infra/vault/sealer';
import { type VaultKind } from '#infra/vault/vault.port';
import { checkFieldFormat, keptFileName } from '#modules/materials/index';
import { type FieldFormat, type PolicyDefinition, type PolicyField } from '#modules/policies/index';
import { type FileValue, type Reason, type VaultValue } from '../case.events.ts';
import { type ProvideMaterial } from './draft.decide.ts';

export interface IncomingFile {
  readonly name: string | undefined;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

export interface IncomingMaterial {
  readonly material: string;
  readonly documentType?: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly files: readonly IncomingFile[];
}

const KIND_OF: Readonly<Record<FieldFormat, VaultKind>> = {
  'cn-resident-id': 'id-number',
  'cn-uscc': 'id-number',
  email: 'email',
  phone: 'phone',
  date: 'date',
  text: 'text',
  name: 'name',
  country: 'text',
  amount: 'amount',
  choice: 'text',
  'birth-date': 'date',
};

/** @param today the date in the policy's time zone, for birth dates and validity. */
export async function takeIn(
  { material, documentType, fields, files }: IncomingMaterial,
  policy: PolicyDefinition | undefined,
  sealer: Sealer,
  today: string,
): Promise<ProvideMaterial> {
  const known = policy?.materials.find(({ key }) => key === material)?.fields ?? [];
  const findings: Reason[] = [];
  const sealed: Record<string, VaultValue> = {};
  for (const [key, typed] of Object.entries(fields)) {
    const field = known.find((one) => one.key === key);
    const { value, finding } = checked(field, typed, today);
    if (finding) findings.push({ code: finding, pointer: { material, field: key } });
    const kind = field ? KIND_OF[field.format] : 'text';
    sealed[key] = await sealer.seal(`${material}/fields/${key}`, kind, value);
  }
  return {
    type: 'ProvideMaterial',
    material,
    ...(documentType === undefined ? {} : { documentType }),
    fields: sealed,
    files: await Promise.all(files.map((file, index) => sealFile(file, material, index, sealer))),
    findings,
  };
}

/** Code of what a format finds in a value; null where it is good. */
export function findingIn(field: PolicyField, typed: string, today: string): string | null {
  return checked(field, typed, today).finding ?? null;
}

/** The date in the policy's time zone. */
export function todayUnder(policy: PolicyDefinition | undefined, now: string): string {
  const timeZone = policy?.businessHours.timeZone ?? 'UTC';
  return Temporal.Instant.from(now).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

function checked(
  field: PolicyField | undefined,
  typed: string,
  today: string,
): { value: string; finding?: string } {
  if (!field) return { value: typed };
  const check = checkFieldFormat(field.format, typed, {
    today,
    maxLength: field.maxLength,
    identity: field.identity,
    options: field.options?.map(({ value }) => value) ?? [],
  });
  return check.ok ? { value: check.normalised } : { value: typed, finding: check.reason };
}

/** @param scope tells this file's place in the request from every other's. */
export async function sealFile(
  { name, mediaType, content }: IncomingFile,
  scope: string,
  index: number,
  sealer: Sealer,
): Promise<FileValue> {
  const path = `${scope}/files/${index}`;
  const kept = name && (await keptFileName(name, mediaType, content));
  const nameRef = kept && (await sealer.seal(`${path}/name`, 'file-name', kept)).ref;
  const sealed = await sealer.seal(path, 'file', content);
  return {
    ...sealed,
    ...(nameRef ? { nameRef } : {}),
    mediaType,
    bytes: content.byteLength,
  };
}
