/**
 * What a policy says: the published rules of one kind of verification. The type, the event's schema and
 * `policy.schema.json` all come from the declaration below, so none of them can drift from the others.
 *
 * A definition holds no personal data. What one field alone cannot show (unique keys, an identity that
 * can be told) is checked in `policy.schema.ts`.
 */
import { z } from 'zod';
import { isReadableText } from '#kernel/schemas';

export const FIELD_FORMATS = [
  'cn-resident-id',
  'cn-uscc',
  'email',
  'phone',
  'date',
  'text',
  'name',
  'country',
  'amount',
  'choice',
  'birth-date',
] as const;
export type FieldFormat = (typeof FIELD_FORMATS)[number];

/** A key of a policy, of its materials, fields, queues and skills. */
export const KEY = /^[a-z][a-z0-9-]{0,62}$/;

/** Priorities are whole numbers from 0 on. */
export const PRIORITY_MAX = 9;

/** Keys are part of events, URLs and reason pointers: short, plain, and never a person's data. */
export const keySchema = z
  .string()
  .regex(KEY)
  .describe('A lower-case key: letters, digits and hyphens, beginning with a letter.');

export const policyVersionSchema = z
  .int()
  .min(1)
  .max(1_000_000)
  .describe('1 for the first version of a policy, one more for each that follows.');

const wordsSchema = z
  .string()
  .min(1)
  .max(4_000)
  .refine(isReadableText, {
    error: 'Must be words that can be read.',
    params: { zhCN: '须为可以阅读的文字。' },
  });

export const textSchema = z
  .strictObject({ 'zh-CN': wordsSchema, en: wordsSchema })
  .describe('One text in both languages.');

const optionSchema = z.strictObject({
  value: keySchema.describe('What is stored when the option is chosen.'),
  title: textSchema,
});

const fieldSchema = z
  .strictObject({
    key: keySchema.describe('Unique within its material.'),
    title: textSchema,
    format: z
      .enum(FIELD_FORMATS)
      .describe(
        'How the value is checked. A `birth-date` is compared with a `cn-resident-id` of its material.',
      ),
    required: z.boolean(),
    identity: z
      .boolean()
      .default(false)
      .describe('Whether the value tells one subject from every other on the platform.'),
    maxLength: z.int().min(1).max(2_000).default(200).describe('In characters.'),
    options: z
      .array(optionSchema)
      .min(1)
      .max(200)
      .optional()
      .describe('What can be chosen; for the format `choice` and no other.'),
    onlyFor: z
      .array(keySchema)
      .min(1)
      .max(20)
      .optional()
      .describe('The document types that the field belongs to; absent: all of the material.'),
  })
  .describe('One value that the applicant types in.');

const materialSchema = z
  .strictObject({
    key: keySchema.describe('Unique within the policy.'),
    title: textSchema,
    description: textSchema.optional().describe('What the applicant should look out for.'),
    required: z.boolean(),
    accepts: z
      .strictObject({
        documentTypes: z
          .array(keySchema)
          .max(20)
          .default([])
          .describe('Kinds of document to choose from, such as `passport`; empty: none is asked.'),
        mediaTypes: z
          .array(z.string().regex(/^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,62}$/))
          .max(20)
          .default([])
          .describe('Media types (RFC 6838) that its files may have.'),
      })
      .default({ documentTypes: [], mediaTypes: [] }),
    files: z
      .strictObject({ min: z.int().min(0).max(50), max: z.int().min(0).max(50) })
      .default({ min: 0, max: 0 })
      .describe('How many files it takes at the least and at the most.'),
    fields: z.array(fieldSchema).max(50).default([]),
  })
  .describe('One item that the policy asks for.');

const reviewSchema = z
  .strictObject({
    queue: keySchema.describe('The queue in which its reviews wait.'),
    skill: keySchema
      .optional()
      .describe('What a reviewer must be skilled in to take its reviews; absent: nothing.'),
    secondSkill: keySchema.optional().describe('For the second review; absent: the same skill.'),
    appealSkill: keySchema.optional().describe('For the appeal; absent: the same skill.'),
    approvals: z
      .union([z.literal(1), z.literal(2)])
      .describe('How many different people an approval needs.'),
    leaseMinutes: z.int().min(1).max(1_440).describe('How long a claim holds, in minutes.'),
    renewalsMax: z.int().min(0).max(100).describe('How often one claim can be renewed.'),
    reviewBusinessDays: z
      .int()
      .min(1)
      .max(60)
      .describe('Business days within which one review is to be decided.'),
    overallBusinessDays: z
      .int()
      .min(1)
      .max(120)
      .describe('Business days from the submission within which the case is to be decided.'),
  })
  .describe('Who looks at a case, and within which time.');

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .describe('HH:MM, 24 hours.');

const businessHoursSchema = z
  .strictObject({
    timeZone: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_+/-]{0,62}$/)
      .describe('An IANA time zone.'),
    opens: timeOfDay,
    closes: timeOfDay,
  })
  .default({ timeZone: 'Asia/Shanghai', opens: '09:00', closes: '18:00' })
  .describe('The hours of a business day; a business day is as long as these hours.');

export const policyDefinitionSchema = z
  .strictObject({
    key: keySchema.describe('Names the policy on its platform, the same in all versions.'),
    policyVersion: policyVersionSchema,
    kind: z.enum(['individual', 'business']).describe('What kind of account it verifies.'),
    title: textSchema,
    description: textSchema.optional(),
    requiresIdentity: z
      .boolean()
      .default(true)
      .describe('Whether an approval claims an identity, which is unique on the platform.'),
    materials: z.array(materialSchema).min(1).max(50),
    declaration: z
      .strictObject({
        textVersion: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/),
        text: textSchema,
      })
      .describe('What the applicant declares to be true with each submission.'),
    review: reviewSchema,
    rounds: z
      .strictObject({ max: z.int().min(1).max(100) })
      .describe('How many submissions a case may have, the first one counted.'),
    supplement: z
      .strictObject({ calendarDays: z.int().min(1).max(365) })
      .describe('How long an applicant has to supplement, in days of 24 hours.'),
    appeal: z
      .strictObject({ allowed: z.boolean(), windowDays: z.int().min(0).max(365) })
      .describe('Whether a rejection can be appealed, and for how many days of 24 hours.'),
    validityDays: z
      .int()
      .min(1)
      .max(36_500)
      .optional()
      .describe('How long an approval is valid, in days of 24 hours; absent: without end.'),
    businessHours: businessHoursSchema,
    screening: z
      .strictObject({
        rejectsFormalLack: z
          .boolean()
          .describe('Whether the screening itself may reject for a formal lack.'),
      })
      .default({ rejectsFormalLack: false }),
    priority: z
      .int()
      .min(0)
      .max(PRIORITY_MAX)
      .default(5)
      .describe(`Where its cases start in the queue: ${PRIORITY_MAX} is the most urgent.`),
  })
  .describe('The published rules for one kind of verification.');

/** A definition with every default filled in, as it is published and stored. */
export type PolicyDefinition = z.output<typeof policyDefinitionSchema>;
export type PolicyMaterial = PolicyDefinition['materials'][number];
export type PolicyField = PolicyMaterial['fields'][number];
export type LocalText = z.output<typeof textSchema>;

export function findMaterial(
  definition: PolicyDefinition,
  key: string,
): PolicyMaterial | undefined {
  return definition.materials.find((material) => material.key === key);
}

/** The fields that a material has when it is a document of this type (or, without one, at all). */
export function fieldsFor(material: PolicyMaterial, documentType?: string): readonly PolicyField[] {
  return material.fields.filter((field) => belongsTo(field, documentType));
}

/** Whether a material has the field when it is a document of this type (or, without one, at all). */
export function belongsTo(
  { onlyFor }: { readonly onlyFor?: readonly string[] | undefined },
  documentType: string | undefined,
): boolean {
  return !onlyFor || (documentType !== undefined && onlyFor.includes(documentType));
}
