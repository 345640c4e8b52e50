/**
 * A draft that moves to another version of its policy: which values that one checks in another way, and
 * what it finds in them. They were checked when they were given, by the formats of the version of then.
 */
import {
  belongsTo,
  findMaterial,
  type PolicyDefinition,
  type PolicyField,
} from '#modules/policies/index';
import { type CheckedAnew } from '../case.facts.ts';
import { type CaseState } from '../case.state.ts';
import { findingIn } from './material-intake.ts';

export interface HeldValue {
  readonly material: string;
  readonly field: PolicyField;
  /** In the vault. */
  readonly ref: string;
}

export function toCheckAnew(
  materials: CaseState['materials'],
  before: PolicyDefinition,
  now: PolicyDefinition,
): readonly HeldValue[] {
  return Object.entries(materials).flatMap(([material, { documentType, fields }]) => {
    const old = findMaterial(before, material)?.fields ?? [];
    return (findMaterial(now, material)?.fields ?? [])
      .filter((field) => documentType === undefined || belongsTo(field, documentType))
      .filter(
        (field) =>
          !isCheckedAlike(
            field,
            old.find(({ key }) => key === field.key),
          ),
      )
      .flatMap((field) => {
        const held = Object.hasOwn(fields, field.key) ? fields[field.key] : undefined;
        return held ? [{ material, field, ref: held.ref }] : [];
      });
  });
}

/** @param clear what is in clear under a reference; nothing for what was erased, which is passed over. */
export function checkAnew(
  values: readonly HeldValue[],
  clear: (ref: string) => string | undefined,
  today: string,
): readonly CheckedAnew[] {
  return values.flatMap(({ material, field, ref }) => {
    const value = clear(ref);
    if (value === undefined) return [];
    return [{ material, field: field.key, finding: findingIn(field, value, today) }];
  });
}

function isCheckedAlike(field: PolicyField, old: PolicyField | undefined): boolean {
  return old !== undefined && howChecked(field) === howChecked(old);
}

const howChecked = ({ format, maxLength, identity, options = [] }: PolicyField): string =>
  JSON.stringify([format, maxLength, identity, options.map(({ value }) => value).sort()]);
