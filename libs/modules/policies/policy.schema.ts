/**
 * Whether a definition may be published: its shape by the declared schema, then what no single field
 * can show. Every fault says where (JSON Pointer, RFC 6901) and, in a stable code, what.
 */
import { z } from 'zod';
import { saidInChinese } from '#kernel/schema-words';
import {
  fieldsFor,
  type PolicyDefinition,
  policyDefinitionSchema,
  type PolicyMaterial,
} from './policy.definition.ts';

/** What each fault says to the author, by language. */
export const POLICY_FAULTS = {
  malformed: {
    en: 'The value does not have the form that the policy schema asks for: {detail}',
    zhCN: '该值不符合政策模式要求的格式：{detailZhCN}',
  },
  'key-reserved': {
    en: 'The key "{key}" has a meaning of its own in the addresses of policies; choose another.',
    zhCN: '键“{key}”在政策地址中另有含义；请另选一个。',
  },
  'key-unsafe': {
    en: 'The key "{key}" has a meaning of its own in the programs that read requests, so nothing could be given under it; choose another.',
    zhCN: '键“{key}”在读取请求的程序中另有含义，无法以它提交内容；请另选一个。',
  },
  'duplicate-key': {
    en: 'The key "{key}" stands here twice; keys are unique.',
    zhCN: '键“{key}”重复；键必须唯一。',
  },
  'options-misplaced': {
    en: 'Options belong to fields of the format "choice", and to no others.',
    zhCN: '只有格式为“choice”的字段才能有选项。',
  },
  'options-missing': {
    en: 'A field of the format "choice" needs its options.',
    zhCN: '格式为“choice”的字段必须列出选项。',
  },
  'document-type-unknown': {
    en: 'The material does not accept the document type "{key}".',
    zhCN: '该材料不接受文件类型“{key}”。',
  },
  'identity-missing': {
    en: 'An identity is required, but no required field of a required material tells one for every document type.',
    zhCN: '本政策要求身份标识，但没有任何必需材料的必填字段可以提供。',
  },
  'identity-format': {
    en: 'A value of the format "{format}" cannot identify the subject of this kind of policy.',
    zhCN: '格式为“{format}”的值不能标识此类政策的主体。',
  },
  'files-range': {
    en: 'The least number of files is greater than the most.',
    zhCN: '最少文件数大于最多文件数。',
  },
  'media-types-missing': {
    en: 'The material takes files, but names no media type that they may have.',
    zhCN: '该材料接受文件，但未指明允许的媒体类型。',
  },
  'material-empty': {
    en: 'The material asks for neither a file nor a field.',
    zhCN: '该材料既不要求文件，也没有字段。',
  },
  'nothing-required': {
    en: 'The material is required, but none of its files or fields is.',
    zhCN: '该材料为必需，但其文件和字段均非必需。',
  },
  'time-zone-unknown': {
    en: 'This time zone is not known; use an IANA name such as Asia/Shanghai.',
    zhCN: '未知时区；请使用 IANA 名称，例如 Asia/Shanghai。',
  },
  'hours-range': {
    en: 'The business day must close after it opens, on the same day.',
    zhCN: '营业结束时间必须晚于同一天的开始时间。',
  },
  'appeal-window': {
    en: 'An appeal that is allowed needs a window of at least one day.',
    zhCN: '允许申诉时，申诉期限至少为一天。',
  },
  'overall-too-short': {
    en: 'The time for the whole case is shorter than the time for one review.',
    zhCN: '整个案件的时限短于一次审核的时限。',
  },
} as const;
export type PolicyFaultCode = keyof typeof POLICY_FAULTS;

export interface PolicyFault {
  /** JSON Pointer into the definition; empty for the whole of it. */
  readonly pointer: string;
  readonly code: PolicyFaultCode;
  readonly params?: Readonly<Record<string, string>>;
}

export type PolicyCheck =
  | { readonly ok: true; readonly definition: PolicyDefinition }
  | { readonly ok: false; readonly faults: readonly PolicyFault[] };

/** Reads what somebody wrote as a definition: with its defaults filled in, or with all its faults. Never throws. */
export function checkPolicyDefinition(input: unknown): PolicyCheck {
  const parsed = policyDefinitionSchema.safeParse(input);
  if (!parsed.success) return { ok: false, faults: malformed(input, parsed.error.issues) };
  const faults = faultsOf(parsed.data);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, definition: parsed.data };
}

/** The schema speaks one language at a time, so it is asked again for the other. */
function malformed(input: unknown, issues: readonly z.core.$ZodIssue[]): readonly PolicyFault[] {
  const again = policyDefinitionSchema.safeParse(input, { error: saidInChinese });
  const translated = again.error?.issues ?? [];
  return issues.map(({ path, message, ...issue }, index) => {
    const own =
      issue.code === 'custom' ? (issue.params?.['zhCN'] as string | undefined) : undefined;
    return {
      pointer: path.map((step) => `/${escaped(String(step))}`).join(''),
      code: 'malformed',
      params: { detail: message, detailZhCN: own ?? translated[index]?.message ?? message },
    };
  });
}

/** What is wrong with a definition of the right shape. */
export function faultsOf(definition: PolicyDefinition): readonly PolicyFault[] {
  return [
    ...faultsOfKey(definition),
    ...unsafe(definition.key, '/key'),
    ...duplicates(
      definition.materials.map(({ key }) => key),
      '/materials',
      '/key',
    ),
    ...definition.materials.flatMap((material, index) =>
      faultsOfMaterial(material, `/materials/${index}`),
    ),
    ...faultsOfIdentity(definition),
    ...faultsOfTimes(definition),
  ];
}

/** GET /v1/policies/schema is the schema, and would hide a policy of that key. */
const KEYS_RESERVED: readonly string[] = ['schema'];

function faultsOfKey({ key }: PolicyDefinition): PolicyFault[] {
  return KEYS_RESERVED.includes(key)
    ? [{ pointer: '/key', code: 'key-reserved', params: { key } }]
    : [];
}

/**
 * A request that names a field so is refused before anybody reads it (unsafe-field): a draft that has
 * to give one could never be complete. `__proto__` and others are no keys at all.
 */
const KEYS_UNSAFE: readonly string[] = ['constructor', 'prototype'];

const unsafe = (key: string, pointer: string): PolicyFault[] =>
  KEYS_UNSAFE.includes(key) ? [{ pointer, code: 'key-unsafe', params: { key } }] : [];

function faultsOfMaterial(material: PolicyMaterial, at: string): PolicyFault[] {
  const faults: PolicyFault[] = [
    ...unsafe(material.key, `${at}/key`),
    ...material.fields.flatMap(({ key }, index) => unsafe(key, `${at}/fields/${index}/key`)),
    ...duplicates(
      material.fields.map(({ key }) => key),
      `${at}/fields`,
      '/key',
    ),
    ...duplicates(material.accepts.documentTypes, `${at}/accepts/documentTypes`),
    ...duplicates(material.accepts.mediaTypes, `${at}/accepts/mediaTypes`),
  ];
  const { files, fields } = material;
  if (files.min > files.max) faults.push({ pointer: `${at}/files`, code: 'files-range' });
  if (files.max > 0 && material.accepts.mediaTypes.length === 0)
    faults.push({ pointer: `${at}/accepts/mediaTypes`, code: 'media-types-missing' });
  if (files.max === 0 && fields.length === 0) faults.push({ pointer: at, code: 'material-empty' });
  else if (material.required && files.min === 0 && !fields.some(({ required }) => required))
    faults.push({ pointer: `${at}/required`, code: 'nothing-required' });
  fields.forEach(({ format, options, onlyFor }, index) => {
    const field = `${at}/fields/${index}`;
    if (format === 'choice' && !options) faults.push({ pointer: field, code: 'options-missing' });
    if (format !== 'choice' && options)
      faults.push({ pointer: `${field}/options`, code: 'options-misplaced' });
    onlyFor?.forEach((key, n) => {
      if (!material.accepts.documentTypes.includes(key)) {
        const pointer = `${field}/onlyFor/${n}`;
        faults.push({ pointer, code: 'document-type-unknown', params: { key } });
      }
    });
    const values = (options ?? []).map(({ value }) => value);
    faults.push(...duplicates(values, `${field}/options`, '/value'));
  });
  return faults;
}

/**
 * What can tell one subject from all others: a resident ID number (GB 11643) a person, a unified social
 * credit code (GB 32100) a company; `text` is for the documents of other countries.
 */
const IDENTIFYING: Readonly<Record<PolicyDefinition['kind'], readonly string[]>> = {
  individual: ['cn-resident-id', 'text'],
  business: ['cn-uscc', 'text'],
};

function faultsOfIdentity({ kind, requiresIdentity, materials }: PolicyDefinition): PolicyFault[] {
  const faults = materials.flatMap((material, m) =>
    material.fields.flatMap(({ identity, format }, f): PolicyFault[] =>
      identity && !IDENTIFYING[kind].includes(format)
        ? [
            {
              pointer: `/materials/${m}/fields/${f}/identity`,
              code: 'identity-format',
              params: { format },
            },
          ]
        : [],
    ),
  );
  const told = materials.some((material) => {
    const { documentTypes } = material.accepts;
    const types = documentTypes.length > 0 ? documentTypes : [undefined];
    const tells = (type?: string) =>
      fieldsFor(material, type).some((field) => field.required && field.identity);
    return material.required && types.every(tells);
  });
  if (requiresIdentity && !told)
    faults.push({ pointer: '/requiresIdentity', code: 'identity-missing' });
  return faults;
}

function faultsOfTimes({ businessHours, appeal, review }: PolicyDefinition): PolicyFault[] {
  const faults: PolicyFault[] = [];
  if (!isTimeZone(businessHours.timeZone))
    faults.push({ pointer: '/businessHours/timeZone', code: 'time-zone-unknown' });
  if (businessHours.opens >= businessHours.closes)
    faults.push({ pointer: '/businessHours/closes', code: 'hours-range' });
  if (appeal.allowed && appeal.windowDays === 0)
    faults.push({ pointer: '/appeal/windowDays', code: 'appeal-window' });
  if (review.overallBusinessDays < review.reviewBusinessDays)
    faults.push({ pointer: '/review/overallBusinessDays', code: 'overall-too-short' });
  return faults;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function duplicates(keys: readonly string[], at: string, member = ''): PolicyFault[] {
  return keys.flatMap((key, index) =>
    keys.indexOf(key) < index
      ? [{ pointer: `${at}/${index}${member}`, code: 'duplicate-key', params: { key } }]
      : [],
  );
}

const escaped = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1');

/** What the schema has at its top: it is that of an object, and of no other form. */
export interface PolicyJsonSchema {
  readonly $schema: string;
  readonly title: string;
  readonly description: string;
  readonly type: 'object';
  /** The schema of each member of a definition. */
  readonly properties: Readonly<Record<string, object>>;
  readonly required: readonly string[];
  readonly additionalProperties: boolean;
}

/**
 * The JSON Schema (draft 2020-12) of what an author writes, kept in `policy.schema.json` by
 * `tools/write-schemas.ts`.
 */
export function policyJsonSchema(): PolicyJsonSchema {
  const schema = z.toJSONSchema(policyDefinitionSchema, { target: 'draft-2020-12', io: 'input' });
  const { $schema, ...rest } = schema;
  return { $schema, title: 'Casetrail policy', ...rest } as PolicyJsonSchema;
}
