/**
 * Where a case says twice when somebody was born: a date of birth beside a citizen identity number of
 * the same material. Which values are to be compared, and which of them disagree.
 */
import { birthDateIn, checkBirthDate, checkResidentId } from '#modules/materials/index';
import { belongsTo } from '#modules/policies/index';
import { type MaterialRule, type Reason } from '../case.events.ts';
import { heldOf, type CaseState } from '../case.state.ts';

/** By vault references. */
export interface BirthDatePair {
  readonly material: string;
  /** Of the date of birth. */
  readonly field: string;
  readonly dateRef: string;
  readonly numberRef: string;
}

/** A material of the rules that a case was submitted under, or of the policy that a draft is under. */
interface Asked {
  readonly key: string;
  readonly fields: readonly Pick<MaterialRule['fields'][number], 'key' | 'format' | 'onlyFor'>[];
}

export function birthDatePairs(
  materials: CaseState['materials'],
  asked: readonly Asked[],
): readonly BirthDatePair[] {
  return asked.flatMap(({ key: material, fields }) => {
    const held = heldOf(materials, material);
    const given = (format: string) =>
      fields.filter(
        (field) =>
          field.format === format &&
          belongsTo(field, held?.documentType) &&
          Object.hasOwn(held?.fields ?? {}, field.key),
      );
    return given('cn-resident-id').flatMap((number) =>
      given('birth-date').map(({ key: field }) => ({
        material,
        field,
        dateRef: held!.fields[field]!.ref,
        numberRef: held!.fields[number.key]!.ref,
      })),
    );
  });
}

/**
 * @param clear what is in clear under a reference; nothing for what was erased. A value that its own
 * format refuses has its finding already, and is compared with none.
 */
export function disagreeing(
  pairs: readonly BirthDatePair[],
  clear: (ref: string) => string | undefined,
): readonly Reason[] {
  return pairs
    .filter(({ dateRef, numberRef }) => {
      const date = checkBirthDate(clear(dateRef) ?? '');
      const number = checkResidentId(clear(numberRef) ?? '');
      return date.ok && number.ok && birthDateIn(number.normalised) !== date.normalised;
    })
    .map(({ material, field }) => ({ code: 'birth-date-mismatch', pointer: { material, field } }));
}
