/**
 * The differences between two versions of a policy, each with a name and a place: for announcements,
 * and for `PolicyChangeApplied` when a draft moves on. Every change of a definition shows as at least
 * one difference: what no rule below names is called a changed rule.
 */
import { z } from 'zod';
import { type PolicyDefinition } from './policy.definition.ts';

export const DIFFERENCE_CODES = [
  'requirement-added',
  'requirement-removed',
  'material-now-required',
  'material-no-longer-required',
  'field-now-required',
  'field-no-longer-required',
  'optional-item-added',
  'optional-item-removed',
  'document-type-accepted',
  'document-type-no-longer-accepted',
  'media-type-accepted',
  'media-type-no-longer-accepted',
  'option-added',
  'option-removed',
  'field-scope-changed',
  'format-changed',
  'threshold-changed',
  'declaration-changed',
  'rule-changed',
  'wording-changed',
  'order-changed',
] as const;
export type DifferenceCode = (typeof DIFFERENCE_CODES)[number];

const leafSchema = z.union([z.string(), z.number(), z.boolean()]);
type Leaf = z.output<typeof leafSchema>;

export const policyDifferenceSchema = z
  .strictObject({
    code: z.enum(DIFFERENCE_CODES),
    path: z
      .string()
      .describe(
        'Where: like a JSON Pointer (RFC 6901), with keys in place of list indexes, as in `/materials/licence/fields/uscc`.',
      ),
    before: leafSchema.optional().describe('The value before, where it is short.'),
    after: leafSchema.optional().describe('The value after, where it is short.'),
  })
  .describe('One difference between two versions of a policy.');
export type PolicyDifference = z.output<typeof policyDifferenceSchema>;

/** All differences, removals and changes first in the order of the old version, then additions. The version number is none. */
export function differencesBetween(
  before: PolicyDefinition,
  after: PolicyDefinition,
): readonly PolicyDifference[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  const found = new Map<string, PolicyDifference>();
  for (const path of new Set([...old.keys(), ...now.keys()])) {
    const difference = differenceAt(path, old, now);
    if (difference) found.set(`${difference.code} ${difference.path}`, difference);
  }
  return [...found.values()];
}

type Leaves = ReadonlyMap<string, Leaf>;

const ORDER = '/*order';

function differenceAt(path: string, old: Leaves, now: Leaves): PolicyDifference | undefined {
  const [before, after] = [old.get(path), now.get(path)];
  if (before === after || path === '/policyVersion') return undefined;
  const whole = wholeItemAt(path, old, now);
  if (whole) return whole;
  if (path.endsWith(ORDER)) {
    const moved = commonOrder(before, after) !== commonOrder(after, before);
    return moved ? { code: 'order-changed', path: path.slice(0, -ORDER.length) } : undefined;
  }
  const scope = /^(.*\/onlyFor)\//.exec(path);
  if (scope) return { code: 'field-scope-changed', path: scope[1]! };
  const listed = /\/accepts\/(documentType|mediaType)s\//.exec(path);
  if (listed) {
    const what = listed[1] === 'documentType' ? 'document-type' : 'media-type';
    return { code: `${what}-${after ? 'accepted' : 'no-longer-accepted'}`, path };
  }
  if (path.startsWith('/declaration/'))
    return { code: 'declaration-changed', path: '/declaration' };
  const text = /^(.*)\/(?:zh-CN|en)$/.exec(path);
  if (text) return { code: 'wording-changed', path: text[1]! };
  return { code: codeOfValue(path, before, after), path, before, after };
}

function codeOfValue(path: string, before: Leaf | undefined, after: Leaf | undefined) {
  if (path.endsWith('/required')) {
    const item = path.includes('/fields/') ? 'field' : 'material';
    return after ? (`${item}-now-required` as const) : (`${item}-no-longer-required` as const);
  }
  if (path.endsWith('/format') || path.endsWith('/identity')) return 'format-changed';
  if (typeof (after ?? before) === 'number') return 'threshold-changed';
  return 'rule-changed';
}

/** A material, field or option that only one version has is one difference, not one for each of its values. */
function wholeItemAt(path: string, old: Leaves, now: Leaves): PolicyDifference | undefined {
  for (const item of itemsAround(path)) {
    const key = `${item}/required`;
    if (old.has(key) && now.has(key)) continue;
    const added = now.has(key);
    const kind = (added ? now : old).get(key) ? 'requirement' : 'optional-item';
    return { code: `${kind}-${added ? 'added' : 'removed'}`, path: item };
  }
  const option = /^.*\/options\/[^/*]+/.exec(path)?.[0];
  if (!option) return undefined;
  const key = `${option}/value`;
  if (old.has(key) && now.has(key)) return undefined;
  return { code: now.has(key) ? 'option-added' : 'option-removed', path: option };
}

/** The names of `list` that stand in `other` too, in the order of `list`. */
function commonOrder(list: Leaf | undefined, other: Leaf | undefined): string {
  const kept = new Set(String(other ?? '').split(' '));
  return String(list ?? '')
    .split(' ')
    .filter((name) => kept.has(name))
    .join(' ');
}

/** The material, then the field, that a path lies in. */
function itemsAround(path: string): readonly string[] {
  return [/^\/materials\/[^/*]+/, /^\/materials\/[^/*]+\/fields\/[^/*]+/].flatMap(
    (pattern) => pattern.exec(path)?.[0] ?? [],
  );
}

/** Every value of a definition by its path. */
function leavesOf(definition: PolicyDefinition): Leaves {
  const leaves = new Map<string, Leaf>();
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      const names = value.map(nameOf);
      value.forEach((item: unknown, index) => {
        const inner = `${path}/${escaped(names[index]!)}`;
        if (typeof item === 'string') leaves.set(inner, true);
        else visit(item, inner);
      });
      leaves.set(`${path}${ORDER}`, names.join(' '));
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) visit(member, `${path}/${escaped(key)}`);
    } else if (value !== undefined) {
      leaves.set(path, value as Leaf);
    }
  };
  visit(definition, '');
  return leaves;
}

function nameOf(item: unknown): string {
  if (typeof item === 'string') return item;
  const named = item as { key?: string; value?: string };
  return named.key ?? named.value ?? '';
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
