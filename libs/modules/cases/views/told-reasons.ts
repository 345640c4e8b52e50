/**
 * Reasons as an applicant is told them: neutral where they are not theirs to know, in their language,
 * and with what the reviewer wrote to them, which views hold as a reference alone.
 */
import {
  type Locale,
  type ReasonGiven,
  type ReasonPointer,
  reasonsForApplicant,
  renderReason,
} from '#modules/reasons/index';

/** What reviewers wrote, in clear, by its vault reference; what was erased is not there. */
export type Words = ReadonlyMap<string, string>;

export interface ToldReason {
  readonly code: string;
  readonly text: string;
  /** Steps in the order in which they are to be taken. */
  readonly guidance: readonly string[];
  readonly pointer?: ReasonPointer;
  /** What the reviewer added for the applicant, in the reviewer's own words. */
  readonly reviewerText?: string;
}

export function tellReasons(
  reasons: readonly ReasonGiven[],
  words: Words,
  locale: Locale,
): readonly ToldReason[] {
  return reasonsForApplicant(reasons).map(({ code, pointer, textRef }) => {
    const { text, guidance } = renderReason(code, locale, 'applicant');
    const reviewerText = textRef === undefined ? undefined : words.get(textRef);
    return {
      code,
      text,
      guidance,
      ...(pointer ? { pointer } : {}),
      ...(reviewerText === undefined ? {} : { reviewerText }),
    };
  });
}

/** The references that telling these reasons needs, none of a reason that is not for the applicant. */
export function wordsNeededFor(reasons: readonly ReasonGiven[]): readonly string[] {
  return reasonsForApplicant(reasons).flatMap(({ textRef }) => textRef ?? []);
}
