/**
 * The reasons of a decision, and what of them the applicant may see: a reason that is not for them
 * comes out as its neutral code, without the reviewer's words and without the field, and several of
 * one neutral code come out as one, as their number would tell.
 */
import { findReason, reasonForApplicant } from './reasons.ts';

/** Keys of the policy, never a person's data. */
export interface ReasonPointer {
  readonly material?: string;
  readonly field?: string;
}

/** A reason as a decision gives it and events hold it. */
export interface ReasonGiven {
  readonly code: string;
  readonly pointer?: ReasonPointer;
  /** Vault reference of what the reviewer wrote. */
  readonly textRef?: string;
  /** Whether the reviewer keeps this reason from the applicant, though its code is an open one. */
  readonly restricted?: boolean;
}

/** Stands in for an open reason that a reviewer restricted by hand. */
const RESTRICTED_BY_HAND = 'information-not-confirmed';

/**
 * In the order given. What a reviewer wrote is kept, each text of it; what stands there without words is
 * one with another of its code and pointer, so that a restricted reason is lost beside an ordinary one.
 */
export function reasonsForApplicant(given: readonly ReasonGiven[]): readonly ReasonGiven[] {
  const shown: ReasonGiven[] = [];
  for (const reason of given) {
    const safe = asShown(reason);
    const twin = shown.findIndex((other) => areOne(other, safe));
    if (twin < 0) shown.push(safe);
    else if (safe.textRef !== undefined) shown[twin] = safe;
  }
  return shown;
}

function areOne(a: ReasonGiven, b: ReasonGiven): boolean {
  const alike =
    a.code === b.code &&
    a.pointer?.material === b.pointer?.material &&
    a.pointer?.field === b.pointer?.field;
  return alike && (a.textRef === undefined || b.textRef === undefined || a.textRef === b.textRef);
}

function asShown({ code, pointer, textRef, restricted }: ReasonGiven): ReasonGiven {
  const neutral = reasonForApplicant(code);
  if (neutral === code && !restricted) return plain(code, pointer, textRef);
  const shown = neutral === code ? RESTRICTED_BY_HAND : neutral;
  const material = pointer?.material;
  // A neutral code that is about a document says which, as an ordinary one of that code would.
  const keeps = material !== undefined && findReason(shown)?.pointer === 'material';
  return plain(shown, keeps ? { material } : undefined);
}

function plain(code: string, pointer?: ReasonPointer, textRef?: string): ReasonGiven {
  return { code, ...(pointer ? { pointer } : {}), ...(textRef ? { textRef } : {}) };
}

/**
 * Whether a pointer is what the code asks for. Whether the case has the field and material it names
 * is the case's to say.
 */
export function pointerFits(code: string, pointer: ReasonPointer | undefined): boolean {
  const field = pointer?.field !== undefined;
  const material = pointer?.material !== undefined;
  switch (findReason(code)?.pointer) {
    case 'field':
      return field;
    case 'material':
      return material;
    case 'either':
      return field || material;
    case 'none':
      return !field && !material;
    case undefined:
      return false;
  }
}
