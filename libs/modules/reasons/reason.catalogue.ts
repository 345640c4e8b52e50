/**
 * Every reason that a decision or a screening can give, in six families. Two lists of one code would
 * be a mistake that the compiler cannot see; a spec looks for it.
 */
import { ACCOUNT_ABNORMAL } from './catalogue/account-abnormal.ts';
import { CONNECTIVITY } from './catalogue/connectivity.ts';
import { INCOMPLETE_MATERIALS } from './catalogue/incomplete-materials.ts';
import { INFORMATION_MISMATCH } from './catalogue/information-mismatch.ts';
import { POLICY_CHANGE } from './catalogue/policy-change.ts';
import { SYSTEM_FAILURE } from './catalogue/system-failure.ts';
import { type ReasonEntries, type ReasonFamily } from './reason.types.ts';

/** Raised whenever a code is added or a text is mended. */
export const REASON_CATALOGUE_VERSION = '2026-11.2';

export const REASONS_BY_FAMILY = {
  information_mismatch: INFORMATION_MISMATCH,
  connectivity: CONNECTIVITY,
  incomplete_materials: INCOMPLETE_MATERIALS,
  system_failure: SYSTEM_FAILURE,
  account_abnormal: ACCOUNT_ABNORMAL,
  policy_change: POLICY_CHANGE,
} as const satisfies Record<ReasonFamily, ReasonEntries>;

type Families = typeof REASONS_BY_FAMILY;
export type ReasonCode = { [F in keyof Families]: keyof Families[F] & string }[keyof Families];
