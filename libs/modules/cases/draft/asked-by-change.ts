/**
 * What another version of a policy asks of a draft that was begun before it, as reasons: requirements that
 * the draft does not meet yet, and documents in it that are accepted no longer.
 */
import { type DifferenceCode } from '#modules/policies/index';
import { type CaseEventOf, type Reason } from '../case.events.ts';
import { heldOf, type CaseState } from '../case.state.ts';

type Difference = CaseEventOf<'PolicyChangeApplied'>['data']['differences'][number];
type Materials = CaseState['materials'];

const REQUIRES: ReadonlySet<string> = new Set<DifferenceCode>([
  'requirement-added',
  'material-now-required',
  'field-now-required',
]);
const ASKS_NO_LONGER: ReadonlySet<string> = new Set<DifferenceCode>([
  'requirement-removed',
  'optional-item-removed',
]);
const ACCEPTS_NO_LONGER: ReadonlySet<string> = new Set<DifferenceCode>([
  'document-type-no-longer-accepted',
  'media-type-no-longer-accepted',
]);

/** Materials and fields by their keys, which hold no sign that a path would escape. */
const ITEM = /^\/materials\/([^/]+)(?:\/fields\/([^/]+))?/;
const ACCEPTED = /^\/materials\/([^/]+)\/accepts\/(documentType|mediaType)s\/(.+)$/;

export function askedByChange(
  differences: readonly Difference[],
  materials: Materials,
): readonly Reason[] {
  return differences.flatMap(({ code, path }) => {
    if (REQUIRES.has(code)) return required(path, materials);
    if (ASKS_NO_LONGER.has(code)) return surplus(path, materials);
    return ACCEPTS_NO_LONGER.has(code) ? refused(path, materials) : [];
  });
}

/** A field of a material that was not begun yet will be asked for with the rest of it. */
function required(path: string, materials: Materials): readonly Reason[] {
  const [, material, field] = ITEM.exec(path) ?? [];
  if (material === undefined) return [];
  const held = heldOf(materials, material);
  const lacks = field === undefined ? !held : held && !Object.hasOwn(held.fields, field);
  if (!lacks) return [];
  const pointer = { material, ...(field === undefined ? {} : { field }) };
  return [{ code: 'requirement-added', pointer }];
}

/** A field that is asked for no longer is in nobody's way. */
function surplus(path: string, materials: Materials): readonly Reason[] {
  const [, material, field] = ITEM.exec(path) ?? [];
  if (material === undefined || field !== undefined || !heldOf(materials, material)) return [];
  return [{ code: 'material-no-longer-accepted', pointer: { material } }];
}

function refused(path: string, materials: Materials): readonly Reason[] {
  const [, material, what, escaped] = ACCEPTED.exec(path) ?? [];
  const held = material === undefined ? undefined : heldOf(materials, material);
  if (!material || !held || !escaped) return [];
  const named = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
  const has =
    what === 'documentType'
      ? held.documentType === named
      : held.files.some(({ mediaType }) => mediaType === named);
  return has ? [{ code: 'material-no-longer-accepted', pointer: { material } }] : [];
}
