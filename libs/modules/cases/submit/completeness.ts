/**
 * What stands against a round by its form alone: what it lacks of what the policy requires, what it has
 * that the policy does not accept, and what the formats find. Reasons that point at each.
 */
import { belongsTo } from '#modules/policies/index';
import { type CaseRules, type MaterialRule, type Reason } from '../case.events.ts';
import { heldOf, type CaseState, type MaterialState } from '../case.state.ts';

export function lacking(
  materials: CaseState['materials'],
  rules: Pick<CaseRules, 'materials'>,
): readonly Reason[] {
  const known = new Set(rules.materials.map(({ key }) => key));
  const surplus = Object.keys(materials).filter((key) => !known.has(key));
  return [
    ...rules.materials.flatMap((rule) => lackingOf(rule, heldOf(materials, rule.key))),
    ...surplus.map((material) => ({ code: 'material-no-longer-accepted', pointer: { material } })),
  ];
}

/**
 * What the formats find in the fields that are asked for. A value that was left over, from another type
 * of document or an earlier version of the policy, counts for nothing.
 */
export function misformed(
  materials: CaseState['materials'],
  rules: Pick<CaseRules, 'materials'>,
): readonly Reason[] {
  return rules.materials.flatMap((rule) => {
    const held = heldOf(materials, rule.key);
    return (held?.findings ?? []).filter(({ pointer }) => {
      const field = rule.fields.find(({ key }) => key === pointer?.field);
      return field && (held?.documentType === undefined || belongsTo(field, held.documentType));
    });
  });
}

/** Of those, what was good under the version of the policy that it was given under. */
export function outdated(
  materials: CaseState['materials'],
  rules: Pick<CaseRules, 'materials'>,
): readonly Reason[] {
  return misformed(materials, rules).filter(({ pointer }) =>
    heldOf(materials, pointer!.material!)?.outdated?.includes(pointer!.field!),
  );
}

/** All that stands against an approval by the form of what is provided. */
export function shortcomings(
  materials: CaseState['materials'],
  rules: Pick<CaseRules, 'materials'>,
): readonly Reason[] {
  return [...lacking(materials, rules), ...misformed(materials, rules)];
}

function lackingOf(rule: MaterialRule, held: MaterialState | undefined): readonly Reason[] {
  const { key: material } = rule;
  if (!held || isEmpty(held)) {
    return rule.required ? [{ code: 'material-missing', pointer: { material } }] : [];
  }
  const { documentType } = held;
  const undecided = documentType === undefined && rule.fields.some(isRequiredForSome);
  const type: readonly Reason[] = undecided
    ? [{ code: 'field-missing', pointer: { material } }]
    : [];
  const fields = rule.fields
    .filter((field) => field.required && belongsTo(field, documentType))
    .filter(({ key }) => !Object.hasOwn(held.fields, key))
    .map(({ key: field }): Reason => ({ code: 'field-missing', pointer: { material, field } }));
  const files: readonly Reason[] =
    held.files.length < rule.filesMin ? [{ code: 'file-missing', pointer: { material } }] : [];
  return [...type, ...fields, ...files, ...notAccepted(rule, held)];
}

/** Materials are held against it when they are given: only another version of the policy makes a difference. */
function notAccepted(
  { key: material, accepts, filesMax }: MaterialRule,
  { documentType, files }: MaterialState,
): readonly Reason[] {
  const pointer = { material };
  const types = accepts?.documentTypes ?? [];
  const otherType = documentType !== undefined && types.length > 0 && !types.includes(documentType);
  const otherFiles = files.some(
    ({ mediaType }) => accepts?.mediaTypes.includes(mediaType) === false,
  );
  return [
    ...(otherType || otherFiles ? [{ code: 'material-no-longer-accepted', pointer }] : []),
    ...(files.length > filesMax && !otherFiles ? [{ code: 'threshold-changed', pointer }] : []),
  ];
}

type FieldRule = MaterialRule['fields'][number];

/** Which document it is has to be said before it is known which fields it must have. */
const isRequiredForSome = ({ required, onlyFor }: FieldRule): boolean =>
  required && onlyFor !== undefined;

const isEmpty = (held: MaterialState): boolean =>
  Object.keys(held.fields).length === 0 && held.files.length === 0;

/** A reason and what it points at, for a refusal to list. */
export const nameOf = ({ code, pointer }: Reason): string =>
  [code, pointer?.material, pointer?.field].filter((part) => part !== undefined).join(' ');

/** The items of a supplement request that have not been answered since it was made. */
export function unanswered(state: CaseState): readonly Reason[] {
  return (state.supplement?.items ?? [])
    .filter(({ material, field }) => {
      const held = heldOf(state.materials, material);
      if (!held) return true;
      const { fields, files } = held.renewed;
      if (field !== undefined) return !fields.includes(field);
      // A file that was given and taken back again answers nothing.
      return fields.length === 0 && !held.files.some(({ ref }) => files.includes(ref));
    })
    .map(({ material, field }) => ({
      code: field === undefined ? 'material-missing' : 'field-missing',
      pointer: { material, ...(field === undefined ? {} : { field }) },
    }));
}
