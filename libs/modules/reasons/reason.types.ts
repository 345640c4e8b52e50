/**
 * What a reason is. Codes are stored in events for ever: they may be added and their texts mended,
 * never renamed, moved to another family or removed.
 */
export const REASON_FAMILIES = [
  'information_mismatch',
  'connectivity',
  'incomplete_materials',
  'system_failure',
  'account_abnormal',
  'policy_change',
] as const;
export type ReasonFamily = (typeof REASON_FAMILIES)[number];

export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** Who reads: reviewers, senior reviewers and auditors share one text. */
export type Audience = 'applicant' | 'reviewer';

export type Text = Readonly<Record<Locale, string>>;
export type Steps = Readonly<Record<Locale, readonly string[]>>;

/** What a reason of this code points to: it must (`field`, `material`), may (`either`) or cannot. */
export type PointerExpectation = 'field' | 'material' | 'either' | 'none';

/** The codes that stand in for others. Both are used for ordinary causes too, so neither gives away. */
export type NeutralCode = 'information-not-confirmed' | 'document-not-usable';

export interface ReasonEntry {
  /** Whether resubmitting usually mends it. A default only: the decision says final or not. */
  readonly mendable: boolean;
  readonly pointer: PointerExpectation;
  /** Absent: the applicant is told. Otherwise the code that the applicant sees in its place. */
  readonly neutral?: NeutralCode;
  readonly applicant: Text;
  readonly reviewer: Text;
  readonly guidance: Steps;
}

export type ReasonEntries = Readonly<Record<string, ReasonEntry>>;
