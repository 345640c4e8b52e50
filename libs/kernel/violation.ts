/**
 * What a decide function answers when it says no: which rule, in a stable code. A violation changes
 * no state and is no exception: nothing unexpected happened.
 */
export type ViolationKind =
  /** The state of things forbids it now (HTTP 409). */
  | 'state'
  /** This actor may not (HTTP 403). */
  | 'forbidden'
  /** The command breaks a rule of form or names what does not exist in the target (HTTP 422). */
  | 'form'
  /** The target does not exist (HTTP 404). */
  | 'missing';

export interface Violation {
  readonly violation: true;
  readonly kind: ViolationKind;
  /** Kebab-case, stable for ever: clients match on it. */
  readonly code: string;
  /** Path of the field at fault, as the client sent it: `reasons[0].pointer.field`. */
  readonly field?: string;
  /** Facts for the translated text; never personal data. */
  readonly params?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

export interface ViolationSpec {
  readonly kind: ViolationKind;
  /** What the rule is and what to do about it, by language; `{name}` is replaced by a parameter. */
  readonly en: string;
  readonly zhCN: string;
  /** What the reader can do about it, where that is not what can be done about its kind. */
  readonly action?: { readonly en: string; readonly zhCN: string };
}

export type ViolationCatalogue = Readonly<Record<string, ViolationSpec>>;

export function isViolation(value: unknown): value is Violation {
  return typeof value === 'object' && value !== null && (value as Violation).violation === true;
}

/**
 * Makes the violation constructor of one area from its catalogue, so that no code exists without
 * both of its texts.
 */
export function violationsOf<C extends ViolationCatalogue>(catalogue: C) {
  return (
    code: keyof C & string,
    details: { field?: string; params?: Violation['params'] } = {},
  ): Violation => ({ violation: true, kind: catalogue[code]!.kind, code, ...details });
}
