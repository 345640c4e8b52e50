/** What a round lacks of what the policy requires, as reasons that point at each gap. */
import { belongsTo } from '#modules/policies/index';
import { type CaseRules, type MaterialRule, type Reason } from '../case.events.ts';
import { heldOf, type CaseState, type MaterialState } from '../case.state.ts';

export function lacking(
  materials: CaseState['materials'],
  rules: Pick<CaseRules, 'materials'>,
): readonly Reason[] {
  return rules.materials.flatMap((rule) => lackingOf(rule, heldOf(materials, rule.key)));
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
  return [...type, ...fields, ...files];
}

type FieldRule = MaterialRule['fields'][number];

/** Which document it is has to be said before it is known which fields it must have. */
const isRequiredForSome = ({ required, onlyFor }: FieldRule): boolean =>
  required && onlyFor !== undefined;

const isEmpty = (held: MaterialState): boolean =>
  Object.keys(held.fields).length === 0 && held.files.length === 0;

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
