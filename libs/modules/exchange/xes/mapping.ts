/**
 * The mapping file: what the activities of a log mean for a verification case, written as JSON by
 * whoever knows the log. `mappingJsonSchema` lets editors check it.
 *
 * Rules are tried from the top. The first one holds whose activity, transition and guards fit and
 * whose meanings the case's state permits (see trace-state.ts); an event that none holds for becomes
 * history. So a mapping can name a meaning plainly and leave it to the state when it makes sense.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { REVIEW_LEVELS } from '#modules/cases/index';
import { findReason } from '#modules/reasons/index';

export const MEANINGS = [
  'case-opened',
  'submitted',
  'screening-completed',
  'review-requested',
  'review-claimed',
  'review-released',
  'supplement-requested',
  'supplemented',
  'approved',
  'rejected',
  'withdrawn',
  'escalated',
  'history',
] as const;
export type Meaning = (typeof MEANINGS)[number];

/** Where a case stands while its trace is mapped. `screened`: nobody has asked for a review yet. */
export const TRACE_STATUSES = [
  'none',
  'draft',
  'screening',
  'screened',
  'waiting',
  'in-review',
  'awaiting-supplement',
  'approved',
  'rejected',
  'withdrawn',
] as const;
export type TraceStatus = (typeof TRACE_STATUSES)[number];

const name = z.string().min(1).max(200);
/** One value or a list of them; a list in the end. */
const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1)]);
const kebab = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Lower-case words joined by hyphens.');

const step = z
  .strictObject({ activity: oneOrMore(name), transition: oneOrMore(name).optional() })
  .describe('Events of these activities; without a transition, of any.');

const guards = z
  .strictObject({
    status: oneOrMore(z.enum(TRACE_STATUSES)).optional(),
    review: oneOrMore(z.enum(['none', 'same', 'other']))
      .optional()
      .describe("Is a review open, and was it asked for by this event's activity?"),
    supplement: z.enum(['outstanding', 'none']).optional(),
    position: z.enum(['first', 'last']).optional().describe('Of the event in its trace.'),
    after: oneOrMore(step).optional().describe('One of these came before in the trace.'),
    notAfter: oneOrMore(step).optional().describe('None of these came before in the trace.'),
    resource: z
      .union([z.enum(['named', 'unnamed']), z.strictObject({ oneOf: z.array(name).min(1) })])
      .optional(),
  })
  .describe('All that are given must hold.');

const details = z.strictObject({
  queue: kebab.optional().describe("For review-requested; otherwise the activity's of settings."),
  level: z.enum(REVIEW_LEVELS).optional(),
  skill: kebab.optional(),
  reasons: z
    .array(kebab)
    .min(1)
    .max(20)
    .optional()
    .describe(
      'Codes of the reason catalogue (docs/reference/reasons.md), for rejected and for every item of supplement-requested.',
    ),
  cause: kebab
    .optional()
    .describe('For escalated: why it is passed on; not-stated when it is not given.'),
  resubmittable: z.boolean().optional().describe('For rejected; final when it is not given.'),
  items: z
    .array(kebab)
    .max(50)
    .optional()
    .describe('For supplement-requested: the materials that are asked for. They need reasons.'),
  outcome: z
    .enum(['clear', 'attention', 'lacking'])
    .optional()
    .describe('For screening-completed; clear when it is not given.'),
});
export type MeaningDetails = z.infer<typeof details>;

const outcome = z
  .string()
  .regex(
    new RegExp(`^(${MEANINGS.join('|')})(\\+(${MEANINGS.join('|')}))*$`),
    `One of ${MEANINGS.join(', ')}, or several joined by +.`,
  );

const ruleBase = { ...step.shape, when: guards.optional(), comment: z.string().optional() };
const rule = z.union(
  [
    z.strictObject({ ...ruleBase, as: outcome, with: details.optional() }),
    z.strictObject({ ...ruleBase, refuse: z.string().min(1).max(200) }),
  ],
  { error: 'A rule has `activity`, and either `as` (with `with`) or `refuse`; nothing unknown.' },
);

function isTimeZone(text: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: text }));
  } catch {
    return false;
  }
}

const settings = z.strictObject({
  platform: kebab.describe(
    'The platform that the cases belong to; `casetrail import --platform` goes before it.',
  ),
  accountFrom: name
    .optional()
    .describe(
      "The trace attribute that names the applicant as the platform's tokens do (their `sub`): the case is then that account's. Without it, or where a trace has none, every case has an account of its own that nobody has registered.",
    ),
  policy: z
    .strictObject({ key: kebab, version: z.int().min(1).default(1), label: name })
    .describe('The rules the cases ran under, of which the log says nothing more.'),
  caseIdFrom: z
    .enum(['trace-name', 'trace-index'])
    .describe('By trace-name, a trace without a name or with a repeated one is refused.'),
  timeZone: z
    .string()
    .refine(isTimeZone, 'Not an IANA time zone.')
    .describe('For timestamps without an offset.'),
  queues: z.record(name, kebab).describe('Activity to the queue in which its reviews wait.'),
  systemResources: z.array(name).default([]).describe('Resources that are no person.'),
});

export const mappingSchema = z
  .strictObject({
    $schema: z.string().optional(),
    mappingVersion: z.literal(1),
    description: z.string().optional(),
    settings,
    rules: z.array(rule).min(1).max(1_000),
  })
  .superRefine((mapping, context) => {
    mapping.rules.forEach((each, index) => {
      if (!('as' in each)) return;
      const meanings = each.as.split('+');
      const complain = (path: string, message: string) =>
        context.addIssue({ code: 'custom', path: ['rules', index, path], message });
      if (meanings.length > 1 && meanings.includes('history')) {
        complain('as', 'History is joined with nothing: it is what has no other meaning.');
      }
      if (new Set(meanings).size < meanings.length) complain('as', 'A meaning is named twice.');
      const queueless = asList(each.activity).find(
        (activity) => !each.with?.queue && !Object.hasOwn(mapping.settings.queues, activity),
      );
      if (meanings.includes('rejected') && !each.with?.reasons) {
        complain('with', 'A rejection names at least one reason: give its code in reasons.');
      }
      if (each.with?.items?.length && !each.with.reasons) {
        complain('with', 'What is asked for is asked for a reason: give its code in reasons.');
      }
      const strange = each.with?.reasons?.find((code) => !findReason(code));
      if (strange !== undefined) {
        complain('with', `No reason of the catalogue: ${strange} (docs/reference/reasons.md).`);
      }
      if (meanings.includes('review-requested') && queueless !== undefined) {
        complain(
          'with',
          `A queue is missing: name it here or in settings.queues for "${queueless}".`,
        );
      }
    });
  });

export type LogMapping = z.infer<typeof mappingSchema>;
export type MappingRule = LogMapping['rules'][number];
export type MappingGuards = z.infer<typeof guards>;
export type MappingStep = z.infer<typeof step>;

export function asList<T>(oneOrMany: T | readonly T[]): readonly T[] {
  return Array.isArray(oneOrMany) ? oneOrMany : [oneOrMany as T];
}

export interface MappingIssue {
  /** As in `rules[3].when.status`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** The mapping file cannot be used; nothing has been imported. */
export class MappingError extends Error {
  readonly file: string;
  readonly issues: readonly MappingIssue[];

  constructor(file: string, issues: readonly MappingIssue[]) {
    const lines = issues.map(({ path, message }) => `${file}: ${path && `${path}: `}${message}`);
    super(lines.join('\n'));
    this.name = 'MappingError';
    this.file = file;
    this.issues = issues;
  }
}

/** @throws MappingError with every issue and its path. */
export function parseMapping(value: unknown, file: string): LogMapping {
  const parsed = mappingSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new MappingError(
    file,
    parsed.error.issues.flatMap((issue) => issuesOf(issue, [])),
  );
}

/** @throws MappingError, also when the file is missing or no JSON. */
export async function loadMapping(path: string): Promise<LogMapping> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new MappingError(path, [{ path: '', message: (error as Error).message }]);
  }
  return parseMapping(value, path);
}

/** The same mapping for the cases of another platform. @throws MappingError */
export function onPlatform(mapping: LogMapping, platform: string, file: string): LogMapping {
  return parseMapping({ ...mapping, settings: { ...mapping.settings, platform } }, file);
}

/** JSON Schema (draft 2020-12) of the mapping file, for editors and the documentation. */
export function mappingJsonSchema(): object {
  return z.toJSONSchema(mappingSchema, { io: 'input' });
}

/**
 * A union says only that none of its branches fits. The branch that gets furthest with what is
 * there (fewest complaints) says what is wrong.
 */
function issuesOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): MappingIssue[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const best = issue.errors.reduce((a, b) => (weight(b) < weight(a) ? b : a));
    return best.flatMap((inner) => issuesOf(inner, path));
  }
  return [{ path: pathText(path), message: issue.message }];
}

/** A branch that refuses the value as a whole is further away than one that refuses a part of it. */
function weight(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, { path, code }) => {
    if (code === 'unrecognized_keys') return sum + 2;
    return sum + (path.length === 0 ? 3 : 1);
  }, 0);
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
